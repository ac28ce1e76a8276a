import re
from datetime import date

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from greencustoms import roles
from greencustoms.core.tests.factories import NEW_BUCKET, UserFactory
from greencustoms.core.tests.sign_in import sign_in
from meetings import facets
from meetings.choices import Part, Progress
from meetings.loading import load_example_meeting, load_meeting_2007
from meetings.models import ActionShare, Attendance, MeetingSession, SubItem
from meetings.tests.factories import ActionShareFactory, AgreedActionFactory, DeadlineFactory, MeetingFactory
from partners.tests.factories import MembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)


@pytest.fixture
def meeting_2007(organisations):
    return load_meeting_2007()


def text_of(response):
    """The page's words without markup."""
    html = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def row_of(response, number):
    """The words of one agreed action of a meeting page."""
    html = response.content.decode()
    [article] = re.findall(rf'<article class="action" id="action-{number}">(.*?)</article>', html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", article).split())


def references(response):
    return re.findall(r'<th scope="row">([^<]+)</th>', response.content.decode())


def make_action(**facts):
    """An action with a session, sub-item, two stages and two shares, as pages have to show it."""
    action = AgreedActionFactory(**facts)
    SubItem.objects.create(action=action, number=1, text="A point.")
    for _ in range(2):
        stage = DeadlineFactory(action=action)
        ActionShareFactory.create_batch(2, deadline=stage)
    return action


# --- The meeting of 2007, as everyone sees it ---


def test_meeting_page_lists_four_sessions_and_17_actions(client, meeting_2007):
    response = client.get("/meetings/gci-2007-03/")

    html = response.content.decode()
    assert re.findall(r'<h2 id="session-(\d)">', html) == ["1", "2", "3", "4"]
    assert re.findall(r'<article class="action" id="action-(\d+)">', html) == [str(n) for n in range(1, 18)]
    assert "Communication, co-ordination and planning" in html


@pytest.mark.parametrize("number", [7, 9, 11])
def test_actions_without_owner_say_so_and_name_the_sessions(number, client, meeting_2007):
    words = row_of(client.get("/meetings/gci-2007-03/"), number)

    assert "No owner was stated; said for the whole session: “responsibility of the drafting team”" in words
    assert "BRS, CITES, UNEP" in words


@pytest.mark.parametrize("number", [7, 9, 10])
def test_actions_without_date_say_so_and_name_the_sessions(number, client, meeting_2007):
    words = row_of(client.get("/meetings/gci-2007-03/"), number)

    assert "No date was stated; said for the whole session: “at the latest by April 2007”" in words


def test_only_those_actions_lack_an_owner_or_a_date(client, meeting_2007):
    words = text_of(client.get("/meetings/gci-2007-03/"))

    assert words.count("No owner was stated") == 3
    assert words.count("No date was stated") == 3


def test_action_13_shows_three_stages_read_from_its_text(client, meeting_2007):
    words = row_of(client.get("/meetings/gci-2007-03/"), 13)

    assert "3 stages, read from the text of the action" in words
    assert re.findall(r"Stage \d · Side event at the [A-Z]\w+", words) == [
        "Stage 1 · Side event at the Stockholm",
        "Stage 2 · Side event at the CITES",
        "Stage 3 · Side event at the Basel",
    ]


def test_action_4_shows_unep_and_then_the_partners(client, meeting_2007):
    words = row_of(client.get("/meetings/gci-2007-03/"), 4)

    assert re.findall(r"Stage \d · [A-Z]\w+", words) == ["Stage 1 · Draft", "Stage 2 · Comments", "Stage 3 · Approved"]
    assert "“UNEP” UNEP with contributions from BRS" in words
    assert words.count("0 of 1 done, 1 silent") == 1
    assert words.count("0 of 8 done, 8 silent") == 2
    assert "“Draft to be circulated by end April 2007”" in words


def test_action_2_shows_one_share_for_each_of_the_eight(client, meeting_2007):
    words = row_of(client.get("/meetings/gci-2007-03/"), 2)
    page = client.get("/meetings/gci-2007-03/actions/2/")

    assert "BRS, CITES, SCBD, INTERPOL, OPCW, Ozone Secretariat, UNEP, WCO 0 of 8 done, 8 silent" in words
    assert page.content.decode().count('data-mark="silent"') == 8 + 8  # the row of marks, and one in each line


def test_group_without_members_asks_for_an_owner(client, meeting_2007):
    page = client.get("/meetings/gci-2007-03/")

    assert "name an owner" in row_of(page, 6)
    assert "name an owner" not in row_of(page, 2)


def test_action_list_due_before_july_2007_is_exactly_seven(client, meeting_2007):
    response = client.get("/actions/", {"meeting": "gci-2007-03", "due_before": "2007-07-01"})

    assert references(response) == [f"GCI-2007-03/{number:02d}" for number in (4, 7, 8, 9, 10, 13, 14)]


def test_action_page_carries_its_reference(client, meeting_2007):
    words = text_of(client.get("/meetings/gci-2007-03/actions/8/"))

    assert "GCI-2007-03/08" in words
    assert "“15 May 2007”" in words


def test_invented_meeting_says_so_on_its_pages(client, organisations):
    load_example_meeting(TODAY)

    for path in ("/meetings/", "/meetings/example/", "/meetings/example/actions/3/"):
        assert "Invented for demonstration" in text_of(client.get(path))
    assert "5 of 10 done, 1 in progress, 1 declined, 1 does not apply, 2 silent" in row_of(
        client.get("/meetings/example/"), 3
    )


def test_export_has_one_row_for_each_deadline(client, meeting_2007):
    response = client.get("/actions/export.csv", {"meeting": "gci-2007-03", "due_before": "2007-05-01"})

    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("reference,title,text,by_whom_as_written,stage,by_when_as_written,kind,inherited,edtf")
    assert sorted(line.split(",")[0] for line in lines[1:]) == [
        "GCI-2007-03/04", "GCI-2007-03/04", "GCI-2007-03/04", "GCI-2007-03/07", "GCI-2007-03/09", "GCI-2007-03/10",
    ]  # fmt: skip


# --- The list and its filters ---


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, {"plain", "done", "late"}),
        ({"state": "agreed"}, {"plain", "late"}),
        ({"state": "reported_done"}, {"done"}),
        ({"state": "overdue"}, {"late"}),
        ({"q": "late thing"}, {"late"}),
        ({"q": "nothing like it"}, set()),
        ({"due_after": "2030-01-01"}, set()),
        ({"partner": "wco"}, {"done"}),
        ({"meeting": "m1"}, {"plain"}),
        ({"sort": "due"}, {"plain", "done", "late"}),
        ({"q": "M1/01"}, {"plain"}),
    ],
)
def test_filter_narrows_the_list(query, expected, client):
    plain = AgreedActionFactory(title="plain", meeting__code="m1", number=1)
    ActionShareFactory(deadline=DeadlineFactory(action=plain))
    ActionShareFactory(done=True, deadline__action__title="done", partner=PartnerFactory(slug="wco"))
    ActionShareFactory(overdue=True, deadline__action__title="late", deadline__action__text="A late thing.")

    html = client.get("/actions/", query).content.decode()

    titles = {title for title in ("plain", "done", "late") if f'/">{title}</a>' in html}
    assert titles == expected


