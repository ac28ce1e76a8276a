"""Deadlines that have only the days of an event move when it moves."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from greencustoms.core.models import AuditEvent
from greencustoms.core.tests.factories import UserFactory
from meetings.choices import DeadlineKind
from meetings.loading import load_meeting_2007
from meetings.models import Deadline
from meetings.tests.factories import DeadlineFactory
from partners.models import Event
from partners.services import texts
from partners.tests.factories import EventFactory

pytestmark = pytest.mark.django_db

OLD = (date(2027, 5, 3), date(2027, 5, 14))
NEW = (date(2027, 9, 6), date(2027, 9, 17))


@pytest.fixture
def event():
    return EventFactory(starts_on=OLD[0], ends_on=OLD[1])


def hanging_on(event, **facts):
    given = {"kind": DeadlineKind.EVENT, "by_when_text": "during the COP", "earliest": OLD[0], "latest": OLD[1]}
    return DeadlineFactory(event=event, **{**given, **facts})


def move(event, by=None, version=0):
    return texts.edit_event(event=event, by=by or UserFactory(), version=version, starts_on=NEW[0], ends_on=NEW[1])


def days_of(deadline):
    deadline.refresh_from_db()
    return deadline.earliest, deadline.latest


def test_deadline_with_only_the_days_of_its_event_moves_along(event):
    deadline, by = hanging_on(event), UserFactory()

    move(event, by)

    assert days_of(deadline) == NEW
    audit = AuditEvent.objects.get(object_kind="meetings.Deadline")
    assert (audit.by, audit.before["latest"], audit.after["latest"]) == (by, "2027-05-14", "2027-09-17")
    assert (deadline.history.count(), deadline.history.first().history_user) == (2, by)


def test_deadline_by_an_event_keeps_its_first_day_open(event):
    deadline = hanging_on(event, by_when_text="by the COP", earliest=None)

    move(event)

    assert days_of(deadline) == (None, NEW[1])


def test_deadline_linked_to_an_event_without_days_gets_them(event):
    deadline = hanging_on(event, earliest=None, latest=None, review_on=date(2027, 1, 1))

    move(event)

    assert days_of(deadline) == NEW
    assert deadline.review_on is None


@pytest.mark.parametrize(
    "facts",
    [{"edtf": "2027-05"}, {"kind": DeadlineKind.DAY}, {"event": None}],
    ids=["days written with it", "another kind", "no event"],
)
def test_days_of_its_own_stay(facts, event):
    deadline = hanging_on(**{"event": event, **facts})
    other = hanging_on(EventFactory())

    move(event)

    assert days_of(deadline) == days_of(other) == OLD


def test_nothing_is_written_when_the_days_stay(event):
    deadline = hanging_on(event)

    texts.edit_event(event=event, by=UserFactory(), version=0, place="Geneva")
    Event.objects.get(pk=event.pk).save()

    assert deadline.history.count() == 1


def test_event_and_deadlines_move_together_or_not_at_all(event, monkeypatch):
    deadline = hanging_on(event)
    monkeypatch.setattr("meetings.services.stages.audit.record", _fail)

    with pytest.raises(ConnectionError):
        move(event)

    event.refresh_from_db()
    assert (days_of(deadline), event.ends_on) == (OLD, OLD[1])


def _fail(*args, **kwargs):
    raise ConnectionError


def test_event_that_somebody_else_changed_moves_nothing(event):
    deadline = hanging_on(event)

    with pytest.raises(ValidationError):
        move(event, version=7)

    assert days_of(deadline) == OLD


def test_event_saved_elsewhere_moves_them_too(event):
    deadline = hanging_on(event)
    event.starts_on, event.ends_on = NEW

    event.save()

    assert days_of(deadline) == NEW


def test_deadlines_of_2007_keep_the_days_that_were_written(organisations):
    load_meeting_2007()
    before = list(Deadline.objects.order_by("pk").values_list("latest", flat=True))
    stockholm = Event.objects.get(slug="stockholm-cop-2007")

    move(stockholm)

    assert list(Deadline.objects.order_by("pk").values_list("latest", flat=True)) == before
