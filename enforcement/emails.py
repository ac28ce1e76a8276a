"""What officers and access administrators are told by mail: who may read and until when, never what."""

from django.conf import settings
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import translation

from greencustoms.core import mail
from greencustoms.core.choices import MailStream
from greencustoms.core.models import User


def request_waiting(asked) -> None:
    """Tell each access administrator that a request waits."""
    deciding = Permission.objects.filter(content_type__app_label="enforcement", codename="decide_access")
    people = User.objects.filter(groups__permissions__in=deciding, is_active=True, is_superuser=False).distinct()
    for person in people:
        _send("request_waiting", f"{asked.pk}:{person.pk}", person, link=reverse("desk_access"), asked=asked)


def request_refused(asked) -> None:
    _send("request_refused", asked.pk, asked.user, link=reverse("enforcement_home"), asked=asked)


def access_granted(grant) -> None:
    _send("access_granted", grant.pk, grant.user, link=reverse("enforcement_home"), grant=grant)


def access_revoked(grant) -> None:
    _send("access_revoked", grant.pk, grant.user, link=reverse("enforcement_home"), grant=grant)


def _send(name: str, number, person, *, link: str, **context) -> None:
    with translation.override(person.language):
        mail.render_and_enqueue(
            f"enforcement/emails/{name}",
            {"person": person, "link": settings.PORTAL_URL + link, **context},
            key=f"{name}:{number}",
            stream=MailStream.ACCESS,
            to_address=person.email,
            recipient=person,
        )
