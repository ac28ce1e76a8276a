"""Loads the meeting of 2007 and the invented example from files of the project.

Safe to run again on a live site: a meeting that exists stays as it is, since people may have changed it.
"""

import csv
import datetime
import re
import tomllib
from pathlib import Path

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from greencustoms.core import publication
from partners.models import Event, Membership, Partner

from . import deadlines
from .by_when import ByWhen
from .choices import Acceptance, DeadlineKind, Part, Progress
from .models import (
    ActionShare,
    AgreedAction,
    Annex,
    Attendance,
    Deadline,
    Meeting,
    MeetingSession,
    SubItem,
    unlocked,
)  # fmt: skip
from .services import reports, shares

DATA = Path(__file__).resolve().parent / "data"
ALL_PARTNERS = "gci-partners"
INVENTED_PERSON = "invented-partner-staff@example.invalid"

READ_FROM_TEXT = "Read from the text of the action; the report gives it no “by when” line."
YEAR_INFERRED = "The year is not written; it is taken from the meeting."
INHERITED = "The report states no date here; this one was said once for the whole session."
ACTOR_FROM_TEXT = "Who acts in this stage follows from the text of the action, not from its “by whom” line."
REFERENCE_ONLY = "The month written with it is when the first workshops take place, not a last day."
OWNER_FROM_TEXT = "Read from the text of the action; the report gives it no “by whom” line."


@transaction.atomic
@unlocked()
def load_meeting_2007(today: datetime.date | None = None) -> Meeting:
    """The Third Partners' Meeting with its 17 actions. Its deadlines were past when entered, so none reminds."""
    content = _read(DATA / "gci-2007-03" / "meeting.toml")
    existing = Meeting.objects.filter(code=content["code"]).first()
    if existing:
        reports.keep_first_version(meeting=existing)
        return existing
    meeting = _create_meeting(content, starts_on=content["starts_on"], ends_on=content["ends_on"])
    sessions = _create_sessions(meeting, content)
    groups = _groups(content)
    entered_on = today or timezone.localdate()
    stages_by_number: dict[int, list[dict]] = {}
    for row in _csv(DATA / "gci-2007-03" / "actions.csv"):
        stages_by_number.setdefault(int(row["number"]), []).append(row)
    for number, rows in stages_by_number.items():
        action = _create_action_2007(meeting, sessions, number, rows, groups)
        if inherited := rows[0]["inherited_by_whom_slugs"]:
            action.session.default_owners.add(*map(_partner, inherited.split(";")))
        for row in rows:
            deadline = _create_deadline_2007(action, row, entered_on)
            _create_shares_2007(deadline, row)
    _create_sub_items(meeting, _csv(DATA / "gci-2007-03" / "sub_items.csv"))
    reports.keep_first_version(meeting=meeting)
    publication.raise_version()
    return meeting


@transaction.atomic
@unlocked()
def load_example_meeting(today: datetime.date) -> Meeting:
    """The invented meeting, six weeks before the loading day, with deadlines around that day and some progress."""
    content = _read(DATA / "example" / "meeting.toml")
    existing = Meeting.objects.filter(code=content["code"]).first()
    if existing:
        reports.keep_first_version(meeting=existing)
        return existing
    meeting = _create_meeting(
        content, starts_on=_day(today, content["starts_days"]), ends_on=_day(today, content["ends_days"])
    )
    sessions = _create_sessions(meeting, content, today)
    person = _invented_person()
    moment = datetime.datetime.combine(today, datetime.time(9), datetime.UTC) - datetime.timedelta(days=4)
    for item in content["actions"]:
        action = AgreedAction.objects.create(
            meeting=meeting,
            session=sessions[item["session"]],
            number=item["number"],
            topic_heading=item["topic_heading"],
            title=item["title"],
            text=item["text"],
            by_whom_text=item["by_whom_text"],
            completion_rule=item["completion_rule"],
            is_flagged=item["is_flagged"],
            is_for_each_partner={"partner": ALL_PARTNERS, "part": Part.LEAD} in item["owners"],
        )
        stages = [
            _create_example_deadline(action, position, row, today)
            for position, row in enumerate(item["deadlines"], start=1)
        ]
        for deadline in stages:
            for part in Part:
                for owner in item["owners"]:
                    if owner["part"] == part:
                        _create_shares(deadline, [owner["partner"]], part)
        for row in item.get("shares", []):
            _play_progress(stages[row["stage"] - 1], row, person, moment)
    reports.keep_first_version(meeting=meeting)
    publication.raise_version()
    return meeting


