"""The list of meetings, and a report with its agreed actions."""

import re
from datetime import date

import pytest

from meetings.loading import load_example_meeting
from meetings.models import Attendance, unlocked
from meetings.tests.factories import MeetingFactory, MeetingSessionFactory
from meetings.tests.reading import make_action, row_of, text_of
from partners.tests.factories import PartnerFactory

pytestmark = pytest.mark.django_db


TODAY = date(2026, 11, 20)


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


def test_invented_meeting_says_so_on_its_pages(client, organisations):
    load_example_meeting(TODAY)

    for path in ("/meetings/", "/meetings/example/", "/meetings/example/actions/3/"):
        assert "Invented for demonstration" in text_of(client.get(path))
    assert "5 of 10 done, 1 in progress, 1 declined, 1 does not apply, 2 silent" in row_of(
        client.get("/meetings/example/"), 3
    )


@pytest.mark.parametrize("rows", [1, 3])
def test_meeting_list_query_count_is_constant(rows, client, django_assert_num_queries):
    MeetingFactory.create_batch(rows)

    with django_assert_num_queries(2):
        client.get("/meetings/")


@pytest.mark.parametrize("rows", [1, 3])
def test_meeting_page_query_count_is_constant(rows, client, django_assert_num_queries):
    meeting = MeetingFactory()
    for number in range(rows):
        make_action(meeting=meeting, session=MeetingSessionFactory(meeting=meeting, number=number + 1))
        with unlocked():
            Attendance.objects.create(meeting=meeting, partner=PartnerFactory())

    with django_assert_num_queries(6):
        client.get(meeting.get_absolute_url())
