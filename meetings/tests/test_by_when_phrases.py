"""How people write "by when", and how the portal reads it. The meeting of this table ended on 2 March 2007."""

import csv
from datetime import date, timedelta

import pytest
from django.conf import settings
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from meetings.by_when import ByWhen, Code

AFTER = date(2007, 3, 2)
ACTIONS_2007 = settings.BASE_DIR.parent / "shared" / "data" / "actions_2007.csv"

# kind, first possible day, last possible day, dates as written
READ = {
    # a day
    "15 May 2007": "day 2007-05-15 2007-05-15 2007-05-15",
    "15th May 2007": "day 2007-05-15 2007-05-15 2007-05-15",
    "the 15th of May 2007": "day 2007-05-15 2007-05-15 2007-05-15",
    "the fifteenth of May 2007": "day 2007-05-15 2007-05-15 2007-05-15",
    "the twenty-first of June 2007": "day 2007-06-21 2007-06-21 2007-06-21",
    "May 15, 2007": "day 2007-05-15 2007-05-15 2007-05-15",
    "May 15th 2007": "day 2007-05-15 2007-05-15 2007-05-15",
    "15-May-2007": "day 2007-05-15 2007-05-15 2007-05-15",
    "15. May 2007": "day 2007-05-15 2007-05-15 2007-05-15",
    "15 MAY 2007": "day 2007-05-15 2007-05-15 2007-05-15",
    "2007-05-15": "day 2007-05-15 2007-05-15 2007-05-15",
    "2007/05/15": "day 2007-05-15 2007-05-15 2007-05-15",
    "2007-05-15T18:00:00Z": "day 2007-05-15 2007-05-15 2007-05-15",
    "13/05/2007": "day 2007-05-13 2007-05-13 2007-05-13",
    "05/13/2007": "day 2007-05-13 2007-05-13 2007-05-13",
    "05/05/2007": "day 2007-05-05 2007-05-05 2007-05-05",
    "31.7.2007": "day 2007-07-31 2007-07-31 2007-07-31",
    "Tuesday 15 May 2007": "day 2007-05-15 2007-05-15 2007-05-15",
    "Tues., May 15, 2007": "day 2007-05-15 2007-05-15 2007-05-15",
    "15\u00a0May\u00a02007": "day 2007-05-15 2007-05-15 2007-05-15",
    "\ufffd 15 May\r\n2007\x00": "day 2007-05-15 2007-05-15 2007-05-15",
    "15\u00ad May\u200b 2007": "day 2007-05-15 2007-05-15 2007-05-15",
    "１５ May ２００７": "day 2007-05-15 2007-05-15 2007-05-15",
    "18:00 on 15 May 2007": "day 2007-05-15 2007-05-15 2007-05-15",
    "15 May 2007 (15 May 2007)": "day 2007-05-15 2007-05-15 2007-05-15",
    "29 February 2008": "day 2008-02-29 2008-02-29 2008-02-29",
    # a day by which
    "by 15 May 2007": "day - 2007-05-15 2007-05-15",
    "asap but no later than 15 May 2007": "day - 2007-05-15 2007-05-15",
    "by the 15th of May, 2007": "day - 2007-05-15 2007-05-15",
    "no later than 31 July 2007": "day - 2007-07-31 2007-07-31",
    "NOT LATER THAN 31 JULY 2007": "day - 2007-07-31 2007-07-31",
    "at the latest by 31 July 2007": "day - 2007-07-31 2007-07-31",
    "31 July 2007 at the latest": "day - 2007-07-31 2007-07-31",
    "before or on 31 July 2007": "day - 2007-07-31 2007-07-31",
    "up to and including 31 July 2007": "day - 2007-07-31 2007-07-31",
    "until and including 31 July 2007": "day - 2007-07-31 2007-07-31",
    "on or before 31 July 2007": "day - 2007-07-31 2007-07-31",
    "until 31 July 2007": "day - 2007-07-31 2007-07-31",
    "Deadline: 31 July 2007": "day - 2007-07-31 2007-07-31",
    "due 31 July 2007": "day - 2007-07-31 2007-07-31",
    "by close of business on 31 July 2007": "day - 2007-07-31 2007-07-31",
    "before 1 June 2007": "day - 2007-05-31 2007-05-31",
    "prior to 1 June 2007": "day - 2007-05-31 2007-05-31",
    "as soon as possible, and by 15 May 2007 at the latest": "day - 2007-05-15 2007-05-15",
    # a day without a year: the next one after the meeting
    "the 3rd of May": "day 2007-05-03 2007-05-03 2007-05-03",
    "by 2 Feb.": "day - 2008-02-02 2008-02-02",
    "2 March": "day 2008-03-02 2008-03-02 2008-03-02",
    "29 February": "day 2008-02-29 2008-02-29 2008-02-29",
    "by May 15": "day - 2007-05-15 2007-05-15",
    # a month
    "November 2007": "month 2007-11-01 2007-11-30 2007-11",
    "Nov. 2007": "month 2007-11-01 2007-11-30 2007-11",
    "Sept 2007": "month 2007-09-01 2007-09-30 2007-09",
    "in February 2008": "month 2008-02-01 2008-02-29 2008-02",
    "2007-05": "month 2007-05-01 2007-05-31 2007-05",
    "05/2007": "month 2007-05-01 2007-05-31 2007-05",
    "May": "month 2007-05-01 2007-05-31 2007-05",
    "in may": "month 2007-05-01 2007-05-31 2007-05",
    "March": "month 2007-03-01 2007-03-31 2007-03",
    "February": "month 2008-02-01 2008-02-29 2008-02",
    "Comments due May": "month - 2007-05-31 2007-05",
    "May this year": "month 2007-05-01 2007-05-31 2007-05",
    "in May next year": "month 2008-05-01 2008-05-31 2008-05",
    "next month": "month 2007-04-01 2007-04-30 2007-04",
    "by July 2007": "month - 2007-07-31 2007-07",
    "end April 2007": "month - 2007-04-30 2007-04",
    "end-April": "month - 2007-04-30 2007-04",
    "by the end of June": "month - 2007-06-30 2007-06",
    "late May 2007": "month - 2007-05-31 2007-05",
    "the last day of May 2007": "month - 2007-05-31 2007-05",
    "before the end of April 2007": "month - 2007-04-30 2007-04",
    "before June 2007": "month - 2007-05-31 2007-05",
    "at the latest by April 2007": "month - 2007-04-30 2007-04",
    "by the end of this month": "month - 2007-03-31 2007-03",
    "early May 2007": "month 2007-05-01 2007-05-31 2007-05",
    "mid-May 2007": "month 2007-05-01 2007-05-31 2007-05",
    "by mid May 2007": "month - 2007-05-31 2007-05",
    "second half of May 2007": "month 2007-05-01 2007-05-31 2007-05",
    "by the third week of May 2007": "month - 2007-05-31 2007-05",
    "by the end of the second week of May": "month - 2007-05-31 2007-05",
    "2000 copies by May": "month - 2007-05-31 2007-05",
    "prepare the work plan for 2008 by November 2007": "month - 2007-11-30 2007-11",
    "Partners may send comments by June": "month - 2007-06-30 2007-06",
    # a period
    "May – June 2007": "period 2007-05-01 2007-06-30 2007-05/2007-06",
    "May/June 2007": "period 2007-05-01 2007-06-30 2007-05/2007-06",
    "May and June 2007": "period 2007-05-01 2007-06-30 2007-05/2007-06",
    "April, May and June 2007": "period 2007-04-01 2007-06-30 2007-04/2007-06",
    "between May and July 2007": "period 2007-05-01 2007-07-31 2007-05/2007-07",
    "from May to July 2007": "period 2007-05-01 2007-07-31 2007-05/2007-07",
    "May 2007 - July 2007": "period 2007-05-01 2007-07-31 2007-05/2007-07",
    "2007-05/2007-07": "period 2007-05-01 2007-07-31 2007-05/2007-07",
    "December 2006/January 2007": "period 2006-12-01 2007-01-31 2006-12/2007-01",
    "December/January 2008": "period 2007-12-01 2008-01-31 2007-12/2008-01",
    "November – January": "period 2007-11-01 2008-01-31 2007-11/2008-01",
    "April–May": "period 2007-04-01 2007-05-31 2007-04/2007-05",
    "by Nov/Dec 2007": "period - 2007-12-31 2007-11/2007-12",
    "early May to mid June 2007": "period 2007-05-01 2007-06-30 2007-05/2007-06",
    "Monday 14 May – Friday 18 May 2007": "period 2007-05-14 2007-05-18 2007-05-14/2007-05-18",
    "15-17 May 2007": "period 2007-05-15 2007-05-17 2007-05-15/2007-05-17",
    "15 ‒ 17 May 2007": "period 2007-05-15 2007-05-17 2007-05-15/2007-05-17",
    "15 − 17 May 2007": "period 2007-05-15 2007-05-17 2007-05-15/2007-05-17",
    "15 to 17 May 2007": "period 2007-05-15 2007-05-17 2007-05-15/2007-05-17",
    "May 15-17, 2007": "period 2007-05-15 2007-05-17 2007-05-15/2007-05-17",
    "from 15 to 17 May 2007": "period 2007-05-15 2007-05-17 2007-05-15/2007-05-17",
    "between 15 May and 3 June 2007": "period 2007-05-15 2007-06-03 2007-05-15/2007-06-03",
    "28 May – 2 June 2007": "period 2007-05-28 2007-06-02 2007-05-28/2007-06-02",
    "15 and 16 May 2007": "period 2007-05-15 2007-05-16 2007-05-15/2007-05-16",
    "by 15-17 May 2007": "period - 2007-05-17 2007-05-15/2007-05-17",
    "13/05/2007 - 02/06/2007": "period 2007-05-13 2007-06-02 2007-05-13/2007-06-02",
    "the week commencing 16 May 2007": "period 2007-05-16 2007-05-22 2007-05-16/2007-05-22",
    "w/c 14 May 2007": "period 2007-05-14 2007-05-20 2007-05-14/2007-05-20",
    "the week of 16 May 2007": "period 2007-05-14 2007-05-20 2007-05-14/2007-05-20",
    "2007": "period 2007-01-01 2007-12-31 2007",
    "throughout 2007": "period 2007-01-01 2007-12-31 2007",
    "by 2007": "period - 2007-12-31 2007",
    "by the end of 2007": "period - 2007-12-31 2007",
    "by end-of-year 2007": "period - 2007-12-31 2007",
    "by year-end 2007": "period - 2007-12-31 2007",
    "late in 2007": "period - 2007-12-31 2007",
    "2007–2008": "period 2007-01-01 2008-12-31 2007/2008",
    "this year": "period 2007-01-01 2007-12-31 2007",
    "throughout the year": "period 2007-01-01 2007-12-31 2007",
    "year-end": "period - 2007-12-31 2007",
    "next year": "period 2008-01-01 2008-12-31 2008",
    "Q3 2007": "period 2007-07-01 2007-09-30 2007-07/2007-09",
    "2007 Q3": "period 2007-07-01 2007-09-30 2007-07/2007-09",
    "third quarter of 2007": "period 2007-07-01 2007-09-30 2007-07/2007-09",
    "3rd quarter": "period 2007-07-01 2007-09-30 2007-07/2007-09",
    "by the end of the last quarter of 2007": "period - 2007-12-31 2007-10/2007-12",
    "Q1-Q2 2008": "period 2008-01-01 2008-06-30 2008-01/2008-06",
    "first half of 2008": "period 2008-01-01 2008-06-30 2008-01/2008-06",
    "by H2 2007": "period - 2007-12-31 2007-07/2007-12",
    # counted from the meeting
    "within two weeks": "period 2007-03-02 2007-03-16 2007-03-02/2007-03-16",
    "within 30 days of the meeting": "period 2007-03-02 2007-04-01 2007-03-02/2007-04-01",
    "within the next three months": "period 2007-03-02 2007-06-02 2007-03-02/2007-06-02",
    "within a fortnight": "period 2007-03-02 2007-03-16 2007-03-02/2007-03-16",
    "two months after the meeting": "day 2007-05-02 2007-05-02 2007-05-02",
    # no day
    "as soon as possible": "asap - - ",
    "ASAP": "asap - - ",
    "immediately after the meeting": "asap - - ",
    "Ongoing basis": "ongoing - - ",
    "on-going": "ongoing - - ",
    "each year": "ongoing - - ",
    "every two weeks": "ongoing - - ",
    "annually": "ongoing - - ",
    "at each meeting": "ongoing - - ",
    "During the preparation of the GCI workshops.": "event - - ",
    "before the next meeting": "event - - ",
    "by the next COP": "event - - ",
    "by COP9": "event - - ",
    "for the 4th meeting in 2008": "event 2008-01-01 2008-12-31 2008",
    "prior to the workshop (scheduled for September 2007)": "event - 2007-09-30 2007-09",
    "two weeks before the COP": "event - - ",
    "after the workshop": "event - - ",
    "by the COPs (April-May)": "event - 2007-05-31 2007-04/2007-05",
    "the COP (June)": "event 2007-06-01 2007-06-30 2007-06",
    "at the workshop on 5 June 2007": "event 2007-06-05 2007-06-05 2007-06-05",
    "COP 8, May 2007": "event 2007-05-01 2007-05-31 2007-05",
    "": "none - - ",
    "–": "none - - ",
    "n/a": "none - - ",
}

