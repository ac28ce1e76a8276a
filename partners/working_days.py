"""On which days an organisation works: its week and its holidays. Pure: holidays are passed in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from greencustoms.core.time_zones import zone_of

from .choices import DaysOff

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)
DAYS_OFF: dict[str, frozenset[int]] = {
    DaysOff.SATURDAY_SUNDAY: frozenset({SATURDAY, SUNDAY}),
    DaysOff.FRIDAY_SATURDAY: frozenset({FRIDAY, SATURDAY}),
    DaysOff.THURSDAY_FRIDAY: frozenset({THURSDAY, FRIDAY}),
    DaysOff.FRIDAY: frozenset({FRIDAY}),
    DaysOff.SUNDAY: frozenset({SUNDAY}),
}
# No holiday is that long: a list that never ends must not stop anybody from hearing of a deadline.
LONGEST_REST = timedelta(days=60)


class Days:
    """A calendar: it knows of each day whether somebody works."""

    __slots__ = ()

    def works_on(self, day: date) -> bool:
        raise NotImplementedError

    def last_until(self, day: date) -> date:
        """The latest working day up to this one; the day itself if there was none for two months."""
        candidate = day
        while not self.works_on(candidate):
            candidate -= timedelta(days=1)
            if day - candidate > LONGEST_REST:
                return day
        return candidate


@dataclass(frozen=True, slots=True)
class WorkingDays(Days):
    """The calendar of one organisation. Holidays are pairs of their first and last day."""

    days_off: frozenset[int] = DAYS_OFF[DaysOff.SATURDAY_SUNDAY]
    holidays: tuple[tuple[date, date], ...] = ()

    @classmethod
    def of(cls, days_off: str, holidays: Iterable[tuple[date, date]] = ()) -> "WorkingDays":
        return cls(DAYS_OFF[days_off], tuple(holidays))

    def works_on(self, day: date) -> bool:
        return day.weekday() not in self.days_off and not any(first <= day <= last for first, last in self.holidays)


@dataclass(frozen=True, slots=True)
class AnyWorks(Days):
    """The calendar of a person: a day counts if one of their organisations works, and if it comes where they live.

    Some days never came: Samoa went from 29 to 31 December 2011.
    """

    calendars: tuple[WorkingDays, ...]
    time_zone: str = "UTC"

    def works_on(self, day: date) -> bool:
        return any(calendar.works_on(day) for calendar in self.calendars) and _comes(day, self.time_zone)


@lru_cache(maxsize=4096)
def _comes(day: date, time_zone: str) -> bool:
    noon = datetime.combine(day, time(12), zone_of(time_zone))
    return noon.astimezone(UTC).astimezone(noon.tzinfo).date() == day
