import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import ProtectedError
from django.utils import timezone

from greencustoms.core.tests.factories import UserFactory
from partners.choices import MemberRole, RequestState
from partners.models import AboutPage, AccountRequest, Agreement, Event, Invitation, Membership, Partner, TradeDocument

from .factories import (
    AboutPageFactory,
    AccountRequestFactory,
    AgreementFactory,
    EventFactory,
    InvitationFactory,
    MembershipFactory,
    PartnerFactory,
)

pytestmark = pytest.mark.django_db


def test_listed_are_partners_and_the_secretariat_in_alphabetical_order():
    PartnerFactory(sort_name="zebra")
    PartnerFactory(sort_name="Éléphant")
    PartnerFactory(sort_name="GCI", secretariat=True)
    PartnerFactory(sort_name="A group", group=True)
    PartnerFactory(sort_name="Another", standing="other")

    assert [str(partner) for partner in Partner.objects.listed().alphabetical()] == ["Éléphant", "GCI", "zebra"]


def test_sort_key_of_a_name_that_grows_in_lower_case_is_cut():
    partner = PartnerFactory(sort_name="ß" * 120)

    assert partner.sort_key == "s" * 120


def test_sort_key_follows_a_changed_name_even_when_only_that_field_is_saved():
    partner = PartnerFactory(sort_name="Beta")

    partner.sort_name = "Àlpha"
    partner.save(update_fields=["sort_name"])

    partner.refresh_from_db()
    assert partner.sort_key == "alpha"


def test_short_name_is_the_acronym_or_the_name_in_lists():
    assert PartnerFactory(acronym="WCO").short_name == "WCO"
    assert PartnerFactory(sort_name="Ozone Secretariat").short_name == "Ozone Secretariat"


def test_partner_of_an_agreement_cannot_be_deleted():
    agreement = AgreementFactory()

    with pytest.raises(ProtectedError):
        agreement.secretariat.delete()


def test_two_documents_cannot_share_a_position():
    agreement = AgreementFactory()
    TradeDocument.objects.create(agreement=agreement, position=1, text="permit")

    with pytest.raises(IntegrityError):
        TradeDocument.objects.create(agreement=agreement, position=1, text="certificate")


def test_person_belongs_once_to_an_organisation():
    membership = MembershipFactory()

    with pytest.raises(IntegrityError):
        Membership.objects.create(user=membership.user, partner=membership.partner, role=MemberRole.FOCAL)


def test_person_may_belong_to_several_organisations():
    user = UserFactory()
    partners = [MembershipFactory(user=user).partner, MembershipFactory(user=user, focal=True).partner]

    assert set(Partner.objects.of(user)) == set(partners)
    assert list(Partner.objects.led_by(user)) == [partners[1]]


def test_event_cannot_end_before_it_starts():
    with pytest.raises(IntegrityError):
        EventFactory(starts_on=datetime.date(2027, 5, 3), ends_on=datetime.date(2027, 5, 2))


def test_event_that_ends_before_it_starts_is_refused_in_words():
    event = EventFactory.build(starts_on=datetime.date(2027, 5, 3), ends_on=datetime.date(2027, 5, 2))

    with pytest.raises(ValidationError) as refusal:
        event.clean()

    assert refusal.value.message_dict == {"ends_on": ["The last day lies before the first."]}


def test_upcoming_events_include_one_that_ends_today():
    today = datetime.date(2027, 5, 14)
    last_day = EventFactory(ends_on=today)
    EventFactory(starts_on=datetime.date(2027, 5, 1), ends_on=datetime.date(2027, 5, 13))

    assert list(Event.objects.upcoming(today)) == [last_day]


def test_invitation_needs_both_who_accepted_and_when():
    with pytest.raises(IntegrityError):
        InvitationFactory(accepted_at=timezone.now())


def test_address_has_one_open_invitation_into_an_organisation():
    first = InvitationFactory(email="staff@office.example")

    with pytest.raises(IntegrityError):
        InvitationFactory(email="Staff@office.example", partner=first.partner)


def test_withdrawn_invitation_makes_room_for_another():
    first = InvitationFactory(withdrawn=True)

    assert InvitationFactory(email=first.email, partner=first.partner).pk


@pytest.mark.parametrize(
    "fields",
    [
        {"partner": None},
        {"partner": None, "role": ""},
        {"role": ""},
    ],
    ids=["role without organisation", "neither organisation nor request", "organisation without role"],
)
def test_invitation_leads_into_an_organisation_or_answers_a_request(fields):
    with pytest.raises(IntegrityError):
        InvitationFactory(**fields)


def test_invitation_cannot_answer_a_request_and_lead_into_an_organisation():
    with pytest.raises(IntegrityError):
        InvitationFactory(account_request=AccountRequestFactory())


def test_open_invitations_leave_out_used_withdrawn_and_expired():
    still_open = InvitationFactory()
    InvitationFactory(used=True)
    InvitationFactory(withdrawn=True)
    InvitationFactory(expired=True)

    assert list(Invitation.objects.open(timezone.now())) == [still_open]
    assert [row.is_open(timezone.now()) for row in Invitation.objects.order_by("pk")] == [True, False, False, False]


def test_request_needs_both_who_answered_and_when():
    with pytest.raises(IntegrityError):
        AccountRequestFactory(state=RequestState.REFUSED, answered_by=UserFactory())


def test_waiting_requests_leave_out_unconfirmed_and_answered():
    waiting = AccountRequestFactory()
    AccountRequestFactory(unconfirmed=True)
    AccountRequestFactory(refused=True)

    assert list(AccountRequest.objects.waiting()) == [waiting]


def test_agreements_stand_in_alphabetical_order():
    AgreementFactory(short_name="Stockholm Convention")
    AgreementFactory(short_name="Basel Convention")

    assert [str(row) for row in Agreement.objects.alphabetical()] == ["Basel Convention", "Stockholm Convention"]


@pytest.mark.parametrize(
    ("slug", "address"),
    [
        ("about", "/about/"),
        ("cen", "/about/cen/"),
        ("terms-of-reference", "/about/terms-of-reference/"),
        ("privacy", "/privacy/"),
        ("accessibility", "/accessibility/"),
        ("copyright", "/copyright/"),
    ],
)
def test_about_page_knows_its_address(slug, address):
    assert AboutPageFactory(slug=slug).get_absolute_url() == address
    assert AboutPage.objects.count() == 1
