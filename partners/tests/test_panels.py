import pytest
from django.contrib.auth.models import AnonymousUser

from greencustoms import roles
from greencustoms.core.tests.factories import UserFactory
from partners import panels

from .factories import MembershipFactory, PartnerFactory


@pytest.fixture(autouse=True)
def own_registers(monkeypatch):
    monkeypatch.setattr(panels, "_partner_panels", [])
    monkeypatch.setattr(panels, "_desk_entries", dict(panels._desk_entries))


def test_panels_come_in_order_and_silent_ones_are_left_out(rf):
    partner = PartnerFactory.build(slug="wco")
    panels.partner_panel(place=20)(lambda partner, request: ("second.html", {"slug": partner.slug}))
    panels.partner_panel(place=10)(lambda partner, request: ("first.html", {}))
    panels.partner_panel(place=5)(lambda partner, request: None)

    assert panels.panels_for(partner, rf.get("/")) == [("first.html", {}), ("second.html", {"slug": "wco"})]


def test_panel_registered_twice_is_shown_once(rf):
    def panel(partner, request):
        return "panel.html", {}

    panels.partner_panel()(panel)
    panels.partner_panel()(panel)

    assert panels.panels_for(PartnerFactory.build(), rf.get("/")) == [("panel.html", {})]


def test_entry_of_a_room_that_is_not_there_is_left_out():
    panels._desk_entries.clear()
    panels.desk_entry(panels.DeskEntry("no_such_page", "None", "", allowed=lambda user: True))
    panels.desk_entry(panels.DeskEntry("desk_people", "People", "", allowed=lambda user: True))

    assert [entry.url for entry in panels.entries_for(AnonymousUser())] == ["/desk/people/"]


@pytest.mark.django_db
def test_each_person_sees_the_entries_of_this_room_they_may_open():
    own = {"desk_people", "desk_request_list", "desk_partner_list", "desk_agreement_list", "desk_event_list",
           "desk_about_list"}  # fmt: skip

    def seen(user):
        return {entry.url_name for entry in panels.entries_for(user)} & own

    assert seen(MembershipFactory().user) == set()
    assert seen(MembershipFactory(focal=True).user) == {"desk_people", "desk_request_list"}
    assert seen(UserFactory(roles=[roles.SECRETARIAT])) == own
