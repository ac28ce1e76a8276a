"""What tests of the kernel share."""

from datetime import timedelta

import pytest
from django.utils import timezone

from greencustoms.core.mail import addresses, checks

from .mail_server import AnyPort, MailServer


@pytest.fixture
def server(settings):
    handler = MailServer()
    controller = AnyPort(handler, hostname="127.0.0.1", port=0, server_hostname="mail.example")
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = controller.hostname, controller.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = ""
    settings.EMAIL_TIMEOUT = 5
    settings.MAIL_STAYS_HERE = False
    yield handler
    controller.stop()


@pytest.fixture(autouse=True)
def _no_room_looks_at_mails(monkeypatch):
    """The kernel's own tests know no room: what is sent here was written by none of them."""
    monkeypatch.setattr(checks, "_checks", {})
    monkeypatch.setattr(addresses, "_told", [])


@pytest.fixture
def now():
    """A moment after the mails of the test were put in."""
    return timezone.now() + timedelta(seconds=20)
