"""How allauth behaves in this portal: no open sign-up, mails through our own outbox, secrets encrypted."""

from types import SimpleNamespace

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string

from . import mail
from .choices import MailStream
from .models import User


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        """Accounts are made by invitation; officers ask for one by the public form (design section 9)."""
        return False

    def send_mail(self, template_prefix, email, context):
        """Put allauth's mails (password, second factor, address) into the portal's outbox."""
        site = SimpleNamespace(name=settings.SITE_NAME, domain=settings.PORTAL_URL)
        context = {
            "site_name": settings.SITE_NAME,
            "portal_url": settings.PORTAL_URL,
            "current_site": site,
            "email": email,
            **context,
        }
        subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", context).split())
        body = render_to_string(f"{template_prefix}_message.txt", context)
        try:
            body_html: str = render_to_string(f"{template_prefix}_message.html", context)
        except TemplateDoesNotExist:
            body_html = ""
        user = context.get("user") or User.objects.filter(email__iexact=email).first()
        mail.enqueue(
            key=mail.one_time_key(template_prefix),
            stream=MailStream.ACCOUNT,
            recipient=user,
            to_address=email,
            subject=self.format_email_subject(subject),
            body_text=body.strip() + "\n",
            body_html=body_html,
        )


class MfaAdapter(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _fernet().decrypt(encrypted_text.encode()).decode()


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])
