"""On which days an organisation works: people of its own say so, several of them at once if need be."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from greencustoms.core import audit
from greencustoms.core.editing import edit_row, sign
from greencustoms.core.models import User
from partners.models import Holiday, Partner

# How the history of an organisation names what it does not keep itself.
HOLIDAYS_CHANGED = "holidays"
MOST_COMING = 200


@transaction.atomic
def choose_days_off(*, partner: Partner, by: User, version: int, days_off: str) -> Partner:
    """Say on which days of the week an organisation does not work. Raises ValidationError "changed_meanwhile"."""
    return edit_row(partner, by=by, version=version, values={"days_off": days_off})


@transaction.atomic
def add_holidays(*, partner: Partner, by: User, holidays: Sequence[dict[str, Any]], today: date) -> list[Holiday]:
    """Add holidays of an organisation, all or none. What others add at the same time stands beside them.

    Raises ValidationError: "known" if these very days are a holiday already, or "too_many".
    """
    locked = Partner.objects.select_for_update().get(pk=partner.pk)
    coming = list(locked.holidays.coming(today))
    if len(coming) + len(holidays) > MOST_COMING:
        raise ValidationError(
            _("An organisation has at most %(count)s holidays to come."), params={"count": MOST_COMING}, code="too_many"
        )
    rows: list[Holiday] = []
    for values in holidays:
        twin = next((row for row in [*coming, *rows] if _days(row) == (values["first_day"], values["last_day"])), None)
        if twin is not None:
            raise ValidationError(
                _("“%(name)s” has these days already. Nothing was added."), params={"name": twin.name}, code="known"
            )
        rows.append(Holiday(partner=locked, **values))
    Holiday.objects.bulk_create(rows)
    _keep(locked, by=by, did="added holidays", after={"holidays": [_plain(row) for row in rows]})
    return rows


@transaction.atomic
def delete_holiday(*, holiday: Holiday, by: User) -> None:
    """Delete a holiday. Raises ValidationError "gone" if somebody was faster."""
    locked = Partner.objects.select_for_update().get(pk=holiday.partner_id)
    deleted, _by_model = Holiday.objects.filter(pk=holiday.pk).delete()
    if not deleted:
        raise ValidationError(_("Somebody else has deleted this holiday already."), code="gone")
    _keep(locked, by=by, did="deleted a holiday", before={"holidays": [_plain(holiday)]})


def _keep(partner: Partner, *, by: User, did: str, **before_and_after: dict) -> None:
    """In the history of the organisation and for investigators. Claims no version: nobody's form holds a holiday."""
    sign(partner, by, HOLIDAYS_CHANGED)
    partner.save(update_fields=["version"])
    audit.record(partner, did, by=by, **before_and_after)


def _days(holiday: Holiday) -> tuple[date, date]:
    return holiday.first_day, holiday.last_day


def _plain(holiday: Holiday) -> str:
    return f"{holiday.first_day} - {holiday.last_day} {holiday.name}"
