"""The secretariat's pages for writing a report, apart from those of actions."""

import datetime
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver, reverse

from greencustoms import roles
from greencustoms.core.tests.factories import UserFactory
from greencustoms.core.tests.sign_in import sign_in
from meetings.choices import ReportState, Visibility
from meetings.models import Annex, Meeting, MeetingSession, unlocked
from meetings.rules.owners import Picked
from meetings.services import entry, entry_actions
from meetings.services.entry_actions import Stage
from meetings.tests.factories import AgreedActionFactory, MeetingFactory, MeetingSessionFactory
from meetings.tests.reading import text_of
from meetings.tests.typing import form_of
from partners.tests.factories import MembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db

EDITING = (
    ("desk_meeting_edit", []), ("desk_meeting_texts", []), ("desk_attendance", []), ("desk_session_add", []),
    ("desk_session_edit", [1]), ("desk_session_delete", [1]), ("desk_session_move", [1]), ("desk_annex_add", []),
    ("desk_annex_edit", [1]), ("desk_annex_delete", [1]), ("desk_action_add", []), ("desk_action_edit", [1]),
    ("desk_action_delete", [1]),
)  # fmt: skip


@pytest.fixture
def meeting():
    return MeetingFactory(draft=True, code="gci-2026-03", title="Fourth meeting")


def url(name, meeting, *numbers):
    return reverse(name, args=[meeting.code, *numbers])


def whole(meeting):
    """A session, an action and an annex, so that every address has something behind it."""
    with unlocked():
        session = MeetingSessionFactory(meeting=meeting, number=1)
        AgreedActionFactory(meeting=meeting, session=session, number=1)
        Annex.objects.create(meeting=meeting, number=1, title="Agenda")
    return meeting


def test_new_meeting_needs_a_title_and_a_first_day_only(desk):
    partner = PartnerFactory()
    data = form_of(desk.get(reverse("desk_meeting_add")))

    response = desk.post(reverse("desk_meeting_add"), data | {"title": "Fifth", "starts_on": "2026-11-02"})

    meeting = Meeting.objects.get()
    assert response["Location"] == url("desk_meeting", meeting)
    assert (meeting.code, meeting.ends_on, meeting.state, meeting.visibility) == (
        "gci-2026-11", datetime.date(2026, 11, 2), ReportState.DRAFT, Visibility.PARTNERS,
    )  # fmt: skip
    assert list(meeting.partners.all()) == [partner]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": ""}, "title"),
        ({"starts_on": "soon"}, "starts_on"),
        ({"ends_on": "2026-11-01"}, "ends_on"),
        ({"ends_on": "9999-12-31"}, "ends_on"),
        ({"code": "gci-2026-03"}, "code"),
        ({"code": "add"}, "code"),
        ({"code": "gci-2026-11-v2"}, "code"),
        ({"code": "a b"}, "code"),
        ({"country": "Kenya"}, "country"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"partners": ["0"]}, "partners"),
    ],
)
def test_new_meeting_that_makes_no_sense_is_refused_with_what_was_typed(values, field, desk, meeting):
    data = {"title": "Fifth", "starts_on": "2026-11-02", "time_zone": "UTC", "visibility": "partners"} | values

    response = desk.post(reverse("desk_meeting_add"), data)

    assert list(response.context["form"].errors) == [field]
    assert Meeting.objects.count() == 1


def test_code_that_cannot_be_an_address_is_refused_in_plain_words(desk):
    response = desk.post(reverse("desk_meeting_add"), {"title": "Fifth", "code": "GCI 2027/03"})

    said = ["Only letters, digits, hyphens and underscores, such as gci-2027-03."]
    assert response.context["form"].errors["code"] == said


def test_every_word_that_stands_beside_codes_is_kept_from_them():
    """A meeting with the code "reading" would have no page of its own."""
    fixed = {
        parts[2]
        for pattern in get_resolver("meetings.urls").url_patterns
        for each in getattr(pattern, "url_patterns", [pattern])
        if (parts := str(each.pattern).split("/"))[:2] == ["desk", "meetings"] and not parts[2].startswith("<")
    } - {""}

    assert fixed - set(entry.NEVER_A_CODE) == set()


def test_list_shows_what_is_written_what_is_missing_and_what_is_final(desk, meeting):
    final = MeetingFactory(title="Third meeting")
    with unlocked():
        Meeting.objects.create(
            code="x-v2", title="Third meeting again", starts_on=final.starts_on, ends_on=final.ends_on, revises=final,
            reopening_reason="A mistake.", report_version=2,
        )  # fmt: skip

    response = desk.get(reverse("desk_meeting_list"))

    rows = [(row.title, row.gap_count) for row in response.context["writing"]]
    assert rows == [("Fourth meeting", 7), ("Third meeting again", 7)]
    assert [row.title for row in response.context["page"].rows] == ["Third meeting"]
    assert "draft, version 2" in text_of(response)


