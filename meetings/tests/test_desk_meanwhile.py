"""What another person did while somebody was writing at the desk is said on the page."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from meetings.models import AgreedAction, Meeting, MeetingSession, unlocked
from meetings.services import entry, entry_actions
from meetings.tests.factories import AgreedActionFactory, MeetingFactory, MeetingSessionFactory
from meetings.tests.reading import text_of
from meetings.tests.typing import form_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting():
    return MeetingFactory(draft=True, code="gci-2026-03")


def url(name, meeting, *numbers):
    return reverse(name, args=[meeting.code, *numbers])


def test_session_of_a_report_made_final_meanwhile_is_refused_on_the_page(desk, meeting, monkeypatch):
    def refuse(_meeting):
        raise ValidationError("This report is final and locked.", code="final")

    monkeypatch.setattr(entry, "open_for_editing", refuse)

    response = desk.post(url("desk_session_add", meeting), {"title": "Mine"})

    assert response.status_code == 200
    assert "final and locked" in text_of(response)
    assert 'value="Mine"' in response.content.decode()


def test_code_taken_meanwhile_is_said_on_the_page(desk, meeting, monkeypatch):
    monkeypatch.setattr(entry, "proposed_code", lambda _day: meeting.code)
    typed = form_of(desk.get(reverse("desk_meeting_add"))) | {"title": ["Mine"], "starts_on": ["2026-03-02"]}

    response = desk.post(reverse("desk_meeting_add"), typed)

    assert response.status_code == 200
    assert "took this code in the meantime" in text_of(response)
    assert Meeting.objects.count() == 1


def test_text_of_a_session_deleted_meanwhile_stays_on_the_page(desk, meeting, monkeypatch):
    with unlocked():
        MeetingSessionFactory(meeting=meeting, number=1)
    typed = form_of(desk.get(url("desk_session_edit", meeting, 1))) | {"title": ["Mine"]}

    def gone(**_values):
        raise MeetingSession.DoesNotExist

    monkeypatch.setattr(entry, "edit_session", gone)
    response = desk.post(url("desk_session_edit", meeting, 1), typed)

    assert "Somebody else has deleted this" in text_of(response)
    assert 'value="Mine"' in response.content.decode()


def test_of_two_who_delete_an_action_the_second_is_told(desk, meeting, monkeypatch):
    action = AgreedActionFactory(meeting=meeting, number=1)

    def deleted(**_values):
        AgreedAction.objects.filter(pk=action.pk).delete()
        raise ValidationError("Somebody was faster.", code="changed_meanwhile")

    monkeypatch.setattr(entry_actions, "delete_action", deleted)

    response = desk.post(reverse("desk_action_delete", args=[action.meeting.code, 1]), {"version": 0}, follow=True)

    assert "Somebody else has deleted it already." in text_of(response)