@pytest.mark.parametrize(
    "query",
    [
        "state=zz", "due_before=soon", "due_after=2026-13-40", "partner=nobody", "meeting=none", "sort=x",
        "page=999999999999999999999999999999", "page=-1", "q=%00%ED%A0%80", "due_before=9999-12-31&page=zz",
        "q=" + "x" * 5000, "due_before=0001-01-01",
    ],
)  # fmt: skip
def test_bad_query_keeps_the_list_usable(query, client):
    make_action()

    response = client.get(f"/actions/?{query}")

    assert response.status_code == 200
    assert "Agreed actions" in text_of(response)


def test_bad_value_is_named_in_the_form_and_left_out(client):
    action = make_action()

    response = client.get("/actions/", {"due_before": "soon"})

    assert "Enter a valid date" in text_of(response)
    assert references(response) == [action.reference]


def test_export_with_a_bad_value_leads_back_to_the_list(client):
    response = client.get("/actions/export.csv", {"state": "zz"})

    assert response.headers["Location"] == "/actions/?state=zz"


def test_chip_takes_its_filter_away(client):
    make_action(title="Something")

    html = client.get("/actions/", {"state": "agreed", "q": "something"}).content.decode()

    assert re.findall(r'<a class="chip" href="([^"]+)">', html) == ["/actions/?state=agreed", "/actions/?q=something"]


def test_old_meeting_can_still_be_asked_for(client, monkeypatch):
    """The select names the newest meetings only, and the one that is asked for."""
    monkeypatch.setattr(facets, "MOST_MEETINGS", 1)
    old = make_action(meeting__starts_on=date(2007, 3, 1))
    make_action()

    assert references(client.get("/actions/", {"meeting": old.meeting.code})) == [old.reference]


def test_empty_list_says_what_to_do(client):
    assert "No agreed action fits" in text_of(client.get("/actions/"))
    assert "No meetings yet" in text_of(client.get("/meetings/"))


# --- Who may see what ---


def personas():
    secretariat = UserFactory(totp=True, roles=[roles.SECRETARIAT])
    return {
        "anonymous": None,
        "somebody": UserFactory(),
        "staff": MembershipFactory().user,
        "focal point": MembershipFactory(focal=True).user,
        "member of another organisation": MembershipFactory(partner=PartnerFactory(standing="other")).user,
        "secretariat": secretariat,
    }


MEMBERS = {"staff", "focal point", "secretariat"}


