"""The whole life of a joint action, by people of four organisations, from the draft to the reopened share."""

import re

import pytest
from playwright.sync_api import Page, expect

from greencustoms.core.tests.factories import UserFactory
from meetings.choices import Progress
from meetings.models import ActionShare, AgreedAction
from partners.tests.factories import MembershipFactory, PartnerFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLE = "Send numbers of copies"
REPORT = "WCO sent its numbers."


@pytest.fixture
def eight(world):
    """The draft's partners of that day: CITES, WCO, OPCW with a person each, and five who stay silent."""
    opcw = PartnerFactory(slug="opcw", acronym="OPCW", name="OPCW")
    MembershipFactory(partner=opcw, user=UserFactory(email="staff@opcw.example", name="OPCW staff"))
    others = PartnerFactory.create_batch(5)
    world.draft_meeting.partners.set([world.partner, world.other_partner, opcw, *others])
    return world.draft_meeting


def agree(page: Page, visitor, meeting) -> None:
    """The secretariat writes the action into the draft, for each partner of that day, and makes the report final."""
    visitor.open(f"/desk/meetings/{meeting.code}/actions/add/")
    page.get_by_label("Short title").fill(TITLE)
    page.locator("#id_text").fill("Each partner sends the number of copies it needs.")
    page.get_by_label("By whom, as written").fill("each partner")
    page.get_by_label("Each partner", exact=True).check()
    page.get_by_label("By when, as written").fill("by 31 January 2027")
    page.locator("details:has(#id_is_flagged) > summary").click()
    page.get_by_label("Needs evidence").check()
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_text(TITLE).first).to_be_visible()
    visitor.open(f"/desk/meetings/{meeting.code}/finalise/")
    page.get_by_role("button", name="Make final").click()
    page.wait_for_load_state()


def test_life_of_a_joint_action(eight, world, new_visitor):
    secretariat, cites, opcw, wco, visitor = (new_visitor() for _ in range(5))
    secretariat.sign_in(world.people["secretariat"].email, second_factor=True)
    expect(secretariat.page).to_have_url(re.compile(r"/desk/$"))
    agree(secretariat.page, secretariat, eight)
    action = AgreedAction.objects.get(title=TITLE)
    shares = {share.partner.acronym: share for share in ActionShare.objects.filter(deadline__action=action)}
    assert (len(ActionShare.objects.filter(deadline__action=action)), action.meeting.state) == (8, "final")

    def rolled_up(words: str, **marks: int) -> None:
        page = visitor.open(action.get_absolute_url())
        expect(page.get_by_text(words).first).to_be_visible()
        row = page.locator(".facts .marks").first
        found = {name: row.locator(f"[data-mark={name}]").count() for name in marks}
        assert found == marks

    cites.sign_in("staff@cites.example")
    cites.page.locator(f"main a[href='{shares['CITES'].get_absolute_url()}']").first.click()
    cites.page.get_by_role("button", name="Accept this share").click()
    expect(cites.page.get_by_text("has accepted this share")).to_be_visible()

    opcw.sign_in("staff@opcw.example")
    opcw.open(shares["OPCW"].get_absolute_url())
    opcw.page.get_by_text("Decline, or say that it does not apply").click()
    opcw.page.get_by_label("Why").fill("OPCW prints its own guide.")
    opcw.page.get_by_role("button", name="Send this answer").click()
    expect(opcw.page.get_by_text("The answer is kept")).to_be_visible()

    wco.sign_in("focal@wco.example", second_factor=True)
    wco.open(shares["WCO"].get_absolute_url())
    wco.page.get_by_label("What was done").first.fill(REPORT)
    wco.page.get_by_label("Where it can be seen").fill("https://wco.example/numbers")
    wco.page.get_by_role("button", name="Report as done").click()
    expect(wco.page.get_by_text("reported as done").first).to_be_visible()

    rolled_up("1 of 8 done, 1 accepted, 1 declined, 5 silent", done=1, accepted=1, declined=1, silent=5)

    secretariat.open(shares["WCO"].get_absolute_url())
    secretariat.page.locator("summary", has_text="Send back").click()
    secretariat.page.get_by_label("Why").first.fill("How many in French?")
    secretariat.page.get_by_role("button", name="Send back").click()
    expect(secretariat.page.get_by_text("The report is sent back")).to_be_visible()

    wco.open("/my/")
    expect(wco.page.get_by_role("heading", name="What came back")).to_be_visible()
    expect(wco.page.get_by_text("How many in French?").first).to_be_visible()
    wco.page.locator(f"main a[href='{shares['WCO'].get_absolute_url()}']").first.click()
    expect(wco.page.get_by_text("How many in French?").first).to_be_visible()
    wco.page.get_by_label("What was done").first.fill(f"{REPORT} 40 in French.")
    wco.page.get_by_role("button", name="Report as done").click()
    expect(wco.page.get_by_text("reported as done").first).to_be_visible()

    secretariat.open(shares["WCO"].get_absolute_url())
    secretariat.page.get_by_role("button", name="Confirm this share").click()
    expect(secretariat.page.get_by_text("The share is confirmed.")).to_be_visible()
    rolled_up("1 of 8 done, 1 accepted, 1 declined, 5 silent", done=1)
    expect(visitor.page.get_by_text("done, confirmed")).to_be_visible()
    expect(visitor.page.get_by_text("40 in French.")).to_be_visible()

    secretariat.open(shares["WCO"].get_absolute_url())
    secretariat.page.locator("summary", has_text="Reopen").click()
    secretariat.page.get_by_label("Why").first.fill("The page is gone.")
    secretariat.page.get_by_role("button", name="Reopen this share").click()
    expect(secretariat.page.get_by_text("The share is open again.")).to_be_visible()
    shares["WCO"].refresh_from_db()
    assert (shares["WCO"].progress, shares["WCO"].confirmed_at) == (Progress.IN_PROGRESS, None)
    rolled_up("0 of 8 done, 1 in progress, 1 accepted, 1 declined, 5 silent", in_progress=1, done=0)

    page = visitor.open(f"{action.get_absolute_url()}history/")
    for words in ("CITES accepted it", "OPCW declined it", "WCO reported it as done", "The secretariat sent it back",
                  "The secretariat confirmed it", "The secretariat reopened it"):  # fmt: skip
        expect(page.get_by_text(words).first).to_be_visible()
    assert page.get_by_text("The page is gone.").count() == 0
