"""What a visitor's first look at a public page costs, on the real content: weight, hosts, forms, second visit."""

import gzip
import os
import re
from collections import Counter
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("real_content")]

MOST_BYTES = 100_000
FETCHED = {("script", "src"), ("img", "src"), ("img", "srcset"), ("use", "href"), ("iframe", "src"), ("source", "src"),
           ("source", "srcset"), ("video", "src"), ("object", "data"), ("embed", "src")}  # fmt: skip
FETCHED_LINKS = {"stylesheet", "icon", "preload", "modulepreload", "manifest", "preconnect", "dns-prefetch"}


class Page(HTMLParser):
    """What a browser fetches for a page, and what forms it holds."""

    def __init__(self, text: str):
        super().__init__()
        self.fetched: set[str] = set()
        self.forms: list[dict] = []
        self.inline: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.fetched |= {value for name, value in attrs if (tag, name) in FETCHED and value}
        if tag == "link" and set(values.get("rel", "").split()) & FETCHED_LINKS:
            self.fetched.add(values["href"])
        if tag == "form":
            self.forms.append(values)
        self.inline += [f"{tag} {name}" for name in values if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in values and values.get("type") not in DATA_SCRIPTS):
            self.inline.append(tag)


DATA_SCRIPTS = ("application/ld+json", "application/json")


ALIKE = 12  # so many of the pages that look alike, such as the answers to HS codes


def paths(client) -> list[str]:
    """The addresses of the sitemap, a few of each kind, and pages it leaves out because they only lead on."""
    sitemap = client.get("/sitemap.xml").content.decode()
    seen: Counter[str] = Counter()
    found = []
    for address in re.findall(r"<loc>(.*?)</loc>", sitemap):
        path = urlsplit(address).path
        kind = path.split("/")[1]
        seen[kind] += 1
        if seen[kind] <= ALIKE or kind == "guide" or os.environ.get("FULL"):
            found.append(path)
    return [*found, "/search/?q=ivory", "/search/?q=a", "/calendar/?year=2007", "/hs/?q=ivory", "/hs/29/", "/hs/44/",
            "/actions/?meeting=gci-2007-03", reverse("account_login"), reverse("account_request")]  # fmt: skip


def weight_of_static(address: str) -> int:
    path = finders.find(urlsplit(address).path.removeprefix("/static/"))
    assert path, f"{address} is missing"
    with open(path, "rb") as file:
        body = file.read()
    assert b"url(http" not in body
    assert b"url(//" not in body
    compressed = gzip.compress(body, 9)
    return min(len(body), len(compressed))


def test_public_pages_are_light_and_ask_no_other_host(client):
    heavy, elsewhere, inline = {}, {}, {}
    for path in paths(client):
        response = client.get(path, headers={"Accept-Encoding": "gzip"})
        body = response.content
        is_compressed = response.get("Content-Encoding") == "gzip"
        page = Page((gzip.decompress(body) if is_compressed else body).decode())
        strange = {address for address in page.fetched if urlsplit(address).netloc}
        if strange:
            elsewhere[path] = strange
        if page.inline:
            inline[path] = page.inline
        files = {address.partition("#")[0] for address in page.fetched} - strange - {""}
        weight = len(body) + sum(weight_of_static(name) for name in files if not name.startswith("data:"))
        if weight >= MOST_BYTES:
            heavy[path] = weight

    assert (heavy, elsewhere, inline) == ({}, {}, {})


def test_public_pages_hold_no_form_that_posts(client):
    own_forms = {reverse("account_login"), reverse("account_request")}
    posting = {}
    for path in paths(client):
        if path not in own_forms:
            response = client.get(path)
            text = response.content.decode()
            forms = [form for form in Page(text).forms if form.get("method", "get").lower() != "get"]
            if forms or "csrfmiddlewaretoken" in text or response.cookies:
                posting[path] = forms

    assert posting == {}


def test_public_pages_answer_304_while_nothing_changes(client, django_assert_num_queries):
    changed = {}
    own_forms = {reverse("account_login"), reverse("account_request")}
    for path in paths(client):
        if path not in own_forms:
            first = client.get(path)
            with django_assert_num_queries(0):
                second = client.get(path, headers={"If-None-Match": first.get("ETag", "")})
            if second.status_code != 304 or second.content:
                changed[path] = second.status_code

    assert changed == {}
