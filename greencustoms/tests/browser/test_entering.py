"""The secretariat enters a meeting with a session and two actions, with scripts and without."""

import re

import pytest
from playwright.sync_api import expect

from meetings.models import AgreedAction, Deadline, Meeting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_secretariat_enters_a_meeting_with_two_actions(world, new_visitor, has_scripts):
    secretariat = new_visitor()
    page = secretariat.page
    secretariat.sign_in(world.people["secretariat"].email, second_factor=True)
    expect(page).to_have_url(re.compile(r"/desk/$"))

    page.get_by_role("link", name="Meetings", exact=True).first.click()
    page.get_by_role("link", name="New meeting").click()
    page.get_by_label("Title").fill("Fifth Partners’ Meeting")
    page.get_by_label("First day").fill("2026-11-02")
    page.get_by_role("button", name="Create the draft").click()
    expect(page).to_have_url(re.compile(r"/desk/meetings/gci-2026-11/$"))

    page.get_by_role("link", name="Add a session").click()
    page.get_by_label("Title").fill("Training")
    page.get_by_label("Summary").fill("What was **said**.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview strong")).to_have_text("said")
    page.get_by_label("By when, as said for all").fill("by end April 2027")
    page.get_by_role("button", name="Save and add an action").click()

    # The first action: read as it is typed, or by the button.
    expect(page).to_have_url(re.compile(r"/actions/add/\?session=1$"))
    expect(page.get_by_text("Taken over from the session: by 30 April 2027")).to_be_visible()
    page.get_by_label("Short title").fill("Rosters of trainers")
    page.get_by_label("Text").fill("Each partner draws up a roster.")
    page.get_by_label("By whom, as written").fill("Each partner")
    page.get_by_role("button", name="Tick whom the words name").click()
    expect(page.get_by_label("Each partner", exact=True)).to_be_checked()
    page.get_by_label("By when, as written").fill("by 31 July 2027")
    if not has_scripts:
        page.get_by_role("button", name="Show how it is read").click()
    expect(page.get_by_text("Read as: by 31 July 2027, overdue from 1 August")).to_be_visible()
    expect(page.get_by_label("Short title")).to_have_value("Rosters of trainers")
    page.get_by_role("button", name="Save and add the next one").click()
    expect(page.get_by_text("GCI-2026-11/01 is saved.")).to_be_visible()

    # The second says nothing by when: its session does.
    page.get_by_label("Short title").fill("Write to all about ivory")
    page.get_by_label("Text").fill("CITES writes to all.")
    page.get_by_role("group", name=re.compile("^In the lead")).get_by_label("CITES", exact=True).check()
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page).to_have_url(re.compile(r"/desk/meetings/gci-2026-11/#action-2$"))
    expect(page.get_by_role("link", name="Rosters of trainers")).to_be_visible()

    # The server shares this test's connection to the database: it has to be done first.
    page.wait_for_load_state("networkidle")
    actions = list(AgreedAction.objects.filter(meeting__code="gci-2026-11").order_by("number"))
    stages = Deadline.objects.filter(action__in=actions).order_by("action__number")
    assert [(action.number, action.title, action.is_for_each_partner) for action in actions] == [
        (1, "Rosters of trainers", True),
        (2, "Write to all about ivory", False),
    ]
    assert [(str(stage.latest), stage.is_inherited) for stage in stages] == [
        ("2027-07-31", False),
        ("2027-04-30", True),
    ]
    owners = [sorted(stage.shares.values_list("partner__slug", flat=True)) for stage in stages]
    assert owners == [["cites-secretariat", "wco"], ["cites-secretariat"]]
    # What was entered stands on the page of the draft, and the way back to the desk beside it.
    secretariat.open(Meeting.objects.get(code="gci-2026-11").get_absolute_url())
    expect(page.get_by_role("heading", name="Write to all about ivory")).to_be_visible()
    page.get_by_role("link", name="Edit", exact=True).click()
    expect(page).to_have_url(re.compile(r"/desk/meetings/gci-2026-11/$"))
