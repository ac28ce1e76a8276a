"""Time zones as people look for them: by region and place."""

import functools
import zoneinfo
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

UTC = "UTC"
REGIONS = {
    "Africa": _("Africa"),
    "America": _("America"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic Ocean"),
    "Australia": _("Australia"),
    "Europe": _("Europe"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific Ocean"),
}


def zone_of(name: str) -> zoneinfo.ZoneInfo:
    """The time zone of a stored name. A name that nobody knows any more is UTC, rather than stopping everything."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return zoneinfo.ZoneInfo(UTC)


def day_in(name: str, now: datetime) -> date:
    """The day that it is in a time zone."""
    return now.astimezone(zone_of(name)).date()


@functools.cache
def grouped() -> list[tuple]:
    """Choices for a select: UTC, then a group for each region. Places come first, so that typing one finds it."""
    places: dict[str, list[tuple[str, str]]] = {region: [] for region in REGIONS}
    for name in zoneinfo.available_timezones():
        region, _slash, place = name.partition("/")
        if region in places:
            places[region].append((name, _place(place)))
    return [(UTC, UTC), *((label, sorted(places[region], key=_by_place)) for region, label in REGIONS.items())]


def words(name: str) -> str:
    """ "America/Argentina/Buenos_Aires" as people read it."""
    return _place(name.partition("/")[2] or name)


def _place(place: str) -> str:
    """The place, and in brackets what lies between it and its region."""
    *between, last = place.replace("_", " ").split("/")
    return f"{last} ({', '.join(between)})" if between else last


def _by_place(choice: tuple[str, str]) -> tuple[str, str]:
    name, label = choice
    return label, name