REFUSED = {
    Code.VAGUE: [
        "spring 2007", "by summer", "winter 2007/2008", "fall 2007", "in the fall", "autumn", "soon", "in due course",
        "in coming months", "in the near future", "early 2008", "mid-2007", "around 15 May 2007", "15 May 2007 (tbc)",
        "to be decided", "next week", "within 10 working days", "before mid-May 2007", "?",
        "mid-year 2007", "by half-year 2007", "by end of fiscal year 2007", "by the 2007 financial year",
        "by the half of 2007", "in the final quarter of 2007", "halfway through May 2007",
    ],
    Code.AMBIGUOUS: ["05/06/2007", "by 5.6.2007", "15 May 07", "15/05/07", "May 07", "May '07", "2007/08", "2007–08"],
    Code.IMPOSSIBLE: [
        "31 February 2007", "32 May 2007", "29 February 2007", "31/06/2007", "2007-02-30", "2007-13", "99/99/9999",
        "Monday 15 May 2007", "June – May 2007", "0 May 2007", "15 June – 3 June 2007",
    ],
    Code.SEVERAL: [
        "15 May or 20 June 2007", "15 and 19 May 2007", "15 17 May 2007", "15\ufffd17 May 2007", "15 May 20071",
        "May 2007 and May 2008", "30 April 2007, at the latest 15 May 2007", "each year by 31 March",
        "within two weeks of 5 May 2007", "comments May, approval June", "every May",
        "by 15 May 2007 for comments, final version by 30 June 2007", "30 June, 2007; extended to 31 July 2007",
        "Week 3 of May 2007", "COP 8 May 2007", "COP8 May 2007", "phase 2 May 2007", "chapter 2 March 2007",
        "annex 4 June 2007", "version 3 May 2007", "v3 May 2007", "item no. 4 May 2007", "doc 12/2007",
        "resolution 5/2007, by June 2007", "decision IX/5 May 2007", "document 2007-05", "week 20 of 2007",
        "phases 2 and 3 May 2007", "every 1 May", "each 31 December", "every 15th of May", "every 1 May 2007",
        "2007 or 2008", "by 2007 or 2008", "1st and 2nd quarter 2007", "first or second half of 2007", "1½ May 2007",
    ],
    Code.ONLY_START: ["after May 2007", "from May 2007", "not before 1 June 2007", "from May onwards", "since 2006"],
    Code.UNKNOWN: [
        "31", "20070515", "1500 copies", "Partners may send comments", "8 may speak", "by Friday", "by the 15th", "5/6",
        "2007-W20", "GCI-2007-03/08", "15 mai 2007", "😀", "x" * 10_240, "15 May 2007 " * 900, "within 0 days",
        "the second Monday of May 2007", "last July", "last 15 May", "in May of last year",
        "within two weeks of receipt of the draft",
    ],
}  # fmt: skip


