"""The link in each reminder that ends them without signing in (RFC 8058)."""

import re
import time
from datetime import timedelta
from html import unescape

import pytest
from django.core import signing
from django.test import Client

from greencustoms.core import mail
from greencustoms.core.choices import DigestRhythm, MailState, MailStream
from greencustoms.core.models import AuditEvent, OutboundMail, RateBucket, User
from greencustoms.core.tests.factories import UserFactory
from partners import links
from partners.tests.factories import AccountRequestFactory, InvitationFactory, MembershipFactory

pytestmark = pytest.mark.django_db

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def person():
    return UserFactory(name="Office of secrets", email="secrets@office.example")


@pytest.fixture
def link(person):
    return path_for(person)


@pytest.fixture
def anyone():
    """A browser without cookies that insists on the protection against forged forms."""
    return Client(enforce_csrf_checks=True)


def path_for(user) -> str:
    return mail.unsubscribe.address_for(user).removeprefix("http://testserver")


def rhythm(user) -> str:
    return User.objects.get(pk=user.pk).digest_rhythm


def test_mail_server_ends_the_reminders_with_one_post(anyone, person, link):
    """As the RFC says: no cookies, no redirect."""
    response = anyone.post(link, ONE_CLICK)

    assert (response.status_code, rhythm(person)) == (200, DigestRhythm.NONE)
    assert not response.cookies


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
        (b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
         "multipart/form-data; boundary=x"),
        (b"", "application/x-www-form-urlencoded"),
        (b"List-Unsubscribe=One-Click", "text/plain"),
        (b"act=stop", "application/x-www-form-urlencoded"),
    ],
)  # fmt: skip
def test_any_post_ends_them(body, kind, anyone, person, link):
    """Mail servers send what they like; whoever posts to this address wants to be left alone."""
    assert anyone.post(link, body, content_type=kind).status_code == 200
    assert rhythm(person) == DigestRhythm.NONE


@pytest.mark.parametrize("method", ["get", "head"])
def test_reading_changes_nothing(method, anyone, person, link):
    """Scanners of links in mails read every address."""
    for _time in range(3):
        response = getattr(anyone, method)(link)
        assert response.status_code == 200

    assert rhythm(person) == DigestRhythm.DAILY
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options"])
def test_other_methods_are_refused(method, anyone, person, link):
    assert getattr(anyone, method)(link).status_code == 405
    assert rhythm(person) == DigestRhythm.DAILY


def test_page_has_one_button_that_works_without_script_and_says_what_it_means(anyone, link):
    html = anyone.get(link).content.decode()

    assert 'name="act" value="stop"' in html
    assert "The work page of your organisation and your focal point still show what is owed." in html
    assert "Messages about your account" in html
    assert "<script" not in html


@pytest.mark.parametrize(("rhythm_now", "is_said"), [(DigestRhythm.WEEKLY, True), (DigestRhythm.DAILY, False)])
def test_page_says_that_they_come_once_a_week_now(rhythm_now, is_said, anyone, person, link):
    User.objects.filter(pk=person.pk).update(digest_rhythm=rhythm_now, digest_weekday=3)

    html = anyone.get(link).content.decode()

    assert ("They come once a week at most now, from Thursday on." in html) is is_said


def offer_in(response) -> dict:
    """What the button *once a week instead* sends; empty if there is none."""
    found = re.search(r'name="offer" value="([^"]+)"', response.content.decode())
    return {"act": "weekly", "offer": unescape(found[1])} if found else {}


def test_page_offers_once_a_week_afterwards_by_the_same_link(anyone, person, link):
    offer = offer_in(anyone.post(link, {"act": "stop"}))

    response = anyone.post(link, offer)

    assert "Once a week from now on" in response.content.decode()
    assert rhythm(person) == DigestRhythm.WEEKLY


def test_link_turns_no_reminders_on_for_somebody_who_chose_none(anyone, person, link):
    """The mail may have been passed on, or lie in an old mailbox."""
    User.objects.filter(pk=person.pk).update(digest_rhythm=DigestRhythm.NONE)

    answers = [anyone.get(link), anyone.post(link, ONE_CLICK), anyone.post(link, {"act": "weekly"})]

    assert [offer_in(answer) for answer in answers] == [{}] * 3
    assert "Now it can be chosen after signing in." in answers[2].content.decode()
    assert all("/my/reminders/" in answer.content.decode() for answer in answers)
    assert rhythm(person) == DigestRhythm.NONE
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("age", [timedelta(minutes=59), timedelta(minutes=61)])
def test_offer_lasts_an_hour(age, anyone, person, link, monkeypatch):
    now = time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now - age.total_seconds())
    offer = offer_in(anyone.post(link, ONE_CLICK))
    monkeypatch.undo()

    anyone.post(link, offer)

    assert rhythm(person) == (DigestRhythm.WEEKLY if age < timedelta(hours=1) else DigestRhythm.NONE)


@pytest.mark.parametrize("kind", ["of somebody else", "changed", "empty", "the link itself"])
def test_offer_that_is_not_ours_ends_the_reminders_as_any_post(kind, anyone, person, link):
    of_another = offer_in(anyone.post(path_for(UserFactory()), ONE_CLICK))["offer"]
    own = mail.unsubscribe.offer_to(person)
    offer = {"of somebody else": of_another, "changed": own[:-3] + "abc", "empty": "", "the link itself": link}[kind]

    assert anyone.post(link, {"act": "weekly", "offer": offer}).status_code == 200
    assert rhythm(person) == DigestRhythm.NONE


