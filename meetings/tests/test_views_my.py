"""The home of partner staff, and the form on which they report."""

import re

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from greencustoms import roles
from greencustoms.core.tests.factories import UserFactory
from greencustoms.core.tests.sign_in import sign_in
from meetings.choices import Part, Progress
from meetings.loading import load_meeting_2007
from meetings.models import ActionShare
from meetings.services import shares as services
from meetings.tests.factories import ActionShareFactory
from meetings.tests.reading import text_of
from partners.tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client):
    member = MembershipFactory()
    client.force_login(member.user)
    return member


def report_url(share):
    return reverse("share_report", args=[share.pk])


def test_my_home_shows_what_is_late_first(client, member):
    ActionShareFactory(partner=member.partner, deadline__action__title="Later", accepted=True)
    ActionShareFactory(partner=member.partner, deadline__action__title="Overdue", overdue=True)
    ActionShareFactory(partner=member.partner, deadline__action__title="Finished", done=True)
    ActionShareFactory(deadline__action__title="Of others", overdue=True)

    html = client.get("/my/").content.decode()

    assert re.findall(r'<strong><a href="[^"]+">([^<]+)</a>', html) == ["Overdue", "Later", "Finished"]
    assert re.findall(r'<h2 id="([\w-]+)">', html) == ["late", "coming", "done"]


def test_my_home_still_shows_what_was_declined(client, member):
    """It can be withdrawn, so it is found again; nothing is due of it."""
    ActionShareFactory(partner=member.partner, deadline__action__title="Finished", done=True)
    share = ActionShareFactory(partner=member.partner, deadline__action__title="Not ours", declined=True, overdue=True)
    ActionShareFactory(deadline__action__title="Of others", declined=True)

    response = client.get("/my/")
    html = response.content.decode()

    assert re.findall(r'<h2 id="([\w-]+)">', html) == ["done", "declined"]
    work = response.context["work"]
    assert ([row.title for row in work.done], [row.title for row in work.set_aside]) == (["Finished"], ["Not ours"])
    assert f'href="{report_url(share)}"' in html
    assert "overdue" not in html
    assert "<details><summary>" not in html


def test_my_home_folds_many_declined_shares_and_keeps_the_done_ones(client, member, monkeypatch):
    monkeypatch.setattr("meetings.pages.my_work.MOST_ANSWERED", 4)
    ActionShareFactory.create_batch(5, partner=member.partner, declined=True)
    ActionShareFactory(partner=member.partner, deadline__action__title="Finished", done=True)

    response = client.get("/my/")

    work = response.context["work"]
    assert (len(work.set_aside), [row.title for row in work.done]) == (4, ["Finished"])
    assert "<details><summary>4 shares</summary>" in response.content.decode()


def test_my_home_sets_earlier_meetings_apart(client, organisations):
    load_meeting_2007()
    share = ActionShare.objects.filter(partner__slug="cites-secretariat").first()
    client.force_login(MembershipFactory(partner=share.partner).user)

    assert re.findall(r'<h2 id="([\w-]+)">', client.get("/my/").content.decode()) == ["earlier"]


def test_my_home_without_organisation_tells_what_one_can_do(client):
    client.force_login(UserFactory())

    words = text_of(client.get("/my/"))

    assert "Your account belongs to no organisation yet" in words
    assert "Find a course" in words


def test_my_home_of_the_secretariat_shows_shares_to_confirm(client):
    ActionShareFactory(done=True, deadline__action__title="Look at me")
    sign_in(client, UserFactory(totp=True, roles=[roles.SECRETARIAT]), mfa=True)

    assert "Look at me" in text_of(client.get("/my/"))


