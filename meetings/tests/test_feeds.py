"""What the room hands to the front door and to the partners' pages."""

import pytest

from meetings import findable
from meetings.loading import load_meeting_2007
from meetings.models import AgreedAction
from meetings.panels import agreed_actions
from meetings.tests.factories import ActionShareFactory, AgreedActionFactory, DeadlineFactory, MeetingFactory
from partners.tests.factories import PartnerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def hidden():
    """Rows that could leak: a draft, one for partners only, and a proposed action."""
    for facts in ({"draft": True}, {"partners_only": True}):
        meeting = MeetingFactory(title="Canary", **facts)
        DeadlineFactory(action=AgreedActionFactory(meeting=meeting, title="Canary"))
    DeadlineFactory(action__title="Canary", action__stored_state="proposed", action__meeting__title="Open meeting")


def test_search_finds_public_meetings_and_actions(organisations, hidden):
    load_meeting_2007()
    action = AgreedAction.objects.get(meeting__code="gci-2007-03", number=8)

    found = list(findable.findables())

    assert "Canary" not in {f.title for f in found if f.is_public}
    assert [f.url for f in found if f.kind == "action" and f.key == str(action.pk)] == [
        "/meetings/gci-2007-03/actions/8/"
    ]
    assert sorted(f.title for f in found if f.kind == "meeting" and f.is_public) == [
        "Open meeting",
        "Third Partners’ Meeting",
    ]


def test_search_is_given_what_is_for_partners_with_a_mark_and_no_draft(hidden):
    MeetingFactory(title="Canary", draft=True, partners_only=True)

    found = [(f.kind, f.is_public) for f in findable.findables() if f.title == "Canary"]

    # One meeting for partners and its action; no draft, no proposed action.
    assert sorted(found) == [("action", False), ("meeting", False)]


def test_panel_shows_what_the_partner_agreed(rf, hidden):
    share = ActionShareFactory()
    request = rf.get("/")
    request.user = type("Nobody", (), {"is_authenticated": False})()

    template, context = agreed_actions(share.partner, request)

    assert template == "meetings/_partner_panel.html"
    assert [row.title for row in context["rows"]] == [share.deadline.action.title]
    assert agreed_actions(PartnerFactory(), request) is None
    assert agreed_actions(PartnerFactory(group=True), request) is None
