"""Each kind of user does the first task, from the sign-in to the result, with scripts and without."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from enforcement.models import AccessGrant
from guide.models import EditionPdf
from meetings.choices import Acceptance, Progress

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_partner_staff_reports_what_was_done(world, new_visitor):
    staff = new_visitor()

    staff.sign_in("staff@cites.example")
    page = staff.page
    expect(page).to_have_url(re.compile(r"/my/$"))
    page.locator(f"main a[href='{world.share.get_absolute_url()}']").first.click()
    page.get_by_role("button", name="Accept this share").click()
    staff.open(world.share.get_absolute_url())
    page.get_by_label("What was done").first.fill("We wrote to all of them.")
    page.get_by_role("button", name="Report as done").click()

    world.share.refresh_from_db()
    assert (world.share.acceptance, world.share.progress) == (Acceptance.ACCEPTED, Progress.DONE)
    staff.open(world.action.get_absolute_url())
    expect(page.get_by_text("We wrote to all of them.").first).to_be_visible()


def test_customs_officer_finds_a_code_and_a_course(world, new_visitor):
    officer = new_visitor(viewport={"width": 360, "height": 740})

    page = officer.open("/")
    page.get_by_role("searchbox").fill("0507.10")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(re.compile(r"/hs/0507\.10/"))
    expect(page.get_by_text("export permit").first).to_be_visible()
    page.get_by_role("link", name="Recognising ivory").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Recognising ivory")
    officer.open("/courses/?agreement=cites")
    expect(page.get_by_role("link", name="Recognising ivory").first).to_be_visible()
    box = page.locator("main").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360


def test_secretariat_makes_and_downloads_the_guide(world, new_visitor):
    secretariat = new_visitor()

    secretariat.sign_in(world.people["secretariat"].email, second_factor=True)
    page = secretariat.page
    expect(page).to_have_url(re.compile(r"/desk/$"))
    secretariat.open("/desk/guide/")
    page.get_by_role("button", name=re.compile("Make the PDF")).first.click()
    expect(page.get_by_text("The PDF is ready.")).to_be_visible(timeout=90_000)
    link = page.locator("a[href$='guide.pdf']").first
    expect(link).to_be_visible()
    address = secretariat.address + link.get_attribute("href")
    first, second = (page.context.request.get(address) for _ in range(2))

    assert first.headers["content-type"] == "application/pdf"
    assert first.body().startswith(b"%PDF-")
    assert second.body() == first.body()
    assert EditionPdf.objects.count() == 1


def test_access_is_granted_for_a_time_used_and_revoked(world, new_visitor):
    world.access_request.delete()
    officer, administrator = new_visitor(), new_visitor()
    person = world.people["officer"]

    officer.sign_in(person.email, second_factor=True)
    officer.open("/enforcement/")
    officer.page.get_by_role("link", name="Ask for access").click()
    officer.page.get_by_label("what you need", exact=False).first.fill("We examine ivory.")
    officer.page.get_by_label("supervisor", exact=False).first.fill("Risk management office")
    officer.page.locator("main form button").first.click()
    expect(officer.page.get_by_text("Your request is waiting")).to_be_visible()

    administrator.sign_in(world.people["access_administrator"].email, second_factor=True)
    page = administrator.page
    expect(page).to_have_url(re.compile(r"/desk/access/$"))
    page.get_by_role("link", name=f"Grant {person.name}").click()
    page.get_by_label("TLP:GREEN").check()
    page.get_by_label("CITES").check()
    page.get_by_label("Africa").check()
    last_day = world.today + timedelta(days=14)
    page.get_by_label("Last day").fill(last_day.isoformat())
    page.get_by_label("Reason").fill("Vetted by the administration.")
    page.get_by_role("button", name="Grant access").click()
    expect(page).to_have_url(re.compile(r"/desk/access/$"))

    officer.open("/enforcement/indicators/")
    officer.page.get_by_role("link", name=re.compile("Zirconblue tusks")).click()
    expect(officer.page.get_by_role("heading", level=1)).to_contain_text("Zirconblue tusks")
    assert page.get_by_text("Zirconblue").count() == 0

    page.get_by_role("link", name=f"Revoke {person.name}").first.click()
    page.get_by_label("Reason").fill("Moved to another office.")
    page.locator("main form button").first.click()
    expect(page).to_have_url(re.compile(r"/desk/access/$"))

    answer = officer.page.reload()
    assert answer.status == 404
    assert officer.page.get_by_text("Zirconblue").count() == 0
    assert AccessGrant.objects.get(user=person).revoked_by == world.people["access_administrator"]
