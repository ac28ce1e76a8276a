"""What becomes of an action as a whole: dropped, superseded, carried over, reopened."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from greencustoms import roles
from greencustoms.core.models import AuditEvent
from greencustoms.core.tests.factories import UserFactory
from meetings.choices import Acceptance, DeadlineKind, Progress, ReportState, RequestKind, StoredState
from meetings.deadlines import review_day
from meetings.models import ActionShare, AgreedAction, MeetingSession, SubItem, unlocked
from meetings.rules.points import Point
from meetings.services import actions as services
from meetings.services.entry_actions import points_of
from meetings.tests.factories import ActionShareFactory, AgreedActionFactory, DeadlineFactory, MeetingFactory
from partners.tests.factories import MembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db

LATER = {"starts_on": date(2026, 9, 1), "ends_on": date(2026, 9, 2)}


@pytest.fixture
def draft():
    return MeetingFactory(draft=True, code="gci-2026-09", **LATER)


def test_dropped_action_says_why_who_and_when(secretariat):
    action = AgreedActionFactory()

    services.drop_action(action=action, by=secretariat, version=0, reason=" The project ended. ")

    action.refresh_from_db()
    assert (action.stored_state, action.state_reason, action.state_changed_by, action.version) == (
        StoredState.DROPPED, "The project ended.", secretariat, 1,
    )  # fmt: skip
    event = AuditEvent.objects.get()
    assert (event.did, event.before["stored_state"], event.after["stored_state"]) == ("dropped", "agreed", "dropped")
    assert action.history.latest().history_user == secretariat


@pytest.mark.parametrize(
    "service",
    [services.drop_action, services.reopen_action, services.supersede_action, services.carry_over_action],
)
@pytest.mark.parametrize(
    "person",
    [UserFactory, lambda: MembershipFactory(focal=True).user, lambda: UserFactory(roles=[roles.SECRETARIAT_READER])],
    ids=["user", "focal point", "reader"],
)
def test_only_the_secretariat_decides(person, service, draft):
    action = AgreedActionFactory()
    others = {services.supersede_action: {"superseded_by": action}, services.carry_over_action: {"meeting": draft}}

    with pytest.raises(PermissionDenied):
        service(action=action, by=person(), version=0, reason="No.", **others.get(service, {}))

    action.refresh_from_db()
    assert (action.stored_state, action.version) == (StoredState.AGREED, 0)


def test_second_of_two_people_is_told(secretariat):
    action = AgreedActionFactory()
    services.drop_action(action=action, by=secretariat, version=0, reason="First.")

    with pytest.raises(ValidationError) as caught:
        services.drop_action(action=action, by=secretariat, version=0, reason="Second.")

    assert caught.value.code == "changed_meanwhile"
    action.refresh_from_db()
    assert action.state_reason == "First."


def test_dropping_needs_a_reason(secretariat):
    with pytest.raises(ValidationError, match="why"):
        services.drop_action(action=AgreedActionFactory(), by=secretariat, version=0, reason=" ")


def test_action_of_a_draft_is_changed_there(secretariat):
    action = AgreedActionFactory(meeting__draft=True)

    with pytest.raises(ValidationError, match="still being written"):
        services.drop_action(action=action, by=secretariat, version=0, reason="No.")


def test_superseded_action_names_the_other(secretariat):
    old, new = AgreedActionFactory(), AgreedActionFactory()

    services.supersede_action(action=old, by=secretariat, version=0, superseded_by=new)

    old.refresh_from_db()
    assert (old.stored_state, old.superseded_by, list(new.supersedes.all())) == (StoredState.SUPERSEDED, new, [old])


def test_nothing_takes_its_own_place_or_that_of_what_it_replaced(secretariat):
    old, new = AgreedActionFactory(), AgreedActionFactory()
    with pytest.raises(ValidationError, match="another action"):
        services.supersede_action(action=old, by=secretariat, version=0, superseded_by=old)
    services.supersede_action(action=old, by=secretariat, version=0, superseded_by=new)

    with pytest.raises(ValidationError, match="another action"):
        services.supersede_action(action=new, by=secretariat, version=0, superseded_by=old)


def test_carried_over_action_is_a_new_one_with_its_open_shares(secretariat, draft):
    action = AgreedActionFactory(title="Print it", text="Print the flyer.", is_flagged=True, is_for_each_partner=True)
    stage = DeadlineFactory(
        action=action, label="Print", request_kind=RequestKind.NUMBERS, request_question="How many?"
    )
    finished = DeadlineFactory(action=action, label="Write")
    silent, working = ActionShareFactory(deadline=stage), ActionShareFactory(deadline=stage, in_progress=True)
    ActionShareFactory(deadline=stage, done=True)
    ActionShareFactory(deadline=stage, declined=True)
    ActionShareFactory(deadline=finished, done=True)
    AgreedActionFactory(meeting=draft, number=4)

    copy = services.carry_over_action(action=action, by=secretariat, version=0, meeting=draft, reason="No time.")

    action.refresh_from_db()
    assert (action.stored_state, action.carried_over_to, action.state_reason) == (
        StoredState.CARRIED_OVER, copy, "No time.",
    )  # fmt: skip
    assert (copy.meeting, copy.number, copy.title, copy.text, copy.is_flagged, copy.is_for_each_partner) == (
        draft, 5, "Print it", "Print the flyer.", True, True,
    )  # fmt: skip
    assert copy.session.title == "Matters arising"
    [carried] = copy.deadlines.all()
    assert (carried.label, carried.latest, carried.request_question) == ("Print", stage.latest, "How many?")
    shares = carried.shares.order_by("pk")
    assert [(s.partner, s.acceptance, s.progress) for s in shares] == [
        (share.partner, Acceptance.NO_ANSWER, Progress.NOT_STARTED) for share in (silent, working)
    ]
    assert ActionShare.objects.filter(deadline__action=action).count() == 5


NOW = datetime(2026, 9, 10, 12, tzinfo=UTC)


def carried_stage(secretariat, draft, **facts):
    stage = DeadlineFactory(**facts)
    copy = services.carry_over_action(action=stage.action, by=secretariat, version=0, meeting=draft, now=NOW)
    return copy.deadlines.get()


def test_what_has_no_day_is_looked_at_again_after_the_later_meeting(secretariat, draft):
    stage = carried_stage(secretariat, draft, kind=DeadlineKind.ASAP, latest=None, review_on=date(2007, 4, 1))

    assert stage.review_on == review_day(DeadlineKind.ASAP, LATER["ends_on"])
    assert (stage.entered_on, stage.is_past_when_entered, stage.reopened_by) == (NOW.date(), False, None)


def test_day_that_has_passed_sends_reminders_again(secretariat, draft):
    late = carried_stage(secretariat, draft, latest=date(2007, 11, 30))
    ahead = carried_stage(secretariat, draft, latest=date(2027, 11, 30))

    assert (late.latest, late.is_past_when_entered) == (date(2007, 11, 30), False)
    assert [(stage.reopened_at, stage.reopened_by) for stage in (late, ahead)] == [(NOW, secretariat), (None, None)]


def test_checklist_is_carried_over_with_its_nesting(secretariat, draft):
    action = AgreedActionFactory()
    with unlocked():
        first = SubItem.objects.create(action=action, number=1, text="Print", block="Flyer", by_whom_text="Secretariat")
        SubItem.objects.create(action=action, number=2, text="in French", parent=first)

    copy = services.carry_over_action(action=action, by=secretariat, version=0, meeting=draft)

    assert points_of(copy) == [Point(1, "Print", None, "Flyer", "Secretariat"), Point(2, "in French", 1, "", "")]


def test_numbers_are_never_used_again(secretariat, draft):
    AgreedActionFactory(meeting=draft, number=9).delete()

    copy = services.carry_over_action(action=AgreedActionFactory(), by=secretariat, version=0, meeting=draft)

    assert copy.number == 10


def test_what_is_carried_over_stands_in_one_session(secretariat, draft):
    for _ in range(2):
        services.carry_over_action(action=AgreedActionFactory(), by=secretariat, version=0, meeting=draft)

    assert [session.actions.count() for session in MeetingSession.objects.filter(meeting=draft)] == [2]


@pytest.mark.parametrize(
    "facts",
    [
        {"state": ReportState.FINAL, **LATER},
        {"draft": True, "starts_on": date(2025, 1, 1), "ends_on": date(2025, 1, 2)},
    ],
    ids=["final", "earlier"],
)
def test_action_is_carried_over_to_a_later_draft_only(facts, secretariat):
    with pytest.raises(ValidationError, match="later meeting"):
        services.carry_over_action(
            action=AgreedActionFactory(), by=secretariat, version=0, meeting=MeetingFactory(**facts)
        )


def test_action_is_never_carried_over_to_a_working_copy(secretariat):
    final = MeetingFactory(**LATER)
    copy = MeetingFactory(draft=True, revises=final, reopening_reason="A mistake.", **LATER)

    with pytest.raises(ValidationError, match="later meeting"):
        services.carry_over_action(action=AgreedActionFactory(), by=secretariat, version=0, meeting=copy)


def ended(how, secretariat, draft):
    action = AgreedActionFactory()
    if how == "dropped":
        return services.drop_action(action=action, by=secretariat, version=0, reason="No.")
    if how == "superseded":
        return services.supersede_action(action=action, by=secretariat, version=0, superseded_by=AgreedActionFactory())
    services.carry_over_action(action=action, by=secretariat, version=0, meeting=draft)
    return action


@pytest.mark.parametrize("how", ["dropped", "superseded", "carried_over"])
def test_ended_action_is_reopened_with_a_reason(how, secretariat, draft):
    action = ended(how, secretariat, draft)
    assert action.stored_state == how

    with pytest.raises(ValidationError, match="why"):
        services.reopen_action(action=action, by=secretariat, version=1, reason="")
    services.reopen_action(action=AgreedAction.objects.get(pk=action.pk), by=secretariat, version=1, reason="Needed.")

    action.refresh_from_db()
    assert (action.stored_state, action.state_reason, action.superseded_by, action.carried_over_to) == (
        StoredState.AGREED, "Needed.", None, None,
    )  # fmt: skip


@pytest.mark.parametrize("how", ["dropped", "superseded", "carried_over"])
def test_ended_action_cannot_be_ended_again(how, secretariat, draft):
    action = ended(how, secretariat, draft)

    with pytest.raises(ValidationError, match="no longer in effect"):
        services.drop_action(action=action, by=secretariat, version=1, reason="No.")


def test_action_in_effect_is_not_reopened(secretariat):
    with pytest.raises(ValidationError, match="nothing to reopen"):
        services.reopen_action(action=AgreedActionFactory(), by=secretariat, version=0, reason="No.")


# --- Pages ---


def decide_url(action):
    return f"/desk/meetings/{action.meeting.code}/actions/{action.number}/decide/"


def test_both_pages_lead_to_each_other(desk):
    old, new = AgreedActionFactory(meeting__code="gci-2007-03", number=8), AgreedActionFactory(number=2)
    data = {"act": "supersede", "supersede-version": 0, "supersede-superseded_by": new.reference.lower()}

    sent = desk.post(decide_url(old), data)

    assert sent.headers["Location"] == old.get_absolute_url()
    assert f'href="{new.get_absolute_url()}"' in desk.get(old.get_absolute_url()).content.decode()
    assert f'href="{old.get_absolute_url()}"' in desk.get(new.get_absolute_url()).content.decode()


def test_visitors_are_not_told_of_the_draft_to_which_an_action_was_carried(desk, client, draft):
    action = AgreedActionFactory(title="Old words")
    desk.post(decide_url(action), {"act": "carry_over", "carry_over-version": 0, "carry_over-meeting": draft.pk})
    copy = AgreedAction.objects.get(meeting=draft)
    pages = [action.get_absolute_url(), f"{action.get_absolute_url()}history/"]
    assert [copy.reference in desk.get(page).content.decode() for page in pages] == [True, True]

    client.logout()

    assert [copy.reference in client.get(page).content.decode() for page in pages] == [False, False]
    assert "carried over" in client.get(pages[0]).content.decode()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"act": "drop", "drop-version": 0, "drop-reason": ""}, "This field is required"),
        ({"act": "supersede", "supersede-version": 0, "supersede-superseded_by": "the last one"}, "as people cite it"),
        ({"act": "supersede", "supersede-version": 0, "supersede-superseded_by": "NO-1/01"}, "no action with this"),
        ({"act": "carry_over", "carry_over-version": 0, "carry_over-meeting": "999"}, "valid choice"),
        ({"act": "drop", "drop-version": "x", "drop-reason": "No."}, "whole number"),
        ({"act": "explode"}, "Decide on"),
    ],
)
def test_bad_input_is_said_on_the_page_and_changes_nothing(data, said, desk, draft):
    action = AgreedActionFactory()

    response = desk.post(decide_url(action), data)

    action.refresh_from_db()
    assert (response.status_code, action.version) == (200, 0)
    assert said in response.content.decode()


def test_slower_of_two_sees_both_texts_and_can_decide_again(desk):
    action = AgreedActionFactory()
    data = {"act": "drop", "drop-version": 0, "drop-reason": "My reason."}
    services.drop_action(
        action=action, by=UserFactory(roles=[roles.SECRETARIAT]), version=0, reason="Reason of a colleague."
    )

    html = desk.post(decide_url(action), data).content.decode()

    assert "Somebody else decided" in html
    assert "Reason of a colleague." in html
    assert "My reason." in html
    assert 'name="drop-version" value="1"' in html


def test_group_without_members_gets_an_owner_on_the_page(desk):
    share = ActionShareFactory(partner=PartnerFactory(group=True))
    action, owner = share.deadline.action, PartnerFactory()
    data = {"act": "name_owner", "name_owner-version": 0, "name_owner-stage": share.deadline_id}

    assert "Name an owner" in desk.get(decide_url(action)).content.decode()
    assert desk.post(decide_url(action), {**data, "name_owner-partner": owner.pk}).status_code == 302

    share.refresh_from_db()
    assert share.partner == owner
