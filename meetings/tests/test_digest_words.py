"""The words of a digest, without a database."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from greencustoms.core.models import User
from meetings import digest_words, emails
from meetings.reminders.ladder import Fired
from meetings.reminders.lines import Line

TODAY = date(2007, 5, 2)


def line(days, number=1, **facts):
    """A line that is due so many days from today; of a question, that was asked then."""
    values = {
        "share_id": number, "deadline_id": number, "due_on": TODAY + timedelta(days=days), "is_dated": True,
        "reference": f"GCI-2007-03/{number:02d}", "title": f"Thing {number}", "stage": "", "partner_name": "WCO",
        "by_when_text": "", "step": Fired("0", 0, TODAY), "is_own": True,
        "action": ("gci-2007-03", number),
    }  # fmt: skip
    return Line(**values | facts)


def question(**facts):
    return line(-3, is_dated=False, **facts)


def of_others(days, **facts):
    return line(days, is_own=False, **facts)


def person(**facts):
    return User(pk=7, name="WCO desk", email="desk@wco.example", **facts)


def digest(*lines, **facts):
    return emails.digest(user=person(**facts), today=TODAY, lines=lines)


def headings_and_lines(text):
    """What stands in the text in capitals, and the numbers of the actions below."""
    return [
        row if row.isupper() else row.rpartition(" ")[2]
        for row in text.splitlines()
        if (row.isupper() and len(row) > 5) or row.startswith("* ")
    ]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-28, "28 days overdue, was due on 4 April 2007"),
        (-1, "1 day overdue, was due on 1 May 2007"),
        (0, "due today"),
        (1, "due tomorrow"),
        (2, "due in 2 days, on 4 May 2007"),
        (30, "due in 30 days, on 1 June 2007"),
        (-400, "400 days overdue, was due on 28 March 2006"),
    ],
)
def test_how_late_in_words(days, words):
    assert digest_words.due_words(TODAY + timedelta(days=days), TODAY) == words


@pytest.mark.parametrize(
    ("lines", "subject"),
    [
        ([line(-28)], "1 agreed action overdue by 28 days"),
        ([line(-1)], "1 agreed action overdue by 1 day"),
        ([line(1), line(-28), line(-2)], "2 agreed actions overdue, the oldest by 28 days; 1 due tomorrow"),
        ([line(0)], "1 agreed action due today"),
        ([line(7), line(7)], "2 agreed actions due in 7 days"),
        ([line(30), line(1)], "2 agreed actions coming up, the first due tomorrow"),
        ([line(-1), line(0), line(7)], "1 agreed action overdue by 1 day; 2 coming up, the first today"),
        ([question()], "A question about 1 agreed action without a fixed day"),
        ([question(), question()], "A question about 2 agreed actions without a fixed day"),
        ([question(), line(7)], "1 agreed action due in 7 days; 1 question"),
        ([of_others(-28)], "1 agreed action of others overdue by 28 days"),
        ([of_others(-28), of_others(-35), line(1)],
         "2 agreed actions of others overdue, the oldest by 35 days; 1 due tomorrow"),
        ([of_others(-28), line(-3), question()], "1 agreed action overdue by 3 days; 1 elsewhere; 1 question"),
    ],
)  # fmt: skip
def test_subject_says_how_many_and_how_late(lines, subject):
    assert digest(*lines).subject == subject


def test_subject_says_what_comes_first_if_there_is_too_much():
    lines = (
        [line(-128)] * 12
        + [of_others(-150, number=number) for number in range(35)]
        + [line(7)] * 15
        + [line(9)] * 15
        + [question()] * 10
    )

    subject = digest(*lines).subject

    assert subject == "12 agreed actions overdue, the oldest by 128 days; 35 elsewhere"
    assert len(subject) <= digest_words.LONGEST_SUBJECT


def test_groups_stand_in_order_and_each_is_sorted_by_day():
    body = digest(
        of_others(-28, number=1), question(number=2), line(7, number=3), line(0, number=4), line(-3, number=5),
        line(-9, number=6), of_others(-35, number=7),
    ).body_text  # fmt: skip

    assert headings_and_lines(body) == [
        "OVERDUE", "6", "5", "COMING UP", "4", "3", "QUESTIONS", "2", "OVERDUE AT OTHER ORGANISATIONS", "7", "1",
    ]  # fmt: skip


def test_line_tells_all_there_is_to_know():
    body = digest(
        line(-2, number=12, stage="Draft", by_when_text="15 May – or “soon”", moved_from=date(2007, 4, 3))
    ).body_text  # fmt: skip

    assert (
        "* GCI-2007-03/12 Thing 12: Draft\n"
        "  2 days overdue, was due on 30 April 2007\n"
        "  By when, as agreed: “15 May – or “soon””\n"
        "  Moved: was due on 3 April 2007\n"
        "  http://testserver/my/shares/12/report/\n"
    ) in body


def test_organisation_is_named_only_where_it_is_in_doubt():
    of_one = digest(line(-2), of_others(-28, partner_name="UNEP")).body_text
    of_two = digest(line(-2), line(3, partner_name="CITES")).body_text

    assert [row for row in of_one.splitlines() if "Organisation:" in row] == ["  Organisation: UNEP"]
    assert [row for row in of_two.splitlines() if "Organisation:" in row] == [
        "  Organisation: WCO", "  Organisation: CITES",
    ]  # fmt: skip


def test_question_is_never_called_late():
    words = digest(question())

    assert "How far is it, and does it still hold?" in words.body_text
    for text in (words.subject, words.body_text, words.body_html.partition("<body>")[2]):
        assert not any(word in text for word in ("overdue", "due in", "was due", 'class="late"'))


def test_secretariat_that_owes_nothing_is_not_told_that_it_does():
    body = digest(of_others(-28)).body_text

    assert "Your organisation" not in body
    assert "Everything your organisation owes" not in body


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({}, "once a day at most, on working days, and only when"),
        (
            {"digest_rhythm": "weekly", "digest_weekday": 3},
            "once a week at most, from Thursday on, as soon as there is",
        ),
    ],
)
def test_end_says_how_often_it_comes_and_how_to_change_that(facts, sentence):
    words = digest(line(0), **facts)

    for body in (words.body_text, words.body_html):
        assert sentence in body
        assert "http://testserver/my/reminders/" in body
        assert "http://testserver/unsubscribe/" in body


def joint(number, names):
    """What several other organisations are late with together."""
    return [
        of_others(-28, number=number, share_id=100 * number + place, partner_name=name)
        for place, name in enumerate(names)
    ]


def test_what_others_owe_together_is_one_line():
    lines = [*joint(7, ["UNEP", "CITES", "BRS"]), *joint(9, ["WCO"]), of_others(-35, number=7, partner_name="OPCW")]

    words = digest(*lines)

    assert words.subject == "3 agreed actions of others overdue, the oldest by 35 days"
    assert (
        "* GCI-2007-03/07 Thing 7\n"
        "  28 days overdue, was due on 4 April 2007\n"
        "  3 organisations: BRS, CITES, UNEP\n"
        "  http://testserver/meetings/gci-2007-03/actions/7/\n"
    ) in words.body_text
    assert "  Organisation: WCO\n  http://testserver/my/shares/900/report/\n" in words.body_text
    assert "3 organisations: BRS, CITES, UNEP" in words.body_html


def test_action_of_every_organisation_names_the_first_of_them():
    words = digest(*joint(7, [f"Office {number:04}" for number in range(1_200)]))

    assert "1200 organisations: Office 0000, Office 0001, " in words.body_text
    assert ", Office 0011 and 1188 more\n" in words.body_text
    assert "Office 0012" not in words.body_text
    assert words.subject == "1 agreed action of others overdue by 28 days"
    assert len(words.body_html) < 8_000


@pytest.mark.parametrize(
    ("make", "subject", "leads_to"),
    [
        (lambda number: line(-3, number), "60 agreed actions overdue", "my/"),
        (lambda number: line(7, number), "60 agreed actions due in 7 days", "my/"),
        (lambda number: question(number=number), "A question about 60 agreed actions", "my/"),
        (lambda number: of_others(-28, number=number), "60 agreed actions of others", "actions/?state=overdue"),
    ],
)
def test_long_group_is_cut_and_the_portal_has_the_rest(make, subject, leads_to):
    words = digest(*map(make, range(60)))

    assert words.subject.startswith(subject)
    assert words.body_text.count("\n* ") == words.body_html.count("<li") == digest_words.MOST_OF_A_GROUP
    assert f"10 more on the portal: http://testserver/{leads_to}\n" in words.body_text
    assert f'<a href="http://testserver/{leads_to}">10 more on the portal</a>' in words.body_html


def test_group_that_is_said_whole_leads_nowhere_else():
    assert "more on the portal" not in digest(*[line(-3, number) for number in range(50)]).body_text


def test_nobody_is_said_to_have_been_reminded():
    """Perhaps nobody of that organisation has an account, or wants reminders."""
    assert "reminded and" not in digest(of_others(-28)).body_text


def test_what_people_wrote_is_escaped_in_html():
    html = digest(
        line(0, title="<b>Now</b>", stage="<i>", by_when_text='"soon" <u>', partner_name="A&B"),
        line(0, partner_name="<s>"),
    ).body_html  # fmt: skip

    for written in ("<b>", "<i>", "<u>", "<s>", "A&B"):
        assert written not in html
    assert "&lt;b&gt;Now&lt;/b&gt;: &lt;i&gt;" in html


def test_arabic_is_written_from_right_to_left_with_its_own_months():
    """A language without a translation of ours: dates and direction tell."""
    words = digest(line(-2), language="ar")

    assert words.body_html.startswith('<!doctype html>\n<html lang="ar" dir="rtl">')
    assert "30 إبريل، 2007" in words.body_text
    assert translation.get_language() == "en"
