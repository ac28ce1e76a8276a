"""The words of a digest: its subject, and what it says of each line. Pure: no database, no request.

Made here and not in templates, because some mornings thousands are written (performance, point 8).
"""

import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import deadlines
from .deadlines import long_day

LONGEST_SUBJECT = 80
# Of each group; the portal has the rest. Some mornings an action of every organisation is late.
MOST_OF_A_GROUP = 50
MOST_NAMES = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """What a mail says of one share: facts are short sentences, one a line."""

    heading: str
    due: str
    facts: list[str]
    url: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class Joint:
    """What other organisations are late with together: one line of the mail, of however many lines of the ledger."""

    lines: list

    @property
    def due_on(self) -> date:
        return self.lines[0].due_on

    def entry(self, today: date) -> Entry:
        """Of one organisation it leads to its form, of several to the action, where each has its own."""
        first = self.lines[0]
        if len(self.lines) == 1:
            return entry(first, today=today, names_organisation=True)
        return Entry(
            heading=heading(first.reference, first.title, first.stage),
            due=due_words(first.due_on, today),
            facts=[self._owners(), *_facts("", first.by_when_text, first.moved_from)],
            url=action_url(*first.action),
            is_late=True,
        )

    def _owners(self) -> str:
        names = [line.partner_name for line in self.lines]
        words = {"count": len(names), "names": _(", ").join(names[:MOST_NAMES]), "more": len(names) - MOST_NAMES}
        if words["more"] > 0:
            return ngettext(
                "%(count)d organisation: %(names)s and %(more)d more",
                "%(count)d organisations: %(names)s and %(more)d more",
                len(names),
            ) % words  # fmt: skip
        return ngettext("%(count)d organisation: %(names)s", "%(count)d organisations: %(names)s", len(names)) % words


@dataclass(frozen=True, slots=True)
class Groups:
    """The lines of a digest in the order in which it tells them, each group by its days."""

    overdue: list
    coming: list
    questions: list
    of_others: list[Joint]

    @classmethod
    def of(cls, lines: Iterable, today: date) -> "Groups":
        groups = cls([], [], [], [])
        joint: dict[tuple[int, date], Joint] = {}
        for line in sorted(lines, key=lambda line: (line.due_on, line.reference, line.stage, line.partner_name)):
            if not line.is_own:
                joint.setdefault((line.deadline_id, line.due_on), Joint([])).lines.append(line)
            elif not line.is_dated:
                groups.questions.append(line)
            elif line.due_on < today:
                groups.overdue.append(line)
            else:
                groups.coming.append(line)
        groups.of_others.extend(joint.values())
        return groups

    def has_own(self) -> bool:
        return bool(self.overdue or self.coming or self.questions)

    def entries(self, today: date) -> dict[str, list[Entry]]:
        """What is said, by group: of a very long one the beginning (`left_out`).

        The reader's own name their organisation only if they are of several.
        """
        own = {"overdue": self.overdue, "coming": self.coming, "questions": self.questions}
        is_of_several = len({line.partner_name for lines in own.values() for line in lines}) > 1
        found = {
            name: [entry(line, today=today, names_organisation=is_of_several) for line in lines[:MOST_OF_A_GROUP]]
            for name, lines in own.items()
        }
        found["of_others"] = [joint.entry(today) for joint in self.of_others[:MOST_OF_A_GROUP]]
        return found

    def left_out(self) -> dict[str, str]:
        """By group, how many more there are than the mail says; nothing where it says all."""
        groups = {
            "overdue": self.overdue, "coming": self.coming, "questions": self.questions, "of_others": self.of_others,
        }  # fmt: skip
        counts = {name: len(lines) - MOST_OF_A_GROUP for name, lines in groups.items()}
        return {
            f"more_{name}": ngettext("%(count)d more on the portal", "%(count)d more on the portal", count)
            % {"count": count}
            for name, count in counts.items()
            if count > 0
        }


def entry(line, *, today: date, names_organisation: bool) -> Entry:
    """What a digest says of one of its lines."""
    return Entry(
        heading=heading(line.reference, line.title, line.stage),
        due=when_of(line, today),
        facts=_facts(line.partner_name if names_organisation else "", line.by_when_text, line.moved_from),
        url=share_url(line.share_id),
        is_late=line.is_dated and line.due_on < today,
    )


def entry_of_share(share, *, today: date, names_organisation: bool) -> Entry:
    """What a mail says of a share when it is given to an organisation or comes back to it."""
    stage, action = share.deadline, share.deadline.action
    if stage.latest:
        due = due_words(stage.latest, today)
    else:
        due = deadlines.due_words(kind=stage.kind, latest=None, today=today, review_on=stage.review_on).words
    return Entry(
        heading=heading(action.reference, action.title, stage.label),
        due=due,
        facts=_facts(share.partner.short_name if names_organisation else "", stage.by_when_text, None),
        url=share_url(share.pk),
        is_late=stage.is_overdue(today),
    )


def _facts(organisation: str, by_when_text: str, moved_from: date | None) -> list[str]:
    facts = []
    if organisation:
        facts.append(_("Organisation: %(name)s") % {"name": organisation})
    if by_when_text:
        facts.append(_("By when, as agreed: “%(words)s”") % {"words": by_when_text})
    if moved_from:
        facts.append(_("Moved: was due on %(day)s") % {"day": long_day(moved_from)})
    return facts


def heading(reference: str, title: str, stage: str) -> str:
    if stage:
        return _("%(reference)s %(title)s: %(stage)s") % {"reference": reference, "title": title, "stage": stage}
    return _("%(reference)s %(title)s") % {"reference": reference, "title": title}


def when_of(line, today: date) -> str:
    """How late a line is or how soon it is due on the day of the mail; of what has no day, the question."""
    return due_words(line.due_on, today) if line.is_dated else _("How far is it, and does it still hold?")


