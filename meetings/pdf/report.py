"""The report of a meeting as a PDF, from the plain values of `meetings.reports.snapshots`, never from the rows."""

import datetime
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from greencustoms.core import pdf
from meetings import deadlines
from meetings.choices import CompletionRule, Part
from meetings.pages import card_words

from . import common

LINES_ON_HALF_A_PAGE = 30
LONGEST_IN_HEADER = 90


@dataclass(frozen=True)
class Share:
    """As much of a share as the words of `card_words` need."""

    part: str
    partner_name: str
    is_inherited: bool


@dataclass
class Stage:
    position: int
    label: str
    by_when_text: str
    kind: str
    earliest: datetime.date | None
    latest: datetime.date | None
    is_inherited: bool
    event: str
    request_question: str
    shares: list[Share]
    has_unnamed_owner = False
    title: str = ""
    whom: list[card_words.Line] = field(default_factory=list)
    when: str = ""

    def names(self, part: str) -> str:
        return _(", ").join(share.partner_name for share in self.shares if share.part == part)

    @property
    def days_words(self) -> str:
        if self.latest is None:
            return ""
        if self.earliest is None:
            return _("until %(day)s") % {"day": deadlines.long_day(self.latest)}
        return deadlines.days_between(self.earliest, self.latest)

    @property
    def days_hint(self) -> str:
        """The days counted, unless the words say the same."""
        words = self.days_words
        return words if words and words not in self.when else ""


@dataclass
class SubItem:
    number: int
    text: str
    by_whom: str
    children: list["SubItem"] = field(default_factory=list)


