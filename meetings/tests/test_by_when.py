from datetime import date, timedelta

import pytest

from meetings.by_when import ByWhen, names_only_a_last_day, reading_words
from meetings.choices import DeadlineKind

AFTER = date(2007, 3, 2)


def words_of(words, zone="UTC"):
    return reading_words(ByWhen.read(words, after=AFTER), zone)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("by July 2007", "by 31 July 2007, overdue from 1 August"),
        ("May – June 2007", "between 1 May and 30 June 2007, overdue from 1 July"),
        ("15 May 2007", "on 15 May 2007, overdue from 16 May"),
        ("throughout 2007", "between 1 January and 31 December 2007, overdue from 1 January 2008"),
        ("December 2006/January 2007", "between 1 December 2006 and 31 January 2007, overdue from 1 February"),
        ("as soon as possible", "no fixed day; looked at again on 1 April 2007"),
        ("ongoing", "no fixed day; looked at again on 31 May 2007"),
        ("before the COP", "the days of its event or meeting; without one, looked at again on 1 April 2007"),
        ("–", "no date stated"),
        ("31 June 2007", "June 2007 has no day 31."),
        (
            "spring 2007",
            "A season is not the same months everywhere. Write months instead, such as “March – May 2007”.",
        ),
    ],
)
def test_page_says_at_once_how_words_are_read(words, expected):
    assert words_of(words) == expected


def test_time_zone_is_named_where_it_is_not_utc():
    assert words_of("by July 2007", "Asia/Bangkok") == (
        "by 31 July 2007, overdue from 1 August (days as they begin and end in Asia/Bangkok)"
    )


def test_ambiguous_date_gives_both_readings_with_the_words_around_it():
    reading = ByWhen.read("by 05/06/2007", after=AFTER)

    assert [reading_words(choice) for choice in reading.choices] == [
        "by 5 June 2007, overdue from 6 June",
        "by 6 May 2007, overdue from 7 May",
    ]
    assert (reading.kind, reading.latest) == (DeadlineKind.NONE, None)


def test_year_without_its_century_is_asked_for():
    reading = ByWhen.read("by 15 May 07", after=AFTER)

    assert reading.problem.sentence == "“15 May 07”: please write the year with four figures."
    assert [choice.to_edtf() for choice in reading.choices] == ["../2007-05-15"]


@pytest.mark.parametrize(
    ("words", "note"),
    [
        ("15 May 2007", ""),
        (
            "by 15 May",
            "The year is not written; 2007 is counted from the meeting: the next such date after it.",
        ),
        ("this year", "The year was counted from that of the meeting, 2007."),
        ("within two weeks", "Counted from the last day of the meeting, 2 March 2007."),
        ("before 15 May 2007", "“Before” makes the day before the last one."),
        ("mid-May 2007", "“mid” names no day, so the whole time written with it counts."),
        ("by 15 May 2006", "This lies before the last day of the meeting. Is the year right?"),
        ("by 15 May 2107", "This lies more than twenty years ahead. Is the year right?"),
        ("by 15 May 2007, 18:00", "The time of day is not kept."),
        ("before the COP (May 2007)", "The days are those of the event: what is due before it may be due earlier."),
    ],
)
def test_note_says_what_was_added_to_the_words(words, note):
    assert ByWhen.read(words, after=AFTER).note == note


@pytest.mark.parametrize("words", ["15 May", "within two weeks", "this year", "April-May", "by Q3"])
def test_what_counts_from_the_meeting_cannot_be_read_without_one(words):
    assert ByWhen.read(words).problem is not None


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("two weeks before the COP", -14),
        ("before the next meeting", -1),
        ("by the COP", 0),
        ("within 30 days after the workshop", 30),
        ("one month before the COP", 0),
    ],
)
def test_days_before_or_after_an_event_are_counted(words, days):
    reading = ByWhen.read(words, after=AFTER)

    assert (reading.kind, reading.offset_days) == (DeadlineKind.EVENT, days)


@pytest.mark.parametrize(("words", "days"), [("as soon as possible", 30), ("ongoing", 90), ("at the next meeting", 30)])
def test_what_has_no_day_is_reviewed(words, days):
    assert ByWhen.read(words, after=AFTER).review_on == AFTER + timedelta(days=days)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("November 2007", False),
        ("by July 2007", True),
        ("end April 2007", True),
        ("before the COP", True),
        ("Baby steps", False),
    ],
)
def test_words_that_name_only_a_last_day_leave_the_earliest_open(words, expected):
    assert names_only_a_last_day(words) is expected


# --- EDTF ---


@pytest.mark.parametrize(
    ("edtf", "expected"),
    [
        ("", ("none", None, None)),
        ("2007", ("period", date(2007, 1, 1), date(2007, 12, 31))),
        ("2007-02", ("month", date(2007, 2, 1), date(2007, 2, 28))),
        ("2007-05-15", ("day", date(2007, 5, 15), date(2007, 5, 15))),
        ("2007-05/2007-06", ("period", date(2007, 5, 1), date(2007, 6, 30))),
        ("2007-04/2007-05;2007", ("period", date(2007, 1, 1), date(2007, 12, 31))),
        ("../2007-07-31", ("day", None, date(2007, 7, 31))),
        ("../2007-07", ("month", None, date(2007, 7, 31))),
        ("/2007", ("period", None, date(2007, 12, 31))),
        ("2007-35", ("period", date(2007, 7, 1), date(2007, 9, 30))),
        ("2007-41", ("period", date(2007, 7, 1), date(2007, 12, 31))),
        ("2007-33/2007-34", ("period", date(2007, 1, 1), date(2007, 6, 30))),
    ],
)
def test_edtf_is_read_as_first_and_last_possible_day(edtf, expected):
    reading = ByWhen.from_edtf(edtf)

    assert (reading.kind, reading.earliest, reading.latest) == expected
    assert reading.problem is None


@pytest.mark.parametrize(
    "edtf",
    [
        "2007-21", "2007-13", "2007-02-30", "2007-02-30/2007-05", "2007?", "200X", "2007-05/..", "[2007,2008]",
        "2008/2007", "may 2007", "2007-5", "9" * 5000, ";", "/", "..", "../..", "２００７", "0000", "2200",
        "1899-12-31/1900-01-01", "2199-12/2200-01", "../2999", "20070515",
    ],
)  # fmt: skip
def test_edtf_without_a_last_day_or_with_doubt_is_refused(edtf):
    reading = ByWhen.from_edtf(edtf)

    assert (reading.problem is not None, reading.latest) == (True, None)


@pytest.mark.parametrize(
    ("words", "edtf"),
    [
        ("15 May 2007", "2007-05-15"),
        ("by 15 May 2007", "../2007-05-15"),
        ("end April 2007", "../2007-04"),
        ("Q3 2007", "2007-07/2007-09"),
        ("by the end of 2007", "../2007"),
        ("15-17 May 2007", "2007-05-15/2007-05-17"),
        ("ongoing", ""),
    ],
)
def test_edtf_tells_an_open_start(words, edtf):
    assert ByWhen.read(words, after=AFTER).to_edtf() == edtf
