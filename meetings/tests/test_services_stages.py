"""Deadlines that hang on an event or a meeting, before and after it, and reminders of what was past when entered."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from greencustoms.core.models import AuditEvent
from greencustoms.core.tests.factories import UserFactory
from meetings.choices import DeadlineKind
from meetings.models import ActionShare, Notice
from meetings.reminders.planner import plan_reminders
from meetings.services import stages
from meetings.tests.factories import ActionShareFactory, DeadlineFactory, MeetingFactory
from partners.tests.factories import EventFactory, MembershipFactory

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2027, 5, 3), date(2027, 5, 14)


@pytest.fixture
def event():
    return EventFactory(starts_on=date(2027, 1, 1), ends_on=date(2027, 1, 2))


@pytest.fixture
def meeting():
    return MeetingFactory(draft=True, starts_on=date(2027, 1, 1), ends_on=date(2027, 1, 2))


def hanging(**facts):
    given = {"kind": DeadlineKind.EVENT, "by_when_text": "", "earliest": None, "latest": date(2027, 1, 2)}
    return DeadlineFactory(**{**given, **facts})


def move(row, by=None):
    row.starts_on, row.ends_on, row._history_user = FIRST, LAST, by
    row.save()


def days_of(deadline):
    deadline.refresh_from_db()
    return deadline.earliest, deadline.latest


@pytest.mark.parametrize(
    ("words", "offset", "expected"),
    [
        ("at the COP", 0, (FIRST, LAST)),
        ("by the COP", 0, (None, LAST)),
        ("before the COP", 0, (None, FIRST - timedelta(days=1))),
        ("two weeks before the COP", 0, (None, FIRST - timedelta(days=14))),
        ("well before the COP", -14, (None, FIRST - timedelta(days=14))),
        ("after the COP", 30, (None, LAST + timedelta(days=30))),
    ],
)
@pytest.mark.parametrize("link", ["event", "linked_meeting"])
def test_days_before_and_after_follow_an_event_or_a_meeting(link, words, offset, expected, event, meeting):
    row = event if link == "event" else meeting
    deadline = hanging(by_when_text=words, offset_days=offset, **{link: row})

    move(row)

    assert days_of(deadline) == expected


def test_moved_with_its_meeting_keeps_who_when_before_and_after(meeting):
    deadline, by = hanging(linked_meeting=meeting, review_on=date(2027, 4, 1)), UserFactory()

    move(meeting, by)

    deadline.refresh_from_db()
    audit = AuditEvent.objects.get(object_kind="meetings.Deadline")
    assert (audit.by, audit.did) == (by, "moved with its meeting")
    assert audit.before == {"earliest": "", "latest": "2027-01-02", "review_on": "2027-04-01"}
    assert audit.after == {"earliest": "2027-05-03", "latest": "2027-05-14", "review_on": ""}
    assert (deadline.review_on, deadline.version, deadline.history.first().history_user) == (None, 1, by)


@pytest.mark.parametrize(
    "facts", [{"edtf": "2027-01"}, {"kind": DeadlineKind.DAY}, {"linked_meeting": None}], ids=["written", "day", "none"]
)
def test_days_written_with_an_action_do_not_follow_a_meeting(facts, meeting):
    deadline = hanging(**{"linked_meeting": meeting, **facts})

    move(meeting)

    assert days_of(deadline) == (None, date(2027, 1, 2))


def test_meeting_saved_without_new_days_moves_nothing(meeting):
    deadline = hanging(linked_meeting=meeting, earliest=date(2027, 1, 1))

    meeting.title = "Another title"
    meeting.save()

    assert deadline.history.count() == 1


def test_moved_deadline_is_reminded_of_anew_and_the_old_day_never_twice(event):
    member = MembershipFactory(since=datetime(2020, 1, 1, tzinfo=UTC))
    deadline = hanging(event=event, by_when_text="by the COP", latest=event.ends_on)
    ActionShareFactory(deadline=deadline, partner=member.partner)
    plan_reminders(datetime(2026, 12, 28, 12, tzinfo=UTC))

    move(event)
    plan_reminders(datetime(2026, 12, 29, 12, tzinfo=UTC))
    plan_reminders(datetime(2027, 5, 10, 12, tzinfo=UTC))

    sent = Notice.objects.filter(is_collapsed=False).order_by("pk").values_list("due_on", "step")
    assert list(sent) == [(date(2027, 1, 2), "-7"), (LAST, "-7")]


# --- Past when entered ---

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def past(**facts):
    given = {"latest": date(2007, 5, 15), "entered_on": date(2026, 11, 1)}
    return DeadlineFactory(**{**given, **facts})


def test_past_deadline_reminds_once_somebody_reopens_it(secretariat):
    member = MembershipFactory(since=datetime(2020, 1, 1, tzinfo=UTC))
    share = ActionShareFactory(deadline=past(), partner=member.partner)
    assert plan_reminders(NOW) == 0

    stages.reopen_deadline(deadline=share.deadline, by=secretariat, version=0, reason="Still wanted.", now=NOW)

    assert plan_reminders(NOW + timedelta(days=3)) == 1
    assert list(ActionShare.objects.reminding()) == [share]


def test_reopening_keeps_who_when_and_why(secretariat):
    deadline, reason = past(), "Partners asked for it. " * 10

    stages.reopen_deadline(deadline=deadline, by=secretariat, version=0, reason=reason, now=NOW)

    deadline.refresh_from_db()
    record, audit = deadline.history.first(), AuditEvent.objects.get()
    assert (deadline.reopened_at, deadline.reopened_by, deadline.version) == (NOW, secretariat, 1)
    assert (record.history_user, len(record.history_change_reason)) == (secretariat, 100)
    assert (audit.did, audit.by, audit.after["reason"]) == ("reopened", secretariat, reason.strip())


@pytest.mark.parametrize(
    ("facts", "given", "code"),
    [
        ({}, {"reason": "  "}, "reason"),
        ({}, {"version": 7}, "changed_meanwhile"),
        ({"latest": date(2027, 1, 1)}, {}, "not_open"),
        ({"latest": None, "kind": DeadlineKind.ASAP, "review_on": date(2027, 1, 1)}, {}, "not_open"),
        ({"reopened_at": NOW}, {}, "not_open"),
    ],
    ids=["no reason", "version", "ahead", "reviewed later", "reopened"],
)
def test_only_what_was_past_when_entered_is_reopened_and_with_a_reason(facts, given, code, secretariat):
    deadline = past(**facts)

    with pytest.raises(ValidationError) as error:
        stages.reopen_deadline(deadline=deadline, by=secretariat, **{"version": 0, "reason": "Why.", **given})

    assert code in getattr(error.value, "error_dict", {}) or error.value.code == code


def test_only_those_who_keep_meetings_reopen_a_deadline():
    with pytest.raises(PermissionDenied):
        stages.reopen_deadline(deadline=past(), by=UserFactory(), version=0, reason="Please.")


@pytest.mark.parametrize(
    "facts",
    [
        {}, {"latest": date(2026, 11, 1)}, {"latest": date(2026, 10, 31)}, {"reopened_at": NOW},
        {"latest": None, "kind": DeadlineKind.ASAP}, {"latest": None, "kind": "asap", "review_on": date(2007, 4, 1)},
    ],
)  # fmt: skip
def test_row_and_queryset_say_the_same_of_what_was_past_when_entered(facts):
    share = ActionShareFactory(deadline=past(**facts))

    found = ActionShare.objects.with_past_when_entered().get()

    assert bool(found.is_past_when_entered) is share.deadline.is_past_when_entered
