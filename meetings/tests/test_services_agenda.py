"""Matters arising: what earlier meetings left and the next one takes up again."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from greencustoms import roles
from greencustoms.core.tests.factories import UserFactory
from greencustoms.core.tests.sign_in import sign_in
from meetings.choices import ReportState
from meetings.models import AgendaItem, Meeting, unlocked
from meetings.services import agenda as services
from meetings.services import report_versions, reports
from meetings.tests.factories import ActionShareFactory, AgreedActionFactory, MeetingFactory
from meetings.tests.reading import make_action, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return MeetingFactory(draft=True, code="next", starts_on=date(2099, 9, 1), ends_on=date(2099, 9, 2))


@pytest.fixture
def url(draft):
    return f"/desk/meetings/{draft.code}/matters-arising/"


def test_matters_arising_are_still_in_effect_the_late_ones_first(draft):
    waiting = AgreedActionFactory()
    later, late = ActionShareFactory(), ActionShareFactory(overdue=True)
    done = ActionShareFactory(done=True)
    ActionShareFactory(confirmed=True)
    ActionShareFactory(deadline__action__stored_state="proposed")
    ActionShareFactory(deadline__action__meeting__draft=True)
    ActionShareFactory(deadline__action__meeting=draft)

    found = list(services.still_in_effect(draft))

    assert found[:2] == [late.deadline.action, later.deadline.action]
    assert set(found[2:]) == {waiting, done.deadline.action}


def test_all_are_put_on_the_agenda_once(draft, secretariat):
    actions = {AgreedActionFactory(), AgreedActionFactory()}

    assert services.put_on_agenda(meeting=draft, by=secretariat) == 2
    assert services.put_on_agenda(meeting=draft, by=secretariat) == 0

    assert {item.action for item in draft.matters_arising.all()} == actions
    assert {item.added_by for item in draft.matters_arising.all()} == {secretariat}


def test_one_is_put_on_the_agenda_with_a_note_and_taken_off(draft, secretariat):
    action, _other = AgreedActionFactory(), AgreedActionFactory()

    services.put_on_agenda(meeting=draft, by=secretariat, action=action, note="Ask WCO.")
    assert [(item.action, item.note) for item in AgendaItem.objects.all()] == [(action, "Ask WCO.")]
    services.take_off_agenda(meeting=draft, by=secretariat, action=action)

    assert not AgendaItem.objects.exists()


def test_agenda_of_a_final_report_stays(draft, secretariat):
    action = AgreedActionFactory()
    Meeting.objects.filter(pk=draft.pk).update(state=ReportState.FINAL)

    with pytest.raises(ValidationError, match="final"):
        services.put_on_agenda(meeting=draft, by=secretariat, action=action)


def test_agenda_of_a_working_copy_is_kept_and_becomes_that_of_the_report(client, secretariat):
    report = MeetingFactory(code="gci-2026-03", starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 2))
    earlier = ActionShareFactory(deadline__action__meeting__starts_on=date(2026, 3, 2)).deadline.action
    AgreedActionFactory(meeting=report)
    copy = report_versions.reopen_report(meeting=report, by=secretariat, version=report.version, reason="Left out.")
    sign_in(client, secretariat, mfa=True)

    client.post(f"/desk/meetings/{copy.code}/matters-arising/", {"action": earlier.pk, "note": "Again."})
    copy.refresh_from_db()
    reports.finalise_report(meeting=copy, by=secretariat, version=copy.version)

    assert [(item.action, item.note) for item in report.matters_arising.all()] == [(earlier, "Again.")]


def test_only_the_secretariat_keeps_the_agenda(draft):
    with pytest.raises(PermissionDenied):
        services.put_on_agenda(meeting=draft, by=UserFactory(roles=[roles.SECRETARIAT_READER]))


# --- Pages ---


def test_page_puts_one_then_all_on_the_agenda_and_takes_one_off(client, draft, url, secretariat):
    action, _other = ActionShareFactory(overdue=True).deadline.action, AgreedActionFactory()
    sign_in(client, secretariat, mfa=True)

    words = text_of(client.get(url))
    assert "0 of 1 done, 1 silent" in words
    client.post(url, {"action": action.pk, "note": "First."})
    assert [item.note for item in AgendaItem.objects.all()] == ["First."]
    client.post(url, {"everything": "on"})
    assert AgendaItem.objects.count() == 2
    client.post(url, {"action": action.pk, "off": "on"})
    assert AgendaItem.objects.count() == 1
    assert "no longer in effect" in text_of(client.post(url, {"action": "999"}, follow=True))


def test_page_of_a_final_report_is_not_found(client, secretariat):
    sign_in(client, secretariat, mfa=True)

    assert client.get(f"/desk/meetings/{MeetingFactory().code}/matters-arising/").status_code == 404


def test_meeting_page_opens_with_matters_arising_that_the_reader_may_see(client, secretariat):
    shown, hidden = AgreedActionFactory(), AgreedActionFactory(meeting__partners_only=True)
    meeting = MeetingFactory(starts_on=date(2099, 9, 1), ends_on=date(2099, 9, 2))
    for action in (shown, hidden):
        with unlocked():
            AgendaItem.objects.create(meeting=meeting, action=action, note="Ask again.", added_by=secretariat)

    html = client.get(meeting.get_absolute_url()).content.decode()

    assert html.index("Matters arising") < html.index("No sessions yet")
    assert f'href="{shown.get_absolute_url()}"' in html
    assert hidden.title not in html
    assert html.count("Ask again.") == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_meeting_page_with_an_agenda_query_count_is_constant(rows, client, secretariat, django_assert_num_queries):
    meeting = MeetingFactory(starts_on=date(2099, 9, 1), ends_on=date(2099, 9, 2))
    for _ in range(rows):
        with unlocked():
            AgendaItem.objects.create(meeting=meeting, action=AgreedActionFactory(), added_by=secretariat)

    with django_assert_num_queries(5):
        client.get(meeting.get_absolute_url())


def test_desk_page_query_count_does_not_grow_with_rows(client, draft, url, secretariat, django_assert_num_queries):
    sign_in(client, secretariat, mfa=True)
    make_action()
    client.get(url)
    with CaptureQueriesContext(connection) as with_one:
        client.get(url)
    make_action()
    make_action()

    with django_assert_num_queries(len(with_one)):
        client.get(url)
