from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from greencustoms.core.tests.factories import UserFactory
from meetings.choices import Acceptance, DeadlineKind, Progress
from meetings.models import ActionShare, AgreedAction, Annex, Attendance, Deadline, Notice, SubItem, unlocked
from meetings.tests.factories import (
    ActionShareFactory,
    AgreedActionFactory,
    DeadlineFactory,
    MeetingFactory,
    MeetingSessionFactory,
)
from partners.tests.factories import PartnerFactory

pytestmark = pytest.mark.django_db


def breaks(name):
    return pytest.raises(IntegrityError, match=rf"{name}|UNIQUE constraint failed")


def test_meeting_cannot_end_before_it_starts():
    with breaks("meeting_ends_after_it_starts"), transaction.atomic():
        MeetingFactory(starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 1))


@unlocked()
def annex(meeting):
    return Annex.objects.create(meeting=meeting, number=1, title="Agenda")


@unlocked()
def sub_item(action):
    return SubItem.objects.create(action=action, number=1, text="A point.")


@unlocked()
def attendance(meeting, partner):
    return Attendance.objects.create(meeting=meeting, partner=partner)


@pytest.mark.parametrize(
    ("name", "columns", "first", "again"),
    [
        (
            "session_number_once", "meeting_id, number", MeetingSessionFactory,
            lambda row: MeetingSessionFactory(meeting=row.meeting, number=row.number),
        ),
        (
            "action_number_once", "meeting_id, number", AgreedActionFactory,
            lambda row: AgreedActionFactory(meeting=row.meeting, number=row.number),
        ),
        (
            "deadline_position_once", "action_id, position", DeadlineFactory,
            lambda row: DeadlineFactory(action=row.action, position=row.position),
        ),
        ("annex_number_once", "meeting_id, number", lambda: annex(MeetingFactory()), lambda row: annex(row.meeting)),
        (
            "subitem_number_once", "action_id, number", lambda: sub_item(AgreedActionFactory()),
            lambda row: sub_item(row.action),
        ),
        (
            "attendance_once", "meeting_id, partner_id",
            lambda: attendance(MeetingFactory(), PartnerFactory()),
            lambda row: attendance(row.meeting, row.partner),
        ),
    ],
)  # fmt: skip
def test_number_or_position_is_used_once(name, columns, first, again):
    row = first()
    # PostgreSQL names the constraint, SQLite its columns.
    table = row._meta.db_table
    in_sqlite = ", ".join(f"{table}.{column}" for column in columns.split(", "))

    with pytest.raises(IntegrityError, match=rf"{name}|UNIQUE constraint failed: {in_sqlite}$"), transaction.atomic():
        again(row)


def test_deadline_cannot_begin_after_its_last_day():
    with breaks("deadline_latest_not_before_earliest"), transaction.atomic():
        DeadlineFactory(earliest=date(2026, 3, 2), latest=date(2026, 3, 1))


def test_deadline_of_a_dated_kind_has_a_last_day():
    DeadlineFactory(kind=DeadlineKind.ASAP, latest=None)

    with breaks("deadline_dated_kinds_have_latest"), transaction.atomic():
        DeadlineFactory(kind=DeadlineKind.MONTH, latest=None)


def test_partner_has_one_share_in_a_stage():
    share = ActionShareFactory()

    with breaks("share_one_per_stage_and_partner"), transaction.atomic():
        ActionShareFactory(deadline=share.deadline, partner=share.partner)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("share_reported_at_and_by_together", {"reported_at": timezone.now()}),
        ("share_confirmed_at_and_by_together", {"confirmed_at": timezone.now()}),
        ("share_done_says_what_was_done", {"what_was_done": ""}),
        ("share_answer_says_when_and_who", {"answered_at": None}),
        ("share_progress_only_when_accepted", {"acceptance": Acceptance.DECLINED, "decline_reason": "No."}),
    ],
)
def test_done_share_keeps_its_facts_together(name, changes):
    share = ActionShareFactory(done=True)
    if name == "share_reported_at_and_by_together":
        changes = {"reported_by": None}

    with breaks(name), transaction.atomic():
        ActionShare.objects.filter(pk=share.pk).update(**changes)


def test_share_is_declined_with_a_reason():
    with breaks("share_declined_has_reason"), transaction.atomic():
        ActionShareFactory(declined=True, decline_reason="")


