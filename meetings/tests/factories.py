"""Dull test data of the meetings room."""

import datetime

import factory
from django.utils import timezone

from greencustoms.core.tests.factories import UserFactory
from meetings.choices import Acceptance, DeadlineKind, Progress, ReportState, StoredState, Visibility
from meetings.models import ActionShare, AgreedAction, Deadline, Meeting, MeetingSession, unlocked
from partners.tests.factories import PartnerFactory

# Before every other day in the tests, so that a deadline was ahead when it was entered.
ENTERED_ON = datetime.date(2020, 1, 1)


class ReportRowFactory(factory.django.DjangoModelFactory):
    """Makes rows of final reports too, which are locked for everything else."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        with unlocked():
            return super()._create(model_class, *args, **kwargs)


class MeetingFactory(ReportRowFactory):
    class Meta:
        model = Meeting

    class Params:
        draft = factory.Trait(state=ReportState.DRAFT)
        partners_only = factory.Trait(visibility=Visibility.PARTNERS)

    code = factory.Sequence(lambda n: f"meeting-{n}")
    title = factory.Sequence(lambda n: f"Meeting {n}")
    starts_on = datetime.date(2026, 3, 2)
    ends_on = datetime.date(2026, 3, 3)
    state = ReportState.FINAL
    visibility = Visibility.PUBLIC


class MeetingSessionFactory(ReportRowFactory):
    class Meta:
        model = MeetingSession

    meeting = factory.SubFactory(MeetingFactory)
    number = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"Session {n}")


class AgreedActionFactory(ReportRowFactory):
    class Meta:
        model = AgreedAction

    meeting = factory.SubFactory(MeetingFactory)
    session = factory.SubFactory(MeetingSessionFactory, meeting=factory.SelfAttribute("..meeting"))
    # A reference as people cite it has three digits at most, however many actions the tests make.
    number = factory.Sequence(lambda n: n % 999 + 1)
    title = factory.Sequence(lambda n: f"Action {n}")
    text = factory.Sequence(lambda n: f"Do thing number {n}.")
    by_whom_text = "each partner"

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        """One that ended says why, or which other takes its place."""
        state = kwargs.get("stored_state")
        if state == StoredState.DROPPED:
            kwargs.setdefault("state_reason", "No longer wanted.")
        for ended, name in ((StoredState.SUPERSEDED, "superseded_by"), (StoredState.CARRIED_OVER, "carried_over_to")):
            if state == ended and name not in kwargs:
                kwargs[name] = cls()
        return super()._create(model_class, *args, **kwargs)


class DeadlineFactory(ReportRowFactory):
    class Meta:
        model = Deadline

    class Params:
        overdue = factory.Trait(latest=factory.LazyFunction(lambda: timezone.localdate() - datetime.timedelta(days=3)))

    action = factory.SubFactory(AgreedActionFactory)
    position = factory.Sequence(lambda n: n + 1)
    kind = DeadlineKind.DAY
    by_when_text = "by the day"
    latest = factory.LazyFunction(lambda: timezone.localdate() + datetime.timedelta(days=100))
    entered_on = ENTERED_ON


class ActionShareFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ActionShare

    class Params:
        overdue = factory.Trait(deadline__overdue=True)
        accepted = factory.Trait(
            acceptance=Acceptance.ACCEPTED,
            answered_at=factory.LazyFunction(timezone.now),
            answered_by=factory.SubFactory(UserFactory),
        )
        in_progress = factory.Trait(accepted=True, progress=Progress.IN_PROGRESS)
        done = factory.Trait(
            accepted=True,
            progress=Progress.DONE,
            what_was_done="It was done.",
            reported_at=factory.LazyFunction(timezone.now),
            reported_by=factory.SelfAttribute("answered_by"),
        )
        confirmed = factory.Trait(
            done=True,
            confirmed_at=factory.LazyFunction(timezone.now),
            confirmed_by=factory.SubFactory(UserFactory),
        )
        declined = factory.Trait(
            acceptance=Acceptance.DECLINED,
            decline_reason="Not ours.",
            answered_at=factory.LazyFunction(timezone.now),
            answered_by=factory.SubFactory(UserFactory),
        )

    deadline = factory.SubFactory(DeadlineFactory)
    partner = factory.SubFactory(PartnerFactory)