def test_my_home_query_count_does_not_grow_with_rows(client):
    """The shell of signed-in pages has statements of its own, so 1 row is compared with 3."""
    member = MembershipFactory()
    client.force_login(member.user)

    def add_rows(number):
        ActionShareFactory.create_batch(number, partner=member.partner)
        ActionShareFactory.create_batch(number, partner=member.partner, done=True)
        ActionShareFactory.create_batch(number, partner=member.partner, declined=True)

    def statements():
        caches["pages"].clear()
        with CaptureQueriesContext(connection) as captured:
            client.get("/my/")
        return len(captured)

    add_rows(1)
    client.get("/my/")
    with_one = statements()
    add_rows(2)

    assert statements() == with_one
    with CaptureQueriesContext(connection) as kept:
        client.get("/my/")
    assert len(kept) <= 4


def test_report_of_another_organisation_is_not_found(client, member):
    share = ActionShareFactory()

    assert client.get(report_url(share)).status_code == 404
    assert client.post(report_url(share), {"act": "accept", "accept-version": 0}).status_code == 404


def test_report_on_a_draft_is_not_found(client, member):
    share = ActionShareFactory(partner=member.partner, deadline__action__meeting__draft=True)

    assert client.get(report_url(share)).status_code == 404


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"act": "accept"}, ("accepted", "not_started", "")),
        ({"act": "decline", "decline-answer": "declined", "decline-reason": "No."}, ("declined", "not_started", "")),
        (
            {"act": "decline", "decline-answer": "not_applicable", "decline-reason": "Not ours."},
            ("not_applicable", "not_started", ""),
        ),
        ({"act": "start", "start-what_was_done": "Begun."}, ("accepted", "in_progress", "Begun.")),
        ({"act": "done", "done-what_was_done": "All of it."}, ("accepted", "done", "All of it.")),
    ],
)
def test_staff_report_in_one_step(data, expected, client, member):
    share = ActionShareFactory(partner=member.partner)

    response = client.post(report_url(share), {**data, f"{data['act']}-version": 0})

    assert response.headers["Location"] == "/my/"
    share.refresh_from_db()
    assert (share.acceptance, share.progress, share.what_was_done) == expected


def test_bad_input_keeps_what_was_typed(client, member):
    share = ActionShareFactory(partner=member.partner, deadline__action__is_flagged=True)

    response = client.post(
        report_url(share), {"act": "done", "done-version": 0, "done-what_was_done": "We printed it."}
    )

    assert response.status_code == 200
    html = response.content.decode()
    assert "We printed it." in html
    assert "This field is required" in html
    share.refresh_from_db()
    assert share.progress == Progress.NOT_STARTED


def test_second_person_sees_both_texts_and_can_save_again(client, member):
    share = ActionShareFactory(partner=member.partner)
    first = {"act": "done", "done-version": 0, "done-what_was_done": "First text."}
    client.post(report_url(share), first)

    response = client.post(report_url(share), {**first, "done-what_was_done": "Second text."})

    html = response.content.decode()
    assert "First text." in html
    assert "Second text." in html
    assert 'name="done-version" value="1"' in html
    again = {"act": "done", "done-version": 1, "done-what_was_done": "Both texts."}
    assert client.post(report_url(share), again).status_code == 302
    share.refresh_from_db()
    assert share.what_was_done == "Both texts."


def test_conflict_with_a_declining_colleague_keeps_the_form(client, member):
    share = ActionShareFactory(partner=member.partner)
    decline = {"act": "decline", "decline-version": 0, "decline-answer": "declined", "decline-reason": "No money."}
    client.post(report_url(share), decline)

    response = client.post(
        report_url(share), {"act": "done", "done-version": 0, "done-what_was_done": "But it is done."}
    )

    html = response.content.decode()
    assert "No money." in html
    assert "But it is done." in html


def test_unknown_act_changes_nothing(client, member):
    share = ActionShareFactory(partner=member.partner)

    assert client.post(report_url(share), {"act": "explode"}).status_code == 200
    share.refresh_from_db()
    assert share.version == 0


def test_staff_cannot_confirm_their_own_share(client, member):
    share = ActionShareFactory(partner=member.partner, done=True)

    assert client.post(report_url(share), {"act": "confirm", "confirm-version": 0}).status_code == 403


