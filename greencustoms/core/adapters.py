"""How allauth behaves in this portal: no open sign-up, mails through our own outbox, secrets encrypted."""

from types import SimpleNamespace

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from . import mail
from .choices import MailStream
from .models import User
from .sessions import has_second_factor, second_factor_age


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        """Accounts are made by invitation; officers ask for one by the public form (design section 9)."""
        return False

    def get_reauthentication_methods(self, user):
        """The password alone neither opens nor changes the account of somebody who owns a second factor."""
        methods = super().get_reauthentication_methods(user)
        if has_second_factor(user) and second_factor_age(allauth_context.request) is None:
            return [method for method in methods if method["id"].startswith("mfa_")]
        return methods

    def send_mail(self, template_prefix, email, context):
        """Put allauth's mails (password, second factor, address) into the portal's outbox."""
        site = SimpleNamespace(name=settings.SITE_NAME, domain=settings.PORTAL_URL)
        person = context.get("user") or User.objects.filter(email__iexact=email).first()
        with translation.override(person.language if person else settings.LANGUAGE_CODE):
            mail.render_and_enqueue(
                template_prefix,
                {"current_site": site, "email": email, **context},
                key=mail.one_time_key(template_prefix),
                stream=MailStream.ACCOUNT,
                to_address=email,
                recipient=person,
                subject_prefix=settings.ACCOUNT_EMAIL_SUBJECT_PREFIX,
                body="message",
            )


class MfaAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "add_email_blocked": _("While you have a second factor, you cannot add an e-mail address."),
        "cannot_delete_authenticator": _("You cannot remove your second factor."),
        "cannot_generate_recovery_codes": _("Recovery codes replace a second factor. Set one up first."),
        "unverified_email": _("Confirm your e-mail address before you set up a second factor."),
    }

    def encrypt(self, text: str) -> str:
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _fernet().decrypt(encrypted_text.encode()).decode()


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])
