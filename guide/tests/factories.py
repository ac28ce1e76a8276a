"""Dull test data of the guide room."""

import datetime

import factory
from django.utils import timezone

from greencustoms.core.tests.factories import UserFactory
from guide.choices import EditionKind, EditionState, FeedbackState, SectionKind
from guide.models import ControlledGood, Edition, Feedback, Section
from partners.tests.factories import AgreementFactory


class EditionFactory(factory.django.DjangoModelFactory):
    """A public guide; `draft=True` gives one that nobody but its editors may read."""

    class Meta:
        model = Edition

    class Params:
        draft = factory.Trait(state=EditionState.DRAFT, issued_on=None)
        flyer = factory.Trait(kind=EditionKind.FLYER, title="Green Customs in two minutes")

    kind = EditionKind.GUIDE
    slug = factory.Sequence(lambda n: str(2030 + n))
    title = "Green Customs Guide"
    state = EditionState.ISSUED
    issued_on = datetime.date(2026, 11, 2)


class SectionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Section
        skip_postgeneration_save = True

    edition = factory.SubFactory(EditionFactory)
    position = factory.Sequence(lambda n: n + 1)
    slug = factory.Sequence(lambda n: f"section-{n}")
    kind = SectionKind.PRACTICE
    title = factory.Sequence(lambda n: f"Section number {n}")
    body = "Open nothing before you have read this."

    @factory.post_generation
    def agreements(self, create, extracted, **kwargs):
        if create and extracted:
            self.agreements.set(extracted)


class ControlledGoodFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ControlledGood

    hs_code = "290377"
    hs_edition = 2022
    description = factory.Sequence(lambda n: f"Goods number {n}")
    agreement = factory.SubFactory(AgreementFactory)


class FeedbackFactory(factory.django.DjangoModelFactory):
    """New; `answered=True` gives one that the desk has dealt with."""

    class Meta:
        model = Feedback

    class Params:
        answered = factory.Trait(
            state=FeedbackState.ANSWERED,
            note="The row was added.",
            answered_at=factory.LazyFunction(timezone.now),
            answered_by=factory.SubFactory(UserFactory),
        )

    page = "/hs/0507.10/"
    words = factory.Sequence(lambda n: f"Goods number {n} are missing.")
