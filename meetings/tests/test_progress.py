import itertools

import pytest

from greencustoms import roles
from greencustoms.core.tests.factories import UserFactory
from meetings.choices import Acceptance, ActionState, CompletionRule, Part, Progress, StoredState
from meetings.models import AgreedAction
from meetings.progress import ShareState, Tally, action_state, has_owner, tally
from meetings.services import later_owners
from meetings.services import shares as services
from meetings.tests.factories import ActionShareFactory, AgreedActionFactory, DeadlineFactory
from partners.tests.factories import MembershipFactory, PartnerFactory

LEAD, HELP, CONSULTED = Part.LEAD, Part.CONTRIBUTES, Part.CONSULTED
SILENT = (Acceptance.NO_ANSWER, Progress.NOT_STARTED)
ACCEPTED = (Acceptance.ACCEPTED, Progress.NOT_STARTED)
WORKING = (Acceptance.ACCEPTED, Progress.IN_PROGRESS)
DONE = (Acceptance.ACCEPTED, Progress.DONE)
DECLINED = (Acceptance.DECLINED, Progress.NOT_STARTED)
NOT_OURS = (Acceptance.NOT_APPLICABLE, Progress.NOT_STARTED)


def share(part, where, is_confirmed=False):
    return ShareState(part, *where, is_confirmed)


def test_words_of_a_tally_name_what_there_is():
    shares = [share(LEAD, DONE), share(LEAD, ACCEPTED), share(LEAD, DECLINED), *[share(LEAD, SILENT)] * 5]

    assert tally(shares, CompletionRule.ALL).words == "1 of 8 done, 1 accepted, 1 declined, 5 silent"


def test_words_of_nobody_are_empty():
    assert tally([], CompletionRule.ALL).words == ""


def test_consulted_share_never_counts():
    for rule in CompletionRule:
        assert tally([share(CONSULTED, DONE)], rule) == Tally()


@pytest.mark.parametrize(("rule", "expected"), [("all", 2), ("any", 2), ("lead", 1)])
def test_contributing_share_counts_unless_only_leads_do(rule, expected):
    assert tally([share(LEAD, SILENT), share(HELP, SILENT)], rule).total == expected


@pytest.mark.parametrize(
    ("rule", "stages", "expected"),
    [
        ("all", [], ActionState.AGREED),
        ("all", [[]], ActionState.AGREED),
        ("all", [[share(LEAD, SILENT)]], ActionState.AGREED),
        ("all", [[share(LEAD, ACCEPTED)]], ActionState.AGREED),
        ("all", [[share(LEAD, WORKING)]], ActionState.IN_PROGRESS),
        ("all", [[share(LEAD, DONE), share(LEAD, SILENT)]], ActionState.IN_PROGRESS),
        ("all", [[share(LEAD, DONE), share(LEAD, DECLINED), share(LEAD, NOT_OURS)]], ActionState.REPORTED_DONE),
        ("all", [[share(LEAD, DECLINED)]], ActionState.AGREED),
        ("all", [[share(LEAD, DONE)], [share(LEAD, SILENT)]], ActionState.IN_PROGRESS),
        ("all", [[share(LEAD, DONE, True)], [share(LEAD, DONE, True)]], ActionState.CONFIRMED),
        ("all", [[share(LEAD, DONE, True), share(LEAD, DONE)]], ActionState.REPORTED_DONE),
        ("any", [[share(LEAD, DONE), share(LEAD, SILENT)]], ActionState.REPORTED_DONE),
        ("any", [[share(LEAD, DONE, True), share(LEAD, DONE)]], ActionState.CONFIRMED),
        ("lead", [[share(LEAD, DONE), share(HELP, SILENT)]], ActionState.REPORTED_DONE),
        ("lead", [[share(HELP, DONE)]], ActionState.IN_PROGRESS),
        ("all", [[share(CONSULTED, DONE)]], ActionState.AGREED),
        # All declined: nothing is done, and the stage waits for somebody else.
        ("all", [[share(LEAD, DECLINED), share(LEAD, DECLINED)]], ActionState.AGREED),
        ("any", [[share(LEAD, DECLINED), share(HELP, DECLINED)]], ActionState.AGREED),
        ("lead", [[share(LEAD, DECLINED), share(HELP, DONE)]], ActionState.IN_PROGRESS),
        ("all", [[share(LEAD, NOT_OURS)], [share(LEAD, DONE)]], ActionState.IN_PROGRESS),
        ("all", [[share(LEAD, DONE, True), share(LEAD, DECLINED), share(HELP, NOT_OURS)]], ActionState.CONFIRMED),
        # One whose confirmed share was reopened is not confirmed any more.
        ("all", [[share(LEAD, DONE, True), share(LEAD, WORKING)]], ActionState.IN_PROGRESS),
        ("any", [[share(LEAD, DONE, True), share(LEAD, WORKING)]], ActionState.CONFIRMED),
    ],
)
def test_action_state_follows_its_shares_and_rule(rule, stages, expected):
    assert action_state(StoredState.AGREED, rule, stages) == expected


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ([], False),
        ([(LEAD, Acceptance.NO_ANSWER)], True),
        ([(HELP, Acceptance.ACCEPTED), (LEAD, Acceptance.DECLINED)], True),
        ([(CONSULTED, Acceptance.ACCEPTED)], False),
        ([(LEAD, Acceptance.DECLINED), (HELP, Acceptance.NOT_APPLICABLE)], False),
    ],
)
def test_stage_has_an_owner_unless_all_declined_or_nobody_owes(shares, expected):
    assert has_owner(shares) is expected


