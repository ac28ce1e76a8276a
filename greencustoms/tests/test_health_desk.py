from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from greencustoms import roles
from greencustoms.core import health
from greencustoms.core.choices import MailState, MailStream
from greencustoms.core.mail import pause
from greencustoms.core.models import Heartbeat, Job, OutboundMail
from greencustoms.core.tests.factories import UserFactory
from greencustoms.core.tests.sign_in import sign_in

from .world import PERSONAS

pytestmark = pytest.mark.django_db

LATE = timedelta(minutes=11)
BAR = 'class="standstill"'
SENTENCE = "sends no mail at present"


@pytest.fixture
def administrator(client):
    person = UserFactory(name="Technical", totp=True, is_staff=True, roles=[roles.TECHNICAL_ADMINISTRATOR])
    sign_in(client, person, mfa=True)
    return person


def beat(name, *, ago=timedelta(0), **facts):
    return Heartbeat.objects.create(name=name, at=timezone.now() - ago, **facts)


def page(client, path="/desk/health/"):
    return client.get(path).content.decode()


def test_page_of_a_portal_that_works_says_so(client, administrator):
    beat(health.TICK, seconds=0.2)
    beat("send mail")

    shown = page(client)

    assert "The regular work is done." in shown
    assert "Send mail" in shown
    assert 'data-state="late"' not in shown


def test_page_says_what_is_wrong_and_what_to_do(client, administrator):
    beat(health.TICK, ago=LATE)
    beat("send mail", ago=LATE, failed_at=timezone.now(), error="Server is <away>")
    OutboundMail.objects.create(
        key="a", stream=MailStream.ACCESS, to_address="hidden@customs.example", subject="Access granted", body_text="B",
        message_id="<a@test>", next_at=timezone.now() - LATE,
    )  # fmt: skip
    Job.objects.create(kind="pdf", key="a", created_at=timezone.now() - LATE)

    shown = page(client)

    assert "4 things are wrong." in shown
    for words in ("stands still", "Server is <away>", "a part of it fails each time", "whether the mail server"):
        assert escape(words) in shown
    for words in ("hidden@customs.example", "Access granted"):
        assert words not in shown


def test_page_before_the_first_tick_says_that_nothing_was_ever_done(client, administrator):
    shown = page(client)

    assert "never done" in shown
    assert "“worker” and “ticker”" in shown


def test_mail_server_that_is_away_is_named_with_when_it_last_answered(client, administrator):
    beat(health.TICK)
    server = beat(pause.NAME, ago=LATE)
    assert "takes mail" in page(client)

    server.failed_at, server.error = timezone.now(), "Connection refused"
    server.save()

    shown = page(client)
    for words in ("away", "It last took mail at the time shown. Connection refused", "EMAIL_URL"):
        assert words in shown
    assert "1 thing is wrong." in shown


def test_moments_stand_in_the_time_of_the_reader(client, administrator):
    administrator.time_zone = "Asia/Kathmandu"
    administrator.save()
    Heartbeat.objects.create(name=health.TICK, at=timezone.now().replace(year=2025, month=1, day=1, hour=0, minute=0))

    shown = page(client)

    assert "1 Jan 2025, 05:45" in shown  # the page
    assert "1 January 2025, 00:00 (UTC)" in shown  # the bar, the same for all


@pytest.mark.parametrize("persona", PERSONAS)
def test_red_bar_is_shown_to_those_who_can_do_something(persona, world, client):
    if world.people[persona] is not None:
        world.sign_in(client, persona)
    beat(health.TICK, ago=LATE)

    sees = persona in ("technical_administrator", "superuser")

    assert [BAR in page(client, path) for path in ("/", "/partners/", "/no/such/page/")] == [sees, sees, sees]


@pytest.mark.parametrize("persona", PERSONAS)
def test_nobody_sees_the_bar_while_the_tick_is_in_time(persona, world, client):
    if world.people[persona] is not None:
        world.sign_in(client, persona)
    beat(health.TICK)

    assert BAR not in page(client, "/")
    assert SENTENCE not in page(client, "/desk/")


@pytest.mark.parametrize(
    ("persona", "sees"),
    [("secretariat", True), ("secretariat_reader", False), ("technical_administrator", False), ("focal_point", False)],
)
def test_secretariat_is_told_on_the_first_page_of_the_desk(persona, sees, world, client):
    world.sign_in(client, persona)
    beat(health.TICK, ago=LATE)

    assert (SENTENCE in page(client, "/desk/")) is sees


def statements_of(client, path="/partners/"):
    client.get(path)
    with CaptureQueriesContext(connection) as statements:
        client.get(path)
    return len(statements)


@pytest.mark.parametrize(("persona", "more"), [("staff", 0), ("secretariat", 0), ("technical_administrator", 1)])
def test_late_tick_costs_a_statement_only_those_who_are_told(persona, more, world, client):
    world.sign_in(client, persona)
    tick = beat(health.TICK)
    in_time = statements_of(client)
    tick.at -= LATE
    tick.save()

    assert statements_of(client) == in_time + more


def test_late_tick_costs_visitors_nothing(world, client, django_assert_num_queries):
    client.get("/partners/")
    beat(health.TICK, ago=LATE)

    with django_assert_num_queries(0):
        client.get("/partners/")


@pytest.mark.parametrize("rows", [1, 3])
def test_health_page_query_count_is_constant(rows, client, administrator, django_assert_num_queries):
    beat(health.TICK)
    for number in range(rows):
        beat(f"part {number}", failed_at=timezone.now(), error="away")
        Job.objects.create(kind="pdf", key=str(number))
        OutboundMail.objects.create(
            key=str(number), stream=MailStream.WORK, to_address="a@office.example", subject="S", body_text="B",
            message_id=f"<{number}@test>", state=MailState.FAILED,
        )  # fmt: skip
    client.get("/desk/health/")

    # The session, the person and two for the menu of the desk; then tick, mails, addresses, jobs.
    with django_assert_num_queries(8):
        client.get("/desk/health/")