def test_secretariat_confirms_and_reports_for_others_only_with_a_note(client):
    share = ActionShareFactory(done=True)
    sign_in(client, UserFactory(totp=True, roles=[roles.SECRETARIAT]), mfa=True)
    without_note = {"act": "take_back", "take_back-version": 0}

    assert "Confirm this share" in text_of(client.get(report_url(share)))
    assert "This field is required" in text_of(client.post(report_url(share), without_note))
    assert client.post(report_url(share), {"act": "confirm", "confirm-version": 0}).status_code == 302
    share.refresh_from_db()
    assert (share.progress, share.confirmed_at is not None) == (Progress.DONE, True)


def test_take_back_and_withdraw_are_offered_until_confirmed(client, member):
    done = ActionShareFactory(partner=member.partner, done=True)
    accepted = ActionShareFactory(partner=member.partner, accepted=True)
    confirmed = ActionShareFactory(partner=member.partner, confirmed=True)

    assert client.post(report_url(done), {"act": "take_back", "take_back-version": 0}).status_code == 302
    assert client.post(report_url(accepted), {"act": "withdraw", "withdraw-version": 0}).status_code == 302
    assert "This share is confirmed" in text_of(client.get(report_url(confirmed)))


def test_action_page_leads_staff_to_their_form(client, member):
    share = ActionShareFactory(partner=member.partner)

    html = client.get(share.deadline.action.get_absolute_url()).content.decode()

    assert f'href="{report_url(share)}"' in html


def test_contributing_share_can_be_reported(client, member):
    share = ActionShareFactory(partner=member.partner, part=Part.CONTRIBUTES)

    assert "Where you contribute" in text_of(client.get("/my/"))
    assert client.get(report_url(share)).status_code == 200


def test_my_home_shows_a_page_of_many_shares_the_late_ones_first(client, member, monkeypatch):
    monkeypatch.setattr("meetings.pages.my_work.MY_ROWS", 1)
    ActionShareFactory(partner=member.partner, deadline__action__title="Later", accepted=True)
    ActionShareFactory(partner=member.partner, deadline__action__title="Overdue", overdue=True)
    ActionShareFactory(partner=member.partner, deadline__action__title="Finished", done=True)

    first, second = (client.get(f"/my/?page={number}") for number in (1, 2))

    assert first.context["page"].total == 2
    assert [row.title for row in first.context["work"].late] == ["Overdue"]
    assert [row.title for row in first.context["work"].done] == ["Finished"]
    assert [row.title for row in second.context["work"].coming] == ["Later"]
    assert second.context["work"].done == []
    assert 'rel="next"' in first.content.decode()


def test_what_came_back_stands_first_once_with_the_reason(client, member):
    share = ActionShareFactory(partner=member.partner, done=True, overdue=True, deadline__action__title="Sent back")
    ActionShareFactory(partner=member.partner, overdue=True, deadline__action__title="Late")
    secretariat = UserFactory(roles=[roles.SECRETARIAT])
    services.send_back_share(share=share, by=secretariat, version=0, reason="Where can it be seen?")

    html = client.get("/my/").content.decode()

    assert re.findall(r'<h2 id="([\w-]+)">', html) == ["came-back", "late"]
    assert re.findall(r'<strong><a href="[^"]+">([^<]+)</a>', html) == ["Sent back", "Late"]
    assert "Came back: Where can it be seen?" in html
    assert "Where can it be seen?" in client.get(report_url(share)).content.decode()


def test_form_and_page_say_who_reported_for_a_partner(client, member):
    share = ActionShareFactory(partner=member.partner)
    note = "by mail of 3 May 2007 from the general mailbox"
    secretariat = UserFactory(roles=[roles.SECRETARIAT])
    services.report_done(share=share, by=secretariat, version=0, what_was_done="All.", behalf_note=note)
    said = f"Reported by the secretariat for {share.partner.short_name}: {note}"

    pages = [report_url(share), share.deadline.action.get_absolute_url(), "/my/"]

    assert [said in text_of(client.get(page)) for page in pages] == [True, True, True]
