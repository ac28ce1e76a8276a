"""What leaves the list of actions: tables that can be read back, a calendar without made-up days, a feed."""

import datetime
import io
from xml.etree import ElementTree

import icalendar
import openpyxl
import pytest

from greencustoms import roles
from greencustoms.core import tables
from greencustoms.core.tests.factories import NEW_BUCKET, UserFactory
from greencustoms.core.tests.sign_in import sign_in
from meetings.by_when import ByWhen
from meetings.choices import DeadlineKind, StoredState
from meetings.files import calendar_entries, export_rows
from meetings.files import feed as action_feed
from meetings.models import AgreedAction, Deadline
from meetings.tests.factories import ActionShareFactory, AgreedActionFactory, DeadlineFactory
from meetings.tests.reading import make_action
from partners.tests.factories import MembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


# --- Tables, there and back ---


def csv_rows(response):
    header, *rows = tables.read_csv(response.content)
    return [dict(zip(header, row, strict=True)) for row in rows]


def xlsx_rows(response):
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    header, *rows = [[plain(cell.value) for cell in row] for row in sheet.iter_rows()]
    return [dict(zip(header, row, strict=True)) for row in rows]


def plain(value):
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return "" if value is None else str(value)


FILES = {"csv": csv_rows, "xlsx": xlsx_rows}


@pytest.mark.parametrize("kind", FILES)
def test_the_seventeen_actions_of_2007_come_back_with_words_days_and_marks(kind, client, meeting_2007):
    rows = FILES[kind](client.get(f"/actions/export.{kind}", {"meeting": "gci-2007-03"}))

    stages = Deadline.objects.filter(action__meeting=meeting_2007).order_by("action__number", "position")
    assert [words_of(row) for row in rows] == [stored_words(stage) for stage in stages.select_related("action")]
    assert [days_of(row) for row in rows] == [(stage.earliest, stage.latest) for stage in stages]
    assert [marks_of(row) for row in rows] == [stored_marks(stage) for stage in stages]
    assert len({row["reference"] for row in rows}) == 17


def words_of(row):
    return tuple(row[name] for name in ("reference", "title", "text", "by_whom_as_written", "stage",
                                        "by_when_as_written", "kind", "topic", "sub_items"))  # fmt: skip


def stored_words(stage):
    action = stage.action
    points = "\n".join(f"{item.number}. {item.text}" for item in action.sub_items.order_by("number"))
    return (action.reference, action.title, action.text, action.by_whom_text, stage.label, stage.by_when_text,
            stage.kind, action.topic_heading, points)  # fmt: skip


def days_of(row):
    """From the dates in EDTF, which have to say the same as the columns of days.

    What hangs on an event has no dates of its own, only the days of that event.
    """
    if row["kind"] == "event" and not row["edtf"]:
        return tuple(day(row[name]) if row[name] else None for name in ("earliest", "latest"))
    read = ByWhen.from_edtf(row["edtf"])
    assert read.problem is None
    assert (row["earliest"], row["latest"]) == (str(read.earliest or ""), str(read.latest or ""))
    return read.earliest, read.latest


def marks_of(row):
    told = dict(part.rsplit(": ", 1) for part in row["who"].split("; ")) if row["who"] else {}
    assert all(row[name].isdigit() for name in export_rows.MARKS)
    return set(told.values()), len(told), sum(int(row[name]) for name in export_rows.MARKS)


def stored_marks(stage):
    shares = list(stage.shares.all())
    rule = stage.action.completion_rule
    counted = [s for s in shares if s.part == "lead" or (s.part == "contributes" and rule != "lead")]
    return {"no answer yet"} if shares else set(), len(shares), len(counted)


