"""One of every mail that the portal writes, by the name of its templates."""

from datetime import date, timedelta

from allauth.account.adapter import get_adapter
from django.utils import timezone

from enforcement import emails as of_enforcement
from enforcement.tests.factories import AccessGrantFactory, AccessRequestFactory
from greencustoms import roles
from greencustoms.core.mail import Draft, Rendered
from greencustoms.core.models import MailAddress, OutboundMail, User
from greencustoms.core.tests.factories import UserFactory
from meetings import emails as of_meetings
from meetings.reminders.ladder import Fired
from meetings.reminders.lines import Line
from meetings.tests.factories import ActionShareFactory, MeetingFactory
from partners import emails as of_partners
from partners.tests.factories import AccountRequestFactory, InvitationFactory

TODAY = date(2026, 3, 10)
ONE_TIME_LINK = "http://testserver/accounts/one-time/7-secret/"

# Mails of allauth that say what was done to an account, and what each of them is told besides.
NOTICES = {
    "account/email/email_changed": {"from_email": "old@office.example", "to_email": "new@office.example"},
    "account/email/email_confirm": {},
    "account/email/email_deleted": {"deleted_email": "old@office.example"},
    "account/email/password_changed": {},
    "account/email/password_reset": {},
    "account/email/password_set": {},
    "mfa/email/recovery_codes_generated": {},
    "mfa/email/totp_activated": {},
    "mfa/email/totp_deactivated": {},
    "mfa/email/webauthn_added": {},
    "mfa/email/webauthn_removed": {},
}


def every_mail(person: User) -> dict[str, Rendered | Draft | OutboundMail]:
    """To `person`, as far as it goes to people with an account."""
    return _of_meetings(person) | _of_partners(person) | _of_enforcement(person) | _of_accounts(person)


def line(number: int, days: int | None, **facts) -> Line:
    """A line of a digest, due so many days from today; None for a question."""
    return Line(
        **{
            "share_id": number,
            "deadline_id": number,
            "due_on": TODAY + timedelta(days=days or 0),
            "is_dated": days is not None,
            "reference": f"GCI-2026-03/{number:02d}",
            "action": ("GCI-2026-03", number),
            "title": "Send <numbers> & needs",
            "stage": "",
            "partner_name": "WCO",
            "by_when_text": "by the spring",
            "step": Fired("0", 0, TODAY),
            "is_own": True,
            **facts,
        }
    )


def _of_meetings(person):
    lines = [
        line(1, -28, moved_from=TODAY - timedelta(days=40)),
        line(2, 0, stage="Draft circulated"),
        line(3, 7),
        line(4, None, by_when_text="as soon as possible"),
        line(5, -30, is_own=False, partner_name="UNEP"),
    ]
    meeting = MeetingFactory(
        title="Third meeting of <partners>", comments_until=TODAY, circulated_at=timezone.now(), report_version=2
    )
    facts = {"deadline__action__meeting": meeting, "deadline__action__title": "Write & send"}
    share = ActionShareFactory(
        **facts, done=True, sent_back_reason="Two are missing.\nPlease <ask> again.", sent_back_at=timezone.now(),
        sent_back_by=person, what_was_done="We sent most of them.",
    )  # fmt: skip
    late = ActionShareFactory(**facts, deadline__latest=TODAY - timedelta(days=3), deadline__label="Draft")
    undated = ActionShareFactory(**facts, deadline__latest=None, deadline__kind="asap", deadline__review_on=TODAY)
    shares = [late, share, undated]
    action = late.deadline.action
    action.state_reason = "It is <needed> after all."
    told = {"user": person, "today": TODAY}
    return {
        "meetings/emails/digest": of_meetings.digest(**told, lines=lines),
        "meetings/emails/report_circulated": of_meetings.report_circulated(user=person, meeting=meeting),
        "meetings/emails/shares_given": of_meetings.report_final(**told, meeting=meeting, shares=shares, past=2),
        "meetings/emails/shares_given (joined)": of_meetings.partner_joined(
            **told, partner=share.partner, shares=[share]
        ),
        "meetings/emails/shares_given (named)": of_meetings.owner_named(**told, share=undated),
        "meetings/emails/shares_given (reopened)": of_meetings.action_reopened(**told, action=action, shares=[late]),
        "meetings/emails/share_came_back": of_meetings.share_came_back(**told, share=share, was_confirmed=False),
    }


def _of_partners(person):
    invited, asked = InvitationFactory(invited_by=person), AccountRequestFactory(refused=True)
    of_partners.invitation(invited)
    of_partners.account_request_confirm(asked)
    of_partners.account_request_waiting(asked, person)
    of_partners.account_request_refused(asked)
    refusing = MailAddress.objects.create(address="gone@office.example", suppressed_at=timezone.now())
    of_partners.address_suppressed(refusing, UserFactory(name="Office <one>", email=refusing.address), person)
    found = {"partners/emails/address_suppressed": OutboundMail.objects.get(key__startswith="address-suppressed:")}
    keys = {
        "invitation": f"invitation:{invited.pk}",
        "account_request_confirm": f"account-request-confirm:{asked.pk}",
        "account_request_waiting": f"account-request-waiting:{asked.pk}:{person.pk}",
        "account_request_refused": f"account-request-refused:{asked.pk}",
    }
    return found | {f"partners/emails/{name}": OutboundMail.objects.get(key=key) for name, key in keys.items()}


def _of_enforcement(person):
    roles.give(person, roles.ACCESS_ADMINISTRATOR)
    asked = AccessRequestFactory(user=person, answer_reason="No <reply> from the office.")
    grant = AccessGrantFactory(user=person, revoke_reason="You left the office.")
    of_enforcement.request_waiting(asked)
    of_enforcement.request_refused(asked)
    of_enforcement.access_granted(grant)
    of_enforcement.access_revoked(grant)
    keys = {
        "request_waiting": f"request_waiting:{asked.pk}:{person.pk}",
        "request_refused": f"request_refused:{asked.pk}",
        "access_granted": f"access_granted:{grant.pk}",
        "access_revoked": f"access_revoked:{grant.pk}",
    }
    return {f"enforcement/emails/{name}": OutboundMail.objects.get(key=key) for name, key in keys.items()}


def _of_accounts(person):
    contexts = {
        name: {"timestamp": timezone.now(), "ip": "192.0.2.7", "user_agent": "Browser <7>", **facts}
        for name, facts in NOTICES.items()
    }
    contexts["account/email/password_reset_key"] = {"password_reset_url": ONE_TIME_LINK}
    contexts["account/email/email_confirmation"] = {"activate_url": ONE_TIME_LINK, "user": person}
    for name, context in contexts.items():
        get_adapter().send_mail(name, person.email, context)
    return {name: OutboundMail.objects.get(key__startswith=f"{name}:") for name in contexts}
