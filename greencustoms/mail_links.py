"""Links in mails about accounts: how long they open anything, and what to do instead of sending a dead one again."""

from datetime import datetime, timedelta

from allauth.account import app_settings as account_settings
from django.conf import settings
from django.utils.translation import gettext as _

from greencustoms.core.choices import MailStream
from greencustoms.core.models import OutboundMail
from partners import links


def instead_of(mail: OutboundMail, now: datetime) -> str:
    """What to do instead of sending this mail again, if its link is dead; else an empty string."""
    if mail.stream != MailStream.ACCOUNT:
        return ""
    for beginning, lasts, words in _kinds():
        if mail.key.startswith(beginning):
            return words if now - mail.created_at >= lasts else ""
    return ""


def _kinds() -> list[tuple[str, timedelta, str]]:
    """Mails with a link, by the beginning of their key: how long it lasts, and what to do afterwards."""
    return [
        (
            "invitation:",
            links.INVITATION_LASTS,
            _("Its link is too old. Invite the person again, with the right address."),
        ),
        (
            "account-request-confirm:",
            links.CONFIRMATION_LASTS,
            _("Its link is too old. Whoever asked for an account can ask once more."),
        ),
        (
            "account/email/password_reset_key",
            timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT),
            _("Its link is too old. The person can ask for a new one on the page where people sign in."),
        ),
        (
            "account/email/email_confirmation",
            timedelta(days=account_settings.EMAIL_CONFIRMATION_EXPIRE_DAYS),
            _("Its link is too old. The person can ask for a new one under the addresses of the account."),
        ),
    ]
