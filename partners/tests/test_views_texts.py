import datetime

import pytest
from django.db.models import ProtectedError
from django.urls import reverse

from greencustoms import roles
from greencustoms.core.tests.factories import UserFactory
from greencustoms.core.tests.sign_in import sign_in
from partners.models import AboutPage, Agreement, Event, Partner

from .factories import AboutPageFactory, AgreementFactory, EventFactory, MembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    """The browser of the secretariat."""
    sign_in(client, UserFactory(name="Secretariat", roles=[roles.SECRETARIAT], totp=True), mfa=True)
    return client


def partner_data(partner, **changes):
    data = {"name": partner.name, "sort_name": partner.sort_name, "version": partner.version, "city": partner.city}
    return {**data, **changes}


def every_page():
    PartnerFactory(slug="wco")
    AgreementFactory(slug="cites")
    EventFactory(slug="cop-2027")
    AboutPageFactory(slug="about")
    return [
        reverse("desk_partner_list"),
        reverse("desk_partner_add"),
        reverse("desk_partner_edit", args=["wco"]),
        reverse("desk_agreement_list"),
        reverse("desk_agreement_edit", args=["cites"]),
        reverse("desk_event_list"),
        reverse("desk_event_add"),
        reverse("desk_event_edit", args=["cop-2027"]),
        reverse("desk_event_delete", args=["cop-2027"]),
        reverse("desk_about_list"),
        reverse("desk_about_edit", args=["about"]),
    ]


def test_texts_are_for_the_secretariat(client):
    pages = every_page()
    assert [client.get(url).status_code for url in pages] == [302] * len(pages)

    for user in (MembershipFactory().user, MembershipFactory(focal=True).user):
        sign_in(client, user, mfa=True)
        assert [client.get(url).status_code for url in pages] == [403] * len(pages)
        assert [client.post(url).status_code for url in pages] == [403] * len(pages)

    sign_in(client, UserFactory(roles=[roles.SECRETARIAT], totp=True), mfa=True)
    assert [client.get(url).status_code for url in pages] == [200] * len(pages)


@pytest.mark.parametrize(
    ("url_name", "factory", "fields"),
    [
        ("desk_partner_list", PartnerFactory, [{}, {}, {}]),
        ("desk_agreement_list", AgreementFactory, [{}, {}, {}]),
        ("desk_event_list", EventFactory, [{}, {}, {}]),
        ("desk_about_list", AboutPageFactory, [{"slug": "about"}, {"slug": "cen"}, {"slug": "privacy"}]),
    ],
)
def test_list_query_count_is_constant(url_name, factory, fields, desk, django_assert_max_num_queries):
    counts = []
    for rows in (fields[:1], fields[1:]):
        for row in rows:
            factory(**row)
        desk.get(reverse(url_name))
        with django_assert_max_num_queries(20) as counted:
            desk.get(reverse(url_name))
        counts.append(len(counted))

    assert counts[0] == counts[1]


def test_partner_is_edited(desk):
    partner = PartnerFactory(city="Geneva")
    url = reverse("desk_partner_edit", args=[partner.slug])

    response = desk.post(url, partner_data(partner, city="Nairobi", website="www.office.example"))

    partner.refresh_from_db()
    assert response["Location"] == reverse("desk_partner_list")
    assert (partner.city, partner.website, partner.version) == ("Nairobi", "https://www.office.example", 1)
    history = desk.get(url).context["changes"]
    assert (history[0].who, history[0].fields) == ("Secretariat", ["city", "web site"])


def test_address_of_a_person_is_refused_with_the_reason(desk):
    partner = PartnerFactory()

    response = desk.post(
        reverse("desk_partner_edit", args=[partner.slug]), partner_data(partner, email="jane.doe@office.example")
    )

    assert "The partners agreed to publish only mailboxes of an office" in response.content.decode()
    assert Partner.objects.get(pk=partner.pk).email == ""


