"""Partners that join or leave after the meeting, and owners named later."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from greencustoms.core.tests.factories import UserFactory
from greencustoms.core.tests.sign_in import sign_in
from meetings.choices import Acceptance, Part, Progress, RequestKind
from meetings.models import ActionShare, ShareAnswer
from meetings.services import later_owners as services
from meetings.services import shares
from meetings.tests.factories import ActionShareFactory, AgreedActionFactory, DeadlineFactory
from partners.tests.factories import MembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db


def joint_action(parts=(Part.LEAD, Part.LEAD), **facts):
    """An action of each partner with one stage, of which partners owe shares with these parts."""
    stage = DeadlineFactory(action=AgreedActionFactory(is_for_each_partner=True, **facts))
    for part in parts:
        ActionShareFactory(deadline=stage, part=part)
    return stage.action


def test_partner_that_joins_owes_a_share_of_what_each_partner_does(secretariat):
    partner = PartnerFactory()
    actions = [joint_action(), joint_action([Part.LEAD, Part.CONTRIBUTES, Part.CONTRIBUTES])]
    joint_action(stored_state="proposed")
    joint_action(meeting__draft=True)
    ActionShareFactory()

    added = services.add_partner_to(partner=partner, by=secretariat)

    shares = ActionShare.objects.filter(partner=partner).order_by("pk")
    assert added == 2
    assert [(share.deadline.action, share.part, share.acceptance) for share in shares] == [
        (actions[0], Part.LEAD, Acceptance.NO_ANSWER), (actions[1], Part.CONTRIBUTES, Acceptance.NO_ANSWER),
    ]  # fmt: skip
    record = shares[0].history.get()
    assert (record.history_user, record.history_change_reason) == (secretariat, "joined")


def test_partner_joins_one_action_and_twice_adds_nothing(secretariat):
    partner = PartnerFactory()
    first, other = joint_action(), joint_action()

    assert services.add_partner_to(partner=partner, by=secretariat, action=first) == 1
    assert services.add_partner_to(partner=partner, by=secretariat, action=first) == 0
    assert list(services.actions_without(partner)) == [other]


def test_only_partners_join(secretariat):
    joint_action()

    with pytest.raises(ValidationError, match="Only a partner"):
        services.add_partner_to(partner=PartnerFactory(group=True), by=secretariat)


def test_what_a_partner_owed_no_longer_applies_when_it_leaves(secretariat):
    partner = PartnerFactory()
    silent = ActionShareFactory(partner=partner)
    working = ActionShareFactory(partner=partner, in_progress=True, what_was_done="Half of it.")
    done = ActionShareFactory(partner=partner, done=True)
    ended = ActionShareFactory(partner=partner, deadline__action__stored_state="proposed")

    number = services.let_partner_leave(partner=partner, by=secretariat, reason="Left on 1 March 2008.")

    assert number == 2
    for share in (silent, working):
        share.refresh_from_db()
        assert (share.acceptance, share.progress, share.decline_reason, share.answered_by) == (
            Acceptance.NOT_APPLICABLE, Progress.NOT_STARTED, "Left on 1 March 2008.", secretariat,
        )  # fmt: skip
    assert working.history.filter(what_was_done="Half of it.").exists()
    for share in (done, ended):
        before = share.acceptance
        share.refresh_from_db()
        assert share.acceptance == before


def test_partner_leaves_in_portions(secretariat, monkeypatch):
    monkeypatch.setattr(services, "MOST_THAT_LEAVE_AT_ONCE", 2)
    partner = PartnerFactory()
    for _number in range(3):
        ActionShareFactory(partner=partner)

    assert services.let_partner_leave(partner=partner, by=secretariat, reason="Left.") == 3
    assert services.let_partner_leave(partner=partner, by=secretariat, reason="Left.") == 0
    assert not services.shares_to_leave(partner).exists()


@pytest.mark.parametrize("person", [UserFactory, lambda: MembershipFactory(focal=True).user])
def test_only_the_secretariat_says_who_owes(person):
    by, partner, share = person(), PartnerFactory(), ActionShareFactory(partner__group=True)
    action = share.deadline.action

    with pytest.raises(PermissionDenied):
        services.add_partner_to(partner=partner, by=by)
    with pytest.raises(PermissionDenied):
        services.let_partner_leave(partner=partner, by=by, reason="Left.")
    with pytest.raises(PermissionDenied):
        services.name_owner(action=action, by=by, version=0, stage=share.deadline, partner=partner)


def test_share_of_a_group_without_members_passes_to_its_owner(secretariat):
    share = ActionShareFactory(partner__group=True)
    group, owner = share.partner, PartnerFactory()
    action = share.deadline.action
    assert services.stages_without_owner(action) == [share.deadline]

    services.name_owner(action=action, by=secretariat, version=0, stage=share.deadline, partner=owner)

    share.refresh_from_db()
    assert (share.partner, share.via_group, share.part) == (owner, group, Part.LEAD)
    assert services.stages_without_owner(action) == []
    assert share.history.count() == 2


def test_owner_answers_anew_what_was_said_for_the_group(secretariat):
    stage = DeadlineFactory(request_kind=RequestKind.NUMBERS, request_question="How many?")
    share = ActionShareFactory(deadline=stage, partner__group=True)
    shares.answer_request(share=share, by=secretariat, version=0, numbers=[("How many?", 3)], behalf_note="By mail.")
    shares.take_back_report(share=share, by=secretariat, version=1, behalf_note="By mail.")

    services.name_owner(action=stage.action, by=secretariat, version=0, stage=stage, partner=PartnerFactory())

    share.refresh_from_db()
    assert (share.acceptance, share.progress, share.answered_by, share.reported_by, share.behalf_note) == (
        Acceptance.NO_ANSWER, Progress.NOT_STARTED, None, None, "",
    )  # fmt: skip
    assert not ShareAnswer.objects.exists()


@pytest.mark.parametrize("facts", [{"done": True}, {"confirmed": True}], ids=["done", "confirmed"])
def test_what_a_group_has_done_is_not_passed_on(facts, secretariat):
    share = ActionShareFactory(partner__group=True, **facts)
    action = share.deadline.action
    assert services.stages_without_owner(action) == []

    with pytest.raises(ValidationError, match="has an owner"):
        services.name_owner(action=action, by=secretariat, version=0, stage=share.deadline, partner=PartnerFactory())


def test_owner_that_has_a_share_already_is_put_in_the_lead(secretariat):
    share = ActionShareFactory(partner__group=True)
    own = ActionShareFactory(deadline=share.deadline, part=Part.CONTRIBUTES)

    services.name_owner(
        action=share.deadline.action, by=secretariat, version=0, stage=share.deadline, partner=own.partner
    )

    own.refresh_from_db()
    share.refresh_from_db()
    assert (own.part, share.acceptance) == (Part.LEAD, Acceptance.NOT_APPLICABLE)
    assert services.stages_without_owner(share.deadline.action) == []


def test_stage_that_nobody_owes_gets_an_owner(secretariat):
    stage, owner = DeadlineFactory(), PartnerFactory()
    assert services.stages_without_owner(stage.action) == [stage]

    services.name_owner(action=stage.action, by=secretariat, version=0, stage=stage, partner=owner)

    assert stage.shares.get().partner == owner


def test_stage_with_an_owner_gets_no_second_one(secretariat):
    share = ActionShareFactory()

    with pytest.raises(ValidationError, match="has an owner"):
        services.name_owner(
            action=share.deadline.action, by=secretariat, version=0, stage=share.deadline, partner=PartnerFactory()
        )


def test_stage_that_all_declined_waits_for_an_owner():
    share = ActionShareFactory(declined=True)

    assert services.stages_without_owner(share.deadline.action) == [share.deadline]


# --- The page ---

URL = "/desk/meetings/partner-changes/"


def test_page_adds_one_then_all_and_lets_leave_with_a_reason(client, secretariat):
    partner = PartnerFactory(slug="wco")
    first, _other = joint_action(), joint_action()
    sign_in(client, secretariat, mfa=True)
    url = f"{URL}?partner=wco"

    assert client.get(url).context["page"].total == 2
    client.post(url, {"action": first.pk})
    assert client.get(url).context["page"].total == 1
    client.post(url, {"everything": "on"})
    assert client.get(url).context["page"].total == 0
    assert client.post(url, {"leave": "yes", "leave-reason": ""}).status_code == 200
    client.post(url, {"leave": "yes", "leave-reason": "Left."})
    assert set(ActionShare.objects.filter(partner=partner).values_list("acceptance", flat=True)) == {"not_applicable"}


@pytest.mark.parametrize("data", [{}, {"action": "999"}, {"action": "x"}])
def test_page_says_when_there_is_nothing_to_add(data, client, secretariat):
    PartnerFactory(slug="wco")
    sign_in(client, secretariat, mfa=True)

    response = client.post(f"{URL}?partner=wco", data, follow=True)

    assert "Nothing was added" in response.content.decode()


@pytest.mark.parametrize("query", ["", "?partner=nobody", "?partner="])
def test_page_asks_for_a_partner(query, client, secretariat):
    sign_in(client, secretariat, mfa=True)

    assert client.get(f"{URL}{query}").status_code == 200
    assert client.post(f"{URL}{query}", {"everything": "on"}).status_code == 200


def test_page_query_count_does_not_grow_with_rows(client, secretariat, django_assert_num_queries):
    PartnerFactory(slug="wco")
    sign_in(client, secretariat, mfa=True)
    joint_action()
    url = f"{URL}?partner=wco"
    client.get(url)
    with CaptureQueriesContext(connection) as with_one:
        client.get(url)
    joint_action()
    joint_action()

    with django_assert_num_queries(len(with_one)):
        client.get(url)
