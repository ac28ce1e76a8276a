"""Dull test data of the training room."""

import factory

from partners.tests.factories import AgreementFactory, PartnerFactory
from training.choices import Access
from training.models import Course, Platform


class PlatformFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Platform

    slug = factory.Sequence(lambda n: f"platform-{n}")
    name = factory.Sequence(lambda n: f"Platform {n}")
    provider = factory.SubFactory(PartnerFactory)
    url = "https://platform.example/"


class CourseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Course
        skip_postgeneration_save = True

    class Params:
        open = factory.Trait(access=Access.OPEN)
        coordinator = factory.Trait(access=Access.COORDINATOR)

    slug = factory.Sequence(lambda n: f"course-{n}")
    title = factory.Sequence(lambda n: f"Course {n}")
    platform = factory.SubFactory(PlatformFactory)
    provider = factory.SelfAttribute("platform.provider")
    url = "https://platform.example/course"
    access = Access.REGISTRATION

    @factory.post_generation
    def agreements(self, create, extracted, **kwargs):
        if create:
            self.agreements.set(extracted or [AgreementFactory()])

    @factory.post_generation
    def languages(self, create, extracted, **kwargs):
        """`languages=["en", "fr"]`; without it the language is not stated."""
        for code in extracted or []:
            self.languages.create(code=code)

    @factory.post_generation
    def audiences(self, create, extracted, **kwargs):
        for audience in extracted or []:
            self.audiences.create(audience=audience)
