"""The secretariat writes a report: everything but actions."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from greencustoms.core.models import AuditEvent
from greencustoms.core.tests.factories import UserFactory
from meetings.choices import DeadlineKind, ReportState, Visibility
from meetings.models import Annex, Meeting, ReportComment
from meetings.rules.owners import Picked
from meetings.services import entry, entry_actions
from meetings.services.entry_actions import Stage
from meetings.tests.factories import AgreedActionFactory, MeetingFactory, MeetingSessionFactory
from partners.tests.factories import PartnerFactory

pytestmark = pytest.mark.django_db

FIRST = datetime.date(2026, 11, 2)


@pytest.fixture
def by():
    return UserFactory()


@pytest.fixture
def meeting():
    return MeetingFactory(draft=True)


def add(by, **values):
    values = {"title": "Fifth meeting", "starts_on": FIRST, "ends_on": FIRST} | values
    return entry.add_meeting(by=by, **values)


def codes(action):
    with pytest.raises(ValidationError) as refusal:
        action()
    error = refusal.value
    if hasattr(error, "error_dict"):
        return {name: [each.code for each in errors] for name, errors in error.error_dict.items()}
    return error.code


def sessions_of(meeting):
    return list(meeting.sessions.order_by("number").values_list("number", "title"))


def test_new_meeting_is_a_draft_with_a_code_of_its_month(by):
    first, second, third = (
        add(by),
        add(by),
        add(by, starts_on=datetime.date(2026, 12, 1), ends_on=FIRST.replace(month=12)),
    )

    assert [meeting.code for meeting in (first, second, third)] == ["gci-2026-11", "gci-2026-11-2", "gci-2026-12"]
    assert (first.state, first.visibility) == (ReportState.DRAFT, Visibility.PARTNERS)
    assert first.history.get().history_user == by
    assert AuditEvent.objects.filter(did="added", object_id=str(first.pk), by=by).count() == 1


def test_editing_keeps_who_before_and_after(by, meeting):
    partner = PartnerFactory(slug="wco")

    stored = entry.edit_meeting(meeting=meeting, by=by, version=0, title="New title", partners=[partner])

    event = AuditEvent.objects.get(did="edited")
    assert (stored.title, stored.version, list(stored.partners.all())) == ("New title", 1, [partner])
    assert (event.before, event.after) == (
        {"title": meeting.title, "partners": []},
        {"title": "New title", "partners": ["wco"]},
    )
    assert stored.history.first().history_user == by


def test_slower_of_two_editors_changes_nothing(by, meeting):
    entry.edit_meeting(meeting=meeting, by=by, version=0, title="First")

    assert codes(lambda: entry.edit_meeting(meeting=meeting, by=by, version=0, title="Second")) == "changed_meanwhile"
    assert Meeting.objects.get(pk=meeting.pk).title == "First"


def test_final_report_is_locked_for_every_service(by):
    meeting = MeetingFactory()
    session = MeetingSessionFactory.build(meeting=meeting, number=1)
    annex = Annex(meeting=meeting, number=1, title="Agenda")
    action = AgreedActionFactory.build(meeting=meeting, session=session)
    tries = [
        lambda: entry.edit_meeting(meeting=meeting, by=by, version=0, title="x"),
        lambda: entry.set_attendance(meeting=meeting, by=by, version=0, present={}),
        lambda: entry.add_session(meeting=meeting, by=by, title="x"),
        lambda: entry.edit_session(session=session, by=by, version=0, title="x"),
        lambda: entry.move_session(session=session, by=by, version=0, direction=entry.LATER),
        lambda: entry.delete_session(session=session, by=by, version=0),
        lambda: entry.add_annex(meeting=meeting, by=by, number=2, title="x"),
        lambda: entry.edit_annex(annex=annex, by=by, version=0, number=1, file=None, title="x"),
        lambda: entry.delete_annex(annex=annex, by=by, version=0),
        lambda: entry_actions.add_action(meeting=meeting, by=by, owners=Picked(), stages=[], title="x"),
        lambda: entry_actions.edit_action(action=action, by=by, version=0, owners=Picked(), stages=[], title="x"),
        lambda: entry_actions.delete_action(action=action, by=by, version=0),
    ]

    assert [codes(attempt) for attempt in tries] == ["final"] * len(tries)
    assert not AuditEvent.objects.exists()


def test_attendance_is_set_as_a_whole(by, meeting):
    cites, wco, unep = (PartnerFactory(slug=slug) for slug in ("cites", "wco", "unep"))
    meeting = entry.set_attendance(meeting=meeting, by=by, version=0, present={cites: "Legal unit", wco: ""})

    entry.set_attendance(meeting=meeting, by=by, version=1, present={cites: "Enforcement unit", unep: ""})

    found = list(meeting.attendance.order_by("partner__slug").values_list("partner__slug", "note"))
    assert found == [("cites", "Enforcement unit"), ("unep", "")]
    assert AuditEvent.objects.filter(did="edited").latest("pk").after == {
        "attendance": ["cites: Enforcement unit", "unep: "]
    }


def test_attendance_left_as_it_is_changes_no_version(by, meeting):
    assert entry.set_attendance(meeting=meeting, by=by, version=0, present={}).version == 0


def test_sessions_move_with_their_actions_and_comments(by, meeting):
    one, two = (entry.add_session(meeting=meeting, by=by, title=title) for title in ("One", "Two"))
    action = AgreedActionFactory(meeting=meeting, session=one, number=1)
    for number in (1, 2):
        ReportComment.objects.create(
            meeting=meeting, report_version=1, place=f"session-{number}", partner=PartnerFactory(), text=f"on {number}",
            by=by,
        )  # fmt: skip

    entry.move_session(session=one, by=by, version=0, direction=entry.LATER)

    action.refresh_from_db()
    assert sessions_of(meeting) == [(1, "Two"), (2, "One")]
    assert (action.session.title, action.number) == ("One", 1)
    assert dict(ReportComment.objects.values_list("text", "place")) == {"on 1": "session-2", "on 2": "session-1"}
    two.refresh_from_db()
    assert (two.version, two.history.first().history_user) == (1, by)


def test_session_at_the_end_stays_there(by, meeting):
    one = entry.add_session(meeting=meeting, by=by, title="One")

    entry.move_session(session=one, by=by, version=0, direction=entry.EARLIER)

    assert sessions_of(meeting) == [(1, "One")]


def test_session_is_deleted_only_without_actions(by, meeting):
    kept, gone = (entry.add_session(meeting=meeting, by=by, title=title) for title in ("Kept", "Gone"))
    AgreedActionFactory(meeting=meeting, session=kept)

    entry.delete_session(session=gone, by=by, version=0)

    assert codes(lambda: entry.delete_session(session=kept, by=by, version=0)) == "in_use"
    assert sessions_of(meeting) == [(1, "Kept")]


def test_words_of_the_session_reach_the_actions_that_say_nothing(by, meeting):
    wco, cites = PartnerFactory(), PartnerFactory()
    session = entry.add_session(meeting=meeting, by=by, title="One", default_by_when_text="by 31 July 2026",
                                default_by_whom_text="the WCO", default_owners=[wco])  # fmt: skip
    silent = entry_actions.add_action(
        meeting=meeting, by=by, session=session, title="Silent", text="Do it.", owners=Picked(),
        stages=[Stage({"kind": DeadlineKind.NONE, "latest": datetime.date(2026, 7, 31), "is_inherited": True})],
    )  # fmt: skip
    named = entry_actions.add_action(
        meeting=meeting, by=by, session=session, title="Named", text="Do it.", by_whom_text="CITES",
        owners=Picked(leads=frozenset([cites.pk])),
        stages=[Stage({"kind": DeadlineKind.DAY, "latest": datetime.date(2026, 8, 1), "by_when_text": "1 August"})],
    )  # fmt: skip

    entry.edit_session(session=session, by=by, version=0, default_by_when_text="by 30 September 2026",
                       default_owners=[wco, cites])  # fmt: skip

    stage = silent.deadlines.get()
    assert (stage.latest, stage.is_inherited, stage.history.first().history_user) == (
        datetime.date(2026, 9, 30), True, by,
    )  # fmt: skip
    assert set(stage.shares.values_list("partner", "is_inherited")) == {(wco.pk, True), (cites.pk, True)}
    assert named.deadlines.get().latest == datetime.date(2026, 8, 1)
    assert list(named.deadlines.get().shares.values_list("partner", "is_inherited")) == [(cites.pk, False)]


def test_shares_of_each_partner_follow_the_partners_of_that_day(by, meeting):
    one, two, three = (PartnerFactory() for _ in range(3))
    meeting.partners.set([one, two])
    session = entry.add_session(meeting=meeting, by=by, title="One")
    action = entry_actions.add_action(
        meeting=meeting, by=by, session=session, title="All", text="Do it.", owners=Picked(is_each_partner=True),
        stages=[Stage({"kind": DeadlineKind.NONE})],
    )  # fmt: skip
    assert set(action.deadlines.get().shares.values_list("partner", flat=True)) == {one.pk, two.pk}

    entry.edit_meeting(meeting=meeting, by=by, version=0, partners=[one, three])

    assert set(action.deadlines.get().shares.values_list("partner", flat=True)) == {one.pk, three.pk}


def test_days_counted_from_the_meeting_follow_its_last_day(by):
    meeting = MeetingFactory(draft=True, ends_on=datetime.date(2026, 3, 3))
    session = entry.add_session(meeting=meeting, by=by, title="One")
    counted, typed = (
        entry_actions.add_action(
            meeting=meeting, by=by, session=session, title="x", text="x", owners=Picked(),
            stages=[Stage({"by_when_text": "within two weeks", "kind": kind, "edtf": edtf,
                           "earliest": datetime.date(2026, 3, 3), "latest": datetime.date(2026, 3, 17)})],
        )
        for kind, edtf in ((DeadlineKind.PERIOD, "2026-03-03/2026-03-17"), (DeadlineKind.DAY, "2026-03-17"))
    )  # fmt: skip

    entry.edit_meeting(meeting=meeting, by=by, version=0, ends_on=datetime.date(2026, 3, 5))

    assert counted.deadlines.get().latest == datetime.date(2026, 3, 19)
    assert typed.deadlines.get().latest == datetime.date(2026, 3, 17)


def test_annex_keeps_its_number_to_itself(by, meeting):
    annex = entry.add_annex(meeting=meeting, by=by, number=1, title="Agenda")
    other = entry.add_annex(meeting=meeting, by=by, number=2, title="List")

    taken = [
        codes(lambda: entry.add_annex(meeting=meeting, by=by, number=1, title="x")),
        codes(lambda: entry.edit_annex(annex=other, by=by, version=0, number=1, file=None, title="x")),
    ]

    assert taken == [{"number": ["number_taken"]}] * 2
    assert (annex.is_held, entry.next_annex_number(meeting)) == (False, 3)


def test_annex_without_file_stays_marked_as_it_was(by, meeting):
    annex = Annex.objects.create(meeting=meeting, number=1, title="Agenda", is_held=True)

    entry.edit_annex(annex=annex, by=by, version=0, number=1, file=None, title="The agenda")

    annex.refresh_from_db()
    assert (annex.title, annex.is_held) == ("The agenda", True)
