"""Events of the partners room that deadlines hang on."""

import pytest
from django.core.exceptions import ValidationError

from greencustoms.core.tests.factories import UserFactory
from meetings.choices import DeadlineKind
from meetings.models import Deadline
from partners.models import Event
from partners.services import texts
from partners.tests.factories import EventFactory

from .factories import DeadlineFactory

pytestmark = pytest.mark.django_db


def test_event_that_a_deadline_hangs_on_is_not_deleted():
    event = EventFactory()
    deadline = DeadlineFactory(kind=DeadlineKind.EVENT, event=event)

    with pytest.raises(ValidationError) as refusal:
        texts.delete_event(event=event, by=UserFactory(), version=0)

    assert refusal.value.code == "in_use"
    assert Event.objects.get() == event
    assert Deadline.objects.get(pk=deadline.pk).event == event


def test_event_without_deadlines_is_deleted():
    event = EventFactory()
    DeadlineFactory(kind=DeadlineKind.EVENT, event=EventFactory())

    texts.delete_event(event=event, by=UserFactory(), version=0)

    assert not Event.objects.filter(pk=event.pk).exists()