def test_second_time_says_the_same_and_leaves_no_second_trace(anyone, person, link):
    first, second = anyone.post(link, ONE_CLICK), anyone.post(link, ONE_CLICK)

    assert all("The reminders are stopped" in each.content.decode() for each in (first, second))
    [event] = AuditEvent.objects.all()
    assert (event.did, event.by, event.before, event.after) == (
        "chose reminders by the link in a mail", None, {"digest_rhythm": "daily"}, {"digest_rhythm": "none"},
    )  # fmt: skip
    assert "You get no reminders" in anyone.get(link).content.decode()


def test_reminder_that_waits_is_looked_at_again(anyone, person, link, settings):
    settings.MAIL_STAYS_HERE = False
    row = mail.enqueue(
        key="digest", stream=MailStream.DIGEST, recipient=person, to_address=person.email, subject="What is due",
        body_text="One action.", local_day=person.date_joined.date(),
    )  # fmt: skip
    OutboundMail.objects.filter(pk=row.pk).update(state=MailState.CLAIMED, version=3)

    anyone.post(link, ONE_CLICK)

    row.refresh_from_db()
    assert (row.state, row.version) == (MailState.PENDING, 4)


# --- Links that are not good ---


def bad_tokens(person):
    good = path_for(person).split("/")[2]
    invitation = links.invitation_url(InvitationFactory()).rstrip("/").rpartition("/")[2]
    request = links.confirmation_url(AccountRequestFactory()).rstrip("/").rpartition("/")[2]
    return {
        "of an invitation": invitation,
        "of a request for an account": request,
        "of another purpose": signing.Signer(salt="something.else").sign(str(person.pk)),
        "without purpose": signing.Signer().sign(str(person.pk)),
        "changed at its end": good[:-1] + ("A" if good[-1] != "A" else "B"),
        "changed at its begin": str(UserFactory().pk) + good[good.index(":") :],
        "cut": good[:-5],
        "only a number": str(person.pk),
        "of nobody": path_for(User(pk=person.pk + 999)).split("/")[2],
        "not of this kind": "\U0001f333",
        "very long": "a" * 3000,
    }


@pytest.mark.parametrize("method", ["get", "post"])
def test_bad_link_tells_nothing_and_changes_nothing(method, anyone, person):
    pages = set()
    for kind, token in bad_tokens(person).items():
        response = getattr(anyone, method)(f"/unsubscribe/{token}/", ONE_CLICK if method == "post" else None)
        html = response.content.decode()
        assert response.status_code == 410, kind
        assert [word in html for word in (person.name, person.email, "secrets")] == [False] * 3, kind
        pages.add(html)

    assert len(pages) == 1
    assert rhythm(person) == DigestRhythm.DAILY


@pytest.mark.parametrize("method", ["get", "post"])
def test_link_of_a_closed_account_is_like_a_bad_one(method, anyone, person, link):
    User.objects.filter(pk=person.pk).update(is_active=False)

    response = getattr(anyone, method)(link)

    assert (response.status_code, rhythm(person)) == (410, DigestRhythm.DAILY)
    assert response.content == anyone.get("/unsubscribe/bad/").content


def test_good_link_names_nobody_either(anyone, person, link):
    """The mail may have been passed on."""
    pages = [anyone.get(link), anyone.post(link, ONE_CLICK), anyone.post(link, {"act": "weekly"}), anyone.get(link)]

    for page in pages:
        html = page.content.decode()
        assert [word in html for word in (person.name, person.email, "secrets")] == [False] * 3


@pytest.mark.parametrize("token", ["good", "bad"])
def test_address_is_kept_by_nobody_and_told_to_no_site(token, anyone, link):
    path = link if token == "good" else "/unsubscribe/bad/"
    for response in (anyone.get(path), anyone.post(path)):
        assert "no-store" in response["Cache-Control"]
        assert "private" in response["Cache-Control"]
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["X-Robots-Tag"] == "noindex"
        assert path not in response.content.decode()
        assert "/feedback/?page=" not in response.content.decode()


def test_robots_are_asked_to_stay_away(client):
    assert "Disallow: /unsubscribe/" in client.get("/robots.txt").content.decode()


def test_link_works_for_somebody_signed_in_who_has_yet_to_set_up_a_second_factor(client, person, link):
    MembershipFactory(user=person, role="focal")
    client.force_login(person)
    assert client.get("/my/").status_code == 302

    assert client.post(link, {"act": "stop"}).status_code == 200
    assert rhythm(person) == DigestRhythm.NONE


def test_bad_links_of_one_network_are_limited_and_good_ones_of_others_not(anyone, person, link):
    answers = [anyone.get(f"/unsubscribe/guess-{number}/").status_code for number in range(22)]

    assert answers == [410] * 20 + [429] * 2
    assert anyone.post(link, ONE_CLICK).status_code == 200
    assert not RateBucket.objects.filter(key__contains="127.0.0.1").exists()


def test_one_good_link_is_limited_too(anyone, link):
    answers = [anyone.get(link).status_code for _time in range(32)]

    assert answers == [200] * 30 + [429] * 2
    assert anyone.get(link)["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("method", ["get", "post"])
def test_it_costs_few_statements(method, anyone, link, django_assert_max_num_queries):
    anyone.get(link)
    # Three of them save points; a change also looks for reminders that wait.
    with django_assert_max_num_queries(16):
        getattr(anyone, method)(link)
