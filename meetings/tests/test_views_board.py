"""The secretariat's board: who is silent, old deadlines, and reminders of them."""

from datetime import UTC, date, datetime

import pytest
from django.utils.html import strip_tags

from greencustoms.core.tests.factories import UserFactory
from greencustoms.core.tests.sign_in import sign_in
from greencustoms.roles import SECRETARIAT, SECRETARIAT_READER
from meetings.choices import Part, StoredState
from meetings.forms import newest
from meetings.forms.board import BoardForm
from meetings.pages import overview, silence
from meetings.progress import Tally
from meetings.services import shares
from meetings.tests.factories import ActionShareFactory, DeadlineFactory, MeetingFactory
from partners.choices import MemberRole, Standing
from partners.tests.factories import MembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)
BOARD, OLD = "/desk/meetings/silent/", "/desk/meetings/silent/old-deadlines/"


@pytest.fixture
def secretariat(client):
    user = UserFactory(roles=[SECRETARIAT], totp=True)
    sign_in(client, user, mfa=True)
    return user


@pytest.fixture
def wco():
    return PartnerFactory(acronym="WCO", name="World Customs Organization", email="info@wco.example")


def share(partner, latest=date(2027, 1, 31), **facts):
    return ActionShareFactory(partner=partner, deadline__latest=latest, **facts)


def text(response):
    return " ".join(strip_tags(response.content.decode()).split())


def test_row_counts_what_an_organisation_owes_answered_and_did(wco):
    share(wco)
    share(wco, date(2026, 11, 19))
    share(wco, accepted=True)
    share(wco, declined=True)
    share(wco, in_progress=True)
    share(wco, date(2026, 11, 1), done=True)

    row = silence.board(today=TODAY)[0]

    assert row.tally.words == "1 of 6 done, 1 in progress, 1 accepted, 1 declined, 2 silent"
    assert (row.tally.silent, row.late) == (2, 1)


@pytest.mark.parametrize(
    "facts",
    [
        {"part": Part.CONSULTED},
        {"deadline__action__stored_state": StoredState.DROPPED},
        {"deadline__action__stored_state": StoredState.PROPOSED},
        {"deadline__action__meeting__draft": True},
    ],
    ids=["consulted", "dropped", "proposed", "draft"],
)
def test_what_nobody_waits_for_is_not_silence(facts, wco):
    share(wco, **facts)

    assert silence.board(today=TODAY)[0].tally.total == 0


def test_every_partner_has_a_row_and_the_most_silent_comes_first(wco):
    quiet = PartnerFactory(acronym="QUIET")
    PartnerFactory(standing=Standing.GROUP)
    share(quiet)
    share(quiet)
    share(wco)
    idle = PartnerFactory(acronym="IDLE")

    assert [row.slug for row in silence.board(today=TODAY)] == [quiet.slug, wco.slug, idle.slug]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (silence.SILENCE, ["A", "B", "C", "D"]),
        (silence.LATE, ["B", "A", "C", "D"]),
        (silence.HEARD, ["A", "B", "C", "D"]),
        (silence.NAME, ["A", "B", "C", "D"]),
    ],
)
def test_board_stands_in_the_order_asked_for(order, expected):
    a, b, c, _d = (PartnerFactory(acronym=name, sort_name=name) for name in "ABCD")
    share(a)
    share(a)
    share(b, date(2026, 11, 1), accepted=True, answered_at=datetime(2026, 10, 1, tzinfo=UTC))
    share(b)
    share(c, accepted=True, answered_at=datetime(2026, 11, 1, tzinfo=UTC))

    assert [row.name for row in silence.board(today=TODAY, order=order)] == expected


def test_marks_are_drawn_as_long_as_one_can_take_them_in():
    few, many = Tally(done=2, silent=58), Tally(done=2, silent=59)

    assert overview.marks_of(few).count("<svg") == 60
    assert overview.marks_of(many) == ""


def test_last_word_is_the_last_answer_or_report(wco):
    share(wco, accepted=True, answered_at=datetime(2026, 10, 1, tzinfo=UTC))
    share(wco, done=True, answered_at=datetime(2026, 9, 1, tzinfo=UTC), reported_at=datetime(2026, 11, 3, tzinfo=UTC))

    assert silence.board(today=TODAY)[0].heard_at == datetime(2026, 11, 3, tzinfo=UTC)


