"""A report word for word as plain values, which is what a final version keeps and what its PDF is made of.

What a partner did about an action is no part of the report, so it is not in here. `SCHEMA` is raised when the shape
changes; versions kept in an older shape stay as they are.
"""

from collections import defaultdict

from meetings.choices import StoredState
from meetings.models import ActionShare, Deadline, Meeting, SubItem
from meetings.pages import cards as pages
from partners.models import Partner

SCHEMA = 1


def of(meeting: Meeting) -> dict:
    """The whole report in values that JSON knows; days as ISO text. Nine statements, however long the report is.

    Actions that were only proposed are not part of it. NUL characters, which PostgreSQL does not keep, become U+FFFD.
    """
    host = Partner.objects.filter(hosted_meetings=meeting).first()
    return _clean(
        {
            "schema": SCHEMA,
            "code": meeting.code,
            "title": meeting.title,
            "number": meeting.number,
            "version": meeting.report_version,
            "starts_on": meeting.starts_on,
            "ends_on": meeting.ends_on,
            "place": meeting.place,
            "city": meeting.city,
            "country": meeting.country,
            "time_zone": meeting.time_zone,
            "host": host.name if host else "",
            "is_invented": meeting.is_invented,
            "visibility": meeting.visibility,
            "introduction": meeting.introduction,
            "opening": meeting.opening,
            "conclusion": meeting.conclusion,
            "afterwards": meeting.afterwards,
            "source": meeting.source,
            "attendance_note": meeting.attendance_note,
            "attendance": _attendance(meeting),
            "matters_arising": _matters_arising(meeting),
            "sessions": list(meeting.sessions.order_by("number").values(*SESSION_COLUMNS)),
            "actions": _actions(meeting),
            "annexes": _annexes(meeting),
        }
    )


SESSION_COLUMNS = (
    "number", "title", "held_on", "summary", "footnotes", "default_by_whom_text", "default_by_when_text",
)  # fmt: skip
ACTION_COLUMNS = (
    "number", "topic_heading", "title", "text", "by_whom_text", "by_whom_note", "completion_rule", "is_flagged",
)  # fmt: skip
STAGE_COLUMNS = (
    "position", "label", "by_when_text", "kind", "earliest", "latest", "edtf", "is_inherited", "is_read_from_text",
    "reading_note", "request_kind", "request_question",
)  # fmt: skip


def _attendance(meeting) -> list[dict]:
    rows = meeting.attendance.select_related("partner").order_by("partner__sort_key", "pk")
    return [{"organisation": row.partner.name, "short_name": row.partner.short_name, "note": row.note} for row in rows]


def _matters_arising(meeting) -> list[dict]:
    rows = meeting.matters_arising.order_by("-action__meeting__starts_on", "action__meeting", "action__number")
    return [
        {"reference": pages.reference(code, number), "title": title, "note": note}
        for code, number, title, note in rows.values_list(
            "action__meeting__code", "action__number", "action__title", "note"
        )
    ]


def _actions(meeting) -> list[dict]:
    stages, sub_items = _stages(meeting), _sub_items(meeting)
    rows = meeting.actions.exclude(stored_state=StoredState.PROPOSED).order_by("number")
    return [
        {
            **{name: row[name] for name in ACTION_COLUMNS},
            "reference": pages.reference(_code_in_force(meeting), row["number"]),
            "session": row["session__number"],
            "sub_items": sub_items[row["pk"]],
            "stages": stages[row["pk"]],
        }
        for row in rows.values("pk", "session__number", *ACTION_COLUMNS)
    ]


def _code_in_force(meeting) -> str:
    """A working copy cites the report it revises: gci-2007-03, not gci-2007-03-v2."""
    return meeting.revises.code if meeting.revises_id else meeting.code


def _sub_items(meeting) -> dict[int, list[dict]]:
    found: dict[int, list[dict]] = defaultdict(list)
    rows = SubItem.objects.filter(action__meeting=meeting).order_by("action_id", "number")
    for action_id, number, parent, block, text, by_whom_text in rows.values_list(
        "action_id", "number", "parent__number", "block", "text", "by_whom_text"
    ):
        found[action_id].append(
            {"number": number, "parent": parent, "block": block, "text": text, "by_whom_text": by_whom_text}
        )
    return found


def _stages(meeting) -> dict[int, list[dict]]:
    shares = _shares(meeting)
    found: dict[int, list[dict]] = defaultdict(list)
    rows = Deadline.objects.filter(action__meeting=meeting).order_by("action_id", "position")
    for row in rows.values("pk", "action_id", "event__name", "linked_meeting__title", *STAGE_COLUMNS):
        found[row["action_id"]].append(
            {
                **{name: row[name] for name in STAGE_COLUMNS},
                "event": row["event__name"] or row["linked_meeting__title"] or "",
                "shares": shares[row["pk"]],
            }
        )
    return found


def _shares(meeting) -> dict[int, list[dict]]:
    found: dict[int, list[dict]] = defaultdict(list)
    rows = ActionShare.objects.filter(deadline__action__meeting=meeting).select_related("partner", "via_group")
    for share in rows.order_by("deadline_id", "partner__sort_key", "pk"):
        found[share.deadline_id].append(
            {
                "partner": share.partner.slug,
                "name": share.partner.short_name,
                "part": share.part,
                "via_group": share.via_group.short_name if share.via_group else "",
                "is_inherited": share.is_inherited,
            }
        )
    return found


def _annexes(meeting) -> list[dict]:
    columns = ("number", "label", "title", "is_held", "note", "file__file_name", "file__sha256")
    return [
        {
            "number": number, "label": label, "title": title, "is_held": is_held, "note": note,
            "file_name": file_name or "", "file_sha256": sha256 or "",
        }
        for number, label, title, is_held, note, file_name, sha256 in (
            meeting.annexes.order_by("number").values_list(*columns)
        )
    ]  # fmt: skip


def _clean(value):
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    # A plain str also where a choice stands: what comes back from the database is compared with this.
    return str(value).replace("\x00", "\ufffd") if isinstance(value, str) else value
