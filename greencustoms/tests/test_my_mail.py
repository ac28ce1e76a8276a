import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from greencustoms.core import mail
from greencustoms.core.choices import MailStream
from greencustoms.core.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def kept_mail(user, number=1):
    return mail.enqueue(
        key=f"test:{user.pk}:{number}", stream=MailStream.ACCOUNT, recipient=user, to_address=user.email,
        subject=f"Subject {number}", body_text="Look at http://testserver/my/ please.",
    )  # fmt: skip


def test_person_reads_their_own_mail(client):
    user = UserFactory()
    row = kept_mail(user)
    client.force_login(user)

    assert "Subject 1" in client.get("/my/mail/").content.decode()
    page = client.get(f"/my/mail/{row.pk}/").content.decode()
    assert '<a href="http://testserver/my/"' in page


def test_mail_of_somebody_else_is_not_found(client):
    row = kept_mail(UserFactory())
    client.force_login(UserFactory())

    assert client.get(f"/my/mail/{row.pk}/").status_code == 404
    assert "Subject 1" not in client.get("/my/mail/").content.decode()


def test_pages_are_not_there_where_mail_really_leaves(client, settings):
    user = UserFactory()
    row = kept_mail(user)
    settings.MAIL_STAYS_HERE = False
    client.force_login(user)

    assert client.get("/my/mail/").status_code == 404
    assert client.get(f"/my/mail/{row.pk}/").status_code == 404


@pytest.mark.parametrize("stays", [True, False])
def test_menu_leads_to_the_mails_only_where_they_are(stays, client, settings):
    settings.MAIL_STAYS_HERE = stays
    client.force_login(UserFactory())

    assert ('href="/my/mail/"' in client.get("/my/profile/").content.decode()) is stays


def test_my_mails_query_count_does_not_grow_with_rows(client, django_assert_num_queries):
    """The shell of signed-in pages has statements of its own, so 1 row is compared with 3."""
    user = UserFactory()
    client.force_login(user)
    kept_mail(user, 1)
    client.get("/my/mail/")
    with CaptureQueriesContext(connection) as with_one:
        client.get("/my/mail/")
    kept_mail(user, 2)
    kept_mail(user, 3)

    with django_assert_num_queries(len(with_one)):
        client.get("/my/mail/")
