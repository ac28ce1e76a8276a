"""One function per mail. All go through the outbox, once for each reason."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from greencustoms.core import mail
from greencustoms.core.choices import MailStream
from greencustoms.core.models import MailAddress, User

from . import links
from .models import AccountRequest, Invitation


def invitation(row: Invitation) -> None:
    context = {"invitation": row, "url": links.invitation_url(row), "days": links.INVITATION_LASTS.days}
    _send("invitation", context, key=f"invitation:{row.pk}", to=row.email)


def account_request_confirm(row: AccountRequest) -> None:
    """Holds no word of what was typed into the public form, so that nobody can use it to write to strangers."""
    context = {"url": links.confirmation_url(row), "days": links.CONFIRMATION_LASTS.days}
    # Whoever reads this is filling in the form now, in a language of their own choice.
    language = translation.get_language() or settings.LANGUAGE_CODE
    _send("account_request_confirm", context, key=f"account-request-confirm:{row.pk}", to=row.email, language=language)


def account_request_waiting(row: AccountRequest, recipient: User) -> None:
    url = settings.PORTAL_URL + reverse("desk_request_answer", args=[row.pk])
    _send(
        "account_request_waiting",
        {"account_request": row, "url": url},
        key=f"account-request-waiting:{row.pk}:{recipient.pk}",
        to=recipient.email,
        recipient=recipient,
    )


def account_request_refused(row: AccountRequest) -> None:
    _send("account_request_refused", {"account_request": row}, key=f"account-request-refused:{row.pk}", to=row.email)


def address_suppressed(address: MailAddress, person: User, recipient: User) -> None:
    """Tells a focal point that a person of theirs gets no mail any more. Each time it happens is a mail of its own."""
    _send(
        "address_suppressed",
        {"person": person, "url": settings.PORTAL_URL + reverse("desk_people")},
        key=f"address-suppressed:{address.pk}:{address.suppressed_at.isoformat()}:{person.pk}:{recipient.pk}",
        to=recipient.email,
        recipient=recipient,
        stream=MailStream.WORK,
    )


def _send(
    name: str,
    context: dict,
    *,
    key: str,
    to: str,
    recipient: User | None = None,
    language: str = "",
    stream: MailStream = MailStream.ACCOUNT,
) -> None:
    """In the language of the reader, as far as it is known: not in that of whoever caused the mail."""
    with translation.override(recipient.language if recipient else language or settings.LANGUAGE_CODE):
        mail.render_and_enqueue(
            f"partners/emails/{name}", context, key=key, stream=stream, to_address=to, recipient=recipient
        )