def due_words(due_on: date, today: date) -> str:
    """How late something is, or how soon it is due. Due on the last possible day, overdue from the day after."""
    days = (due_on - today).days
    if days == 0:
        return _("due today")
    if days == 1:
        return _("due tomorrow")
    words = {"days": abs(days), "day": long_day(due_on)}
    if days < 0:
        return ngettext(
            "%(days)d day overdue, was due on %(day)s", "%(days)d days overdue, was due on %(day)s", -days
        ) % words  # fmt: skip
    return ngettext("due in %(days)d day, on %(day)s", "due in %(days)d days, on %(day)s", days) % words


def subject(groups: Groups, today: date) -> str:
    """How many and how late: what comes first in the mail comes first here, as much of it as 80 characters hold."""
    parts = [part for part in _subject_parts(groups, today) if part]
    said = parts[0]
    for part in parts[1:]:
        longer = _("%(first)s; %(then)s") % {"first": said, "then": part}
        if len(longer) > LONGEST_SUBJECT:
            break
        said = longer
    return said


def _subject_parts(groups: Groups, today: date) -> Iterable[str]:
    """What is overdue comes before what is coming, also elsewhere. The first part says what it counts."""
    has_overdue = bool(groups.overdue or groups.of_others)
    yield _overdue_part(groups.overdue, today)
    yield _others_part(groups.of_others, today, is_first=not groups.overdue)
    yield _coming_part(groups.coming, today, is_first=not has_overdue)
    yield _questions_part(groups.questions, is_first=not has_overdue and not groups.coming)


def _overdue_part(lines: Sequence, today: date) -> str:
    if not lines:
        return ""
    return ngettext(
        "%(count)d agreed action overdue by %(time)s",
        "%(count)d agreed actions overdue, the oldest by %(time)s",
        len(lines),
    ) % {"count": len(lines), "time": _days((today - lines[0].due_on).days)}


def _coming_part(lines: Sequence, today: date, *, is_first: bool) -> str:
    """Alike for all if they are due on one day; else what is due next is said of the next."""
    if not lines:
        return ""
    words = {"count": len(lines), "when": _soon((lines[0].due_on - today).days)}
    is_one_day = lines[0].due_on == lines[-1].due_on
    if is_first and is_one_day:
        return ngettext(
            "%(count)d agreed action due %(when)s", "%(count)d agreed actions due %(when)s", len(lines)
        ) % words  # fmt: skip
    if is_first:
        return _("%(count)d agreed actions coming up, the first due %(when)s") % words
    if is_one_day:
        return ngettext("%(count)d due %(when)s", "%(count)d due %(when)s", len(lines)) % words
    return _("%(count)d coming up, the first %(when)s") % words


def _questions_part(lines: Sequence, *, is_first: bool) -> str:
    count = len(lines)
    if not lines:
        return ""
    if is_first:
        return ngettext(
            "A question about %(count)d agreed action without a fixed day",
            "A question about %(count)d agreed actions without a fixed day",
            count,
        ) % {"count": count}
    return ngettext("%(count)d question", "%(count)d questions", count) % {"count": count}


def _others_part(lines: Sequence, today: date, *, is_first: bool) -> str:
    if not lines:
        return ""
    words = {"count": len(lines), "time": _days((today - lines[0].due_on).days)}
    if is_first:
        return ngettext(
            "%(count)d agreed action of others overdue by %(time)s",
            "%(count)d agreed actions of others overdue, the oldest by %(time)s",
            len(lines),
        ) % words  # fmt: skip
    # Follows what the reader's own organisations are late with.
    return ngettext("%(count)d elsewhere", "%(count)d elsewhere", len(lines)) % words


def _days(number: int) -> str:
    return ngettext("%(number)d day", "%(number)d days", number) % {"number": number}


def _soon(days: int) -> str:
    if days == 0:
        return _("today")
    if days == 1:
        return _("tomorrow")
    return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}


def action_url(meeting_code: str, number: int) -> str:
    """The page of an action, on which each organisation that owes it has a link to its form."""
    return settings.PORTAL_URL + reverse("action_detail", args=[meeting_code, number])


def share_url(share_id: int) -> str:
    """The form in which a share is answered and reported."""
    before, after = _share_url_around_its_number()
    return f"{settings.PORTAL_URL}{before}{share_id}{after}"


def shares_in(text: str) -> set[int]:
    """Which shares the lines of a mail (`lines_text`) lead to."""
    before, after = map(re.escape, _share_url_around_its_number())
    return {int(number) for number in re.findall(rf"{before}(\d+){after}", text)}


@functools.cache
def _share_url_around_its_number() -> tuple[str, str]:
    before, _number, after = reverse("share_report", args=[987654321]).partition("987654321")
    return before, after


def lines_text(entries: Iterable[Entry]) -> str:
    """The lines of a mail as plain text, with their addresses in full."""
    return "\n\n".join(
        "\n  ".join([f"* {entry.heading}", entry.due, *entry.facts, entry.url]) for entry in entries
    )  # fmt: skip


def lines_html(entries: Iterable[Entry]) -> SafeString:
    """The same as a list. Everything people wrote is escaped."""
    return mark_safe("\n".join(map(_entry_html, entries)))  # noqa: S308 - escaped piece by piece


def _entry_html(entry: Entry) -> str:
    facts = "".join(f"<br>\n{escape(fact)}" for fact in entry.facts)
    late = ' class="late"' if entry.is_late else ""
    return (
        f'<li{late}><a href="{escape(entry.url)}">'
        f'<bdi>{escape(entry.heading)}</bdi></a><br>\n<span class="due">{escape(entry.due)}</span>{facts}</li>'
    )