def test_share_is_confirmed_only_when_done():
    share = ActionShareFactory(confirmed=True)

    with breaks("share_confirmed_only_when_done"), transaction.atomic():
        ActionShare.objects.filter(pk=share.pk).update(progress=Progress.IN_PROGRESS)


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("action_dropped_with_a_reason", {"stored_state": "dropped", "state_reason": ""}),
        ("action_superseded_by_another", {"stored_state": "superseded", "superseded_by": None}),
        ("action_superseded_by_another", {"stored_state": "agreed", "superseded_by": "other"}),
        ("action_carried_over_to_another", {"stored_state": "carried_over", "carried_over_to": None}),
        ("action_carried_over_to_another", {"stored_state": "agreed", "carried_over_to": "other"}),
        ("action_never_takes_its_own_place", {"stored_state": "superseded", "superseded_by": "itself"}),
        ("action_never_takes_its_own_place", {"stored_state": "carried_over", "carried_over_to": "itself"}),
        ("action_state_changed_at_and_by_together", {"state_changed_at": timezone.now()}),
    ],
)
def test_action_that_ended_says_why_or_what_takes_its_place(name, facts):
    action = AgreedActionFactory()
    rows = {"itself": action, "other": AgreedActionFactory()}
    stored = {field: rows.get(value, value) if isinstance(value, str) else value for field, value in facts.items()}

    with breaks(name), transaction.atomic():
        AgreedAction.objects.filter(pk=action.pk).update(**stored)


def test_notice_is_written_once():
    deadline, user = DeadlineFactory(), UserFactory()
    facts = {
        "deadline": deadline, "due_on": deadline.latest, "recipient": user, "step": "-7", "local_day": deadline.latest,
    }  # fmt: skip
    Notice.objects.create(**facts)

    with breaks("notice_once"), transaction.atomic():
        Notice.objects.create(**facts)


def test_owed_shares_are_leads_not_done_in_final_reports():
    owed = [ActionShareFactory(), ActionShareFactory(accepted=True), ActionShareFactory(in_progress=True)]
    ActionShareFactory(done=True)
    ActionShareFactory(declined=True)
    ActionShareFactory(part="contributes")
    ActionShareFactory(deadline__action__stored_state="dropped")
    ActionShareFactory(deadline__action__meeting__draft=True)

    assert sorted(ActionShare.objects.owed(), key=lambda share: share.pk) == owed


@pytest.mark.parametrize(
    ("facts", "is_past"),
    [
        ({"latest": date(2026, 3, 1), "entered_on": date(2026, 3, 1)}, False),
        ({"latest": date(2026, 3, 1), "entered_on": date(2026, 3, 2)}, True),
        ({"kind": "asap", "latest": None, "entered_on": date(2026, 3, 1)}, False),
        (
            {"kind": "asap", "latest": None, "review_on": date(2026, 3, 1), "entered_on": date(2026, 3, 1)},
            False,
        ),
        (
            {"kind": "asap", "latest": None, "review_on": date(2026, 3, 1), "entered_on": date(2026, 3, 2)},
            True,
        ),
    ],
)
def test_shares_past_when_entered_do_not_remind(facts, is_past):
    share = ActionShareFactory(deadline=DeadlineFactory(**facts))

    assert ActionShare.objects.with_past_when_entered().get().is_past_when_entered is is_past
    assert list(ActionShare.objects.reminding()) == ([] if is_past else [share])


@pytest.mark.parametrize(
    ("meeting", "action", "is_public"),
    [
        ({}, {}, True),
        ({"partners_only": True}, {}, False),
        ({"draft": True}, {}, False),
        ({}, {"stored_state": "proposed"}, False),
        ({}, {"stored_state": "dropped"}, True),
    ],
)
def test_what_is_public_is_the_same_for_actions_and_their_deadlines(meeting, action, is_public):
    deadline = DeadlineFactory(action=AgreedActionFactory(meeting=MeetingFactory(**meeting), **action))

    assert list(Deadline.objects.public()) == ([deadline] if is_public else [])
    assert list(AgreedAction.objects.public()) == ([deadline.action] if is_public else [])


def test_due_today_is_not_overdue():
    today = timezone.localdate()
    share = ActionShareFactory(deadline__latest=today)
    late = ActionShareFactory(overdue=True)

    assert list(ActionShare.objects.overdue(today)) == [late]
    assert list(AgreedAction.objects.overdue(today)) == [late.deadline.action]
    assert share.deadline.is_overdue(today) is False
    assert late.deadline.days_overdue(today) == 3


def test_reference_is_written_as_people_cite_it():
    action = AgreedActionFactory(meeting__code="gci-2007-03", number=8)

    assert action.reference == "GCI-2007-03/08"
