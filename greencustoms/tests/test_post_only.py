"""A session that has ended before a button is pressed: the sign-in leads to the address of the button, to read it."""

from urllib.parse import unquote

import pytest
from django.test import Client

from greencustoms.core.choices import MailState
from greencustoms.core.models import AuditEvent
from partners.tests.factories import MembershipFactory

from .mail_rows import mail

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "page_of_the_button"),
    [
        ("/desk/mail/{mail}/hold/", "/desk/mail/{mail}/"),
        ("/desk/mail/{mail}/let-go/", "/desk/mail/{mail}/"),
        ("/desk/mail/people/{person}/let-go/", "/desk/mail/people/{person}/"),
        ("/desk/mail/people/{person}/sample/", "/desk/mail/people/{person}/"),
        ("/desk/guide/7/pdf/", "/desk/guide/"),
    ],
)
def test_address_of_a_button_leads_to_the_page_where_it_stands(path, page_of_the_button, client, secretariat):
    facts = {"mail": mail(MailState.HELD).pk, "person": MembershipFactory().user_id}
    wanted = path.format(**facts)

    assert wanted in unquote(Client().post(wanted)["Location"])
    response = client.get(wanted)

    assert (response.status_code, response["Location"]) == (302, page_of_the_button.format(**facts))
    assert not AuditEvent.objects.filter(by=secretariat).exists()
    assert client.put(wanted).status_code == 405