def test_page_says_who_is_silent_and_whom_to_write_to(secretariat, client, wco):
    meeting = share(wco, date(2020, 1, 1)).deadline.action.meeting
    share(wco)

    response = client.get(BOARD)

    page, words = response.content.decode(), text(response)
    assert "2 shares wait for an answer from 1 organisation · 1 share is overdue." in words
    assert 'href="mailto:info@wco.example"' in page
    assert "no focal point here yet" in words
    assert f'href="/actions/?partner={wco.slug}"' in page
    assert f'href="/actions/?partner={wco.slug}&amp;state=overdue"' in page
    assert f'<option value="{meeting.code}"' in page


def test_page_names_no_person(secretariat, client, wco):
    member = MembershipFactory(partner=wco, role=MemberRole.FOCAL, user__name="Canary Name")
    share(wco)

    response = client.get(BOARD)

    assert "no focal point here yet" not in text(response)
    assert "Canary" not in response.content.decode()
    assert member.user.email not in response.content.decode()


def test_board_of_one_meeting_counts_its_shares_only(secretariat, client, wco):
    here = share(wco).deadline.action.meeting
    share(wco)

    response = client.get(BOARD, {"meeting": here.code})

    assert "1 share waits for an answer from 1 organisation." in text(response)
    assert f"partner={wco.slug}&amp;meeting={here.code}" in response.content.decode()


def test_select_offers_the_newest_meetings_and_the_chosen_one(monkeypatch):
    monkeypatch.setattr(newest, "MOST_OFFERED", 2)
    for year in (2026, 2024, 2025, 2023):
        day = date(year, 3, 1)
        MeetingFactory(code=f"gci-{year}", starts_on=day, ends_on=day)

    forms = [BoardForm({"meeting": code}) for code in ("", "gci-2023", "gci-2024\x00")]

    assert [list(form.meetings) for form in forms] == [
        ["gci-2026", "gci-2025"], ["gci-2026", "gci-2025", "gci-2023"], ["gci-2026", "gci-2025"],
    ]  # fmt: skip
    assert forms[1].chosen_meeting.code == "gci-2023"


@pytest.mark.parametrize("query", [{"meeting": "nowhere"}, {"order": "random"}, {"meeting": "\x00"}, {"page": "x"}])
def test_bad_value_is_said_and_left_out(query, secretariat, client, wco):
    share(wco)

    response = client.get(BOARD, query)

    assert response.status_code == 200
    assert "1 share waits for an answer" in text(response)


def test_empty_board_says_so(secretariat, client):
    assert "No partner yet" in text(client.get(BOARD))


def test_nobody_silent_is_said(secretariat, client, wco):
    share(wco, done=True)

    assert "Nobody is silent: every share has an answer." in text(client.get(BOARD))


@pytest.mark.parametrize("rows", [1, 3])
def test_board_takes_the_same_statements_whatever_the_rows(rows, secretariat, client, django_assert_num_queries):
    client.get(BOARD)
    for _ in range(rows):
        partner = PartnerFactory(email="a@b.example")
        MembershipFactory(partner=partner, role=MemberRole.FOCAL)
        share(partner)

    with django_assert_num_queries(STATEMENTS):
        client.get(BOARD)


# Session, person, what the person may; meetings to choose from, counts, partners, old deadlines; the desk's menu.
STATEMENTS = 7


@pytest.mark.parametrize(
    ("roles", "board", "reopen"),
    [([SECRETARIAT], 200, 200), ([SECRETARIAT_READER], 200, 403), ([], 403, 403)],
    ids=["editor", "reader", "staff of a partner"],
)
def test_who_may_see_the_board_and_ask_for_reminders(roles, board, reopen, client):
    user = MembershipFactory().user if not roles else UserFactory(roles=roles, totp=True)
    sign_in(client, user, mfa=True)
    old = DeadlineFactory(latest=date(2007, 5, 15), entered_on=date(2026, 11, 1))

    assert (client.get(BOARD).status_code, client.get(OLD).status_code) == (board, board)
    assert client.get(f"{OLD}{old.pk}/").status_code == reopen


# --- Old deadlines ---


@pytest.fixture
def old():
    return DeadlineFactory(latest=date(2007, 5, 15), entered_on=date(2026, 11, 1), by_when_text="15 May 2007")


