"""What the technical administrator sees at /admin/, and what nobody does there."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from greencustoms import roles
from greencustoms.core import audit, mail
from greencustoms.core.choices import MailStream
from greencustoms.core.models import AuditEvent, Heartbeat, Job, OutboundMail, User
from greencustoms.core.tests.factories import UserFactory
from greencustoms.core.tests.sign_in import sign_in

pytestmark = pytest.mark.django_db

SEEN = ["user", "job", "outboundmail", "auditevent", "heartbeat"]


@pytest.fixture
def administrator(client):
    user = UserFactory(totp=True, roles=[roles.TECHNICAL_ADMINISTRATOR])
    sign_in(client, user, mfa=True)
    return user


@pytest.fixture
def rows(administrator):
    mail.enqueue(
        key="a", stream=MailStream.ACCOUNT, to_address="a@office.example", subject="Your link",
        body_text="https://portal.example/secret-link", body_html="<p>secret-link</p>",
    )  # fmt: skip
    Job.objects.create(kind="pdf", key="a")
    Heartbeat.objects.create(name="tick", at=timezone.now())
    audit.record(administrator, "did something", by=administrator)


def test_administration_leads_to_the_health_page_and_wears_the_mark(client, administrator):
    html = client.get("/admin/").content.decode()

    assert 'href="/desk/health/"' in html
    assert 'rel="icon"' in html
    client.logout()
    assert "/desk/health/" not in client.get("/admin/login/", follow=True).content.decode()


def page(name, *args):
    return reverse(f"admin:core_{name}", args=args)


def test_first_page_names_what_there_is_to_see(rows, client):
    text = client.get(reverse("admin:index")).content.decode()

    assert [name for name in SEEN if page(f"{name}_changelist") in text] == SEEN
    assert page("user_add") not in text


@pytest.mark.parametrize("name", SEEN)
def test_lists_and_rows_can_be_read_and_not_added_or_deleted(name, rows, client):
    [model] = [model for model in (User, Job, OutboundMail, AuditEvent, Heartbeat) if model._meta.model_name == name]
    row = model.objects.order_by("pk").last()

    assert client.get(page(f"{name}_changelist"), {"q": "a"}).status_code == 200
    assert client.get(page(f"{name}_change", row.pk)).status_code == 200
    assert client.get(page(f"{name}_add")).status_code == 403
    assert client.post(page(f"{name}_delete", row.pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("name", ["job", "outboundmail", "auditevent", "heartbeat"])
def test_rows_cannot_be_changed(name, rows, client):
    [model] = [model for model in (Job, OutboundMail, AuditEvent, Heartbeat) if model._meta.model_name == name]
    row = model.objects.get()

    assert client.post(page(f"{name}_change", row.pk), {"subject": "x"}).status_code == 403


def test_body_of_a_mail_stays_closed(rows, client):
    row = OutboundMail.objects.get()

    pages = [client.get(page("outboundmail_changelist")), client.get(page("outboundmail_change", row.pk))]

    assert all(b"Your link" in each.content and b"secret-link" not in each.content for each in pages)


def test_mail_about_access_does_not_exist_here(rows, client):
    """It would tell the administrators who is cleared."""
    OutboundMail.objects.update(stream=MailStream.ACCESS, to_address="zirconblue@customs.example")
    row = OutboundMail.objects.get()

    lists = [client.get(page("outboundmail_changelist"), query) for query in ({}, {"stream__exact": "access"})]

    assert not any(b"zirconblue" in each.content for each in lists)
    assert client.get(page("outboundmail_change", row.pk), follow=True).content.count(b"zirconblue") == 0


@pytest.mark.parametrize(("stream", "shown"), [(MailStream.ACCOUNT, False), (MailStream.WORK, True)])
def test_words_of_servers_about_accounts_are_left_out(stream, shown, rows, client):
    OutboundMail.objects.update(stream=stream, last_error="554 refused for http://testserver/quoted-link/")

    text = client.get(page("outboundmail_change", OutboundMail.objects.get().pk)).content.decode()

    assert "554" in text
    assert ("quoted-link" in text) is shown


def test_account_is_closed_and_opened_and_nothing_else_changes(administrator, client):
    person = UserFactory(name="Office")
    password = person.password
    address = page("user_change", person.pk)
    more = {"name": "x", "is_superuser": "on", "is_staff": "on", "groups": "1", "password": "x", "email": "x@y.example"}

    client.post(address, more)
    person.refresh_from_db()
    assert (person.is_active, person.is_superuser, person.is_staff) == (False, False, False)
    assert (person.name, person.password, person.groups.count()) == ("Office", password, 0)

    client.post(address, {**more, "is_active": "on"})
    person.refresh_from_db()
    assert person.is_active
    assert list(AuditEvent.objects.order_by("pk").values_list("did", "by", "object_id")) == [
        ("closed an account", administrator.pk, str(person.pk)),
        ("opened an account again", administrator.pk, str(person.pk)),
    ]


def test_nobody_closes_their_own_account_nor_that_of_a_superuser(administrator, client):
    superuser = UserFactory(is_superuser=True)

    assert client.post(page("user_change", administrator.pk), {}).status_code == 403
    assert client.post(page("user_change", superuser.pk), {}).status_code == 403


def test_password_is_not_shown(administrator, client):
    person = UserFactory()

    assert person.password[:12] not in client.get(page("user_change", person.pk)).content.decode()


def test_roles_are_not_given_here(client):
    sign_in(client, UserFactory(totp=True, is_staff=True, is_superuser=True), mfa=True)

    assert client.get("/admin/auth/group/").status_code == 404
    assert Group.objects.count() == len(roles.ROLES)


def test_audit_of_the_restricted_section_is_left_out(administrator, client):
    AuditEvent.objects.create(did="published", object_kind="enforcement.RiskIndicator", object_id="1", words="RI-1")
    AuditEvent.objects.create(did="edited", object_kind="partners.Partner", object_id="1", words="WCO")

    text = client.get(page("auditevent_changelist")).content.decode()

    assert "WCO" in text
    assert "RI-1" not in text
    assert "enforcement" not in text


@pytest.mark.parametrize("role", [roles.SECRETARIAT, roles.ACCESS_ADMINISTRATOR, roles.STEWARD])
def test_other_roles_do_not_come_in(role, client):
    sign_in(client, UserFactory(totp=True, roles=[role]), mfa=True)

    assert client.get(reverse("admin:index")).status_code == 302


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_people_query_count_is_constant(count, administrator, client, django_assert_num_queries):
    client.get(page("user_changelist"))
    UserFactory.create_batch(count, roles=[roles.SECRETARIAT])

    with django_assert_num_queries(7):
        client.get(page("user_changelist"))