def _create_meeting(content: dict, *, starts_on, ends_on) -> Meeting:
    sections = content["sections"]
    meeting = Meeting.objects.create(
        code=content["code"],
        title=content["title"],
        number=content.get("number"),
        starts_on=starts_on,
        ends_on=ends_on,
        city=content.get("city", ""),
        country=content.get("country", ""),
        place=content.get("place", ""),
        host=_partner(content["host"]),
        introduction=_text(sections.get("introduction")),
        opening=_text(sections.get("opening")),
        conclusion=_text(sections.get("conclusion")),
        afterwards=_text(sections.get("launch")),
        state=content["state"],
        report_version=content["version"],
        visibility=content["visibility"],
        is_invented=content["is_invented"],
        attendance_note=_text(content.get("attendance_note")),
        source=content["source"],
    )
    meeting.partners.set([_partner(slug) for slug in content["partners"]])
    for row in content.get("attendance", []):
        Attendance.objects.create(meeting=meeting, partner=_partner(row["partner"]), note=row["note"])
    for number, row in enumerate(content.get("annexes", []), start=1):
        Annex.objects.create(meeting=meeting, number=number, **row)
    return meeting


def _create_sessions(meeting: Meeting, content: dict, today: datetime.date | None = None) -> dict[int, MeetingSession]:
    footnotes: dict[int, list[str]] = {}
    for note in content.get("footnotes", []):
        footnotes.setdefault(note["session"], []).append(f"{note['number']}. {note['text']}")
    return {
        row["number"]: MeetingSession.objects.create(
            meeting=meeting,
            number=row["number"],
            title=row["title"],
            held_on=row.get("held_on") or _day(today, row["held_days"]),
            summary=_text(row["summary"]),
            footnotes="\n".join(footnotes.get(row["number"], [])),
            default_by_whom_text=row.get("default_by_whom_text", ""),
            default_by_when_text=row.get("default_by_when_text", ""),
        )
        for row in content["sessions"]
    }


def _groups(content: dict) -> dict[str, str]:
    """Gives groups their members where nobody has yet, and returns what the report says of each group."""
    for row in content.get("groups", []):
        group = _partner(row["slug"])
        if not group.members.exists():
            group.members.set([_partner(slug) for slug in row["members"]])
    return {row["slug"]: row["note"] for row in content.get("groups", [])}


def _create_action_2007(meeting, sessions, number: int, rows: list[dict], groups: dict[str, str]) -> AgreedAction:
    first = rows[0]
    texts = dict.fromkeys(re.sub(r" Stage: .*$", "", row["paraphrase"]) for row in rows)
    note = ""
    if not first["by_whom_verbatim"]:
        inherited = first["inherited_by_whom_slugs"]
        note = groups.get(inherited, "") if inherited and not first["by_whom_slugs"] else OWNER_FROM_TEXT
    return AgreedAction.objects.create(
        meeting=meeting,
        session=sessions[int(first["session"])],
        number=number,
        topic_heading=first["own_heading"] or first["group_heading"],
        title=first["title"],
        text=" ".join(texts),
        by_whom_text=first["by_whom_verbatim"],
        by_whom_note=note,
        completion_rule=first["completion_rule"],
        is_flagged=first["is_flagged"] == "yes",
        is_for_each_partner=any(ALL_PARTNERS in row["by_whom_slugs"].split(";") for row in rows),
        note=" ".join(dict.fromkeys(row["note"] for row in rows if row["note"])),
    )


def _create_deadline_2007(action: AgreedAction, row: dict, entered_on: datetime.date) -> Deadline:
    kind = DeadlineKind(row["kind"])
    is_inherited = not row["by_when_verbatim"] and bool(row["inherited_edtf"])
    edtf = row["inherited_edtf"] if is_inherited else row["edtf"]
    earliest = latest = None
    if is_inherited:
        latest = ByWhen.from_edtf(edtf).latest
    elif row["due_latest"]:
        latest = datetime.date.fromisoformat(row["due_latest"])
        earliest = ByWhen.read(row["by_when_verbatim"], after=action.meeting.ends_on).earliest
    is_read_from_text = row["by_when_basis"] == "action text"
    notes = [
        words
        for words, is_true in (
            (INHERITED, is_inherited),
            (READ_FROM_TEXT, is_read_from_text),
            (YEAR_INFERRED, row["year_inferred"] == "yes"),
            (ACTOR_FROM_TEXT, row["by_whom_basis"] == "action text" and row["by_whom_verbatim"]),
            (REFERENCE_ONLY, row["edtf_role"] == "reference"),
        )
        if is_true
    ]
    return Deadline.objects.create(
        action=action,
        position=int(row["stage"]),
        label=row["stage_label"],
        by_when_text=row["by_when_verbatim"],
        kind=kind,
        earliest=earliest,
        latest=latest,
        edtf=edtf,
        is_inherited=is_inherited,
        is_read_from_text=is_read_from_text,
        event=Event.objects.get(slug=row["event"]) if row["event"] else None,
        review_on=None if latest else deadlines.review_day(kind, action.meeting.ends_on),
        reading_note=" ".join(notes),
        entered_on=entered_on,
    )