@dataclass
class Action:
    number: int
    reference: str
    topic: str
    title: str
    text: str
    rule: str
    is_flagged: bool
    by_whom_text: str
    by_whom_note: str
    owner_is_inherited: bool
    session_by_whom: str
    session_by_when: str
    stages: list[Stage]
    blocks: list[tuple[str, list[SubItem]]]

    @property
    def has_stages(self) -> bool:
        return len(self.stages) > 1

    @property
    def direction(self) -> str:
        return common.direction(self.title + self.text)

    @property
    def is_short(self) -> bool:
        """Whether it fits on half a page, and so is never divided; longer ones begin where they stand."""
        words = [
            self.text,
            *(stage.when for stage in self.stages),
            *_texts(item for _b, some in self.blocks for item in some),
        ]
        return sum(1 + len(text) // 90 for text in words) + 3 * len(self.stages) <= LINES_ON_HALF_A_PAGE

    @property
    def whom_in_short(self) -> str:
        if self.by_whom_text:
            return card_words.quoted(self.by_whom_text)
        names = dict.fromkeys(
            share.partner_name for stage in self.stages for share in stage.shares if share.part == Part.LEAD
        )
        return _(", ").join(names)


@dataclass(frozen=True)
class PartOfReport:
    """A part with its own heading, bookmark and place in the header."""

    anchor: str
    kind: str
    title: str
    html: str = ""
    data: object = None

    @property
    def short_title(self) -> str:
        """As much of it as the header has room for."""
        return Truncator(self.title).chars(LONGEST_IN_HEADER)


def report_source(content: dict, *, draft_words: str = "", is_for_partners: bool = False) -> pdf.PdfSource:
    """The PDF of a report. `draft_words`, such as "Draft of version 2", stand in every header; empty when final.

    Who may read a report can change after it is final, so the caller says it and the PDF says of when that was.
    """
    with translation.override(settings.LANGUAGE_CODE):
        actions = _actions(content)
        first, last = common.day_of(content["starts_on"]), common.day_of(content["ends_on"])
        version = _("Version %(number)s") % {"number": content["version"]}
        context = {
            "title": content["title"],
            "language": settings.LANGUAGE_CODE,
            "days": deadlines.days_between(first, last) if first and last else "",
            "places": [place for place in (content["place"], content["city"]) if place],
            "host": content["host"],
            "number": content["number"],
            "code": content["code"].upper(),
            "version": draft_words or version,
            "is_draft": bool(draft_words),
            "for_partners": _for_partners() if is_for_partners else "",
            "is_invented": content["is_invented"],
            "header": pgettext("header of a report", "%(title)s · %(version)s")
            % {"title": Truncator(content["title"]).chars(LONGEST_IN_HEADER), "version": draft_words or version},
            "notice": _notice(content, is_for_partners),
            "direction": common.direction(content["title"]),
            "parts": _parts(content, actions),
            "action_count": len(content["actions"]),
        }
    return common.source("meetings/pdf/report.html", context, sheet="report")


def _notice(content: dict, is_for_partners: bool) -> str:
    notices = []
    if content["is_invented"]:
        notices.append(_("Invented for demonstration. No partner agreed to any of this."))
    if is_for_partners:
        notices.append(_for_partners())
    return " ".join(notices)


def _for_partners() -> str:
    return _("For the partners only when this PDF was made.")


def _parts(content: dict, actions: dict[int, list[Action]]) -> list[PartOfReport]:
    """In the order of the report; what has no words is left out."""
    everything = [action for some in actions.values() for action in some]
    parts = [
        _prose("introduction", _("Introduction"), content["introduction"]),
        _prose("opening", _("Opening"), content["opening"]),
    ]
    if content["matters_arising"]:
        parts.append(PartOfReport("matters-arising", "matters", _("Matters arising"), data=content["matters_arising"]))
    parts += [_session(row, actions.get(row["number"], [])) for row in content["sessions"]]
    parts.append(_prose("conclusion", _("Conclusion"), content["conclusion"]))
    parts.append(_prose("afterwards", _("After the meeting"), content["afterwards"]))
    if everything:
        everything.sort(key=lambda action: action.number)
        parts.append(PartOfReport("all-actions", "overview", _("Agreed actions at a glance"), data=everything))
    if content["attendance"] or content["attendance_note"]:
        note = common.prose(content["attendance_note"], id_prefix="attendance") if content["attendance_note"] else ""
        parts.append(PartOfReport("attendance", "attendance", _("Who took part"), note, content["attendance"]))
    if content["annexes"]:
        parts.append(PartOfReport("annexes", "annexes", _("Annexes"), data=content["annexes"]))
    return [part for part in parts if part is not None]


def _prose(anchor: str, title: str, text: str) -> PartOfReport | None:
    return PartOfReport(anchor, "prose", title, common.prose(text, id_prefix=anchor)) if text.strip() else None


def _session(row: dict, actions: list[Action]) -> PartOfReport:
    anchor = f"session-{row['number']}"
    held_on = common.day_of(row["held_on"])
    data = {
        "held_on": deadlines.long_day(held_on) if held_on else "",
        "by_whom": row["default_by_whom_text"],
        "by_when": row["default_by_when_text"],
        "footnotes": common.prose(row["footnotes"], id_prefix=f"{anchor}-notes") if row["footnotes"].strip() else "",
        "actions": actions,
    }
    title = _("%(number)s. %(title)s") % {"number": row["number"], "title": row["title"]}
    summary = common.prose(row["summary"], id_prefix=anchor) if row["summary"].strip() else ""
    return PartOfReport(anchor, "session", title, summary, data)


def _actions(content: dict) -> dict[int, list[Action]]:
    """The actions of each session, with the topic named where a new one begins."""
    sessions = {row["number"]: row for row in content["sessions"]}
    found: dict[int, list[Action]] = {}
    last_topic = None
    for row in sorted(content["actions"], key=lambda row: (row["session"], row["number"])):
        action = _action(row, sessions.get(row["session"], {}))
        if (row["session"], row["topic_heading"]) == last_topic:
            action.topic = ""
        last_topic = row["session"], row["topic_heading"]
        found.setdefault(row["session"], []).append(action)
    return found


def _action(row: dict, session: dict) -> Action:
    stages = [_stage(stage) for stage in row["stages"]]
    leads = [share for stage in stages for share in stage.shares if share.part == Part.LEAD]
    action = Action(
        number=row["number"],
        reference=row["reference"],
        topic=row["topic_heading"],
        title=row["title"],
        text=row["text"],
        rule="" if row["completion_rule"] == CompletionRule.ALL else CompletionRule(row["completion_rule"]).label,
        is_flagged=row["is_flagged"],
        by_whom_text=row["by_whom_text"],
        by_whom_note=row["by_whom_note"],
        owner_is_inherited=not row["by_whom_text"] and bool(leads) and all(share.is_inherited for share in leads),
        session_by_whom=session.get("default_by_whom_text", ""),
        session_by_when=session.get("default_by_when_text", ""),
        stages=stages,
        blocks=_blocks(row["sub_items"]),
    )
    for stage in stages:
        stage.title = card_words.stage_title(stage, action)
        stage.whom = card_words.by_whom(stage, action)
        stage.when = card_words.by_when(stage, action)
    return action


def _stage(row: dict) -> Stage:
    return Stage(
        position=row["position"],
        label=row["label"],
        by_when_text=row["by_when_text"],
        kind=row["kind"],
        earliest=common.day_of(row["earliest"]),
        latest=common.day_of(row["latest"]),
        is_inherited=row["is_inherited"],
        event=row["event"],
        request_question=row["request_question"],
        shares=[Share(share["part"], share["name"], share["is_inherited"]) for share in row["shares"]],
    )


def _texts(items: Iterable[SubItem]) -> Iterator[str]:
    for item in items:
        yield item.text
        yield from _texts(item.children)


def _blocks(rows: list[dict]) -> list[tuple[str, list[SubItem]]]:
    """The checklist as nested lists, part by part."""
    items: dict[int, SubItem] = {}
    top: list[tuple[str, SubItem]] = []
    for row in rows:
        by_whom = card_words.quoted(row["by_whom_text"]) if row["by_whom_text"] else ""
        item = items[row["number"]] = SubItem(row["number"], row["text"], by_whom)
        if row["parent"] in items:
            items[row["parent"]].children.append(item)
        else:
            top.append((row["block"], item))
    return [
        (block, [item for _block, item in some]) for block, some in itertools.groupby(top, key=lambda each: each[0])
    ]
