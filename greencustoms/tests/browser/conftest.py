"""A visitor with a real browser, with scripts and without, who complains about anything the content policy stops."""

import time
from dataclasses import dataclass

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import BrowserContext, Page, expect

from greencustoms.core.tests.factories import PASSWORD, TOTP_SECRET

# The machine may be busy; a page that needs longer than this is broken.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)


@dataclass
class Visitor:
    page: Page
    address: str
    complaints: list[str]

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def sign_in(self, email: str, *, second_factor: bool = False) -> None:
        self.open("/accounts/login/")
        self.page.get_by_label("E-mail").or_(self.page.get_by_label("Email")).first.fill(email)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        if second_factor:
            self.use_second_factor()

    def use_second_factor(self) -> None:
        """Type the present code; one that ran out on the way is typed anew."""
        field = self.page.locator("input[name=code]")
        expect(field).to_be_visible()
        at = self.page.url
        for _ in range(3):
            field.fill(format_hotp_value(hotp_value(TOTP_SECRET, int(time.time()) // 30)))
            field.press("Enter")
            self.page.wait_for_load_state()
            if self.page.url != at:
                return
        raise AssertionError("no code was taken")


@pytest.fixture(params=["with scripts", "without scripts"])
def has_scripts(request) -> bool:
    return request.param == "with scripts"


@pytest.fixture
def new_visitor(browser, live_server_address, has_scripts):
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []

    def open_browser(**options) -> Visitor:
        context = browser.new_context(**{"java_script_enabled": has_scripts, "accept_downloads": True, **options})
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        visitor = Visitor(context.new_page(), live_server_address, [])
        visitor.page.on("console", lambda message: _note(visitor, message))
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        visitors.append(visitor)
        return visitor

    yield open_browser
    complaints = [complaint for visitor in visitors for complaint in visitor.complaints]
    for context in contexts:
        context.close()
    assert complaints == []


def _note(visitor: Visitor, message) -> None:
    # A 404 that a test asks for is written to the console too; what the content policy stopped is what counts.
    if "Content Security Policy" in message.text or "Content-Security-Policy" in message.text:
        visitor.complaints.append(f"{visitor.page.url}: {message.text}")
