import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from greencustoms import roles
from greencustoms.core.models import AuditEvent
from greencustoms.core.tests.factories import UserFactory
from meetings import access, services
from meetings.choices import Acceptance, Progress
from meetings.tests.factories import ActionShareFactory
from partners.tests.factories import MembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return UserFactory()


def test_accept_share_keeps_who_and_when_and_audits(staff):
    share = ActionShareFactory()

    services.accept_share(share=share, by=staff, version=0)

    share.refresh_from_db()
    assert (share.acceptance, share.answered_by, share.version) == (Acceptance.ACCEPTED, staff, 1)
    event = AuditEvent.objects.get()
    assert (event.did, event.by, event.before, event.after) == (
        "accepted", staff, {"acceptance": "no_answer"}, {"acceptance": "accepted"},
    )  # fmt: skip


def test_accept_share_twice_is_refused(staff):
    share = ActionShareFactory(accepted=True)

    with pytest.raises(ValidationError, match="accepted already"):
        services.accept_share(share=share, by=staff, version=0)


def test_decline_share_needs_a_reason(staff):
    share = ActionShareFactory()

    with pytest.raises(ValidationError, match="why"):
        services.decline_share(share=share, by=staff, version=0, reason="  ")

    share.refresh_from_db()
    assert (share.acceptance, share.version) == (Acceptance.NO_ANSWER, 0)


def test_decline_share_clears_work_in_progress(staff):
    share = ActionShareFactory(in_progress=True, what_was_done="Half of it.")

    services.decline_share(share=share, by=staff, version=0, reason="No money.")

    share.refresh_from_db()
    assert (share.acceptance, share.decline_reason, share.progress, share.what_was_done) == (
        Acceptance.DECLINED, "No money.", Progress.NOT_STARTED, "",
    )  # fmt: skip
    assert AuditEvent.objects.get().before["what_was_done"] == "Half of it."


@pytest.mark.parametrize("service", [services.decline_share, services.set_not_applicable])
def test_done_share_is_not_declined(service, staff):
    share = ActionShareFactory(done=True)

    with pytest.raises(ValidationError, match="Take the report back"):
        service(share=share, by=staff, version=0, reason="No.")


def test_set_not_applicable_keeps_the_reason(staff):
    share = ActionShareFactory()

    services.set_not_applicable(share=share, by=staff, version=0, reason="Another office does it.")

    share.refresh_from_db()
    assert (share.acceptance, share.decline_reason) == (Acceptance.NOT_APPLICABLE, "Another office does it.")


def test_withdraw_answer_leaves_no_trace_on_the_row(staff):
    share = ActionShareFactory(declined=True)

    services.withdraw_answer(share=share, by=staff, version=0)

    share.refresh_from_db()
    assert (share.acceptance, share.decline_reason, share.answered_by) == (Acceptance.NO_ANSWER, "", None)


def test_withdraw_answer_without_one_is_refused(staff):
    with pytest.raises(ValidationError, match="no answer"):
        services.withdraw_answer(share=ActionShareFactory(), by=staff, version=0)


def test_start_share_implies_acceptance(staff):
    share = ActionShareFactory()

    services.start_share(share=share, by=staff, version=0, what_was_done="Begun.")

    share.refresh_from_db()
    assert (share.acceptance, share.progress, share.what_was_done) == (
        Acceptance.ACCEPTED, Progress.IN_PROGRESS, "Begun.",
    )  # fmt: skip


def test_report_done_needs_a_sentence(staff):
    with pytest.raises(ValidationError, match="what was done"):
        services.report_done(share=ActionShareFactory(), by=staff, version=0, what_was_done=" ")


def test_report_done_of_a_flagged_action_needs_evidence(staff):
    share = ActionShareFactory(deadline__action__is_flagged=True)

    with pytest.raises(ValidationError, match="evidence"):
        services.report_done(share=share, by=staff, version=0, what_was_done="Done.")
    services.report_done(
        share=share, by=staff, version=0, what_was_done="Done.", evidence_url="https://example.org/report"
    )

    share.refresh_from_db()
    assert (share.progress, share.reported_by) == (Progress.DONE, staff)


def test_take_back_report_keeps_the_sentence(staff):
    share = ActionShareFactory(done=True, what_was_done="Too early.")

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
def test_confirmed_share_can_no_longer_be_changed(service, what, staff):
    share = ActionShareFactory(confirmed=True)

    with pytest.raises(ValidationError, match="confirmed"):
        service(share=share, by=staff, version=0, **what)


def test_nothing_changes_when_the_action_is_no_longer_in_effect(staff):
    share = ActionShareFactory(deadline__action__stored_state="dropped")

    with pytest.raises(ValidationError, match="no longer in effect"):
        services.accept_share(share=share, by=staff, version=0)


def test_second_of_two_people_is_told_and_overwrites_nothing(staff):
    share = ActionShareFactory()
    services.report_done(share=share, by=staff, version=0, what_was_done="First.")

    with pytest.raises(ValidationError) as caught:
        services.report_done(share=share, by=UserFactory(), version=0, what_was_done="Second.")

    assert caught.value.code == "changed_meanwhile"
    share.refresh_from_db()
    assert share.what_was_done == "First."


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