@pytest.mark.parametrize("kind", FILES)
def test_marks_come_back_as_numbers_and_in_words(kind, client):
    stage = DeadlineFactory()
    facts = [("BRS", {"done": True}), ("CITES", {"accepted": True}), ("OPCW", {"declined": True}), ("WCO", {})]
    for acronym, state in facts:
        ActionShareFactory(deadline=stage, partner=PartnerFactory(acronym=acronym, sort_name=acronym), **state)
    helper = PartnerFactory(acronym="XYZ", sort_name="XYZ")
    ActionShareFactory(deadline=stage, partner=helper, part="contributes")

    [row] = FILES[kind](client.get(f"/actions/export.{kind}"))

    assert {name: row[name] for name in export_rows.MARKS} == {
        "done": "1", "in_progress": "0", "accepted": "1", "silent": "2", "declined": "1", "not_applicable": "0",
    }  # fmt: skip
    assert row["who"] == (
        "BRS: done; CITES: accepted; OPCW: declined; WCO: no answer yet; XYZ (contributes): no answer yet"
    )
    assert row["shares"] == "1 of 5 done, 1 accepted, 1 declined, 2 silent"


NASTY = '=HYPERLINK("http://x","y") \ufffd عاج \x07\x1b'


@pytest.mark.parametrize("kind", FILES)
def test_nasty_words_come_back_without_what_breaks_files(kind, client):
    action = AgreedActionFactory(title=NASTY, text="- one\n- two\x07", by_whom_text="+41", topic_heading="@here")
    DeadlineFactory(action=action, by_when_text="'=now")

    [row] = FILES[kind](client.get(f"/actions/export.{kind}"))

    assert [row[name] for name in ("title", "text", "by_whom_as_written", "topic", "by_when_as_written")] == [
        '=HYPERLINK("http://x","y") \ufffd عاج ', "- one\n- two", "+41", "@here", "'=now",
    ]  # fmt: skip


def test_formulas_are_disarmed_in_the_file_itself(client):
    DeadlineFactory(action__title=NASTY)

    assert b"'=HYPERLINK" in client.get("/actions/export.csv").content
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/actions/export.xlsx").content)).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}


def test_only_a_last_day_is_told_apart_from_a_whole_month(client):
    month = datetime.date(2007, 7, 1), datetime.date(2007, 7, 31)
    for number, first in enumerate((month[0], None), start=1):
        DeadlineFactory(action__number=number, earliest=first, latest=month[1], edtf="2007-07")

    rows = csv_rows(client.get("/actions/export.csv"))

    assert sorted(row["edtf"] for row in rows) == ["../2007-07", "2007-07"]


def test_tables_hold_the_same_rows(client, meeting_2007):
    query = {"meeting": "gci-2007-03", "due_before": "2007-07-01"}

    tables_found = [FILES[kind](client.get(f"/actions/export.{kind}", query)) for kind in FILES]

    assert tables_found[0] == tables_found[1]
    assert len(tables_found[0]) > 7


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("kind", "number"), [("csv", 4), ("xlsx", 4), ("ics", 3)])
def test_export_query_count_is_constant(kind, number, rows, client, django_assert_num_queries):
    for _ in range(rows):
        make_action()

    with django_assert_num_queries(number + NEW_BUCKET):
        client.get(f"/actions/export.{kind}")


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ics"])
def test_export_with_a_bad_value_leads_back_to_the_list(kind, client):
    response = client.get(f"/actions/export.{kind}", {"state": "zz"})

    assert response.headers["Location"] == "/actions/?state=zz"


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ics"])
def test_export_shows_each_reader_what_they_may_read(kind, client):
    public = make_action(meeting__code="m-public")
    partners_only = make_action(meeting__code="m-partners", meeting__partners_only=True)
    draft = make_action(meeting__code="m-draft", meeting__draft=True)
    everything = {public.reference, partners_only.reference, draft.reference}

    found = {}
    member, secretariat = MembershipFactory().user, UserFactory(totp=True, roles=[roles.SECRETARIAT])
    for name, user in [("anonymous", None), ("member", member), ("secretariat", secretariat)]:
        if user:
            sign_in(client, user, mfa=True)
        response = client.get(f"/actions/export.{kind}")
        found[name] = {reference for reference in everything if reference in words_in(kind, response)}

    assert found == {
        "anonymous": {public.reference},
        "member": {public.reference, partners_only.reference},
        "secretariat": everything,
    }


def words_in(kind, response):
    if kind == "xlsx":
        return str(xlsx_rows(response))
    return response.content.decode().replace("\r\n ", "")


