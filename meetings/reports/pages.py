"""A report as pages show it, place by place, made of what a final version keeps (`snapshots`). No database."""

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from greencustoms.core.text import to_html
from meetings import deadlines
from meetings.choices import CompletionRule, Part, RequestKind
from meetings.pages import card_words
from meetings.reports import places as report_places

SESSION_LEVEL, ACTION_LEVEL = 2, 3


@dataclass(slots=True)
class Place:
    """One place of a report: Markdown text, facts as label and words, and items of a list."""

    key: str
    heading: str
    level: int = SESSION_LEVEL
    text: str = ""
    footnotes: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)
    items: list[str] = field(default_factory=list)

    @property
    def is_session(self) -> bool:
        return self.key.startswith("session-")

    @property
    def html(self) -> SafeString:
        return to_html(self.text, id_prefix=self.key, top_level=self.level + 1)

    @property
    def footnotes_html(self) -> SafeString:
        return to_html(self.footnotes, id_prefix=f"{self.key}-notes", top_level=self.level + 1)

    @property
    def lines(self) -> list[str]:
        """The words as written, paragraph by paragraph, for comparing."""
        texts = [line.strip() for text in (self.text, self.footnotes) for line in text.splitlines() if line.strip()]
        facts = [_("%(label)s: %(words)s") % {"label": label, "words": words} for label, words in self.facts]
        return [self.heading, *texts, *facts, *self.items]


def places_of(content: dict) -> list[Place]:
    """The places of a version in the order of the report; empty ones are left out."""
    return [place for place in _places(content) if place.is_session or place.text or place.facts or place.items]


def _places(content: dict) -> Iterator[Place]:
    yield Place("meeting", _("Meeting"), facts=_meeting_facts(content))
    yield Place("introduction", _("Introduction"), text=content["introduction"])
    yield Place("opening", _("Opening"), text=content["opening"])
    actions: dict[int, list[dict]] = defaultdict(list)
    for action in content["actions"]:
        actions[action["session"]].append(action)
    for session in content["sessions"]:
        yield _session(session)
        for action in actions[session["number"]]:
            yield _action(action)
    yield Place("conclusion", _("Conclusion"), text=content["conclusion"])
    yield Place("afterwards", _("After the meeting"), text=content["afterwards"])
    yield Place(
        "attendance", _("Who took part"), text=content["attendance_note"],
        items=[_with_note(row["organisation"], row["note"]) for row in content["attendance"]],
    )  # fmt: skip
    yield Place(
        "matters", _("Matters arising"),
        items=[_with_note(f"{row['reference']} {row['title']}", row["note"]) for row in content["matters_arising"]],
    )  # fmt: skip
    yield Place("annexes", _("Annexes"), items=[_annex(row) for row in content["annexes"]])
    yield Place("source", _("Source"), text=content["source"])


def _meeting_facts(content: dict) -> list[tuple[str, str]]:
    days = deadlines.days_between(_day(content["starts_on"]), _day(content["ends_on"]))
    where = _(", ").join(part for part in (content["place"], content["city"], content["country"]) if part)
    facts = [
        (_("Title"), content["title"]),
        (_("Number"), str(content["number"] or "")),
        (_("Days"), days),
        (_("Place"), where),
        (_("Host"), content["host"]),
    ]
    return [(label, words) for label, words in facts if words]


def _session(session: dict) -> Place:
    facts = [
        (_("Held on"), deadlines.long_day(_day(session["held_on"])) if session["held_on"] else ""),
        (_("Said for all its actions: by whom"), _quoted(session["default_by_whom_text"])),
        (_("Said for all its actions: by when"), _quoted(session["default_by_when_text"])),
    ]
    return Place(
        f"session-{session['number']}", report_places.session_words(session["number"], session["title"]),
        text=session["summary"], footnotes=session["footnotes"],
        facts=[(label, words) for label, words in facts if words],
    )  # fmt: skip


def _action(action: dict) -> Place:
    facts = [
        (_("Reference"), action["reference"]),
        (_("Topic"), action["topic_heading"]),
        (_("By whom"), _quoted(action["by_whom_text"])),
        (_("How “by whom” was read"), action["by_whom_note"]),
        (_("Done when done by"), str(CompletionRule(action["completion_rule"]).label)),
        (_("Needs evidence"), _("yes") if action["is_flagged"] else ""),
    ]
    several = len(action["stages"]) > 1
    for stage in action["stages"]:
        facts += _stage_facts(stage, several)
    return Place(
        f"action-{action['number']}", report_places.action_words(action["number"], action["title"]), ACTION_LEVEL,
        text=action["text"], facts=[(label, words) for label, words in facts if words],
        items=[_sub_item(row) for row in action["sub_items"]],
    )  # fmt: skip


def _stage_facts(stage: dict, several: bool) -> Iterator[tuple[str, str]]:
    label = stage["label"] or str(stage["position"])

    def named(words: str) -> str:
        return _("%(what)s (%(stage)s)") % {"what": words, "stage": label} if several else words

    yield named(_("By when")), _quoted(stage["by_when_text"])
    yield named(_("As days")), _days(stage)
    yield named(_("Hangs on")), stage["event"]
    yield named(_("How it was read")), stage["reading_note"]
    for part in Part:
        names = [_share(share) for share in stage["shares"] if share["part"] == part]
        yield named(PART_WORDS[part]()), _(", ").join(names)
    if stage["request_kind"]:
        yield named(str(RequestKind(stage["request_kind"]).label).capitalize()), stage["request_question"]


PART_WORDS = {
    Part.LEAD: lambda: _("In the lead"),
    Part.CONTRIBUTES: lambda: _("Contributing"),
    Part.CONSULTED: lambda: _("Consulted"),
}


def _days(stage: dict) -> str:
    if not stage["latest"]:
        return ""
    latest = _day(stage["latest"])
    if stage["earliest"]:
        return deadlines.days_between(_day(stage["earliest"]), latest)
    return _("by %(day)s") % {"day": deadlines.long_day(latest)}


def _share(share: dict) -> str:
    if share["via_group"]:
        return _("%(name)s (as a member of %(group)s)") % {"name": share["name"], "group": share["via_group"]}
    return share["name"]


def _sub_item(row: dict) -> str:
    return _with_note(row["text"], _quoted(row["by_whom_text"]))


def _annex(row: dict) -> str:
    title = _("%(label)s: %(title)s") % row if row["label"] else row["title"]
    return _with_note(title, row["file_name"] or row["note"])


def _with_note(words: str, note: str) -> str:
    return _("%(words)s (%(note)s)") % {"words": words, "note": note} if note else words


def _quoted(words: str) -> str:
    return card_words.quoted(words) if words else ""


def _day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)