def read(words):
    reading = ByWhen.read(words, after=AFTER)
    if reading.problem:
        return f"cannot read: {reading.problem.code}"
    return f"{reading.kind} {reading.earliest or '-'} {reading.latest or '-'} {reading.edtf}"


@pytest.mark.parametrize(("words", "expected"), READ.items(), ids=[ascii(words) for words in READ])
def test_words_are_read_as_people_mean_them(words, expected):
    assert read(words) == expected


@pytest.mark.parametrize(
    ("words", "code"), [(words, code) for code, phrases in REFUSED.items() for words in phrases],
    ids=[ascii(words[:40]) for phrases in REFUSED.values() for words in phrases],
)  # fmt: skip
def test_words_that_name_no_certain_day_are_refused(words, code):
    assert read(words) == f"cannot read: {code}"


# --- The report of 2007, word for word where its words decide ---

PHRASES_2007 = {
    "Draft to be circulated by end April 2007": "month - 2007-04-30 2007-04",
    "Comments should be received in May – June 2007": "period 2007-05-01 2007-06-30 2007-05/2007-06",
    "for approval by July 2007": "month - 2007-07-31 2007-07",
    "the Convention COP (April-May)": "event 2007-04-01 2007-05-31 2007-04/2007-05",
    "Basel OEWG (September)": "event 2007-09-01 2007-09-30 2007-09",
    "The package should be completed by end of June. Some workshops will test it.": "month - 2007-06-30 2007-06",
    "as soon as possible once dates are fixed. The first ones take place in May 2007.": "cannot read: several",
    "by the COPs this year, starting with the COP of the Convention (April-May 2007).": "cannot read: several",
}


