"""Dull test data of the restricted section."""

import datetime

import factory
from django.utils import timezone

from enforcement.choices import ItemState, Region, Tlp
from enforcement.models import AccessGrant, AccessRequest, RiskIndicator
from greencustoms.core.tests.factories import UserFactory
from partners.tests.factories import AgreementFactory, PartnerFactory


def _in_days(days):
    return factory.LazyFunction(lambda: timezone.now() + datetime.timedelta(days=days))


class RiskIndicatorFactory(factory.django.DjangoModelFactory):
    """`agreements=[...]` names the agreements; without it there is one of its own."""

    class Meta:
        model = RiskIndicator
        skip_postgeneration_save = True

    class Params:
        withdrawn = factory.Trait(state=ItemState.WITHDRAWN)
        draft = factory.Trait(state=ItemState.DRAFT)
        expired = factory.Trait(
            valid_until=factory.LazyFunction(lambda: timezone.now().date() - datetime.timedelta(days=1))
        )

    reference = factory.Sequence(lambda n: f"TEST-{n:03}")
    title = factory.Sequence(lambda n: f"Title {n}")
    owner = factory.SubFactory(PartnerFactory)
    tlp = Tlp.GREEN
    regions = factory.LazyFunction(lambda: [Region.AFRICA.value])
    hs_codes = factory.LazyFunction(lambda: ["290377"])
    what_to_look_for = "Papers and goods that differ."
    state = ItemState.PUBLISHED
    valid_until = factory.LazyFunction(lambda: timezone.now().date() + datetime.timedelta(days=90))
    review_by = factory.LazyFunction(lambda: timezone.now().date() + datetime.timedelta(days=60))

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return model_class.behind_the_gate.create(*args, **kwargs)

    @factory.post_generation
    def agreements(self, create, extracted, **kwargs):
        if create:
            self.agreements.set(extracted if extracted is not None else [AgreementFactory()])


class AccessGrantFactory(factory.django.DjangoModelFactory):
    """`agreements=[...]` names the agreements; without it there are none and nothing can be read."""

    class Meta:
        model = AccessGrant
        skip_postgeneration_save = True

    class Params:
        expired = factory.Trait(granted_at=_in_days(-200), ends_at=_in_days(-1))
        revoked = factory.Trait(
            revoked_at=factory.LazyFunction(timezone.now), revoked_by=factory.SelfAttribute("granted_by")
        )

    user = factory.SubFactory(UserFactory, totp=True)
    vetted_address = factory.SelfAttribute("user.email")
    tlp_ceiling = Tlp.AMBER
    regions = factory.LazyFunction(lambda: [Region.AFRICA.value])
    granted_by = factory.SubFactory(UserFactory)
    granted_at = _in_days(-10)
    ends_at = _in_days(100)
    reason = "Vetted."

    @factory.post_generation
    def agreements(self, create, extracted, **kwargs):
        if create and extracted:
            self.agreements.set(extracted)


class AccessRequestFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AccessRequest

    user = factory.SubFactory(UserFactory, totp=True)
    purpose = "We examine refrigerants."
    supervisor_office = "Risk management office"