def test_old_deadlines_are_listed_and_others_are_not(secretariat, client, old):
    other = DeadlineFactory(latest=date(2027, 5, 15))
    dropped = DeadlineFactory(
        latest=date(2007, 5, 15), entered_on=date(2026, 11, 1), action__stored_state=StoredState.DROPPED
    )

    page = client.get(OLD).content.decode()

    assert old.action.reference in page
    assert other.action.reference not in page
    assert dropped.action.reference not in page


def test_reminders_are_asked_for_with_a_reason(secretariat, client, old):
    response = client.post(f"{OLD}{old.pk}/", {"version": 0, "reason": "Still wanted."}, follow=True)

    old.refresh_from_db()
    assert old.reopened_by == secretariat
    assert "The partners are reminded of it from now on." in text(response)
    assert "No old deadline" in text(response)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"version": 0, "reason": ""}, "This field is required."),
        ({"version": 7, "reason": "Still wanted."}, "Somebody else changed this in the meantime."),
    ],
)
def test_what_was_typed_stays_when_it_cannot_be_saved(typed, said, secretariat, client, old):
    response = client.post(f"{OLD}{old.pk}/", typed)

    old.refresh_from_db()
    assert (response.status_code, old.reopened_at) == (200, None)
    assert said in text(response)
    assert typed["reason"] in response.content.decode()


def test_deadline_that_reminds_already_is_not_found(secretariat, client):
    ahead = DeadlineFactory()

    assert client.get(f"{OLD}{ahead.pk}/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_old_deadlines_takes_the_same_statements(rows, secretariat, client, django_assert_num_queries):
    client.get(OLD)
    meeting = MeetingFactory()
    for _ in range(rows):
        DeadlineFactory(latest=date(2007, 5, 15), entered_on=date(2026, 11, 1), action__meeting=meeting)

    with django_assert_num_queries(OLD_STATEMENTS):
        client.get(OLD)


OLD_STATEMENTS = 5


# --- The page of a partner ---


def test_partner_page_tells_how_far_its_shares_are(client, wco):
    share(wco, date(2020, 1, 1))
    share(wco, done=True)
    share(wco, deadline__action__meeting__draft=True)

    response = client.get(wco.get_absolute_url())

    page = response.content.decode()
    assert "Shares: 1 of 2 done, 1 silent · 1 overdue" in text(response)
    assert f'href="/actions/?partner={wco.slug}&amp;state=overdue"' in page
    assert f'href="/actions/?partner={wco.slug}"' in page


def test_partner_page_counts_for_visitors_only_what_they_may_read(client, wco):
    share(wco)
    share(wco, deadline__action__meeting__partners_only=True)

    assert "Shares: 0 of 1 done, 1 silent" in text(client.get(wco.get_absolute_url()))


def test_partner_page_counts_anew_after_an_answer(client, wco, django_capture_on_commit_callbacks):
    waiting = share(wco)
    client.get(wco.get_absolute_url())
    member = MembershipFactory(partner=wco).user

    with django_capture_on_commit_callbacks(execute=True):
        shares.accept_share(share=waiting, by=member, version=0)

    assert "Shares: 0 of 1 done, 1 accepted" in text(client.get(wco.get_absolute_url()))


def test_page_of_an_action_leads_to_reminders_of_its_old_deadline_only(secretariat, client, wco):
    old = share(wco, date(2007, 11, 30), deadline__entered_on=date(2026, 1, 1)).deadline
    new = share(wco, date(2027, 1, 31), deadline__entered_on=date(2026, 1, 1)).deadline

    pages = [client.get(deadline.action.get_absolute_url()).content.decode() for deadline in (old, new)]

    assert [f'href="{OLD}{deadline.pk}/"' in page for page, deadline in zip(pages, (old, new), strict=True)] == [
        True,
        False,
    ]


def test_action_that_is_no_longer_in_effect_leads_to_no_form(secretariat, client, wco):
    row = share(wco)
    action = row.deadline.action
    url = action.get_absolute_url()
    before = text(client.get(url))
    action.stored_state, action.state_reason = "dropped", "Not needed."
    action.save()

    after = text(client.get(url))

    assert ("Enter what it told you" in before, "Enter what it told you" in after) == (True, False)
    assert ("due by 31 January 2027" in before, "no longer in effect" in after) == (True, True)
