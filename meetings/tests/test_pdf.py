"""PDFs of reports and of progress, rendered once each and read back."""

import datetime
import io
import re

import pypdf
import pytest

from greencustoms.core import pdf as core_pdf
from meetings import access
from meetings.loading import load_example_meeting
from meetings.pdf import progress, report
from meetings.reports import snapshots
from meetings.tests import long_report
from meetings.tests.factories import ActionShareFactory, AgreedActionFactory, DeadlineFactory, MeetingFactory
from meetings.tests.reading import make_action
from partners.tests.factories import PartnerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
# In points; titles of actions, the smallest headings, have 9.7.
LARGEST_OF_TEXT = 9.2
DAY = re.compile(r"\d{1,2} [A-Z][a-z]+ \d{4}")


def read(source):
    return pypdf.PdfReader(io.BytesIO(core_pdf.render(source, identifier="trial")))


def pages_of(reader):
    """The words of each page, with the spaces made even."""
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def outline_of(reader):
    """(title, level) of every bookmark."""

    def walk(items, level):
        for item in items:
            if isinstance(item, list):
                yield from walk(item, level + 1)
            else:
                yield item.title, level

    return list(walk(reader.outline, 1))


def lonely_headings(reader):
    """What stands alone at the foot of a page in the size of a heading, with the number of the page."""
    found = []
    for number, page in enumerate(reader.pages, start=1):
        pieces = []

        def note(text, page_matrix, matrix, _font, size, pieces=pieces):
            if text.strip():
                height = page_matrix[1] * matrix[4] + page_matrix[3] * matrix[5] + page_matrix[5]
                pieces.append((round(height), size * abs(matrix[3] * page_matrix[3]), text.strip()))

        page.extract_text(visitor_text=note)
        # Between the margins: header and footer stand outside.
        body = [piece for piece in pieces if 62 < piece[0] < 770]
        lines = [[piece for piece in body if piece[0] == height] for height in sorted({piece[0] for piece in body})]
        # Upwards from the foot; a day under a heading still belongs to the heading.
        last = next((line for line in lines if not DAY.fullmatch(" ".join(text for *_place, text in line))), [])
        if last and max(size for _height, size, _text in last) > LARGEST_OF_TEXT:
            found.append((number, " ".join(text for *_place, text in last)))
    return found


@pytest.fixture
def report_2007(meeting_2007):
    content = snapshots.of(meeting_2007)
    return content, read(report.report_source(content))


def test_report_of_2007_has_all_its_parts(report_2007):
    content, reader = report_2007
    pages = pages_of(reader)
    everything = " ".join(pages)

    parts = [title for title, level in outline_of(reader) if level == 1]
    sessions = [f"{row['number']}. {row['title']}" for row in content["sessions"]]
    assert parts == [
        "Introduction", "Opening", *sessions, "Conclusion", "After the meeting", "Agreed actions at a glance",
        "Who took part", "Annexes",
    ]  # fmt: skip
    actions = [f"{row['reference']} {row['title']}" for row in content["actions"]]
    assert [" ".join(title.split()) for title, level in outline_of(reader) if level == 2] == actions
    total = len(pages)
    assert [n for n, words in enumerate(pages, start=1) if f"Page {n} of {total}" not in words] == []
    assert [n for n, words in enumerate(pages, start=1) if "Third Partners’ Meeting · Version 1" not in words] == []
    for words in ("“15 May 2007”", "“at the latest by April 2007”", "Headquarters of the World Customs Organization"):
        assert words in everything
    assert [row["organisation"] for row in content["attendance"] if row["organisation"] not in everything] == []
    assert lonely_headings(reader) == []


def test_no_heading_of_the_invented_meeting_stands_alone(organisations):
    content = snapshots.of(load_example_meeting(datetime.date(2026, 11, 21)))

    reader = read(report.report_source(content))

    assert lonely_headings(reader) == []


def test_report_is_tagged_and_says_its_title_and_language(report_2007):
    _content, reader = report_2007
    catalogue = reader.root_object

    assert reader.metadata.title == "Third Partners’ Meeting · Version 1"
    assert catalogue["/Lang"] == "en"
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/StructTreeRoot"]["/K"]
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]


def test_report_reads_back_without_garbage(report_2007):
    text = " ".join(pages_of(report_2007[1]))

    assert {
        c for c in text if not (c.isprintable() or c.isspace()) or c == "\ufffd" or "\ue000" <= c <= "\uf8ff"
    } == set()


def test_sub_items_and_their_parts_stand_under_their_action(report_2007):
    content, reader = report_2007
    everything = " ".join(pages_of(reader))

    items = [item for row in content["actions"] for item in row["sub_items"]]
    assert len(items) > 30
    assert [item["text"] for item in items if item["text"] not in everything] == []
    assert [item["block"] for item in items if item["block"] and item["block"] not in everything] == []


