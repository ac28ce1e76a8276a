"""Dull test data of the partners room."""

import datetime

import factory
from django.utils import timezone

from greencustoms.core.tests.factories import UserFactory
from partners.choices import EventKind, MemberRole, RequestState, Standing
from partners.models import AboutPage, AccountRequest, Agreement, Event, Holiday, Invitation, Membership, Partner


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
        focal = factory.Trait(role=MemberRole.FOCAL, user=factory.SubFactory(UserFactory, totp=True))

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


class InvitationFactory(factory.django.DjangoModelFactory):
    """Open unless a trait says otherwise. `standing` invitations come from a focal point, so they can be accepted."""

    class Meta:
        model = Invitation

    class Params:
        expired = factory.Trait(expires_at=factory.LazyFunction(lambda: timezone.now() - datetime.timedelta(days=1)))
        standing = factory.Trait(
            invited_by=factory.LazyAttribute(lambda row: MembershipFactory(partner=row.partner, focal=True).user)
        )
        withdrawn = factory.Trait(withdrawn_at=factory.LazyFunction(timezone.now))
        used = factory.Trait(
            accepted_at=factory.LazyFunction(timezone.now), accepted_by=factory.SubFactory(UserFactory)
        )

    email = factory.Sequence(lambda n: f"invited{n}@office.example")
    partner = factory.SubFactory(PartnerFactory)
    role = MemberRole.STAFF
    invited_by = factory.SubFactory(UserFactory)
    expires_at = factory.LazyFunction(lambda: timezone.now() + datetime.timedelta(days=14))


class AccountRequestFactory(factory.django.DjangoModelFactory):
    """Its address is confirmed; it waits for an answer."""

    class Meta:
        model = AccountRequest

    class Params:
        unconfirmed = factory.Trait(state=RequestState.UNCONFIRMED)
        refused = factory.Trait(
            state=RequestState.REFUSED,
            answered_at=factory.LazyFunction(timezone.now),
            answered_by=factory.SubFactory(UserFactory),
            refusal_reason="Office not known to us",
        )

    name = factory.Sequence(lambda n: f"Risk unit {n}")
    email = factory.Sequence(lambda n: f"officer{n}@customs.example")
    office = "Customs house, central office"
    country = "Kenya"
    partner = factory.SubFactory(PartnerFactory)
    purpose = "Profiling of refrigerants"
    state = RequestState.OPEN


class AboutPageFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AboutPage

    slug = "about"
    title = factory.LazyAttribute(lambda page: f"Page {page.slug}")
    body = "## Part\n\nSome **words**."


class HolidayFactory(factory.django.DjangoModelFactory):
    """Tomorrow; `past=True` a month ago."""

    class Meta:
        model = Holiday

    class Params:
        past = factory.Trait(first_day=factory.LazyFunction(lambda: timezone.localdate() - datetime.timedelta(days=30)))

    partner = factory.SubFactory(PartnerFactory)
    first_day = factory.LazyFunction(lambda: timezone.localdate() + datetime.timedelta(days=1))
    last_day = factory.SelfAttribute("first_day")
    name = factory.Sequence(lambda n: f"Holiday {n}")