@pytest.mark.parametrize(
    ("facts", "allowed"),
    [
        ({}, {"anonymous", "somebody", "staff", "focal point", "member of another organisation", "secretariat"}),
        ({"partners_only": True}, MEMBERS),
        ({"draft": True}, {"secretariat"}),
        ({"state": "circulated"}, {"secretariat"}),
    ],
)
def test_meeting_is_seen_by_those_it_is_for(facts, allowed, client):
    meeting = MeetingFactory(code="secret-code", title="Canary meeting", **facts)
    action = make_action(meeting=meeting, title="Canary action")
    pages = [meeting.get_absolute_url(), action.get_absolute_url()]
    lists = ["/meetings/", "/actions/", "/actions/export.csv", "/actions/?q=canary"]

    for name, user in personas().items():
        client.logout()
        caches["pages"].clear()
        if user:
            sign_in(client, user, mfa=True)
        found = [client.get(path).status_code for path in pages]
        shown = ["Canary" in client.get(path).content.decode() for path in lists]
        is_allowed = name in allowed
        assert (name, found, shown) == (name, [200 if is_allowed else 404] * 2, [is_allowed] * 4)


def test_proposed_action_is_seen_by_the_secretariat_only(client):
    action = make_action(stored_state="proposed")

    assert client.get(action.get_absolute_url()).status_code == 404
    sign_in(client, personas()["secretariat"], mfa=True)
    assert client.get(action.get_absolute_url()).status_code == 200


def test_public_pages_open_no_session_and_hold_no_form_that_posts(client):
    action = make_action()

    for path in ("/meetings/", action.meeting.get_absolute_url(), action.get_absolute_url(), "/actions/"):
        response = client.get(path)
        assert response.cookies == {}
        assert 'method="post"' not in response.content.decode()


@pytest.mark.parametrize("path", ["/my/", "/my/shares/1/report/", "/my/mail/", "/my/mail/1/"])
def test_own_pages_ask_for_sign_in(path, client):
    response = client.get(path)

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/login/")


# --- Numbers of statements ---


@pytest.mark.parametrize("rows", [1, 3])
def test_meeting_list_query_count_is_constant(rows, client, django_assert_num_queries):
    MeetingFactory.create_batch(rows)

    with django_assert_num_queries(2):
        client.get("/meetings/")


@pytest.mark.parametrize("rows", [1, 3])
def test_meeting_page_query_count_is_constant(rows, client, django_assert_num_queries):
    meeting = MeetingFactory()
    for number in range(rows):
        session = MeetingSession.objects.create(meeting=meeting, number=number + 1, title="Session")
        make_action(meeting=meeting, session=session)
        Attendance.objects.create(meeting=meeting, partner=PartnerFactory())

    with django_assert_num_queries(6):
        client.get(meeting.get_absolute_url())


@pytest.mark.parametrize("rows", [1, 3])
def test_action_page_query_count_is_constant(rows, client, django_assert_num_queries):
    action = make_action()
    ActionShareFactory.create_batch(rows, deadline=action.deadlines.first())

    with django_assert_num_queries(4):
        client.get(action.get_absolute_url())


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("query", ["", "?state=in_progress", "?sort=due"])
def test_action_list_query_count_is_constant(rows, query, client, django_assert_max_num_queries):
    for _ in range(rows):
        make_action()

    with django_assert_max_num_queries(4):
        client.get(f"/actions/{query}")


@pytest.mark.parametrize("rows", [1, 3])
def test_export_query_count_is_constant(rows, client, django_assert_num_queries):
    for _ in range(rows):
        make_action()

    with django_assert_num_queries(3 + NEW_BUCKET):
        client.get("/actions/export.csv")


def test_my_home_query_count_does_not_grow_with_rows(client, django_assert_num_queries):
    """The shell of signed-in pages has statements of its own, so 1 row is compared with 3."""
    member = MembershipFactory()
    client.force_login(member.user)

    def add_rows(number):
        ActionShareFactory.create_batch(number, partner=member.partner)
        ActionShareFactory.create_batch(number, partner=member.partner, done=True)

    add_rows(1)
    client.get("/my/")
    with CaptureQueriesContext(connection) as with_one:
        client.get("/my/")
    add_rows(2)
    with django_assert_num_queries(len(with_one)):
        client.get("/my/")


# --- /my/ and the report form ---


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


def test_secretariat_confirms_but_does_not_report_for_others(client):
    share = ActionShareFactory(done=True)
    sign_in(client, UserFactory(totp=True, roles=[roles.SECRETARIAT]), mfa=True)

    assert "Confirm this share" in text_of(client.get(report_url(share)))
    assert client.post(report_url(share), {"act": "take_back", "take_back-version": 0}).status_code == 403
    assert client.post(report_url(share), {"act": "confirm", "confirm-version": 0}).status_code == 302
    share.refresh_from_db()
    assert share.confirmed_at is not None


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
