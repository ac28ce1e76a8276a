"""Entering and editing actions at the desk."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from greencustoms.core.tests.factories import UserFactory
from meetings.choices import DeadlineKind, Part, ReportState
from meetings.models import ActionShare, AgreedAction, Deadline, Meeting, unlocked
from meetings.rules.owners import Picked
from meetings.services import entry, entry_actions
from meetings.services.entry_actions import Stage
from meetings.tests.factories import AgreedActionFactory, MeetingFactory
from meetings.tests.reading import text_of
from meetings.tests.typing import form_of
from partners.tests.factories import EventFactory, PartnerFactory

pytestmark = pytest.mark.django_db

JULY = datetime.date(2026, 7, 31)


@pytest.fixture
def wco():
    return PartnerFactory(slug="wco", acronym="WCO", sort_name="World Customs Organization")


@pytest.fixture
def session(secretariat):
    meeting = MeetingFactory(draft=True, code="gci-2026-03")
    return entry.add_session(meeting=meeting, by=secretariat, title="One", default_by_when_text="by 31 July 2026")


@pytest.fixture
def action(session, secretariat, wco):
    return entry_actions.add_action(
        meeting=session.meeting, by=secretariat, session=session, title="Write", text="Write to all.",
        by_whom_text="WCO", owners=Picked(leads=frozenset([wco.pk])),
        stages=[Stage({"by_when_text": "by 31 July 2026", "kind": DeadlineKind.DAY, "latest": JULY,
                       "edtf": "2026-07-31"})],
    )  # fmt: skip


def add_url(session):
    return reverse("desk_action_add", args=[session.meeting.code])


def edit_url(action):
    return reverse("desk_action_edit", args=[action.meeting.code, action.number])


def typed(session, **values):
    """What somebody types into an empty form; stages-0-... is written stage_0_..."""
    data = {
        "session": session.pk,
        "title": "Write",
        "text": "Write to all.",
        "completion_rule": "all",
        "stages-TOTAL": 1,
    }
    return data | {_field(name): value for name, value in values.items()}


def _field(name):
    return name.replace("stage_0_", "stages-0-")


def stage(action):
    return action.deadlines.get()


def test_action_is_added_and_the_next_one_keeps_the_session(desk, session, wco):
    data = typed(session, by_whom_text="WCO", leads=[wco.pk], stage_0_by_when_text="by 30 June 2026", then_next=1)

    response = desk.post(add_url(session), data)

    action = AgreedAction.objects.get()
    assert response["Location"] == f"{add_url(session)}?session=1"
    assert (action.number, action.title, stage(action).latest) == (1, "Write", datetime.date(2026, 6, 30))
    assert list(stage(action).shares.values_list("partner__slug", "part")) == [("wco", Part.LEAD)]
    assert form_of(desk.get(response["Location"]))["session"] == [str(session.pk)]


def test_action_without_words_by_when_takes_those_of_its_session(desk, session):
    desk.post(add_url(session), typed(session))

    found = stage(AgreedAction.objects.get())
    assert (found.latest, found.is_inherited, found.by_when_text) == (JULY, True, "")


def test_errors_keep_everything_that_was_typed(desk, session, wco):
    data = typed(session, title="", text="Long text", leads=[wco.pk], points="a\n  b", stage_0_by_when_text="someday",
                 stage_0_request_kind="numbers")  # fmt: skip

    response = desk.post(add_url(session), data)

    kept = form_of(response)
    assert {name: kept[name] for name in ("text", "leads", "points", "stages-0-by_when_text")} == {
        "text": ["Long text"], "leads": [str(wco.pk)], "points": ["a\n  b"], "stages-0-by_when_text": ["someday"],
    }  # fmt: skip
    errors = {name for form in response.context["entry"].forms for name in form.errors}
    assert errors == {"title", "by_when_text", "request_question", "request_labels"}
    assert not AgreedAction.objects.exists()


@pytest.mark.parametrize("button", ["show_reading", "add_stage", "propose_owners"])
def test_buttons_that_draw_the_form_again_lose_and_save_nothing(button, desk, session, wco):
    data = typed(session, title="", by_whom_text="WCO", stage_0_by_when_text="by 30 June 2026") | {button: 1}

    response = desk.post(add_url(session), data)

    kept = form_of(response)
    assert (kept["by_whom_text"], kept["stages-0-by_when_text"]) == (["WCO"], ["by 30 June 2026"])
    assert kept["stages-TOTAL"] == (["2"] if button == "add_stage" else ["1"])
    assert kept.get("leads") == ([str(wco.pk)] if button == "propose_owners" else None)
    assert "Read as: by 30 June 2026, overdue from 1 July" in text_of(response)
    assert not any(form.errors for form in response.context["entry"].forms)
    assert not AgreedAction.objects.exists()


def test_words_that_name_nobody_are_said_beside_them(desk, session):
    response = desk.post(add_url(session), typed(session, by_whom_text="the usual people") | {"propose_owners": 1})

    page = response.content.decode()
    assert page.index("the usual people") < page.index("The words name no organisation") < page.index("In the lead")


def test_error_in_a_stage_is_said_above_the_form(desk, session):
    response = desk.post(add_url(session), typed(session, stage_0_by_when_text="05/06/2027"))

    page = response.content.decode()
    assert page.index("can be read in two ways") < page.index('name="title"')


def test_reading_is_chosen_where_there_are_two_and_the_words_stay(desk, session):
    data = typed(session, stage_0_by_when_text="05/06/2026")
    refused = desk.post(add_url(session), data)
    assert "can be read in two ways" in text_of(refused)

    chosen = form_of(desk.post(add_url(session), data | {"choose": "stages-0:2026-06-05"}))
    desk.post(add_url(session), chosen)

    found = stage(AgreedAction.objects.get())
    assert (found.by_when_text, found.latest, found.kind) == ("05/06/2026", datetime.date(2026, 6, 5), DeadlineKind.DAY)


def test_days_by_hand_count_where_the_words_cannot_be_read(desk, session):
    desk.post(add_url(session), typed(session, stage_0_by_when_text="in spring", stage_0_typed_latest="2026-05-31"))

    found = stage(AgreedAction.objects.get())
    assert (found.by_when_text, found.latest, found.edtf) == ("in spring", datetime.date(2026, 5, 31), "2026-05-31")


def test_stage_takes_the_days_of_its_event_and_counts_from_it(desk, session):
    event = EventFactory(starts_on=datetime.date(2026, 9, 14), ends_on=datetime.date(2026, 9, 18))

    desk.post(
        add_url(session),
        typed(session, stage_0_by_when_text="two weeks before the COP", stage_0_hangs_on=f"event-{event.pk}",
              stage_0_offset_days=""),
    )  # fmt: skip

    found = stage(AgreedAction.objects.get())
    assert (found.event, found.linked_meeting, found.kind) == (event, None, DeadlineKind.EVENT)
    assert (found.offset_days, found.earliest, found.latest) == (-14, None, datetime.date(2026, 8, 31))


def test_share_may_be_a_request(desk, session, wco):
    desk.post(
        add_url(session),
        typed(session, leads=[wco.pk], stage_0_request_kind="numbers", stage_0_request_question="How many copies?",
              stage_0_request_labels=" CDs \n\npaper  copies"),
    )  # fmt: skip

    found = stage(AgreedAction.objects.get())
    assert (found.request_kind, found.request_question, found.request_labels) == (
        "numbers", "How many copies?", "CDs\npaper copies",
    )  # fmt: skip


def test_each_of_several_stages_has_a_name(desk, session):
    data = typed(session, stage_0_label="Draft") | {"stages-TOTAL": 2, "stages-1-by_when_text": "May 2026"}

    response = desk.post(add_url(session), data)

    assert "Name each stage" in text_of(response)
    assert not AgreedAction.objects.exists()


def test_empty_stage_that_was_added_by_mistake_is_left_out(desk, session):
    desk.post(add_url(session), typed(session) | {"stages-TOTAL": 3})

    assert AgreedAction.objects.get().deadlines.count() == 1


def test_form_left_as_it_is_changes_nothing(desk, action):
    response = desk.post(edit_url(action), form_of(desk.get(edit_url(action))))

    assert response.status_code == 302
    action.refresh_from_db()
    assert (action.version, stage(action).version) == (0, 0)


def test_actions_of_2007_come_back_from_their_forms_as_they_were(desk, meeting_2007):
    with unlocked():
        Meeting.objects.filter(pk=meeting_2007.pk).update(state=ReportState.DRAFT)
    actions = list(meeting_2007.actions.order_by("number"))
    before = list(ActionShare.objects.order_by("pk").values())

    for action in actions:
        response = desk.post(edit_url(action), form_of(desk.get(edit_url(action))))
        assert response.status_code == 302, action

    assert set(AgreedAction.objects.values_list("version", flat=True)) == {0}
    assert set(Deadline.objects.values_list("version", flat=True)) == {0}
    assert list(ActionShare.objects.order_by("pk").values()) == before


def test_slower_of_two_editors_sees_both_texts_and_loses_nothing(desk, secretariat, action, wco):
    mine = form_of(desk.get(edit_url(action)))
    unep = PartnerFactory(slug="unep", acronym="UNEP")
    entry_actions.edit_action(
        action=action, by=secretariat, version=0, title="Their title", by_whom_text="WCO", session=action.session,
        owners=Picked(leads=frozenset([wco.pk, unep.pk])),
        stages=[
            Stage({"by_when_text": "by August 2026", "kind": DeadlineKind.MONTH, "latest": datetime.date(2026, 8, 31),
                   "edtf": "2026-08"}, pk=stage(action).pk),
            Stage({"label": "A new stage"}),
        ],
    )  # fmt: skip
    mine |= {"title": ["My title"], "stages-0-by_when_text": ["by September 2026"]}

    response = desk.post(edit_url(action), mine)

    found = {each.label: (each.theirs, each.mine, each.is_taken_over) for each in response.context["differences"]}
    assert found == {
        "Short title": ("Their title", "My title", False),
        "In the lead": ("UNEP, WCO", "WCO", True),
        "Stage 1: By when, as written": ("by August 2026", "by September 2026", False),
        "A new stage": ("A new stage", "", True),
    }
    action.refresh_from_db()
    assert action.title == "Their title"

    again = form_of(response)
    again["stages-0-label"] = ["The first"]
    assert desk.post(edit_url(action), again).status_code == 302
    action.refresh_from_db()
    stages = list(action.deadlines.values_list("label", "by_when_text", "latest"))
    assert (action.title, stages) == (
        "My title",
        [("The first", "by September 2026", datetime.date(2026, 9, 30)), ("A new stage", "", None)],
    )
    assert set(action.deadlines.first().shares.values_list("partner__slug", flat=True)) == {"wco", "unep"}


def test_stage_that_another_person_took_away_meanwhile_is_not_lost(desk, secretariat, action, wco):
    url = edit_url(action)
    mine = form_of(desk.get(url))
    entry_actions.edit_action(
        action=action, by=secretariat, version=0, title="Write", by_whom_text="WCO", session=action.session,
        owners=Picked(leads=frozenset([wco.pk])),
        stages=[Stage({}, pk=stage(action).pk, is_removed=True), Stage({"label": "Theirs"})],
    )  # fmt: skip

    response = desk.post(url, mine | {"stages-0-label": ["Mine"]})

    kept = form_of(response)
    assert (kept["stages-0-label"], kept["stages-1-label"]) == (["Mine"], ["Theirs"])
    assert desk.post(url, kept).status_code == 302
    assert set(action.deadlines.values_list("label", flat=True)) == {"Mine", "Theirs"}


def test_action_is_deleted_after_a_question(desk, action):
    url = reverse("desk_action_delete", args=[action.meeting.code, action.number])

    assert "This will be deleted" in text_of(desk.get(url))
    response = desk.post(url, {"version": 0})

    assert response["Location"] == reverse("desk_meeting", args=[action.meeting.code])
    assert not AgreedAction.objects.exists()


@pytest.mark.parametrize("is_before", [True, False], ids=["before the view", "between view and service"])
def test_what_was_typed_into_a_deleted_action_can_be_added_anew(is_before, desk, action, monkeypatch):
    url = edit_url(action)
    mine = form_of(desk.get(url)) | {"title": ["My words"]}
    if is_before:
        entry_actions.delete_action(action=action, by=UserFactory(), version=0)
    else:
        monkeypatch.setattr(entry_actions, "open_for_editing", lambda meeting: AgreedAction.objects.get(pk=-1))

    response = desk.post(url, mine)
    monkeypatch.undo()

    assert "Somebody else has deleted this action" in text_of(response)
    added = desk.post(reverse("desk_action_add", args=[action.meeting.code]), form_of(response))
    assert added.status_code == 302
    row = AgreedAction.objects.latest("pk")
    assert (row.title, row.number, row.deadlines.count()) == ("My words", 2, 1)
    assert desk.post(reverse("desk_action_edit", args=[action.meeting.code, 99]), mine).status_code == 404


def test_action_that_takes_the_place_of_another_is_not_deleted(desk, action):
    replaced = AgreedActionFactory(meeting__code="gci-2025-03", number=8, stored_state="superseded",
                                   superseded_by=action)  # fmt: skip
    AgreedActionFactory(meeting=replaced.meeting, number=9, stored_state="carried_over", carried_over_to=action)
    url = reverse("desk_action_delete", args=[action.meeting.code, action.number])

    response = desk.post(url, {"version": 0})

    assert response.status_code == 200
    assert "takes the place of GCI-2025-03/08, GCI-2025-03/09. Reopen that first" in text_of(response)
    action.refresh_from_db()
    assert (action.version, action.deadlines.count()) == (0, 1)


def test_words_are_read_while_somebody_types(desk, session):
    url = reverse("desk_reading")
    data = {"meeting": session.meeting.code, "prefix": "stages-0", "session": session.pk}

    texts = [
        text_of(desk.post(url, data | {"stages-0-by_when_text": words}))
        for words in ("by 30 June 2026", "", "05/06/2026", "x" * 5000)
    ]

    assert texts == [
        "Read as: by 30 June 2026, overdue from 1 July",
        "Taken over from the session: by 31 July 2026, overdue from 1 August",
        "“05/06/2026” can be read in two ways. Choose one, or write the month as a word. "
        "on 5 June 2026, overdue from 6 June on 6 May 2026, overdue from 7 May",
        "This is too long to be read as a date. Fill in the days yourself.",
    ]


def test_action_needs_a_session_first(desk):
    meeting = MeetingFactory(draft=True)

    response = desk.get(reverse("desk_action_add", args=[meeting.code]))

    assert response["Location"] == reverse("desk_session_add", args=[meeting.code])


def test_session_of_another_meeting_is_refused(desk, session, secretariat):
    other = entry.add_session(meeting=MeetingFactory(draft=True), by=secretariat, title="Other")

    response = desk.post(add_url(session), typed(session) | {"session": other.pk})

    assert "session" in response.context["form"].errors


def test_report_made_final_meanwhile_is_said_and_the_text_stays(desk, session, monkeypatch):
    def locked(**values):
        raise ValidationError("This report is final and locked.", code="final")

    monkeypatch.setattr(entry_actions, "add_action", locked)

    response = desk.post(add_url(session), typed(session))

    assert "This report is final and locked." in text_of(response)
    assert form_of(response)["text"] == ["Write to all."]


@pytest.mark.parametrize("bad", [
    {"stages-TOTAL": "x"}, {"stages-TOTAL": "-1"}, {"stages-TOTAL": "99999999"}, {"leads": ["x"]}, {"leads": ["99999"]},
    {"stages-0-id": "x"}, {"stages-0-hangs_on": "event-x"}, {"stages-0-typed_latest": "31 February"},
    {"stages-0-typed_latest": "9999-12-31"},
    {"stages-0-offset_days": "9" * 30}, {"title": "\x00"}, {"choose": "stages-9:x"}, {"choose": ":"},
    {"completion_rule": "x"}, {"session": "x"}, {"stages-0-typed_edtf": "\ud7ff"},
])  # fmt: skip
def test_bad_input_is_no_error_of_the_server(bad, desk, session):
    assert desk.post(add_url(session), typed(session) | bad).status_code in (200, 302)


@pytest.mark.parametrize("rows", [1, 3])
def test_form_of_an_action_costs_the_same_however_much_there_is(
    rows, desk, session, secretariat, wco, django_assert_num_queries
):
    for number in range(rows):
        EventFactory()
        PartnerFactory(group=True)
        entry.add_session(meeting=session.meeting, by=secretariat, title=f"Session {number}")
    action = entry_actions.add_action(
        meeting=session.meeting, by=secretariat, session=session, title="x", text="x",
        owners=Picked(leads=frozenset([wco.pk])), stages=[Stage({"label": str(number)}) for number in range(rows)],
    )  # fmt: skip
    desk.get(edit_url(action))

    with django_assert_num_queries(17):
        desk.get(edit_url(action))
