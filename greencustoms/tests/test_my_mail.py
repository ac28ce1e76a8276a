import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from greencustoms.core import mail
from greencustoms.core.choices import MailStream
from greencustoms.core.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def kept_mail(user, number=1, *, stream=MailStream.ACCOUNT, text="Look at http://testserver/my/ please."):
    return mail.enqueue(
        key=f"test:{user.pk}:{number}", stream=stream, recipient=user, to_address=user.email,
        subject=f"Subject {number}", body_text=text,
        local_day=datetime.date(2027, 5, 3) if stream == MailStream.DIGEST else None,
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


def test_every_kind_of_mail_is_named(client):
    user = UserFactory()
    client.force_login(user)
    for number, stream in enumerate(MailStream, start=1):
        kept_mail(user, number, stream=stream)

    html = client.get("/my/mail/").content.decode()

    kinds = re.findall(r'<td data-label="Kind">([^<]*)</td>', html)
    assert kinds == [str(stream.label) for stream in reversed(MailStream)]


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("Open http://testserver/my/shares/7/report/.", ["http://testserver/my/shares/7/report/"]),
        ("(http://testserver/actions/?partner=wco&page=2)", ["http://testserver/actions/?partner=wco&amp;page=2"]),
        ("http://testserver\nhttp://testserver/", ["http://testserver", "http://testserver/"]),
        ("http://testserver/unsubscribe/MQ:1x:A-b_c/\n", ["http://testserver/unsubscribe/MQ:1x:A-b_c/"]),
        ("http://elsewhere.example/ www.elsewhere.example mail@elsewhere.example", []),
        ("http://testserver.elsewhere.example/my/", []),
        ("http://testserver:81/ http://testserver@elsewhere.example/", []),
        ("http://elsewhere.example/?next=http://testserver/my/", []),
        ("javascript:alert(1) http://TESTSERVER/my/", []),
    ],
)
def test_only_addresses_of_the_portal_can_be_followed(text, linked, client):
    """People wrote some of what stands in a mail."""
    user = UserFactory()
    client.force_login(user)
    row = kept_mail(user, text=text)

    html = client.get(f"/my/mail/{row.pk}/").content.decode()

    body = html[html.index('<div class="mail">') :].partition("</div>")[0]
    assert re.findall(r'<a href="([^"]*)">', body) == linked


def test_what_people_wrote_is_escaped(client):
    user = UserFactory()
    client.force_login(user)
    row = kept_mail(user, text='<script>alert(1)</script> http://testserver/"><b>x</b> & more')

    html = client.get(f"/my/mail/{row.pk}/").content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert ["<script>alert" in html, "<b>x" in html, "& more" in html] == [False, False, False]


def test_nothing_yet_says_what_will_come_and_when(client):
    client.force_login(UserFactory())

    html = client.get("/my/mail/").content.decode()

    assert "No mail yet" in html
    assert "in the morning of a working day" in html
    assert 'href="/my/reminders/"' in html
