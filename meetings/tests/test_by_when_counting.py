"""Lengths of time that count from the meeting or an event, and those that must not. It ended on 23 March 2007."""

from datetime import date

import pytest

from meetings.by_when import ByWhen, Code

AFTER = date(2007, 3, 23)

COUNTED = {
    "twenty-one days after the meeting": "day 2007-04-13 2007-04-13",
    "thirteen days after the meeting": "day 2007-04-05 2007-04-05",
    "thirty one days after the meeting": "day 2007-04-23 2007-04-23",
    "twenty-two weeks after the meeting": "day 2007-08-24 2007-08-24",
    "one hundred and twenty days after the meeting": "day 2007-07-21 2007-07-21",
    "two hundred and ten days after the meeting": "day 2007-10-19 2007-10-19",
    "a hundred days after the meeting": "day 2007-07-01 2007-07-01",
    "eighteen months after the meeting": "day 2008-09-23 2008-09-23",
    "forty-five (45) days after the meeting": "day 2007-05-07 2007-05-07",
    "the day after the meeting": "day 2007-03-24 2007-03-24",
    "30 days after the meeting at the latest": "period 2007-03-23 2007-04-22",
    "by two weeks after the meeting": "period 2007-03-23 2007-04-06",
    "within a period of thirty days": "period 2007-03-23 2007-04-22",
    "no more than two weeks after the meeting": "period 2007-03-23 2007-04-06",
    "Report to the secretariat, two weeks after the meeting": "day 2007-04-06 2007-04-06",
}
REFUSED = {
    Code.UNKNOWN: [
        "2.5 months after the meeting", "1,5 months after the meeting", "half a year after the meeting",
        "1/2 year after the meeting", "1½ months after the meeting", "one year and two months after the meeting",
        "3 months and 2 weeks after the meeting", "a year and six months after the meeting",
        "within a month and a half", "within 2 weeks and 3 days", "within two to three weeks",
        "two or three weeks after the meeting", "2-3 weeks after the meeting", "two and a half weeks after the meeting",
        "a quarter of a year after the meeting", "one thousand and two days after the meeting",
        "two dozen days after the meeting", "two (3) weeks after the meeting", "over two weeks",
        "the first two weeks after the meeting", "within two weeks once the draft is received", "for two weeks of work",
        "within two weeks before the COP", "the week after the meeting", "within two weeks or so",
    ],
    Code.ONLY_START: [
        "at least one month after the meeting", "no less than 30 days after the meeting",
        "more than two weeks after the meeting", "no earlier than two weeks after the meeting",
        "no sooner than two weeks after the meeting", "at the earliest two weeks after the meeting",
        "two weeks after the meeting at the earliest", "from two weeks after the meeting", "at the earliest May 2007",
        "at the earliest in May 2007", "no earlier than two weeks before the COP", "not until May 2007",
        "at least until May 2007",
    ],
    Code.VAGUE: ["about two weeks after the meeting", "well before the COP", "shortly before the COP"],
}  # fmt: skip


def read(words):
    reading = ByWhen.read(words, after=AFTER)
    if reading.problem:
        return f"cannot read: {reading.problem.code}"
    return f"{reading.kind} {reading.earliest or '-'} {reading.latest or '-'}"


@pytest.mark.parametrize(("words", "expected"), COUNTED.items(), ids=[ascii(words) for words in COUNTED])
def test_whole_numbers_are_counted(words, expected):
    assert read(words) == expected


@pytest.mark.parametrize(
    ("words", "code"), [(words, code) for code, phrases in REFUSED.items() for words in phrases],
    ids=[ascii(words) for phrases in REFUSED.values() for words in phrases],
)  # fmt: skip
def test_part_of_a_number_and_a_minimum_are_no_last_day(words, code):
    assert read(words) == f"cannot read: {code}"


@pytest.mark.parametrize(
    ("words", "days", "months"),
    [
        ("thirteen days before the COP", -13, 0),
        ("at least two weeks before the COP", -14, 0),
        ("one month before the COP", 0, -1),
        ("within three months after the COP", 0, 3),
        ("the day before the COP", -1, 0),
    ],
)
def test_days_and_months_from_an_event(words, days, months):
    reading = ByWhen.read(words, after=AFTER)

    assert (reading.kind, reading.offset_days, reading.offset_months) == ("event", days, months)
