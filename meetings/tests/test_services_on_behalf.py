"""Send back, reopen, and what the secretariat enters for a partner that answered by mail."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from greencustoms import roles
from greencustoms.core.models import AuditEvent
from greencustoms.core.tests.factories import UserFactory
from meetings import access
from meetings.choices import Acceptance, Progress
from meetings.services import shares as services
from meetings.tests.factories import ActionShareFactory
from partners.tests.factories import MembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db

NOTE = "by mail of 3 May 2007 from the general mailbox"


def test_share_sent_back_is_in_progress_again_and_keeps_its_text_and_the_reason(secretariat):
    share = ActionShareFactory(done=True, what_was_done="Printed 20.")

    services.send_back_share(share=share, by=secretariat, version=0, reason="How many were sent?")

    share.refresh_from_db()
    assert (share.progress, share.what_was_done, share.sent_back_reason, share.sent_back_by) == (
        Progress.IN_PROGRESS, "Printed 20.", "How many were sent?", secretariat,
    )  # fmt: skip
    event = AuditEvent.objects.get()
    assert (event.did, event.by, event.after["sent_back_reason"]) == ("sent back", secretariat, "How many were sent?")


def test_sending_back_needs_a_reason_and_a_report(secretariat):
    with pytest.raises(ValidationError, match="why"):
        services.send_back_share(share=ActionShareFactory(done=True), by=secretariat, version=0, reason=" ")
    with pytest.raises(ValidationError, match="can be sent back"):
        services.send_back_share(share=ActionShareFactory(in_progress=True), by=secretariat, version=0, reason="No.")


def test_reason_goes_when_it_is_reported_again_and_stays_in_the_history(secretariat):
    member = MembershipFactory()
    share = ActionShareFactory(done=True, partner=member.partner)
    services.send_back_share(share=share, by=secretariat, version=0, reason="How many?")

    services.start_share(share=share, by=member.user, version=1, what_was_done="Counting.")
    assert share.sent_back_reason == "How many?"
    services.report_done(share=share, by=member.user, version=2, what_was_done="Printed 20, sent 20.")

    share.refresh_from_db()
    assert (share.sent_back_reason, share.sent_back_at, share.sent_back_by) == ("", None, None)
    assert share.history.filter(sent_back_reason="How many?").exists()


def test_confirmed_share_is_reopened_with_a_reason(secretariat):
    share = ActionShareFactory(confirmed=True)

    services.reopen_share(share=share, by=secretariat, version=0, reason="The link is dead.")

    share.refresh_from_db()
    assert (share.progress, share.confirmed_at, share.confirmed_by, share.sent_back_reason) == (
        Progress.IN_PROGRESS, None, None, "The link is dead.",
    )  # fmt: skip


def test_only_a_confirmed_share_is_reopened(secretariat):
    with pytest.raises(ValidationError, match="Only a confirmed share"):
        services.reopen_share(share=ActionShareFactory(done=True), by=secretariat, version=0, reason="No.")


@pytest.mark.parametrize("service", [services.send_back_share, services.reopen_share])
def test_nobody_judges_their_own_organisations_share(service):
    member = MembershipFactory()
    share = ActionShareFactory(done=True, partner=member.partner)

    with pytest.raises(PermissionDenied):
        service(share=share, by=member.user, version=0, reason="No.")


def test_focal_point_sends_a_share_of_the_secretariat_back(secretariat):
    share = ActionShareFactory(done=True, partner=PartnerFactory(secretariat=True))

    with pytest.raises(PermissionDenied):
        services.send_back_share(share=share, by=secretariat, version=0, reason="No.")
    services.send_back_share(share=share, by=MembershipFactory(focal=True).user, version=0, reason="Where is it?")

    assert share.sent_back_reason == "Where is it?"


def test_secretariat_enters_what_a_partner_said_by_mail(secretariat):
    share = ActionShareFactory()

    services.report_done(share=share, by=secretariat, version=0, what_was_done="All of it.", behalf_note=NOTE)

    share.refresh_from_db()
    assert (share.is_answered_on_behalf, share.is_reported_on_behalf, share.behalf_note, share.reported_by) == (
        True, True, NOTE, secretariat,
    )  # fmt: skip
    assert AuditEvent.objects.get().after["behalf_note"] == NOTE


@pytest.mark.parametrize(
    ("service", "what"),
    [
        (services.accept_share, {}),
        (services.decline_share, {"reason": "No money."}),
        (services.report_done, {"what_was_done": "All."}),
    ],
)
def test_acting_for_a_partner_needs_a_note_how_it_said_so(service, what, secretariat):
    share = ActionShareFactory()

    with pytest.raises(ValidationError, match="how the organisation told you"):
        service(share=share, by=secretariat, version=0, behalf_note=" ", **what)

    share.refresh_from_db()
    assert share.version == 0


def test_whoever_reported_for_a_partner_does_not_confirm_it(secretariat):
    share = ActionShareFactory()
    services.report_done(share=share, by=secretariat, version=0, what_was_done="All.", behalf_note=NOTE)
    colleague = UserFactory(roles=[roles.SECRETARIAT])

    assert list(access.shares_to_confirm(secretariat)) == []
    assert list(access.shares_to_confirm(colleague)) == [share]
    with pytest.raises(PermissionDenied):
        services.confirm_share(share=share, by=secretariat, version=1)
    services.confirm_share(share=share, by=colleague, version=1)

    assert share.confirmed_by == colleague


def test_nobody_acts_for_the_secretariat(secretariat):
    share = ActionShareFactory(partner=PartnerFactory(secretariat=True))

    with pytest.raises(PermissionDenied):
        services.accept_share(share=share, by=secretariat, version=0, behalf_note=NOTE)


def test_partner_that_speaks_for_itself_later_is_no_longer_spoken_for(secretariat):
    member = MembershipFactory()
    share = ActionShareFactory(partner=member.partner)
    services.accept_share(share=share, by=secretariat, version=0, behalf_note=NOTE)

    services.report_done(share=share, by=member.user, version=1, what_was_done="All.")

    assert (share.is_answered_on_behalf, share.is_reported_on_behalf, share.behalf_note) == (True, False, NOTE)
    services.take_back_report(share=share, by=member.user, version=2)
    services.decline_share(share=share, by=member.user, version=3, reason="No money.")
    assert (share.acceptance, share.is_answered_on_behalf, share.behalf_note) == (Acceptance.DECLINED, False, "")


def test_history_says_who_without_a_request(secretariat):
    share = ActionShareFactory(done=True)

    services.confirm_share(share=share, by=secretariat, version=0)

    assert share.history.latest().history_user == secretariat