def test_workplace_says_plainly_what_is_missing_and_leads_there(desk, secretariat, meeting):
    session = entry.add_session(meeting=meeting, by=secretariat, title="One")
    entry_actions.add_action(
        meeting=meeting, by=secretariat, session=session, title="x", text="x", owners=Picked(), stages=[Stage()]
    )

    response = desk.get(url("desk_meeting", meeting))

    text = text_of(response)
    for words in (
        "Session 1 has no summary.",
        "Action 1 has no owner.",
        "Action 1 has no date.",
        "8 things are missing",
    ):
        assert words in text
    assert "First: The place is not stated." in text
    assert response.context["next_step"] == ("The place is not stated.", url("desk_meeting_edit", meeting))


def test_workplace_names_as_many_gaps_of_a_new_meeting_as_it_counts(desk, meeting):
    response = desk.get(url("desk_meeting", meeting))

    assert response.context["gap_count"] == 7
    assert "7 things are missing" in text_of(response)
    lists = re.findall(r'<ul class="gaps">(.*?)</ul>', response.content.decode(), re.DOTALL)
    assert "".join(lists).count("<li>") == 7
    assert "There is no action yet." in lists[-1]


def test_workplace_and_report_mark_what_needs_evidence(desk):
    flagged = AgreedActionFactory(number=1, is_flagged=True)
    AgreedActionFactory(meeting=flagged.meeting, session=flagged.session, number=2)
    mark = '<span class="badge">Needs evidence</span>'

    pages = [url("desk_meeting", flagged.meeting), flagged.meeting.get_absolute_url()]

    assert [desk.get(page).content.decode().count(mark) for page in pages] == [1, 1]


def test_heading_without_matters_arising_is_not_printed(desk):
    """Its button is not printed either."""
    html = desk.get(MeetingFactory(draft=True).get_absolute_url()).content.decode()

    assert '<section class="no-print" aria-labelledby="matters-arising">' in html


def test_note_of_attendance_has_a_label_that_phones_show(desk, meeting):
    PartnerFactory()

    assert '<td data-label="Represented by">' in desk.get(url("desk_attendance", meeting)).content.decode()


@pytest.mark.parametrize("path", ["/desk/", "/desk/meetings/", "/desk/meetings/gci-2026-03/", "/desk/people/"])
def test_menu_of_the_desk_marks_one_entry(path, desk, meeting):
    html = desk.get(path).content.decode()

    menu = html[html.index('<nav class="desk-nav') :]
    here = re.findall(r'<a href="([^"]+)" aria-current="(\w+)"', menu[: menu.index("</nav>")])
    section = "/desk/meetings/" if path.startswith("/desk/meetings/") else path
    assert here == [(section, "page" if path == section else "true")]


@pytest.mark.parametrize("rows", [1, 3])
def test_workplace_and_list_cost_the_same_however_much_there_is(rows, desk, meeting, django_assert_num_queries):
    for number in range(1, rows + 1):
        session = MeetingSessionFactory(meeting=meeting, number=number)
        AgreedActionFactory(meeting=meeting, session=session, number=number)
        Annex.objects.create(meeting=meeting, number=number, title="Agenda")
        MeetingFactory(draft=True)
    desk.get(url("desk_meeting", meeting))

    with django_assert_num_queries(WORKPLACE_QUERIES):
        desk.get(url("desk_meeting", meeting))
    with django_assert_num_queries(LIST_QUERIES):
        desk.get(reverse("desk_meeting_list"))


WORKPLACE_QUERIES, LIST_QUERIES = 18, 12


@pytest.mark.parametrize(("name", "numbers"), EDITING)
def test_final_report_says_that_it_is_locked_and_what_to_do(name, numbers, desk):
    final = whole(MeetingFactory())

    page = desk.get(url(name, final, *numbers))
    post = desk.post(url(name, final, *numbers), {"title": "x"})

    assert (page.status_code, post.status_code) == (200, 409)
    assert "reopen it with a reason" in text_of(page)


@pytest.mark.parametrize(("name", "numbers"), EDITING)
@pytest.mark.parametrize("kind", ["anonymous", "staff", "focal", "reader"])
def test_only_the_secretariat_writes(kind, name, numbers, client, meeting):
    person = {
        "anonymous": lambda: None,
        "staff": lambda: MembershipFactory().user,
        "focal": lambda: MembershipFactory(focal=True).user,
        "reader": lambda: UserFactory(roles=[roles.SECRETARIAT_READER], totp=True),
    }[kind]()
    if person:
        sign_in(client, person, mfa=kind in ("focal", "reader"))
    whole(meeting)

    statuses = {ask(url(name, meeting, *numbers)).status_code for ask in (client.get, client.post)}

    assert statuses == ({403} if person else {302})


