"""A report from the draft to its second version, by three people, with scripts and without."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from meetings.models import Attendance, Meeting, ReportComment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_report_is_circulated_commented_answered_final_reopened_and_compared(world, new_visitor):
    draft = world.draft_meeting
    Attendance.objects.create(meeting=draft, partner=world.partner)
    desk = f"/desk/meetings/{draft.code}/"
    secretariat, staff, visitor = new_visitor(), new_visitor(), new_visitor()
    secretariat.sign_in(world.people["secretariat"].email, second_factor=True)

    page = secretariat.open(desk)
    page.get_by_role("link", name="Circulate for comments").click()
    page.get_by_label("Comments until").fill((world.today + timedelta(days=3)).isoformat())
    page.get_by_role("button", name="Circulate").click()
    expect(page.get_by_text("The report is circulated, and the partners are told.")).to_be_visible()

    staff.sign_in("staff@cites.example")
    page = staff.page
    page.get_by_role("link", name=draft.title, exact=True).click()
    place = page.locator("section", has=page.locator("#action-1"))
    place.get_by_text("Comment").first.click()
    place.get_by_label("Comment").fill("Say to whom.")
    place.get_by_role("button", name="Send this comment").click()
    expect(page.get_by_text("Say to whom.")).to_be_visible()

    page = secretariat.open(desk)
    page.get_by_role("link", name="1 comment").click()
    page.get_by_role("link", name="Answer CITES").click()
    page.get_by_label("rejected").check()
    page.get_by_role("button", name="Keep this answer").click()
    expect(page.get_by_text("Say in a sentence why the comment is rejected.", exact=True)).to_be_visible()
    page.get_by_label("Reason or note").fill("It was agreed so.")
    page.get_by_role("button", name="Keep this answer").click()
    expect(page.get_by_text("Your answer is kept.")).to_be_visible()

    secretariat.open(desk)
    page.get_by_role("link", name="Make final").click()
    page.get_by_label("Make it final although comments may still come").check()
    page.get_by_role("button", name="Make final").click()
    expect(page.get_by_text("The report is final and its words are kept.")).to_be_visible()
    expect(visitor.open(draft.get_absolute_url()).get_by_role("heading", level=1)).to_have_text(draft.title)

    page.get_by_role("link", name="Reopen").click()
    page.get_by_label("Why is there to be a next version").fill("The summary was too short.")
    page.get_by_role("button", name="Make the working copy").click()
    expect(page.get_by_text("Here is the working copy.")).to_be_visible()
    copy = Meeting.objects.get(revises=draft)
    copy.sessions.update(summary="What was said, at length.")
    secretariat.open(f"/desk/meetings/{copy.code}/")
    page.get_by_role("link", name="Make final").click()
    page.get_by_role("button", name="Make final").click()
    expect(page.get_by_text("Final, version 2", exact=True)).to_be_visible()

    page = visitor.open(f"{draft.get_absolute_url()}versions/")
    expect(page.get_by_text("The summary was too short.")).to_be_visible()
    page.get_by_role("link", name="See what changed").click()
    expect(page.locator("ins", has_text="at length")).to_be_visible()
    page.get_by_label("To").select_option("1")
    page.get_by_label("From").select_option("2")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("del", has_text="at length")).to_be_visible()
    assert ReportComment.objects.get(meeting=draft, text="Say to whom.").answer == "It was agreed so."
    assert not Meeting.objects.filter(pk=copy.pk).exists()