@pytest.mark.parametrize(("words", "expected"), PHRASES_2007.items())
def test_phrases_like_those_of_2007_are_read(words, expected):
    assert read(words) == expected


@pytest.mark.shared
def test_report_of_2007_is_read_as_the_file_says():
    needs_knowledge = {"11", "15"}  # what "this year" bounds, and that May is only when the first workshops take place
    with ACTIONS_2007.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    wrong = {}
    for row in rows:
        reading = ByWhen.read(row["by_when_verbatim"], after=AFTER)
        said = (reading.kind.value, str(reading.latest or ""))
        expected = (row["kind"], row["due_latest"])
        if row["kind"] in ("day", "month", "period"):
            said, expected = (*said, reading.edtf), (*expected, row["edtf"])
        is_left_open = row["number"] in needs_knowledge and reading.problem is not None and reading.latest is None
        if said != expected and not is_left_open:
            wrong[row["number"], row["stage"]] = said

    assert len(rows) == 21
    assert wrong == {}


@pytest.mark.shared
def test_inherited_deadlines_of_2007_are_read_from_what_was_said_for_the_session():
    reading = ByWhen.read("at the latest by April 2007", after=AFTER)
    with ACTIONS_2007.open(encoding="utf-8", newline="") as file:
        inherited = {(row["inherited_kind"], row["inherited_edtf"]) for row in csv.DictReader(file)} - {("", "")}

    assert inherited == {(reading.kind.value, reading.edtf)}
    assert reading.latest == date(2007, 4, 30)


