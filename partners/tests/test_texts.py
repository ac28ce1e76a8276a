import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from greencustoms.core.models import AuditEvent
from greencustoms.core.tests.factories import UserFactory
from partners.changes import changes_of
from partners.models import Event
from partners.services import texts

from .factories import AboutPageFactory, AgreementFactory, EventFactory, PartnerFactory

pytestmark = pytest.mark.django_db


def test_edited_partner_keeps_who_and_what():
    partner, by = PartnerFactory(city="Geneva"), UserFactory(name="Secretariat")

    texts.edit_partner(partner=partner, by=by, version=0, city="Nairobi", name=partner.name)

    partner.refresh_from_db()
    assert (partner.city, partner.version) == ("Nairobi", 1)
    event = AuditEvent.objects.get()
    assert (event.by, event.before, event.after) == (by, {"city": "Geneva"}, {"city": "Nairobi"})
    newest, first = changes_of(partner)
    assert (newest.who, newest.fields, newest.is_first) == ("Secretariat", ["city"], False)
    assert first.is_first


def test_slower_of_two_editors_changes_nothing():
    partner, by = PartnerFactory(city="Geneva"), UserFactory()
    texts.edit_partner(partner=partner, by=by, version=0, city="Nairobi")

    with pytest.raises(ValidationError) as refusal:
        texts.edit_partner(partner=partner, by=by, version=0, city="Bonn")

    partner.refresh_from_db()
    assert (refusal.value.code, partner.city) == ("changed_meanwhile", "Nairobi")


def test_saving_without_a_change_leaves_no_trace():
    partner = PartnerFactory(city="Geneva")

    texts.edit_partner(partner=partner, by=UserFactory(), version=0, city="Geneva")

    partner.refresh_from_db()
    assert (partner.version, partner.history.count(), AuditEvent.objects.count()) == (0, 1, 0)


def test_members_of_a_group_are_kept_with_history():
    group, member = PartnerFactory(group=True), PartnerFactory(slug="wco")

    texts.edit_partner(partner=group, by=UserFactory(), version=0, members=[member])

    assert list(group.members.all()) == [member]
    assert AuditEvent.objects.get().after == {"members": ["wco"]}
    assert changes_of(group)[0].fields == ["members of this group"]


def test_documents_of_an_agreement_keep_their_new_order():
    agreement = AgreementFactory()
    texts.edit_agreement(agreement=agreement, by=UserFactory(), version=0, documents=["permit", "certificate"])

    texts.edit_agreement(
        agreement=agreement, by=UserFactory(), version=1, documents=["certificate", "permit"], note="Changed"
    )

    documents = agreement.documents.values_list("position", "text")
    assert list(documents) == [(1, "certificate"), (2, "permit")]
    assert changes_of(agreement)[0].fields == ["note", "documents to ask for"]


@pytest.mark.parametrize(
    ("name", "slugs"),
    [
        ("Fédération of Ports", ["federation-of-ports", "federation-of-ports-2"]),
        ("Add", ["add-2", "add-3"]),
        ("海关", ["organisation", "organisation-2"]),
        ("Long " * 30, ["-".join(["long"] * 11), "-".join(["long"] * 11) + "-2"]),
    ],
)
def test_organisation_gets_an_address_from_its_name(name, slugs):
    by = UserFactory()

    added = [texts.add_partner(by=by, name=name, sort_name=name[:120], standing="partner") for _ in slugs]

    assert [partner.slug for partner in added] == slugs
    assert AuditEvent.objects.filter(did="added", by=by).count() == 2
    assert changes_of(added[0])[0].who == str(by)


def test_event_gets_an_address_with_its_year_and_a_number_where_that_is_taken():
    fields = {
        "name": "Conférence of CITES",
        "starts_on": datetime.date(2027, 5, 3),
        "ends_on": datetime.date(2027, 5, 9),
    }

    slugs = [texts.add_event(by=UserFactory(), **fields).slug for _ in range(3)]

    assert slugs == ["conference-of-cites-2027", "conference-of-cites-2027-2", "conference-of-cites-2027-3"]


def test_event_is_deleted_only_in_the_version_that_was_seen():
    event = EventFactory()
    texts.edit_event(event=event, by=UserFactory(), version=0, place="Bonn")

    with pytest.raises(ValidationError):
        texts.delete_event(event=event, by=UserFactory(), version=0)
    assert Event.objects.count() == 1

    texts.delete_event(event=event, by=UserFactory(), version=1)
    assert Event.objects.count() == 0


def test_about_page_notes_when_it_was_changed():
    page = AboutPageFactory(changed_at=timezone.now() - datetime.timedelta(days=90))
    now = timezone.now()

    texts.edit_about_page(page=page, by=UserFactory(), version=0, now=now, body="New words")

    page.refresh_from_db()
    assert (page.body, page.changed_at) == ("New words", now)
    assert changes_of(page)[0].fields == ["text"]
