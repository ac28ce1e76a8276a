"""Dates as exact as their source: a year, a month or a day."""

import datetime
import re

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _


def validate(edtf: str) -> None:
    """Refuse what is neither a year, nor a month, nor a day."""
    if _read(edtf) is None:
        raise ValidationError(_("Write a year, a month or a day: 2017, 2021-10 or 2014-03-26."), code="date")


def words(edtf: str) -> str:
    """ "2017", "October 2021" or "26 March 2014"; the text itself if it is no date."""
    day = _read(edtf)
    if day is None:
        return edtf
    return date_format(day, {4: "Y", 7: "YEAR_MONTH_FORMAT", 10: "DATE_FORMAT"}[len(edtf)])


def _read(edtf: str) -> datetime.date | None:
    if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", edtf):
        return None
    parts = [int(part) for part in edtf.split("-")]
    try:
        return datetime.date(*parts, *[1] * (3 - len(parts)))
    except ValueError:
        return None
