"""axe finds nothing on any public page, in light and dark, left-to-right and right-to-left."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from ..addresses import ADDRESSES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Pages that hold a form with errors, no results, or many rows look different from their plain selves.
MORE = ["/search/?q=ivory", "/search/?q=zyzzyva", "/calendar/?year=1", "/hs/?q=zyzzyva", "/courses/?language=klingon",
        "/actions/?due_before=yesterday", "/no/such/page/", "/accounts/login/", "/accounts/request/",
        "/accounts/password/reset/"]  # fmt: skip

# A browser saves these instead of showing them.
FILES = (".atom", ".csv", ".ics", ".pdf", ".txt", ".xlsx", ".xml")


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]]


@pytest.fixture
def paths(world) -> list[str]:
    pages = [address.for_world(world) for address in ADDRESSES if address.is_public_page]
    return [path for path in [*pages, *MORE] if not path.endswith(FILES)]


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_public_pages(scheme, direction, paths, browser, live_server_address, settings):
    if direction == "rtl":
        # Only here: the words stay English, the direction is that of Arabic.
        settings.LANGUAGE_CODE = "ar"
        settings.LANGUAGES = [("ar", "Arabic")]
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    stopped = []
    page.on("console", lambda message: stopped.append(message.text) if "Content Security" in message.text else None)
    wrong = {}
    for path in paths:
        page.goto(live_server_address + path)
        assert page.evaluate("document.documentElement.dir") == direction
        found = violations(page)
        if found:
            wrong[path] = found
    context.close()

    assert (wrong, stopped) == ({}, [])


@pytest.mark.parametrize(
    "persona", ["staff", "secretariat", "access_administrator", "cleared_officer", "technical_administrator"]
)
def test_axe_finds_nothing_on_the_work_pages(persona, world, browser, live_server_address, client):
    world.sign_in(client, persona)
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server_address}])
    page = context.new_page()
    wrong = {}
    for address in ADDRESSES:
        if address.route.startswith(("my/", "desk/", "enforcement/")) and address.expected[persona] == 200:
            path = address.for_world(world)
            if path.endswith(FILES):
                continue
            page.goto(live_server_address + path)
            found = violations(page)
            if found:
                wrong[path] = found
    context.close()

    assert wrong == {}


def test_axe_would_find_something(browser):
    context = browser.new_context()
    page = context.new_page()
    page.set_content("<title>x</title><img src='a.png'><a href='/'></a>")

    assert violations(page) != []
    context.close()