@pytest.mark.parametrize("actions", [12, pytest.param(60, marks=pytest.mark.full)])
def test_report_of_long_actions_holds_together(actions, settings):
    """Very long words, Arabic, empty parts, control characters: nothing is lost and no heading stands alone."""
    settings.PDF_LIMITS = {**settings.PDF_LIMITS, "wall_seconds": 600}
    content = long_report.content(actions=actions)
    source = report.report_source(content, draft_words="Draft of version 13", is_for_partners=True)

    reader = read(source)

    pages = pages_of(reader)
    total = len(pages)
    assert total > 10
    assert [n for n, words in enumerate(pages, start=1) if f"Page {n} of {total}" not in words] == []
    assert [n for n, words in enumerate(pages, start=1) if "Draft of version 13" not in words] == []
    assert [n for n, words in enumerate(pages, start=1) if "For the partners only" not in words] == []
    titles = [" ".join(title.split()) for title, _level in outline_of(reader)]
    assert "Opening" not in titles
    assert len([title for title in titles if title.startswith("LONG-2030/")]) == actions
    assert lonely_headings(reader) == []


@pytest.fixture
def meeting():
    return MeetingFactory(title="Trial meeting")


def test_progress_tells_late_ones_first_and_counts_by_organisation(meeting):
    today = meeting.ends_on.replace(year=2027)
    wco, cites = PartnerFactory(acronym="WCO", sort_name="WCO"), PartnerFactory(acronym="CITES", sort_name="CITES")

    def action(title, latest, **share):
        stage = DeadlineFactory(action=AgreedActionFactory(meeting=meeting, title=title), latest=latest)
        ActionShareFactory(deadline=stage, partner=wco, **share)
        ActionShareFactory(deadline=stage, partner=cites)
        return stage.action

    ahead = action("Ahead", today.replace(year=2028))
    late = action("Late", today.replace(month=1), accepted=True)
    later = action("Later still", today.replace(month=2), done=True, evidence_url="https://wco.example/seen")
    source = progress.meeting_source(meeting, access.actions_for(access.PUBLIC).filter(meeting=meeting), today=today)

    reader = read(source)

    everything = " ".join(pages_of(reader))
    titles = [" ".join(title.split()) for title, level in outline_of(reader) if level == 1]
    assert titles == ["Summary", "Late", "Open"]
    places = [everything.rindex(f"{action.reference} {action.title}") for action in (late, later, ahead)]
    assert places == sorted(places)
    assert re.search(r"CITES – – – 3 – –", everything)
    assert re.search(r"WCO 1 – 1 1 – –", everything)
    assert "https://wco.example/seen" in everything.replace(" ", "")
    assert "1 of 2 done, 1 silent" in everything
    assert "No answer yet: CITES" in everything
    assert [
        n for n, words in enumerate(pages_of(reader), start=1) if f"Page {n} of {len(reader.pages)}" not in words
    ] == []


def test_progress_of_a_partner_holds_only_its_own_shares(meeting):
    wco = PartnerFactory(acronym="WCO", name="World Customs Organization")
    own = ActionShareFactory(done=True, partner=wco, what_was_done="What we did.")
    other = ActionShareFactory(done=True, deadline=own.deadline, what_was_done="What others did.")
    make_action(title="Not theirs")
    for facts in ({"meeting__partners_only": True}, {"meeting__draft": True}, {"stored_state": "proposed"}):
        action = AgreedActionFactory(title="Hidden", **facts)
        ActionShareFactory(deadline=DeadlineFactory(action=action), partner=wco)

    html = progress.partner_source(wco, access.actions_for(access.PUBLIC), today=meeting.ends_on).html

    assert "What we did." in html
    assert own.deadline.action.title in html
    assert [words for words in ("What others did.", "Not theirs", "Hidden") if words in html] == []
    assert other.deadline.action_id == own.deadline.action_id


@pytest.mark.parametrize("rows", [1, 3])
def test_source_query_counts_are_constant(rows, meeting, django_assert_num_queries):
    for _ in range(rows):
        make_action(meeting=meeting)
    partner = meeting.actions.first().deadlines.first().shares.first().partner
    actions = access.actions_for(access.PUBLIC)

    with django_assert_num_queries(2):
        progress.meeting_source(meeting, actions.filter(meeting=meeting), today=meeting.ends_on)
    with django_assert_num_queries(3):
        progress.partner_source(partner, actions, today=meeting.ends_on)
    with django_assert_num_queries(0):
        report.report_source(long_report.content(actions=rows))