def test_reader_looks_and_is_offered_nothing_to_change(client, meeting):
    sign_in(client, UserFactory(roles=[roles.SECRETARIAT_READER], totp=True), mfa=True)
    whole(meeting)

    pages = [client.get(reverse("desk_meeting_list")), client.get(url("desk_meeting", meeting))]

    assert [page.status_code for page in pages] == [200, 200]
    html = pages[0].content.decode() + pages[1].content.decode()
    links = [name for name, numbers in EDITING if f'href="{url(name, meeting, *numbers)}' in html]
    assert links == []


def test_partners_that_left_since_stay_partners_of_that_day(desk, meeting):
    left = PartnerFactory(standing="other", name="Gone")
    meeting.partners.add(left)

    desk.post(url("desk_meeting_edit", meeting), form_of(desk.get(url("desk_meeting_edit", meeting))))

    assert list(meeting.partners.all()) == [left]


def test_texts_are_shown_before_they_are_saved(desk, meeting):
    data = {"introduction": "## Why\n\n**bold** <script>x</script>", "version": 0, "preview": 1}

    response = desk.post(url("desk_meeting_texts", meeting), data)

    html = response.content.decode()
    assert "<h3>Why</h3>" in html
    assert "<strong>bold</strong>" in html
    assert "<script>x" not in html
    assert form_of(response)["introduction"] == [data["introduction"]]
    assert Meeting.objects.get().introduction == ""


def test_two_forms_of_one_report_do_not_get_in_each_others_way(desk, secretariat, meeting):
    basics = form_of(desk.get(url("desk_meeting_edit", meeting)))
    entry.edit_meeting(meeting=meeting, by=secretariat, version=0, introduction="Written meanwhile.")

    response = desk.post(url("desk_meeting_edit", meeting), basics | {"title": "New title"})

    meeting.refresh_from_db()
    assert response.status_code == 302
    assert (meeting.title, meeting.introduction) == ("New title", "Written meanwhile.")


def test_slower_of_two_editors_of_a_text_sees_both(desk, secretariat, meeting):
    mine = form_of(desk.get(url("desk_meeting_texts", meeting)))
    entry.edit_meeting(meeting=meeting, by=secretariat, version=0, introduction="Theirs.", opening="Only theirs.")

    response = desk.post(url("desk_meeting_texts", meeting), mine | {"introduction": "Mine."})

    found = [(each.theirs, each.mine, each.is_taken_over) for each in response.context["differences"]]
    kept = form_of(response)
    assert found == [("Theirs.", "Mine.", False), ("Only theirs.", "", True)]
    assert (kept["introduction"], kept["opening"], kept["version"]) == (["Mine."], ["Only theirs."], ["1"])


def test_attendance_of_all_organisations_stands_on_one_page(desk, meeting):
    wco, other = PartnerFactory(acronym="WCO"), PartnerFactory(standing="other")
    PartnerFactory(group=True)
    data = form_of(desk.get(url("desk_attendance", meeting)))

    desk.post(url("desk_attendance", meeting), data | {f"there_{wco.pk}": "on", f"note_{wco.pk}": "Compliance unit",
                                                       f"there_{other.pk}": "on"})  # fmt: skip

    assert set(meeting.attendance.values_list("partner", "note")) == {(wco.pk, "Compliance unit"), (other.pk, "")}


@pytest.mark.parametrize(
    ("note", "is_taken"),
    [
        ("Compliance unit, info@wco.example", True),
        ("wco@wco.example", True),
        ("jane.doe@wco.example", False),
        ("Compliance unit (write to j.doe@wco.example)", False),
    ],
)
def test_address_of_a_person_is_not_taken_as_the_office(note, is_taken, desk, meeting):
    wco = PartnerFactory(acronym="WCO", slug="wco")

    response = desk.post(
        url("desk_attendance", meeting), {"version": 0, f"there_{wco.pk}": "on", f"note_{wco.pk}": note}
    )

    assert (response.status_code == 302) is is_taken
    assert meeting.attendance.exists() is is_taken


def test_two_people_tick_at_once_and_both_ticks_stay(desk, secretariat, meeting):
    wco, cites = PartnerFactory(acronym="WCO"), PartnerFactory(acronym="CITES")
    mine = form_of(desk.get(url("desk_attendance", meeting)))
    entry.set_attendance(meeting=meeting, by=secretariat, version=0, present={wco: "Legal unit"})

    response = desk.post(url("desk_attendance", meeting), mine | {f"there_{cites.pk}": "on"})
    desk.post(url("desk_attendance", meeting), form_of(response))

    assert len(response.context["differences"]) == 2
    assert set(meeting.attendance.values_list("partner", "note")) == {(wco.pk, "Legal unit"), (cites.pk, "")}


