"""What reminders will go out in the next days, to whom, and why nothing goes to others.

Says what the planner will do if nothing changes until then. Reads the database once for any number of people and
walks their local days with the same pure rules; `test_forecast.py` compares it with what the planner then does.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from greencustoms.core import mail
from greencustoms.core.choices import DigestRhythm, MailState, MailStream
from greencustoms.core.models import MailHold, OutboundMail, User
from meetings.models import ActionShare, ReminderDay
from partners.choices import Standing
from partners.models import Membership

from . import contents, ladder, recipients
from .lines import Line, News, news_for
from .recipients import Reader

DAYS = 7


class Silence(StrEnum):
    """Why no reminders go to somebody, whatever is due."""

    CLOSED = "closed"
    CHOSE_NEVER = "chose_never"
    HELD = "held"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class DayAhead:
    """A local day that has something to say. On a holiday it waits for the next working day."""

    day: date
    lines: tuple[Line, ...] = ()
    is_holiday: bool = False


@dataclass(slots=True)
class Week:
    """The next days of one person, from their own today on."""

    person: User
    today: date
    # The digest of today, if it is written already.
    written: OutboundMail | None = None
    days: list[DayAhead] = field(default_factory=list)
    silence: Silence | None = None
    hold: MailHold | None = None
    # What would go today if nothing kept it: it is not lost.
    waiting: int = 0

    @property
    def next_digest(self) -> DayAhead | None:
        return next((day for day in self.days if not day.is_holiday), None)


@dataclass(slots=True)
class _Known:
    """What the database knows of these people, read once."""

    readers: dict[int, Reader]
    owed: dict
    said: dict
    planned: dict[int, date]
    last_told: dict[int, date]


def people_concerned(now: datetime) -> QuerySet[User]:
    """Those who hear of something owed whose reminders begin within these days, by name. Two statements."""
    until = (now + timedelta(days=DAYS + 1)).date()
    is_dated = Q(deadline__latest__lte=until + ladder.FURTHEST_AHEAD)
    is_reviewed = Q(deadline__latest=None, deadline__review_on__lte=until)
    shares = ActionShare.objects.owed().reminding().filter(is_dated | is_reviewed)
    partners = set(shares.order_by().values_list("partner_id", flat=True).distinct())
    mine = Membership.objects.filter(user=OuterRef("pk"))
    hears = Q(Exists(mine.filter(partner__in=partners)))
    if partners:
        is_of_secretariat = Q(Exists(mine.filter(partner__standing=Standing.SECRETARIAT)))
        hears |= is_of_secretariat & recipients.acts_for_partners("pk")
    return User.objects.filter(hears).order_by("name", "pk")


def weeks_of(people: Iterable[User], now: datetime) -> list[Week]:
    """The next days of these people, in their order. The same number of statements for any number of them."""
    weeks = [Week(person, mail.local_day_of(person, now)) for person in people]
    if not weeks:
        return []
    _say_why_nothing_goes(weeks)
    known, overtaken = _read(weeks)
    news: dict[int, dict[date, list[News]]] = {}
    for week in weeks:
        if week.silence is None:
            news[week.person.pk] = _walk(week, known)
        else:
            week.waiting = len(_news_on(week.today, week.person, known))
    lines = _lines(news, overtaken)
    for week in weeks:
        for number, day in enumerate(week.days):
            if not day.is_holiday:
                week.days[number] = replace(day, lines=tuple(lines[week.person.pk][day.day]))
    return weeks


def _say_why_nothing_goes(weeks: list[Week]) -> None:
    """Two statements."""
    rows = MailHold.objects.filter(person__in=[week.person.pk for week in weeks]).select_related("held_by")
    holds = {hold.person_id: hold for hold in rows}
    refused = mail.addresses.suppressed_among([week.person.email for week in weeks])
    for week in weeks:
        week.hold = holds.get(week.person.pk)
        if not week.person.is_active:
            week.silence = Silence.CLOSED
        elif week.person.digest_rhythm == DigestRhythm.NONE:
            week.silence = Silence.CHOSE_NEVER
        elif week.hold:
            week.silence = Silence.HELD
        elif week.person.email in refused:
            week.silence = Silence.REFUSED


def _read(weeks: list[Week]) -> tuple[_Known, list[int]]:
    """What is known of these people, and digests of earlier days that will never leave: what they say is news."""
    days = {week.person: week.today for week in weeks}
    keys = [person.pk for person in days]
    first, last = min(days.values()), max(days.values()) + timedelta(days=DAYS - 1)
    digests = OutboundMail.objects.filter(stream=MailStream.DIGEST, recipient__in=keys).order_by()
    _find_written(weeks, digests.filter(local_day__gte=first))
    today = {person.pk: day for person, day in days.items()}
    not_left = digests.filter(state__in=contents.NOT_LEFT_YET).values_list("pk", "recipient_id", "local_day")
    overtaken = [pk for pk, person_id, day in not_left if day < today[person_id]]
    told = digests.filter(state__in=contents.TELLING).exclude(pk__in=overtaken)
    readers = recipients.readers_of(days, first_day=first, last_day=last)
    owed = contents.owed_to(readers.values(), until=last, of_deadlines=None)
    return _Known(
        readers=readers,
        owed=owed,
        said=contents.said_to(days, owed, overtaken),
        planned=dict(ReminderDay.objects.filter(person__in=keys).values_list("person", "day")),
        last_told=dict(told.values_list("recipient").annotate(Max("local_day"))),
    ), overtaken


def _find_written(weeks: list[Week], digests: QuerySet[OutboundMail]) -> None:
    """One statement."""
    found = {(row.recipient_id, row.local_day): row for row in digests.defer("body_text", "body_html")}
    for week in weeks:
        week.written = found.get((week.person.pk, week.today))


def _walk(week: Week, known: _Known) -> dict[date, list[News]]:
    """Notes the days that have something to say, and holidays that keep something waiting; gives what is said."""
    person, reader = week.person, known.readers[week.person.pk]
    said = known.said[person.pk]
    told = known.last_told.get(person.pk, date.min)
    planned = known.planned.get(person.pk, date.min)
    found: dict[date, list[News]] = {}
    for day in (week.today + timedelta(days=number) for number in range(DAYS)):
        if day <= planned or (day == week.today and _is_written(week)) or _was_told(person, told, day):
            continue
        rests = not reader.calendar.works_on(day)
        if rests and not _is_holiday(reader, day):
            continue
        news = _news_on(day, person, known)
        if not news:
            continue
        week.days.append(DayAhead(day, is_holiday=rests))
        if not rests:
            found[day], told = news, day
            for item in news:
                said[item.owed.deadline_id, item.due_on].update(step.step for step in (item.step, *item.collapsed))
    return found


def _is_written(week: Week) -> bool:
    """A cancelled one is taken up again."""
    return week.written is not None and week.written.state != MailState.CANCELLED


def _news_on(day: date, person: User, known: _Known) -> list[News]:
    reader = known.readers[person.pk]
    return list(news_for(reader, contents.heard_by(reader, known.owed), known.said[person.pk], day))


def _was_told(person: User, told: date, day: date) -> bool:
    """Whether somebody who chose once a week has heard in the week of this day."""
    is_weekly = person.digest_rhythm == DigestRhythm.WEEKLY
    return is_weekly and told >= ladder.week_begins_on(weekday=person.digest_weekday, today=day)


def _is_holiday(reader: Reader, day: date) -> bool:
    """Of the days on which nobody works, those that are no weekly days off."""
    return any(day.weekday() not in calendar.days_off for calendar in reader.calendar.calendars)


def _lines(news: dict[int, dict[date, list[News]]], overtaken: list[int]) -> dict[int, dict[date, list[Line]]]:
    """The words of all that is said, day by day. Two statements."""
    everything = {person_id: [item for items in days.values() for item in items] for person_id, days in news.items()}
    day_of = {
        (person_id, item.owed.share_id, item.due_on, item.step.step): day
        for person_id, days in news.items()
        for day, items in days.items()
        for item in items
    }
    found: dict[int, dict[date, list[Line]]] = {}
    for person_id, lines in contents.lines_of(everything, overtaken).items():
        days: dict[date, list[Line]] = defaultdict(list)
        for line in lines:
            days[day_of[person_id, line.share_id, line.due_on, line.step.step]].append(line)
        found[person_id] = _say_moves_once(days)
    return found


def _say_moves_once(days: dict[date, list[Line]]) -> dict[date, list[Line]]:
    """That a deadline has moved is news on the first of these days only."""
    told: set[int] = set()
    said: dict[date, list[Line]] = defaultdict(list)
    for day in sorted(days):
        said[day] = [replace(line, moved_from=None) if line.deadline_id in told else line for line in days[day]]
        told |= {line.deadline_id for line in days[day]}
    return said
