from functools import partial

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from greencustoms import roles
from greencustoms.core.models import AuditEvent
from greencustoms.core.tests.factories import UserFactory
from meetings import access
from meetings.choices import Acceptance, Progress
from meetings.models import ActionShare
from meetings.rules import share_acts
from meetings.rules.share_acts import DECLINE
from meetings.services import shares as services
from meetings.tests.factories import ActionShareFactory
from partners.tests.factories import MembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return MembershipFactory()


@pytest.fixture
def staff(member):
    return member.user


@pytest.fixture
def make_share(member):
    """A share of the organisation that `staff` works for."""
    return partial(ActionShareFactory, partner=member.partner)


def test_accept_share_keeps_who_and_when_and_audits(staff, make_share):
    share = make_share()

    services.accept_share(share=share, by=staff, version=0)

    share.refresh_from_db()
    assert (share.acceptance, share.answered_by, share.version) == (Acceptance.ACCEPTED, staff, 1)
    event = AuditEvent.objects.get()
    assert (event.did, event.by, event.before, event.after) == (
        "accepted", staff, {"acceptance": "no_answer"}, {"acceptance": "accepted"},
    )  # fmt: skip


def test_accept_share_twice_is_refused(staff, make_share):
    share = make_share(accepted=True)

    with pytest.raises(ValidationError, match="accepted already"):
        services.accept_share(share=share, by=staff, version=0)


def test_decline_share_needs_a_reason(staff, make_share):
    share = make_share()

    with pytest.raises(ValidationError, match="why"):
        services.decline_share(share=share, by=staff, version=0, reason="  ")

    share.refresh_from_db()
    assert (share.acceptance, share.version) == (Acceptance.NO_ANSWER, 0)


def test_decline_share_clears_work_in_progress(staff, make_share):
    share = make_share(in_progress=True, what_was_done="Half of it.")

    services.decline_share(share=share, by=staff, version=0, reason="No money.")

    share.refresh_from_db()
    assert (share.acceptance, share.decline_reason, share.progress, share.what_was_done) == (
        Acceptance.DECLINED, "No money.", Progress.NOT_STARTED, "",
    )  # fmt: skip
    assert AuditEvent.objects.get().before["what_was_done"] == "Half of it."


@pytest.mark.parametrize("service", [services.decline_share, services.set_not_applicable])
def test_done_share_is_not_declined(service, staff, make_share):
    share = make_share(done=True)

    with pytest.raises(ValidationError, match="Take the report back"):
        service(share=share, by=staff, version=0, reason="No.")


def test_set_not_applicable_keeps_the_reason(staff, make_share):
    share = make_share()

    services.set_not_applicable(share=share, by=staff, version=0, reason="Another office does it.")

    share.refresh_from_db()
    assert (share.acceptance, share.decline_reason) == (Acceptance.NOT_APPLICABLE, "Another office does it.")


def test_withdraw_answer_leaves_no_trace_on_the_row(staff, make_share):
    share = make_share(declined=True)

    services.withdraw_answer(share=share, by=staff, version=0)

    share.refresh_from_db()
    assert (share.acceptance, share.decline_reason, share.answered_by) == (Acceptance.NO_ANSWER, "", None)


def test_withdraw_answer_without_one_is_refused(staff, make_share):
    with pytest.raises(ValidationError, match="no answer"):
        services.withdraw_answer(share=make_share(), by=staff, version=0)


def test_start_share_implies_acceptance(staff, make_share):
    share = make_share()

    services.start_share(share=share, by=staff, version=0, what_was_done="Begun.")

    share.refresh_from_db()
    assert (share.acceptance, share.progress, share.what_was_done) == (
        Acceptance.ACCEPTED, Progress.IN_PROGRESS, "Begun.",
    )  # fmt: skip


def test_report_done_needs_a_sentence(staff, make_share):
    with pytest.raises(ValidationError, match="what was done"):
        services.report_done(share=make_share(), by=staff, version=0, what_was_done=" ")


def test_report_done_of_a_flagged_action_needs_evidence(staff, make_share):
    share = make_share(deadline__action__is_flagged=True)

    with pytest.raises(ValidationError, match="evidence"):
        services.report_done(share=share, by=staff, version=0, what_was_done="Done.")
    services.report_done(
        share=share, by=staff, version=0, what_was_done="Done.", evidence_url="https://example.org/report"
    )

    share.refresh_from_db()
    assert (share.progress, share.reported_by) == (Progress.DONE, staff)


def test_take_back_report_keeps_the_sentence(staff, make_share):
    share = make_share(done=True, what_was_done="Too early.")

    services.take_back_report(share=share, by=staff, version=0)

    share.refresh_from_db()
    assert (share.progress, share.what_was_done) == (Progress.IN_PROGRESS, "Too early.")


@pytest.mark.parametrize(
    ("service", "what"),
    [
        (services.take_back_report, {}),
        (services.report_done, {"what_was_done": "More."}),
        (services.start_share, {}),
        (services.withdraw_answer, {}),
        (services.decline_share, {"reason": "No."}),
    ],
)
def test_confirmed_share_can_no_longer_be_changed(service, what, staff, make_share):
    share = make_share(confirmed=True)

    with pytest.raises(ValidationError, match="confirmed"):
        service(share=share, by=staff, version=0, **what)


def test_nothing_changes_when_the_action_is_no_longer_in_effect(staff, make_share):
    share = make_share(deadline__action__stored_state="dropped")

    with pytest.raises(ValidationError, match="no longer in effect"):
        services.accept_share(share=share, by=staff, version=0)


