"""What is stored of a "by when"."""

import datetime

import pytest

from meetings.choices import DeadlineKind
from meetings.rules.stage_reading import Link, Typed, read

AFTER = datetime.date(2007, 3, 2)
COP = (datetime.date(2007, 6, 3), datetime.date(2007, 6, 15))


def day(text):
    return datetime.date.fromisoformat(text) if text else None


def days(reading):
    return reading.kind, reading.earliest, reading.latest, reading.edtf


def test_words_are_read():
    assert days(read("by 31 July 2007", after=AFTER)) == (DeadlineKind.DAY, None, day("2007-07-31"), "2007-07-31")


def test_words_without_a_day_are_looked_at_again():
    reading = read("as soon as possible", after=AFTER)

    assert (reading.kind, reading.latest, reading.review_on) == (DeadlineKind.ASAP, None, day("2007-04-01"))


def test_words_that_cannot_be_read_say_why_and_give_choices():
    reading = read("05/06/2007", after=AFTER)

    assert reading.why_not
    assert [choice.edtf for choice in reading.choices] == ["2007-06-05", "2007-05-06"]


def test_nothing_written_is_no_date():
    assert days(read("", after=AFTER)) == (DeadlineKind.NONE, None, None, "")


def test_nothing_written_takes_what_was_said_for_the_session():
    reading = read("", after=AFTER, default_words="at the latest by April 2007")

    assert days(reading) == (DeadlineKind.NONE, None, day("2007-04-30"), "2007-04")
    assert reading.is_inherited


def test_own_words_go_before_those_of_the_session():
    reading = read("15 May 2007", after=AFTER, default_words="April 2007")

    assert (reading.latest, reading.is_inherited) == (day("2007-05-15"), False)


@pytest.mark.parametrize(
    ("words", "offset", "earliest", "latest"),
    [
        ("at the CITES COP", 0, "2007-06-03", "2007-06-15"),
        ("by the CITES COP", 0, "", "2007-06-15"),
        ("two weeks before the CITES COP", -14, "", "2007-05-20"),
        ("ten days after it", 10, "", "2007-06-25"),
        ("before the CITES COP", 0, "", "2007-06-02"),
        ("one month before the CITES COP", 0, "", "2007-05-03"),
        ("two months before the CITES COP", 0, "", "2007-04-03"),
        ("thirteen days before the CITES COP", 0, "", "2007-05-21"),
        ("twenty-one days before the CITES COP", 0, "", "2007-05-13"),
        ("at least two weeks before the CITES COP", 0, "", "2007-05-20"),
        ("one month after the CITES COP", 0, "", "2007-07-15"),
        ("within three months after the CITES COP", 0, "", "2007-09-15"),
        ("by the beginning of the CITES COP", 0, "", "2007-06-03"),
        ("by the end of the CITES COP", 0, "", "2007-06-15"),
        ("well before the CITES COP", -14, "", "2007-05-20"),
        ("", 0, "2007-06-03", "2007-06-15"),
    ],
)
def test_event_gives_its_days_to_words_without_any(words, offset, earliest, latest):
    reading = read(words, after=AFTER, link=Link(*COP, offset))

    assert days(reading) == (DeadlineKind.EVENT, day(earliest), day(latest), "")


@pytest.mark.parametrize(
    "words",
    [
        "half a year before the COP", "in good time before the COP", "two and a half weeks before the COP",
        "after the COP", "following the COP", "two weeks before the end of the COP",
        "ten days after the beginning of the COP",
        "at least two weeks after the COP", "in the second week of the COP", "ten days after it",
        "on the eve of the COP", "before the end of the COP", "several weeks before the COP", "31 June 2007",
    ],
)  # fmt: skip
def test_words_that_leave_the_days_beside_an_event_open_are_asked_about(words):
    reading = read(words, after=AFTER, link=Link(*COP))

    assert days(reading) == (DeadlineKind.NONE, None, None, "")
    assert reading.why_not


def test_days_beside_an_event_never_leave_the_calendar():
    late = datetime.date(2199, 12, 31)

    reading = read("after it", after=AFTER, link=Link(late, late, 32767))

    assert reading.why_not == "Write a day between the years 1900 and 2199."


def test_what_was_said_of_the_reading_is_kept_beside_an_event():
    reading = read("before the COP", after=AFTER, link=Link(*COP))

    assert reading.reading_note == "“Before” makes the day before it begins the last one."


def test_days_written_with_the_words_go_before_those_of_the_event():
    reading = read("at the COP in June 2007", after=AFTER, link=Link(*COP))

    assert (reading.latest, reading.edtf) == (day("2007-06-30"), "2007-06")


@pytest.mark.parametrize(
    ("typed", "kind", "earliest", "latest", "edtf"),
    [
        (Typed(latest=day("2007-07-31")), "day", "", "2007-07-31", "2007-07-31"),
        (Typed(earliest=day("2007-07-31"), latest=day("2007-07-31")), "day", "2007-07-31", "2007-07-31", "2007-07-31"),
        (Typed(earliest=day("2007-05-01"), latest=day("2007-06-30")), "period", "2007-05-01", "2007-06-30",
         "2007-05-01/2007-06-30"),
        (Typed(edtf="2007-05/2007-06"), "period", "2007-05-01", "2007-06-30", "2007-05/2007-06"),
        (Typed(kind="month", latest=day("2007-07-31")), "month", "", "2007-07-31", "2007-07"),
        (Typed(kind="ongoing"), "ongoing", "", "", ""),
    ],
)  # fmt: skip
def test_what_a_person_fills_in_counts_instead_of_the_words(typed, kind, earliest, latest, edtf):
    reading = read("in spring", after=AFTER, typed=typed)

    assert days(reading) == (kind, day(earliest), day(latest), edtf)
    assert reading.why_not == ""


@pytest.mark.parametrize(
    "typed",
    [
        Typed(earliest=day("2007-07-31")),
        Typed(earliest=day("2007-07-31"), latest=day("2007-07-30")),
        Typed(kind="month"),
        Typed(kind="asap", latest=day("2007-07-31")),
        Typed(edtf="next summer"),
        Typed(latest=day("9999-12-31")),
        Typed(latest=day("2200-01-01")),
        Typed(earliest=day("1899-12-31"), latest=day("2007-07-31")),
        Typed(edtf="2999"),
    ],
)
def test_what_a_person_fills_in_has_to_make_sense(typed):
    assert read("", after=AFTER, typed=typed).why_not
