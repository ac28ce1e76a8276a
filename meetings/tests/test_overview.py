"""One meeting at a glance: its deadlines on one axis, and what each partner owes."""

import re
from datetime import date

import pytest
from django.utils.html import strip_tags

from greencustoms.core.templatetags.ui import timeline_bar
from meetings.choices import CompletionRule, DeadlineKind, Part, StoredState
from meetings.models import AgreedAction
from meetings.pages import cards as pages
from meetings.pages import overview
from meetings.tests.factories import ActionShareFactory, AgreedActionFactory, DeadlineFactory, MeetingFactory
from partners.tests.factories import PartnerFactory

TODAY = date(2026, 11, 20)


@pytest.fixture
def meeting(db):
    return MeetingFactory()


def deadline(meeting, number, latest, earliest=None, **facts):
    action = AgreedActionFactory(meeting=meeting, number=number, session__meeting=meeting, **facts)
    kind = DeadlineKind.DAY if latest else DeadlineKind.ASAP
    return DeadlineFactory(action=action, latest=latest, earliest=earliest, kind=kind)


def cards(meeting):
    return pages.cards_of(AgreedAction.objects.filter(meeting=meeting), today=TODAY)


def timeline(meeting):
    return overview.timeline_of(cards(meeting), TODAY)


def test_deadlines_of_the_same_days_share_a_row_the_first_day_due_first(meeting):
    deadline(meeting, 2, date(2027, 1, 31))
    deadline(meeting, 3, date(2026, 11, 10))
    deadline(meeting, 1, date(2027, 1, 31))

    found = [(row.words, [entry.number for entry in row.entries], row.state) for row in timeline(meeting).rows]

    assert found == [("by 10 November 2026", ["03"], "late"), ("by 31 January 2027", ["01", "02"], "open")]


@pytest.mark.parametrize(
    ("earliest", "latest", "words"),
    [
        (None, date(2007, 4, 30), "by 30 April 2007"),
        (date(2007, 5, 15), date(2007, 5, 15), "15 May 2007"),
        (date(2007, 6, 1), date(2007, 6, 30), "June 2007"),
        (date(2007, 1, 1), date(2007, 12, 31), "2007"),
        (date(2007, 5, 1), date(2007, 6, 30), "1 May 2007 – 30 June 2007"),
    ],
)
def test_row_says_its_days(earliest, latest, words, meeting):
    deadline(meeting, 1, latest, earliest)

    assert [row.words for row in timeline(meeting).rows] == [words]


def test_row_looks_like_its_most_urgent_deadline_that_is_not_done(meeting):
    done = deadline(meeting, 1, date(2026, 11, 10))
    ActionShareFactory(deadline=done, done=True)
    assert [row.state for row in timeline(meeting).rows] == ["done"]

    deadline(meeting, 2, date(2026, 11, 10))

    assert [row.state for row in timeline(meeting).rows] == ["late"]


def test_what_has_no_day_stands_beside_the_axis_and_what_is_not_in_effect_nowhere(meeting):
    deadline(meeting, 1, date(2027, 1, 31))
    deadline(meeting, 2, None)
    deadline(meeting, 3, date(2030, 1, 1), stored_state=StoredState.DROPPED)

    found = timeline(meeting)

    assert [entry.number for entry in found.undated] == ["02"]
    assert (found.first, found.last, found.is_near) == (date(2026, 11, 1), date(2027, 2, 28), True)


def test_without_any_day_there_is_no_picture(meeting):
    deadline(meeting, 1, None)

    assert timeline(meeting) is None


def test_partners_stand_by_name_with_a_mark_for_each_share(meeting):
    one, two = deadline(meeting, 1, date(2027, 1, 31)), deadline(meeting, 2, date(2027, 1, 31))
    wco, cites = PartnerFactory(acronym="WCO"), PartnerFactory(acronym="CITES")
    ActionShareFactory(deadline=one, partner=wco)
    ActionShareFactory(deadline=two, partner=wco, done=True)
    ActionShareFactory(deadline=one, partner=cites, declined=True)

    rows = overview.partners_of(cards(meeting))

    assert [(row.name, row.words) for row in rows] == [
        ("CITES", "0 of 1 done, 1 declined"),
        ("WCO", "1 of 2 done, 1 silent"),
    ]
    assert [re.findall(r'data-mark="(\w+)"', row.marks) for row in rows] == [["declined"], ["done", "silent"]]


def test_shares_that_do_not_count_are_no_shares_to_do(meeting):
    stage = deadline(meeting, 1, date(2027, 1, 31), completion_rule=CompletionRule.LEAD)
    ActionShareFactory(deadline=stage, part=Part.CONSULTED)
    ActionShareFactory(deadline=stage, part=Part.CONTRIBUTES)

    assert overview.partners_of(cards(meeting)) == []


@pytest.mark.parametrize("rows", [1, 3])
def test_meeting_page_shows_both_without_another_statement(rows, meeting, client, django_assert_max_num_queries):
    for number in range(rows):
        ActionShareFactory(deadline=deadline(meeting, number + 1, date(2027, 1, 31)))

    with django_assert_max_num_queries(6):
        page = client.get(meeting.get_absolute_url()).content.decode()

    words = " ".join(strip_tags(page).split())
    assert "Deadlines in one picture" in words
    assert "Who has done what" in words
    assert "by 31 January 2027" in words


def test_bar_holds_no_text_and_no_style_and_is_hidden_from_readers_aloud():
    bar = timeline_bar(None, date(2027, 1, 31), TODAY, "open", date(2026, 11, 1), date(2027, 2, 28), True)

    assert 'aria-hidden="true"' in bar
    assert "style" not in bar
    assert strip_tags(bar) == ""


def test_bars_of_one_timeline_have_the_same_axis():
    axis = {"today": TODAY, "state": "", "first": date(2026, 11, 1), "last": date(2027, 2, 28), "is_near": True}
    bars = [timeline_bar(None, day, **axis) for day in (date(2026, 11, 30), date(2027, 1, 31))]

    assert len({re.search(r'class="band-axis"[^>]+', bar)[0] for bar in bars}) == 1
    assert len({re.search(r'class="band-today"[^>]+', bar)[0] for bar in bars}) == 1


def test_links_of_the_timeline_escape_what_people_wrote(meeting):
    deadline(meeting, 1, date(2027, 1, 31), title="<b>Bold</b> & more")

    links = timeline(meeting).rows[0].links

    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; more" in links
    assert "<b>" not in links