# --- Whatever comes ---

WORDS = (
    "by end of mid early late the in on before after between and or to from until - – / , . ( ) each within two weeks "
    "15 3 31 32 0 1st 2nd 30th 2007 2008 07 may May June february Q3 H1 third quarter half year month meeting COP asap "
    "05/06/2007 2007-05-15 2007-13 spring 18:00 Monday next this at latest \ufffd 😀 \u200f٣"
)
PIECES = st.sampled_from(WORDS.split())


def is_in_order(reading):
    return reading.earliest is None or reading.latest is None or reading.earliest <= reading.latest


# A busy machine is no fault of the words.
@hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(PIECES, max_size=12).map(" ".join) | st.text(max_size=700),
    st.none() | st.dates(date(1900, 1, 1), date(2200, 1, 1)),
)
@example("31 February", date(2100, 12, 31))
@example("29 February", date(2097, 3, 1))
@example("within 120 months", date(9999, 12, 31))
@example("2 May", date(9999, 12, 31))
def test_reading_never_fails_and_keeps_its_days_in_order(words, after):
    reading = ByWhen.read(words, after=after)

    assert is_in_order(reading)
    assert (reading.problem is None) or (reading.earliest, reading.latest, reading.edtf) == (None, None, "")
    assert all(choice.problem is None for choice in reading.choices)
    if reading.edtf:
        again = ByWhen.from_edtf(reading.to_edtf())
        assert (again.problem, again.earliest, again.latest) == (None, reading.earliest, reading.latest)


MONTH_NAMES = st.sampled_from(
    ("January", "Feb", "march", "April", "May", "JUNE", "July", "Aug.", "Sept.", "October", "Nov", "Dec")
)


@given(
    st.integers(1, 28),
    MONTH_NAMES,
    st.integers(1990, 2100),
    st.sampled_from(("", "by ", "no later than ", "before ", "until ")),
)
def test_a_day_that_is_read_is_the_day_that_was_written(day, month, year, limit):
    words = f"{limit}{day} {month} {year}"

    reading = ByWhen.read(words, after=AFTER)

    last = reading.latest + timedelta(days=1) if limit == "before " else reading.latest
    assert (last.day, f"{last:%b}".lower(), last.year) == (day, month.lower()[:3], year)
    assert reading.earliest == (None if limit else last)
