"""Dull test data of the partners room."""

import datetime

import factory

from greencustoms.core.tests.factories import UserFactory
from partners.choices import EventKind, MemberRole, Standing
from partners.models import Agreement, Event, Membership, Partner


class PartnerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Partner

    class Params:
        group = factory.Trait(standing=Standing.GROUP)
        secretariat = factory.Trait(standing=Standing.SECRETARIAT)

    slug = factory.Sequence(lambda n: f"partner-{n}")
    name = factory.Sequence(lambda n: f"Organisation number {n}")
    sort_name = factory.SelfAttribute("name")
    standing = Standing.PARTNER


class AgreementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Agreement

    slug = factory.Sequence(lambda n: f"agreement-{n}")
    short_name = factory.Sequence(lambda n: f"Agreement {n}")
    full_name = factory.SelfAttribute("short_name")
    sort_name = factory.SelfAttribute("short_name")
    secretariat = factory.SubFactory(PartnerFactory)


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    class Params:
        focal = factory.Trait(role=MemberRole.FOCAL)

    user = factory.SubFactory(UserFactory)
    partner = factory.SubFactory(PartnerFactory)


class EventFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Event

    slug = factory.Sequence(lambda n: f"event-{n}")
    name = factory.Sequence(lambda n: f"Event {n}")
    kind = EventKind.COP
    starts_on = datetime.date(2027, 5, 3)
    ends_on = datetime.date(2027, 5, 14)
