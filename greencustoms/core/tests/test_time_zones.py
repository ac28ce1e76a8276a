import zoneinfo
from datetime import UTC, date, datetime

import pytest

from greencustoms.core import time_zones
from greencustoms.core.forms import TimeZoneField


def test_places_stand_in_their_region_under_their_own_name():
    """Browsers jump to an entry by its first letters, so the place must come before the region."""
    groups = dict(time_zones.grouped()[1:])

    europe = next(places for label, places in groups.items() if str(label) == "Europe")
    assert ("Europe/Brussels", "Brussels") in europe
    assert [label for _name, label in europe] == sorted(label for _name, label in europe)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("UTC", "UTC"),
        ("Africa/Addis_Ababa", "Addis Ababa"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires (Argentina)"),
    ],
)
def test_zone_is_named_by_its_place(name, words):
    assert time_zones.words(name) == words


def test_every_offered_name_is_a_time_zone():
    names = [name for _label, places in time_zones.grouped()[1:] for name, _words in places]

    assert set(names) <= zoneinfo.available_timezones()
    assert len(names) == len(set(names)) > 300


def test_stored_zone_that_is_not_listed_stays_chosen():
    """Otherwise saving the page would quietly put the first of the list in its place."""
    field = TimeZoneField()

    field.offer("Etc/GMT+3")

    assert field.clean("Etc/GMT+3") == "Etc/GMT+3"
    assert '<option value="Etc/GMT+3" selected>' in field.widget.render("zone", "Etc/GMT+3")
    assert not TimeZoneField().valid_value("Etc/GMT+3")


def test_select_draws_groups_and_what_is_chosen():
    html = TimeZoneField().widget.render("zone", "Europe/Brussels")

    assert '<optgroup label="Europe">' in html
    assert html.count(" selected") == 1
    assert '<option value="Europe/Brussels" selected>Brussels</option>' in html


def test_day_depends_on_the_time_zone():
    now = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)

    assert time_zones.day_in("UTC", now) == date(2026, 11, 20)
    assert time_zones.day_in("Europe/Brussels", now) == date(2026, 11, 21)


@pytest.mark.parametrize("name", ["Mars/Base", "", "Europe", "../../etc/passwd", "a\0b"])
def test_name_that_nobody_knows_is_utc(name):
    assert time_zones.zone_of(name).key == "UTC"
