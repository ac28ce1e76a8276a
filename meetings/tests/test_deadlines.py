from datetime import date

import pytest

from meetings import deadlines
from meetings.deadlines import DueWords, due_words

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("latest", "expected"),
    [
        (date(2007, 11, 30), DueWords("overdue, was due by 30 November 2007", "late")),
        (date(2026, 11, 17), DueWords("3 days overdue", "late")),
        (date(2026, 11, 19), DueWords("1 day overdue", "late")),
        (date(2026, 11, 20), DueWords("due today", "soon")),
        (date(2026, 11, 21), DueWords("due in 1 day", "soon")),
        (date(2026, 12, 4), DueWords("due in 14 days", "soon")),
        (date(2026, 12, 5), DueWords("due in 15 days", "open")),
        (date(2027, 1, 31), DueWords("due by 31 January 2027", "open")),
    ],
)
def test_dated_deadline_reads_as_of_today(latest, expected):
    assert due_words(kind="day", latest=latest, today=TODAY) == expected


def test_done_deadline_is_never_overdue():
    assert due_words(kind="day", latest=date(2026, 1, 1), today=TODAY, is_done=True) == DueWords("done", "done")


def test_undated_deadline_says_when_it_is_reviewed():
    ahead = due_words(kind="asap", latest=None, today=TODAY, review_on=date(2026, 12, 1))
    past = due_words(kind="asap", latest=None, today=TODAY, review_on=date(2026, 11, 1))

    assert ahead == DueWords("no fixed day; to be reviewed on 1 December 2026", "open")
    assert past == DueWords("no fixed day; review was due on 1 November 2026", "open")


def test_deadline_of_kind_none_says_that_no_date_was_stated():
    assert due_words(kind="none", latest=None, today=TODAY) == DueWords("no date stated", "open")


def test_days_between_say_month_and_year_once():
    assert deadlines.days_between(date(2007, 3, 1), date(2007, 3, 2)) == "1–2 March 2007"
    assert deadlines.days_between(date(2007, 3, 1), date(2007, 3, 1)) == "1 March 2007"
    assert deadlines.days_between(date(2007, 5, 1), date(2007, 6, 30)) == "1 May 2007 – 30 June 2007"
