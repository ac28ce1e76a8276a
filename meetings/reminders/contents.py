"""What people's digests say on a day, read from the database: a few statements for any number of people."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Max, Q, QuerySet

from greencustoms.core.choices import MailState
from greencustoms.core.models import User
from meetings.models import ActionShare, Notice
from meetings.pages.cards import reference

from . import ladder, recipients
from .lines import Line, News, Owed, in_order, news_for
from .recipients import Reader

# A mail in one of these states tells, or will tell, what it says. One that failed or was cancelled does not.
TELLING = (
    MailState.PENDING,
    MailState.CLAIMED,
    MailState.HANDING,
    MailState.SENT,
    MailState.DEFERRED,
    MailState.KEPT,
    MailState.HELD,
)
# A digest of an earlier day that has not left yet never will: what it says rides in the new one.
NOT_LEFT_YET = (MailState.PENDING, MailState.DEFERRED, MailState.CLAIMED)
# What was said longer ago is of no step that is the latest now: questions come at least every 90 days.
SAID_WITHIN = timedelta(days=100)
KEYS_A_STATEMENT = 5_000

# By person, then by deadline and due day: the steps that somebody was told of.
SaidOf = Mapping[int, Mapping[tuple[int, date], Collection[str]]]


class Words(NamedTuple):
    """What a digest says of a share, whoever reads it."""

    reference: str
    title: str
    stage: str
    partner_name: str
    by_when_text: str
    action: tuple[str, int]


def lines_on(
    days: Mapping[User, date],
    *,
    besides_mails: Collection[int] = (),
    also_said: SaidOf | None = None,
    of_deadlines: Collection[int] | None = None,
    only_working_days: bool = False,
) -> dict[int, list[Line]]:
    """For each person, what is news to them on their day, overdue first; whether or not they are written to.

    What only these mails say counts as not said yet, what `also_said` holds as said. With `of_deadlines` nothing else
    is looked at; with `only_working_days` whoever rests on their day hears nothing.
    """
    if not days:
        return {}
    readers = recipients.readers_of(days, first_day=min(days.values()), last_day=max(days.values()))
    owed = owed_to(readers.values(), until=max(days.values()), of_deadlines=of_deadlines)
    said = said_to(days, owed, besides_mails)
    for person_id, more in (also_said or {}).items():
        for key, steps in more.items():
            said[person_id][key].update(steps)
    news: dict[int, list[News]] = {}
    for person, day in days.items():
        reader = readers[person.pk]
        rests = only_working_days and not reader.calendar.works_on(day)
        news[person.pk] = [] if rests else list(news_for(reader, heard_by(reader, owed), said[person.pk], day))
    return lines_of(news, besides_mails)


def owed_to(readers: Iterable[Reader], *, until: date, of_deadlines: Collection[int] | None) -> dict[int, list[Owed]]:
    """Owed shares of which one of these readers may hear up to a day, by organisation. One statement."""
    partners = {key for reader in readers for key in reader.hears}
    is_dated = Q(deadline__latest__lte=until + ladder.FURTHEST_AHEAD)
    is_reviewed = Q(deadline__latest=None, deadline__review_on__lte=until)
    wanted = Q(partner__in=partners) & (is_dated | is_reviewed)
    if any(reader.hears_all for reader in readers):
        wanted |= Q(deadline__latest__lte=until - timedelta(days=ladder.SECRETARIAT_FROM))
    shares = ActionShare.objects.owed().reminding().filter(wanted)
    if of_deadlines is not None:
        shares = shares.filter(deadline__in=of_deadlines)
    found: dict[int, list[Owed]] = defaultdict(list)
    for row in shares.order_by().values_list(
        "pk", "partner_id", "deadline_id", "deadline__latest", "deadline__review_on", "deadline__kind",
        "deadline__entered_on",
    ).iterator():  # fmt: skip
        found[row[1]].append(Owed._make(row))
    return found


def heard_by(reader: Reader, owed: Mapping[int, list[Owed]]) -> Iterator[Owed]:
    partners = owed if reader.hears_all else reader.hears
    for partner_id in partners:
        yield from owed.get(partner_id, ())


def telling() -> Q:
    """Notices that count as said."""
    return Q(mail__state__in=TELLING, withdrawn_at=None)


def said_to(
    days: Mapping[User, date], owed: Mapping[int, list[Owed]], besides_mails: Collection[int]
) -> dict[int, dict[tuple[int, date], set[str]]]:
    """The steps that these people were told of, of what is owed. One statement."""
    found: dict[int, dict[tuple[int, date], set[str]]] = defaultdict(lambda: defaultdict(set))
    wanted = {share.deadline_id for shares in owed.values() for share in shares}
    rows = _told([person.pk for person in days], besides_mails).filter(local_day__gte=min(days.values()) - SAID_WITHIN)
    if len(wanted) <= KEYS_A_STATEMENT:
        rows = rows.filter(deadline__in=wanted)
    for person_id, deadline_id, due_on, step in rows.values_list(
        "recipient_id", "deadline_id", "due_on", "step"
    ).iterator():
        if deadline_id in wanted:
            found[person_id][deadline_id, due_on].add(step)
    return found


def _told(person_ids: Iterable[int], besides_mails: Collection[int]) -> QuerySet[Notice]:
    rows = Notice.objects.filter(telling(), recipient__in=list(person_ids)).order_by()
    return rows.exclude(mail__in=besides_mails) if besides_mails else rows


def lines_of(news: Mapping[int, list[News]], besides_mails: Collection[int]) -> dict[int, list[Line]]:
    """With the words that a digest says of each, and where a deadline has moved. Two statements."""
    words = _words({item.owed.share_id for items in news.values() for item in items})
    told = _days_told(news, besides_mails)
    return {
        # A share that somebody took away just now has no words any more.
        person_id: in_order(
            _line(item, words[item.owed.share_id], told.get((person_id, item.owed.deadline_id)))
            for item in items
            if item.owed.share_id in words
        )
        for person_id, items in news.items()
    }


def _line(item: News, words: Words, told: date | None) -> Line:
    is_dated = item.owed.latest is not None
    return Line(
        share_id=item.owed.share_id,
        deadline_id=item.owed.deadline_id,
        due_on=item.due_on,
        is_dated=is_dated,
        reference=words.reference,
        title=words.title,
        stage=words.stage,
        partner_name=words.partner_name,
        by_when_text=words.by_when_text,
        step=item.step,
        is_own=item.is_own,
        action=words.action,
        moved_from=told if is_dated and told != item.due_on else None,
        collapsed=item.collapsed,
    )


def _words(share_ids: Collection[int]) -> dict[int, Words]:
    found = {}
    for keys in _portions(share_ids):
        rows = ActionShare.objects.filter(pk__in=keys).order_by()
        for share_id, acronym, sort_name, name, label, by_when, title, number, code in rows.values_list(
            "pk", "partner__acronym", "partner__sort_name", "partner__name", "deadline__label",
            "deadline__by_when_text", "deadline__action__title", "deadline__action__number",
            "deadline__action__meeting__code",
        ).iterator():  # fmt: skip
            name = acronym or sort_name or name
            found[share_id] = Words(reference(code, number), title, label, name, by_when, (code, number))
    return found


def _days_told(news: Mapping[int, list[News]], besides_mails: Collection[int]) -> dict[tuple[int, int], date]:
    """By person and deadline the last possible day that they were told last, if ever."""
    people = [person_id for person_id, items in news.items() if items]
    dated = {item.owed.deadline_id for items in news.values() for item in items if item.owed.latest}
    found: dict[tuple[int, int], tuple[date, date]] = {}
    for keys in _portions(dated):
        rows = _told(people, besides_mails).filter(deadline__in=keys).exclude(step=ladder.REVIEW)
        days = rows.values_list("recipient_id", "deadline_id", "due_on").annotate(Max("local_day"))
        for person_id, deadline_id, due_on, local_day in days:
            key = (person_id, deadline_id)
            found[key] = max(found.get(key, (date.min, date.min)), (local_day, due_on))
    return {key: due_on for key, (_local_day, due_on) in found.items()}


def _portions(keys: Collection[int]) -> Iterator[list[int]]:
    """Lists of keys that are short enough for one statement."""
    ordered = sorted(keys)
    for start in range(0, len(ordered), KEYS_A_STATEMENT):
        yield ordered[start : start + KEYS_A_STATEMENT]
