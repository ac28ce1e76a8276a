"""The days of a deadline that hangs on an event or on another meeting, until days are written with it."""

from datetime import date, timedelta

from .reading import ByWhen, names_only_a_last_day


def days_beside(words: str, *, starts_on: date, ends_on: date, offset_days: int = 0) -> tuple[date | None, date]:
    """First and last possible day of what is due at, before or after something that takes place on these days.

    Days before count from its first day, days after from its last one; a number given counts before the one in the
    words ("two weeks before the COP", "before the next meeting"). Only a last day is set by those, and by "by".
    Source: design section 4.
    """
    offset = offset_days or ByWhen.read(words).offset_days
    if offset:
        return None, (starts_on if offset < 0 else ends_on) + timedelta(days=offset)
    return (None if names_only_a_last_day(words) else starts_on), ends_on