def test_list_offers_its_files_with_the_filter_kept(client):
    make_action()

    html = client.get("/actions/", {"state": "agreed", "page": "1"}).content.decode()

    for kind in ("csv", "xlsx", "ics"):
        assert f'href="/actions/export.{kind}?state=agreed"' in html
    assert '<link rel="alternate" type="application/atom+xml" href="/actions/feed.atom"' in html


# --- The calendar ---


def entries_of(response):
    return [
        (str(item["summary"]), item.decoded("dtstart"), item.decoded("dtend"))
        for item in icalendar.Calendar.from_ical(response.content).walk("VEVENT")
    ]


def day(text):
    return datetime.date.fromisoformat(text)


def test_calendar_of_2007_has_no_day_that_nobody_wrote(client, meeting_2007):
    response = client.get("/actions/export.ics", {"meeting": "gci-2007-03"})

    dated = Deadline.objects.filter(action__meeting=meeting_2007, latest__isnull=False)
    assert sorted((first, end) for _title, first, end in entries_of(response)) == sorted(
        (stage.earliest or stage.latest, stage.latest + datetime.timedelta(days=1)) for stage in dated
    )
    assert len(entries_of(response)) < Deadline.objects.filter(action__meeting=meeting_2007).count()


@pytest.mark.parametrize(
    ("facts", "title", "first", "end"),
    [
        ({"kind": "day", "earliest": "2030-05-15", "latest": "2030-05-15"}, "Due: {}", "2030-05-15", "2030-05-16"),
        ({"kind": "month", "latest": "2030-07-31"}, "By 31 July 2030: {}", "2030-07-31", "2030-08-01"),
        (
            {"kind": "period", "earliest": "2030-05-01", "latest": "2030-06-30"},
            "Due within these days: {}",
            "2030-05-01",
            "2030-07-01",
        ),
    ],
)
def test_calendar_draws_days_as_they_were_agreed(facts, title, first, end, client):
    days = {name: day(value) if name != "kind" else value for name, value in facts.items()}
    stage = DeadlineFactory(action__title="Send numbers", label="Draft", **days)

    what = f"{stage.action.reference} Send numbers (Draft)"
    assert entries_of(client.get("/actions/export.ics")) == [(title.format(what), day(first), day(end))]


@pytest.mark.parametrize("kind", [DeadlineKind.ASAP, DeadlineKind.ONGOING, DeadlineKind.NONE, DeadlineKind.EVENT])
def test_calendar_leaves_out_what_has_no_day(kind, client):
    DeadlineFactory(kind=kind, latest=None, earliest=None)

    assert entries_of(client.get("/actions/export.ics")) == []


@pytest.mark.parametrize(
    ("state", "status"),
    [("agreed", "CONFIRMED"), ("dropped", "CANCELLED"), ("superseded", "CANCELLED"), ("carried_over", "CANCELLED")],
)
def test_calendar_says_what_is_still_in_effect(state, status, client):
    action = AgreedActionFactory(stored_state=state)
    DeadlineFactory(action=action, latest=day("2030-05-15"), position=2)

    [item] = icalendar.Calendar.from_ical(client.get("/actions/export.ics").content).walk("VEVENT")

    assert str(item["status"]) == status
    assert [str(category) for category in item["categories"].cats] == [
        "agreed action", str(StoredState(state).label),
    ]  # fmt: skip
    assert str(item["uid"]) == f"deadline-{action.meeting.code}-{action.number}-2@testserver"
    assert str(item["url"]) == f"http://testserver/meetings/{action.meeting.code}/actions/{action.number}/"


def test_calendar_stamp_moves_when_a_share_changes(client):
    share = ActionShareFactory(deadline__latest=day("2030-05-15"))
    moments = []
    for words in ("a", "b"):
        share.behalf_note = words
        share.save()
        [item] = icalendar.Calendar.from_ical(client.get("/actions/export.ics").content).walk("VEVENT")
        moments.append(share.history.first().history_date.replace(microsecond=0) == item.decoded("dtstamp"))

    assert moments == [True, True]


def test_calendar_is_the_same_until_something_changes(client):
    make_action()

    assert len({client.get("/actions/export.ics").content for _ in range(2)}) == 1