def _create_shares_2007(deadline: Deadline, row: dict) -> None:
    slugs = row["by_whom_slugs"] or row["inherited_by_whom_slugs"]
    _create_shares(deadline, slugs.split(";"), Part.LEAD, is_inherited=not row["by_whom_slugs"])
    if row["supporting_slugs"]:
        is_consulted = "in consultation with" in row["by_whom_verbatim"].casefold()
        part = Part.CONSULTED if is_consulted else Part.CONTRIBUTES
        _create_shares(deadline, row["supporting_slugs"].split(";"), part)


def _create_shares(deadline: Deadline, slugs: list[str], part: Part, *, is_inherited: bool = False) -> None:
    """One share for each organisation named. Whoever is in the lead gets no second share for helping.

    "The partners" stands for those of the meeting's day, a group for its members, a group without any for itself.
    """
    taken = set(deadline.shares.values_list("partner_id", flat=True))
    for slug in slugs:
        owner = _partner(slug)
        via_group = None
        if slug == ALL_PARTNERS:
            members = list(deadline.action.meeting.partners.all())
        else:
            members = list(owner.members.all()) if owner.is_group else []
            via_group = owner if members else None
        for partner in members or [owner]:
            if partner.pk not in taken:
                taken.add(partner.pk)
                ActionShare.objects.create(
                    deadline=deadline, partner=partner, part=part, via_group=via_group, is_inherited=is_inherited
                )


def _create_sub_items(meeting: Meeting, rows: list[dict]) -> None:
    actions = {action.number: action for action in meeting.actions.all()}
    made: dict[tuple[str, str], SubItem] = {}
    for row in rows:
        made[row["number"], row["sub_number"]] = SubItem.objects.create(
            action=actions[int(row["number"])],
            number=int(row["sub_number"]),
            parent=made.get((row["number"], row["parent_sub_number"])),
            block=row["block"],
            text=row["paraphrase"],
            by_whom_text=row["action_verbatim"],
        )


def _create_example_deadline(action: AgreedAction, position: int, row: dict, today: datetime.date) -> Deadline:
    kind = DeadlineKind(row["kind"])
    latest = _day(today, row["latest_days"]) if "latest_days" in row else None
    earliest = _day(today, row["earliest_days"]) if "earliest_days" in row else None
    words = {"latest": latest and deadlines.long_day(latest), "earliest": earliest and deadlines.long_day(earliest)}
    edtf = latest.isoformat() if latest else ""
    if kind == DeadlineKind.MONTH:
        words["month"] = date_format(latest, "F Y")
        edtf = f"{latest:%Y-%m}"
        latest = deadlines.last_of_month(latest)
    elif earliest and earliest != latest:
        edtf = f"{earliest}/{latest}"
    return Deadline.objects.create(
        action=action,
        position=position,
        label=row["label"],
        by_when_text=row["by_when_text"].format(**words),
        kind=kind,
        earliest=earliest,
        latest=latest,
        edtf=edtf,
        review_on=None if latest else deadlines.review_day(kind, action.meeting.ends_on),
        entered_on=action.meeting.ends_on,
    )


def _play_progress(deadline: Deadline, row: dict, person, moment: datetime.datetime) -> None:
    """The invented progress goes through the services, and so obeys the rules."""
    share = deadline.shares.get(partner__slug=row["partner"])
    # Only staff of the organisation may act on its share, so the invented person is that for a moment.
    membership = Membership.objects.create(user=person, partner=share.partner)

    def play(service, **what):
        service(share=share, by=person, version=share.version, now=moment, **what)

    if row["acceptance"] == Acceptance.DECLINED:
        play(shares.decline_share, reason=row["reason"])
    elif row["acceptance"] == Acceptance.NOT_APPLICABLE:
        play(shares.set_not_applicable, reason=row["reason"])
    elif row["acceptance"] == Acceptance.ACCEPTED:
        play(shares.accept_share)
    if row["progress"] == Progress.IN_PROGRESS:
        play(shares.start_share, what_was_done=row.get("what_was_done", ""))
    elif row["progress"] == Progress.DONE:
        play(shares.report_done, what_was_done=row["what_was_done"])
    membership.delete()


def _invented_person():
    """Whoever "reported" the invented progress: an account that nobody can sign in with and no mail goes to."""
    person, is_new = get_user_model().objects.get_or_create(
        email=INVENTED_PERSON, defaults={"name": "Invented partner staff", "is_active": False}
    )
    if is_new:
        person.set_unusable_password()
        person.save(update_fields=["password"])
    return person


def _partner(slug: str) -> Partner:
    return Partner.objects.get(slug=slug)


def _day(today: datetime.date, days: int) -> datetime.date:
    return today + datetime.timedelta(days=days)


def _text(text: str | None) -> str:
    return (text or "").strip()


def _read(path: Path) -> dict:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