def test_slower_editor_sees_both_texts_and_loses_nothing(desk):
    partner = PartnerFactory(city="Geneva", note="Old note")
    url = reverse("desk_partner_edit", args=[partner.slug])
    first = partner_data(partner, city="Nairobi", note="Their note", kind="office")
    mine = partner_data(partner, city="Bonn", note="Old note", website="https://mine.example/")
    desk.post(url, first)

    response = desk.post(url, mine)

    shown = [(row.label, row.theirs, row.mine, row.is_taken_over) for row in response.context["differences"]]
    assert shown == [
        ("Kind of organisation", "office", "", True),
        ("City", "Nairobi", "Bonn", False),
        ("Note", "Their note", "Old note", True),
    ]
    form = response.context["form"]
    values = {name: form[name].value() for name in ("city", "note", "kind", "website", "version")}
    assert values == {"city": "Bonn", "note": "Their note", "kind": "office", "website": "https://mine.example/",
                      "version": "1"}  # fmt: skip
    assert Partner.objects.get(pk=partner.pk).city == "Nairobi"

    desk.post(url, {**mine, **values})

    partner.refresh_from_db()
    assert (partner.city, partner.note, partner.kind, partner.version) == ("Bonn", "Their note", "office", 2)


def test_mark_that_only_the_other_person_set_is_kept(desk):
    partner = PartnerFactory(email="info@office.example")
    url = reverse("desk_partner_edit", args=[partner.slug])
    data = partner_data(partner, email="info@office.example")
    desk.post(url, {**data, "is_email_verified": "on"})

    form = desk.post(url, {**data, "city": "Bonn"}).context["form"]

    assert form["is_email_verified"].value() is True


def test_members_of_a_group_are_edited_and_compared(desk):
    group, one, two = PartnerFactory(group=True), PartnerFactory(acronym="ONE"), PartnerFactory(acronym="TWO")
    url = reverse("desk_partner_edit", args=[group.slug])
    desk.post(url, partner_data(group, members=[one.pk, two.pk]))

    response = desk.post(url, partner_data(group, members=[two.pk]))

    assert set(group.members.all()) == {one, two}
    shown = [(row.theirs, row.mine) for row in response.context["differences"]]
    assert shown == [("ONE, TWO", "TWO")]


def test_documents_are_edited_one_in_each_line(desk):
    agreement = AgreementFactory()
    data = {
        "short_name": agreement.short_name,
        "full_name": agreement.full_name,
        "sort_name": agreement.sort_name,
        "secretariat": agreement.secretariat_id,
        "version": 0,
        "documents": "export  permit\n\n import permit \r\n",
    }
    url = reverse("desk_agreement_edit", args=[agreement.slug])

    desk.post(url, data)
    response = desk.post(url, {**data, "documents": "something else"})

    assert [document.text for document in agreement.documents.all()] == ["export permit", "import permit"]
    differences = [(row.theirs, row.mine) for row in response.context["differences"]]
    assert differences == [("export permit\nimport permit", "something else")]
    assert response.context["form"]["documents"].value() == "something else"


def test_too_long_a_document_is_refused(desk):
    agreement = AgreementFactory()
    data = {"version": 0, "documents": "x" * 251}

    response = desk.post(reverse("desk_agreement_edit", args=[agreement.slug]), data)

    assert "documents" in response.context["form"].errors
    assert Agreement.objects.get().version == 0


PARTNER = {"name": "Regional Enforcement Office", "sort_name": "Regional Enforcement Office", "standing": "partner"}


def test_organisation_is_added_and_shown_to_all(desk, client):
    response = desk.post(reverse("desk_partner_add"), {**PARTNER, "email": "info@reo.example", "country": "ke"})

    partner = Partner.objects.get()
    assert response["Location"] == reverse("desk_partner_list")
    assert (partner.slug, partner.country, partner.sort_key) == (
        "regional-enforcement-office", "KE", "regional enforcement office",
    )  # fmt: skip
    client.logout()
    assert "Regional Enforcement Office" in client.get(reverse("partner_list")).content.decode()


def test_new_group_is_asked_for_its_members(desk):
    response = desk.post(reverse("desk_partner_add"), {**PARTNER, "standing": "group"})

    assert response["Location"] == reverse("desk_partner_edit", args=["regional-enforcement-office"])
    assert "members" in desk.get(response["Location"]).context["form"].fields


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"name": "REGIONAL enforcement office"}, "name"),
        ({"name": "Other", "email": "jane.doe@reo.example"}, "email"),
        ({"name": "Other", "standing": ""}, "standing"),
    ],
    ids=["known name", "address of a person", "no standing"],
)
def test_organisation_that_cannot_be_added_says_why(changes, wrong, desk):
    PartnerFactory(name=PARTNER["name"])

    response = desk.post(reverse("desk_partner_add"), {**PARTNER, **changes})

    assert list(response.context["form"].errors) == [wrong]
    assert Partner.objects.count() == 1


