"""On which days an organisation works: its week and its holidays. Pure: holidays are passed in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

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


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """The calendar of one organisation. Holidays are pairs of their first and last day."""

    days_off: frozenset[int] = DAYS_OFF[DaysOff.SATURDAY_SUNDAY]
    holidays: tuple[tuple[date, date], ...] = ()

    @classmethod
    def of(cls, days_off: str, holidays: Iterable[tuple[date, date]] = ()) -> "WorkingDays":
        return cls(DAYS_OFF[days_off], tuple(holidays))

    def works_on(self, day: date) -> bool:
        return day.weekday() not in self.days_off and not any(first <= day <= last for first, last in self.holidays)

    def last_until(self, day: date) -> date:
        """The latest working day up to this one; the day itself if there was none for two months."""
        candidate = day
        while not self.works_on(candidate):
            candidate -= timedelta(days=1)
            if day - candidate > LONGEST_REST:
                return day
        return candidate
