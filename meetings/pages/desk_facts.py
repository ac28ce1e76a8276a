"""What the desk shows of reports that are being written: the facts behind `completeness`, in few statements."""

from collections import defaultdict
from collections.abc import Iterable

from meetings.by_when import ByWhen
from meetings.models import AgreedAction, Annex, Attendance, Deadline, Meeting, MeetingSession
from meetings.rules.completeness import ActionFacts, Gap, ReportFacts, SessionFacts, StageFacts, gaps
from partners.choices import Standing

STAGE_COLUMNS = (
    "action_id", "pk", "kind", "latest", "review_on", "by_when_text", "label", "shares__part",
    "shares__partner__standing",
)  # fmt: skip


def gaps_of(meetings: Iterable[Meeting]) -> dict[int, list[Gap]]:
    """What is missing in each of these reports. Six statements, however many and however long they are."""
    meetings = list(meetings)
    if not meetings:
        return {}
    keys = [meeting.pk for meeting in meetings]
    sessions = _sessions(meetings)
    actions = _actions(keys)
    attendance = defaultdict(int)
    for key in Attendance.objects.filter(meeting__in=keys).order_by().values_list("meeting", flat=True):
        attendance[key] += 1
    without_file = defaultdict(list)
    rows = Annex.objects.filter(meeting__in=keys, file=None, is_held=False, note="").order_by("number")
    for key, number in rows.values_list("meeting", "number"):
        without_file[key].append(number)
    return {
        meeting.pk: gaps(
            ReportFacts(
                has_place=bool(meeting.city or meeting.place),
                has_host=meeting.host_id is not None,
                has_introduction=bool(meeting.introduction),
                has_conclusion=bool(meeting.conclusion),
                attendance=attendance[meeting.pk],
                sessions=tuple(sessions[meeting.pk]),
                actions=tuple(actions[meeting.pk]),
                annexes_without_file=tuple(without_file[meeting.pk]),
            )
        )
        for meeting in meetings
    }


def _sessions(meetings: list[Meeting]) -> dict[int, list[SessionFacts]]:
    last_days = {meeting.pk: meeting.ends_on for meeting in meetings}
    found = defaultdict(list)
    rows = MeetingSession.objects.filter(meeting__in=last_days).prefetch_related("default_owners").order_by("number")
    for session in rows:
        words = session.default_by_when_text
        found[session.meeting_id].append(
            SessionFacts(
                number=session.number,
                has_summary=bool(session.summary),
                said_by_when=bool(words),
                is_by_when_read=ByWhen.read(words, after=last_days[session.meeting_id]).problem is None,
                said_by_whom=bool(session.default_by_whom_text),
                has_owners=bool(session.default_owners.all()),
            )
        )
    return found


def _actions(meeting_ids: list[int]) -> dict[int, list[ActionFacts]]:
    stages: dict[int, dict[int, list]] = defaultdict(dict)
    rows = Deadline.objects.filter(action__meeting__in=meeting_ids).order_by("action_id", "position")
    for action, pk, kind, latest, review_on, words, label, part, standing in rows.values_list(*STAGE_COLUMNS):
        facts = (kind, latest is not None, review_on is not None, bool(words), label)
        _facts, shares = stages[action].setdefault(pk, (facts, []))
        if part is not None:
            shares.append((part, standing == Standing.GROUP))
    found = defaultdict(list)
    actions = AgreedAction.objects.filter(meeting__in=meeting_ids).order_by("number")
    for pk, meeting, number, session, text in actions.values_list(
        "pk", "meeting_id", "number", "session__number", "text"
    ):
        mine = tuple(StageFacts(*facts, tuple(shares)) for facts, shares in stages[pk].values())
        found[meeting].append(ActionFacts(number, session, bool(text), mine))
    return found