EVENT = {"name": "COP 25", "kind": "cop", "starts_on": "2027-05-03", "ends_on": "2027-05-14"}


def test_event_is_added_changed_and_deleted(desk):
    desk.post(reverse("desk_event_add"), EVENT)
    event = Event.objects.get()
    assert (event.slug, event.ends_on) == ("cop-25-2027", datetime.date(2027, 5, 14))

    desk.post(reverse("desk_event_edit", args=[event.slug]), {**EVENT, "place": "Bonn", "version": 0})
    event.refresh_from_db()
    assert event.place == "Bonn"

    desk.get(reverse("desk_event_delete", args=[event.slug]))
    assert Event.objects.count() == 1
    desk.post(reverse("desk_event_delete", args=[event.slug]), {"version": 1})
    assert Event.objects.count() == 0


@pytest.mark.parametrize("ends_on", ["2027-05-02", "2200-01-01", "9999-12-31"])
def test_event_that_ends_before_it_starts_or_beyond_the_calendar_is_refused(ends_on, desk):
    response = desk.post(reverse("desk_event_add"), {**EVENT, "ends_on": ends_on})

    assert list(response.context["form"].errors) == ["ends_on"]


def test_event_changed_meanwhile_is_not_deleted(desk):
    event = EventFactory(slug="cop-2027", version=3)

    response = desk.post(reverse("desk_event_delete", args=["cop-2027"]), {"version": 2})

    assert "Somebody else changed this" in response.content.decode()
    assert Event.objects.filter(pk=event.pk).exists()


def test_event_with_deadlines_is_not_deleted(desk, monkeypatch):
    def refuse(self, *args, **kwargs):
        raise ProtectedError("in use", {self})

    monkeypatch.setattr(Event, "delete", refuse)
    event = EventFactory()

    response = desk.post(reverse("desk_event_delete", args=[event.slug]), {"version": 0})

    assert "Deadlines hang on this event" in response.content.decode()
    event.refresh_from_db()
    assert event.version == 0


def test_preview_shows_the_page_and_saves_nothing(desk):
    page = AboutPageFactory(body="Old")
    data = {"title": page.title, "body": "New **words**", "version": 0, "preview": "1"}

    response = desk.post(reverse("desk_about_edit", args=["about"]), data)

    assert "<strong>words</strong>" in response.content.decode()
    assert AboutPage.objects.get().body == "Old"
    assert response.context["form"]["body"].value() == "New **words**"


def test_saved_page_shows_at_once_to_visitors(desk, client, django_capture_on_commit_callbacks):
    page = AboutPageFactory(body="Old")

    desk.post(reverse("desk_about_edit", args=["about"]), {"title": page.title, "body": "New words", "version": 0})

    page.refresh_from_db()
    assert (page.body, page.version) == ("New words", 1)
    client.logout()
    assert "New words" in client.get(page.get_absolute_url()).content.decode()


def test_form_without_its_version_saves_nothing(desk):
    partner = PartnerFactory(city="Geneva")
    data = partner_data(partner, city="Bonn")
    del data["version"]

    response = desk.post(reverse("desk_partner_edit", args=[partner.slug]), data)

    assert list(response.context["form"].errors) == ["version"]
    assert Partner.objects.get(pk=partner.pk).city == "Geneva"


def test_two_people_lose_nothing_in_many_rounds(desk):
    """Each round both start from the same version; the second always gets the page with both texts."""
    partner = PartnerFactory()
    url = reverse("desk_partner_edit", args=[partner.slug])
    lost = 0

    for number in range(10):
        partner.refresh_from_db()
        desk.post(url, partner_data(partner, city=f"first {number}"))
        second = desk.post(url, partner_data(partner, city=f"second {number}"))
        lost += not second.context["differences"]

    assert lost == 0
