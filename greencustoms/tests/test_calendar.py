import re
from datetime import date, timedelta

import icalendar
import pytest

from greencustoms.core.tests.factories import NEW_BUCKET
from meetings.choices import DeadlineKind, StoredState
from meetings.models import AgreedAction, Deadline, unlocked
from partners.models import Event
from partners.tests.factories import EventFactory

pytestmark = pytest.mark.django_db


def titles(response):
    return [entry.title for entry in response.context["entries"]]


def items_of(response):
    return {str(item["uid"]): item for item in icalendar.Calendar.from_ical(response.content).walk("VEVENT")}


@unlocked()
def add_deadline(world, number=9, **fields):
    action = AgreedAction.objects.create(
        meeting=world.meeting, session=world.action.session, number=number, title="Send numbers", text="Send them."
    )
    return Deadline.objects.create(action=action, **fields)


def test_calendar_begins_with_what_has_not_ended(world, client):
    EventFactory(name="Over", starts_on=world.today - timedelta(days=9), ends_on=world.today - timedelta(days=1))
    EventFactory(name="Next", starts_on=world.today + timedelta(days=3), ends_on=world.today + timedelta(days=4))

    response = client.get("/calendar/")

    assert titles(response) == [world.event.name, "Next"]


def test_calendar_of_a_year_holds_meetings_events_and_deadlines(world, client):
    EventFactory(name="Across new year", starts_on=date(2011, 12, 30), ends_on=date(2012, 1, 3))
    add_deadline(world, kind=DeadlineKind.MONTH, latest=date(2012, 4, 30), by_when_text="end April 2012")

    response = client.get("/calendar/", {"year": "2012"})

    assert titles(response) == ["Across new year", "By 30 April 2012: GCI-2027-01/09 Send numbers"]


def test_calendar_shows_only_public_meetings_and_their_deadlines(world, client):
    response = client.get("/calendar/", {"year": str(world.meeting.starts_on.year)})

    assert not [title for title in titles(response) if "gci-2027-02" in title or "gci-2027-03" in title]
    assert "Meeting gci-2027-01" in titles(response)


def test_dropped_action_is_not_due(world, client):
    AgreedAction.objects.filter(pk=world.action.pk).update(stored_state=StoredState.DROPPED, state_reason="No money.")

    assert f"deadline-{world.meeting.code}-1-1@testserver" not in items_of(client.get("/calendar.ics"))


@pytest.mark.parametrize("year", ["1850", "x", "-1", "1" + "0" * 30])
def test_unknown_year_gets_a_sentence_and_the_upcoming_list(year, world, client):
    response = client.get("/calendar/", {"year": year})

    assert response.status_code == 200
    assert "There is no calendar for this year." in response.content.decode()
    assert titles(response) == [world.event.name]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("query", ["", "?year=2030"])
def test_calendar_query_count_is_constant(query, rows, world, client, django_assert_num_queries):
    EventFactory.create_batch(rows, starts_on=date(2030, 1, 1), ends_on=date(2030, 1, 2))

    # Meetings, events and deadlines: their years, and their rows.
    with django_assert_num_queries(6):
        client.get(f"/calendar/{query}")


def many_events(number, first_day):
    """One event a day from a day on."""
    days = [first_day + timedelta(days=count) for count in range(number)]
    Event.objects.bulk_create(
        Event(slug=f"many-{day.isoformat()}", name=f"On {day.isoformat()}", starts_on=day, ends_on=day) for day in days
    )
    return days


def test_feed_of_many_rows_holds_what_lies_ahead_and_the_year_before(world, client):
    a_year_ago = world.today - timedelta(days=366)
    days = many_events(1_500, world.today - timedelta(days=800))

    items = items_of(client.get("/calendar.ics"))

    found = {uid for uid in items if uid.startswith("event-many")}
    assert found == {f"event-many-{day.isoformat()}@testserver" for day in days if day >= a_year_ago}


def test_year_of_many_rows_is_whole(world, client):
    days = many_events(1_400, date(2029, 6, 1))

    shown = titles(client.get("/calendar/", {"year": "2030"}))

    assert shown == [f"On {day.isoformat()}" for day in days if day.year == 2030]
    assert len(shown) == 365


def test_upcoming_reaches_a_year_ahead_and_says_so(world, client):
    days = many_events(600, world.today + timedelta(days=1))

    response = client.get("/calendar/")

    assert titles(response)[1:] == [f"On {day.isoformat()}" for day in days[:366]]
    assert "The next twelve months." in response.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_calendar_feed_query_count_is_constant(rows, world, client, django_assert_num_queries):
    EventFactory.create_batch(rows)

    with django_assert_num_queries(3 + NEW_BUCKET):
        client.get("/calendar.ics")


def test_feed_gives_whole_days_and_keeps_periods_whole(world, client):
    add_deadline(world, kind=DeadlineKind.PERIOD, earliest=date(2030, 5, 1), latest=date(2030, 6, 30))
    EventFactory(slug="spring", starts_on=date(2030, 4, 1), ends_on=date(2030, 5, 31), dates_words="April–May 2030")

    items = items_of(client.get("/calendar.ics"))

    period = items["deadline-gci-2027-01-9-1@testserver"]
    spring = items["event-spring@testserver"]
    assert (period.decoded("dtstart"), period.decoded("dtend")) == (date(2030, 5, 1), date(2030, 7, 1))
    assert (spring.decoded("dtstart"), spring.decoded("dtend")) == (date(2030, 4, 1), date(2030, 6, 1))
    assert "April–May 2030" in str(spring["description"])


def test_feed_leaves_out_deadlines_without_a_day(world, client):
    add_deadline(world, kind=DeadlineKind.ASAP, by_when_text="as soon as possible")

    assert "deadline-gci-2027-01-9-1@testserver" not in items_of(client.get("/calendar.ics"))


def test_feed_is_the_same_until_something_changes(world, client, django_capture_on_commit_callbacks):
    first = client.get("/calendar.ics")
    same = client.get("/calendar.ics", headers={"If-None-Match": first["ETag"]})
    with django_capture_on_commit_callbacks(execute=True):
        world.event.name = "Renamed"
        world.event.save()
    changed = client.get("/calendar.ics", headers={"If-None-Match": first["ETag"]})

    assert same.status_code == 304
    assert changed.status_code == 200
    assert re.findall("UID:(.*)", first.content.decode()) == re.findall("UID:(.*)", changed.content.decode())


def test_feed_survives_commas_line_breaks_and_long_titles(world, client):
    name = "Conference, with; signs \\ and “quotes” " + "é" * 150
    EventFactory(slug="odd", name=name)

    response = client.get("/calendar.ics")

    assert str(items_of(response)["event-odd@testserver"]["summary"]) == name
    assert max(len(line) for line in response.content.split(b"\r\n")) <= 75
