"""The days that the portal keeps: far enough from both ends of the calendar that counting never leaves it."""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


def is_within_reach(*days: date | None) -> bool:
    return all(day is None or FIRST_DAY <= day <= LAST_DAY for day in days)


def within_reach(*names: str) -> Q:
    """The condition of a table whose columns of days are within reach; an empty one is."""
    return Q(*(Q(**{name: None}) | Q(**{f"{name}__range": (FIRST_DAY, LAST_DAY)}) for name in names))


def out_of_reach_words() -> str:
    return _("Write a day between the years %(first)s and %(last)s.") % {"first": FIRST_DAY.year, "last": LAST_DAY.year}