def test_calendar_of_too_many_keeps_the_latest_days(client, monkeypatch):
    monkeypatch.setattr(calendar_entries, "MOST_ENTRIES", 2)
    for year in (2031, 2030, 2032):
        DeadlineFactory(latest=datetime.date(year, 1, 1), earliest=datetime.date(year, 1, 1))

    assert [first.year for _title, first, _end in entries_of(client.get("/actions/export.ics"))] == [2031, 2032]


def test_calendar_survives_real_text(client):
    DeadlineFactory(action__title="Éléphant, ivory; \\ “a” \ufffd\x07 عاج", latest=day("2030-05-15"))

    response = client.get("/actions/export.ics")

    [(title, _first, _end)] = entries_of(response)
    assert title.endswith("Éléphant, ivory; \\ “a” \ufffd عاج")
    assert max(len(line) for line in response.content.split(b"\r\n")) <= 75


# --- The feed ---


def feed_of(response):
    return ElementTree.fromstring(response.content)


def test_feed_tells_the_newest_public_actions_first(client):
    for year in (2025, 2026):
        make_action(title=f"Of {year}", meeting__starts_on=datetime.date(year, 3, 1))
    make_action(title="Draft", meeting__draft=True)
    make_action(title="Partners", meeting__partners_only=True)
    make_action(title="Proposed", stored_state=StoredState.PROPOSED)

    response = client.get("/actions/feed.atom")

    titles = [entry.findtext(f"{ATOM}title") for entry in feed_of(response).iter(f"{ATOM}entry")]
    assert [title.split(" ", 1)[1] for title in titles] == ["Of 2026", "Of 2025"]
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"


def test_feed_entry_has_an_address_a_state_and_no_person(client):
    by = UserFactory(name="Desk of somebody")
    share = ActionShareFactory(done=True, reported_by=by, deadline__action__text="What was agreed.")
    action = share.deadline.action

    response = client.get("/actions/feed.atom")

    [entry] = feed_of(response).iter(f"{ATOM}entry")
    address = f"http://testserver/meetings/{action.meeting.code}/actions/{action.number}/"
    assert entry.find(f"{ATOM}link").get("href") == address
    assert [item.get("term") for item in entry.iter(f"{ATOM}category")] == ["reported done", action.meeting.title]
    assert "What was agreed." in entry.findtext(f"{ATOM}summary")
    assert "Desk of somebody" not in response.content.decode()
    assert [author.text for author in feed_of(response).iter(f"{ATOM}name")] == ["Green Customs Initiative"]


def test_feed_entry_is_updated_when_a_share_changes(client):
    share = ActionShareFactory(deadline__action__meeting__starts_on=datetime.date(2020, 1, 1))
    share.behalf_note = "x"
    share.save()

    [entry] = feed_of(client.get("/actions/feed.atom")).iter(f"{ATOM}entry")

    assert entry.findtext(f"{ATOM}updated")[:19] == share.history.first().history_date.isoformat()[:19]
    assert entry.findtext(f"{ATOM}published").startswith("2020-01-01")


def test_feed_answers_not_modified(client):
    make_action()
    first = client.get("/actions/feed.atom")

    assert client.get("/actions/feed.atom", headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_feed_survives_real_text(client):
    make_action(title="<b>&\ufffd\x07\x1b عاج", text="a\x07b <script>")

    [entry] = feed_of(client.get("/actions/feed.atom")).iter(f"{ATOM}entry")

    assert entry.findtext(f"{ATOM}title").endswith(" <b>&\ufffd عاج")
    assert "&lt;script&gt;" in entry.findtext(f"{ATOM}summary")


def test_feed_holds_the_fifty_newest(client, monkeypatch):
    monkeypatch.setattr(action_feed, "MOST_ENTRIES", 2)
    for _ in range(3):
        make_action()

    assert len(list(feed_of(client.get("/actions/feed.atom")).iter(f"{ATOM}entry"))) == 2
    assert AgreedAction.objects.count() == 3


@pytest.mark.parametrize("rows", [1, 3])
def test_feed_query_count_is_constant(rows, client, django_assert_num_queries):
    for _ in range(rows):
        make_action()

    with django_assert_num_queries(3 + NEW_BUCKET):
        client.get("/actions/feed.atom")