def test_second_of_two_people_is_told_and_overwrites_nothing(staff, make_share):
    share = make_share()
    colleague = MembershipFactory(partner=share.partner).user
    services.report_done(share=share, by=staff, version=0, what_was_done="First.")

    with pytest.raises(ValidationError) as caught:
        services.report_done(share=share, by=colleague, version=0, what_was_done="Second.")

    assert caught.value.code == "changed_meanwhile"
    share.refresh_from_db()
    assert share.what_was_done == "First."


REASON = {"reason": "No."}
SENTENCE = {"what_was_done": "All."}
SERVICES = {
    "accept": (services.accept_share, {}),
    "decline": (services.decline_share, REASON),
    "does not apply": (services.set_not_applicable, REASON),
    "start": (services.start_share, SENTENCE),
    "done": (services.report_done, SENTENCE),
    "take_back": (services.take_back_report, {}),
    "withdraw": (services.withdraw_answer, {}),
}
MARKS = {
    "silent": {},
    "accepted": {"accepted": True},
    "in_progress": {"in_progress": True, "what_was_done": "Half of it."},
    "done": {"done": True},
    "declined": {"declined": True},
    "not_applicable": {"declined": True, "acceptance": Acceptance.NOT_APPLICABLE},
}


@pytest.mark.parametrize("act", SERVICES)
@pytest.mark.parametrize("mark", MARKS)
def test_services_accept_the_acts_of_the_form_and_no_others(mark, act, staff, make_share):
    service, what = SERVICES[act]
    share = make_share(**MARKS[mark])
    offered = share_acts.acts_on(mark, may_report=True, may_confirm=False)
    before = ActionShare.objects.filter(pk=share.pk).values().get()

    if (DECLINE if act == "does not apply" else act) in offered:
        service(share=share, by=staff, version=0, **what)
    else:
        with pytest.raises(ValidationError) as caught:
            service(share=share, by=staff, version=0, **what)

        assert (caught.value.code, caught.value.messages[0].endswith(".")) == ("not_open", True)
        assert ActionShare.objects.filter(pk=share.pk).values().get() == before


def test_withdrawing_does_not_wipe_work_in_progress(staff, make_share):
    share = make_share(in_progress=True, what_was_done="Half of it.")

    with pytest.raises(ValidationError, match="Work on this share has been reported"):
        services.withdraw_answer(share=share, by=staff, version=0)

    share.refresh_from_db()
    assert (share.progress, share.what_was_done) == (Progress.IN_PROGRESS, "Half of it.")


@pytest.mark.parametrize("act", SERVICES)
@pytest.mark.parametrize(
    "person",
    [
        lambda: UserFactory(),
        lambda: MembershipFactory(focal=True).user,
        lambda: UserFactory(roles=[roles.SECRETARIAT_READER]),
    ],
    ids=["user", "another organisation", "reader"],
)
def test_only_staff_of_the_organisation_act_on_its_share(person, act):
    service, what = SERVICES[act]
    marks = {"take_back": MARKS["done"], "withdraw": MARKS["accepted"]}
    share = ActionShareFactory(**marks.get(act, {}))

    with pytest.raises(PermissionDenied):
        service(share=share, by=person(), version=0, **what)

    assert ActionShare.objects.get().version == 0


def test_secretariat_confirms_a_partners_share():
    secretariat = UserFactory(roles=[roles.SECRETARIAT])
    share = ActionShareFactory(done=True)

    services.confirm_share(share=share, by=secretariat, version=0)

    share.refresh_from_db()
    assert share.confirmed_by == secretariat
    assert share.confirmed_at is not None


def test_nobody_confirms_their_own_organisations_share():
    secretariat = UserFactory(roles=[roles.SECRETARIAT])
    share = ActionShareFactory(done=True)
    MembershipFactory(user=secretariat, partner=share.partner)

    with pytest.raises(PermissionDenied):
        services.confirm_share(share=share, by=secretariat, version=0)

    assert list(access.shares_to_confirm(secretariat)) == []


def test_share_of_the_secretariat_is_confirmed_by_a_focal_point():
    share = ActionShareFactory(done=True, partner=PartnerFactory(secretariat=True))
    secretariat = UserFactory(roles=[roles.SECRETARIAT])
    focal = MembershipFactory(focal=True).user
    staff = MembershipFactory().user

    for other in (secretariat, staff):
        with pytest.raises(PermissionDenied):
            services.confirm_share(share=share, by=other, version=0)
    services.confirm_share(share=share, by=focal, version=0)

    share.refresh_from_db()
    assert share.confirmed_by == focal


def test_only_a_done_share_can_be_confirmed():
    secretariat = UserFactory(roles=[roles.SECRETARIAT])

    with pytest.raises(ValidationError, match="reported as done"):
        services.confirm_share(share=ActionShareFactory(in_progress=True), by=secretariat, version=0)


def test_shares_to_confirm_are_those_of_others():
    of_partner = ActionShareFactory(done=True)
    of_secretariat = ActionShareFactory(done=True, partner=PartnerFactory(secretariat=True))
    ActionShareFactory(confirmed=True)
    ActionShareFactory(in_progress=True)
    secretariat = UserFactory(roles=[roles.SECRETARIAT])
    focal = MembershipFactory(focal=True).user
    staff = MembershipFactory().user

    assert list(access.shares_to_confirm(secretariat)) == [of_partner]
    assert list(access.shares_to_confirm(focal)) == [of_secretariat]
    assert list(access.shares_to_confirm(staff)) == []