@pytest.mark.django_db
@pytest.mark.parametrize("rule", CompletionRule)
def test_group_without_members_keeps_its_action_open_until_somebody_is_named(rule):
    group = ActionShareFactory(partner__group=True, deadline__action__completion_rule=rule)
    action = group.deadline.action

    assert AgreedAction.objects.in_state(ActionState.AGREED).get() == action
    secretariat = UserFactory(roles=[roles.SECRETARIAT])
    owner = later_owners.name_owner(
        action=action, by=secretariat, version=0, stage=group.deadline, partner=PartnerFactory()
    )
    services.report_done(share=owner, by=MembershipFactory(partner=owner.partner).user, version=1, what_was_done="All.")

    assert AgreedAction.objects.in_state(ActionState.REPORTED_DONE).get() == action


def test_stored_state_goes_before_the_shares():
    assert action_state(StoredState.DROPPED, "all", [[share(LEAD, DONE)]]) == ActionState.DROPPED


@pytest.mark.django_db
def test_database_finds_the_same_states_as_the_rules():
    """Every pair of shares under every rule, in one stage and in two: SQL and Python agree."""
    traits = [{}, {"accepted": True}, {"in_progress": True}, {"done": True}, {"confirmed": True}, {"declined": True}]
    kinds = [(part, trait) for part in (LEAD, HELP, CONSULTED) for trait in traits]
    expected = {}
    for rule, (one, other) in itertools.product(CompletionRule, itertools.combinations(kinds[::2] + kinds[1::5], 2)):
        action = AgreedActionFactory(completion_rule=rule)
        stages = [DeadlineFactory(action=action)]
        stages.append(stages[0] if len(expected) % 2 else DeadlineFactory(action=action))
        for stage, (part, trait) in zip(stages, (one, other), strict=True):
            ActionShareFactory(deadline=stage, part=part, **trait)
        expected[action.pk] = action_state(
            StoredState.AGREED,
            rule,
            [
                [ShareState(s.part, s.acceptance, s.progress, s.confirmed_at is not None) for s in stage.shares.all()]
                for stage in action.deadlines.all()
            ],
        )
    expected[AgreedActionFactory().pk] = ActionState.AGREED
    expected[AgreedActionFactory(stored_state=StoredState.DROPPED).pk] = ActionState.DROPPED

    found = {
        pk: state for state in ActionState for pk in AgreedAction.objects.in_state(state).values_list("pk", flat=True)
    }

    assert found == expected
    assert sum(AgreedAction.objects.in_state(state).count() for state in ActionState) == len(expected)