def test_session_is_added_and_leads_to_its_first_action(desk, meeting):
    data = {"title": "Training", "default_by_when_text": "in spring", "then_action": 1}

    response = desk.post(url("desk_session_add", meeting), data)

    session = MeetingSession.objects.get()
    assert (session.number, session.default_by_when_text) == (1, "in spring")
    assert response["Location"] == f"{url('desk_action_add', meeting)}?session=1"


def test_session_is_moved_by_a_button(desk, secretariat, meeting):
    for title in ("One", "Two"):
        entry.add_session(meeting=meeting, by=secretariat, title=title)

    desk.post(url("desk_session_move", meeting, 2), {"version": 0, "direction": "earlier"})
    stale = desk.post(url("desk_session_move", meeting, 2), {"version": 0, "direction": "earlier"}, follow=True)

    assert list(meeting.sessions.values_list("number", "title")) == [(1, "Two"), (2, "One")]
    assert "Somebody else changed this in the meantime" in text_of(stale)


def test_session_with_actions_is_not_deleted_and_the_page_says_why(desk, meeting):
    whole(meeting)

    response = desk.post(url("desk_session_delete", meeting, 1), {"version": 0})

    assert "Actions were agreed in this session." in text_of(response)
    assert meeting.sessions.count() == 1


def test_annex_holds_a_file_which_can_be_taken_away_again(desk, meeting):
    upload = SimpleUploadedFile("agenda.txt", b"Agenda of the meeting")
    desk.post(url("desk_annex_add", meeting), {"number": 1, "label": "Annex I", "title": "Agenda", "upload": upload})
    annex = Annex.objects.get()
    assert (annex.is_held, annex.file.file_name) == (True, "agenda.txt")

    desk.post(url("desk_annex_edit", meeting, 1), form_of(desk.get(url("desk_annex_edit", meeting, 1))))
    annex.refresh_from_db()
    assert (annex.version, annex.file is None) == (0, False)

    form = form_of(desk.get(url("desk_annex_edit", meeting, 1)))
    desk.post(url("desk_annex_edit", meeting, 1), form | {"is_file_removed": "on"})
    annex.refresh_from_db()
    assert (annex.is_held, annex.file) == (False, None)


@pytest.mark.parametrize(
    "upload",
    [SimpleUploadedFile("page.html", b"<!doctype html><script>x</script>"), SimpleUploadedFile("x.pdf", b"MZ\x00\x01")],
)
def test_file_that_is_not_taken_leaves_the_form_as_it_was(upload, desk, meeting):
    response = desk.post(url("desk_annex_add", meeting), {"number": 1, "title": "Agenda", "upload": upload})

    assert list(response.context["form"].errors) == ["upload"]
    assert form_of(response)["title"] == ["Agenda"]
    assert not Annex.objects.exists()


def test_annex_is_served_to_those_who_may_read_the_report(desk, client, meeting):
    upload = SimpleUploadedFile("agenda.txt", b"Agenda of the meeting")
    desk.post(url("desk_annex_add", meeting), {"number": 1, "title": "Agenda", "upload": upload})
    Annex.objects.create(meeting=meeting, number=2, title="Not held")
    address = url("annex_file", meeting, 1)

    draft = desk.get(address)
    assert b"".join(draft.streaming_content) == b"Agenda of the meeting"
    assert draft["Cache-Control"] == "private, no-store"
    assert desk.get(url("annex_file", meeting, 2)).status_code == 404
    client.logout()
    assert client.get(address).status_code == 404

    with unlocked():
        Meeting.objects.update(state=ReportState.FINAL, visibility=Visibility.PUBLIC)
    public = client.get(address)
    assert b"".join(public.streaming_content) == b"Agenda of the meeting"
    assert public["Cache-Control"] == "public, no-cache"
    assert f'href="{address}"' in client.get(meeting.get_absolute_url()).content.decode()


def test_page_of_a_draft_leads_back_to_the_desk(desk, client, meeting):
    link = f'href="{url("desk_meeting", meeting)}">Edit</a>'

    assert link in desk.get(meeting.get_absolute_url()).content.decode()
    with unlocked():
        Meeting.objects.update(state=ReportState.FINAL)
    assert "See it at the work desk" in desk.get(meeting.get_absolute_url()).content.decode()
    client.logout()
    assert "/desk/" not in client.get(meeting.get_absolute_url()).content.decode()
