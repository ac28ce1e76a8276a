"""Bad input never breaks a page: query strings and paths nobody meant, on every list and page that reads them."""

import random
from urllib.parse import quote_from_bytes

import pytest

from .addresses import ADDRESSES

pytestmark = pytest.mark.django_db

NAMES = (
    "q", "page", "year", "meeting", "partner", "state", "due_before", "due_after", "agreement", "provider", "audience",
    "language", "access", "certificate", "platform", "developed_with", "today", "chapter", "edition", "typed", "cas",
    "kind", "by", "sort", "order", "next", "request", "version", "about", "item", "q[]", "page[]", "partner[0]",
    "__proto__", "csrfmiddlewaretoken",
)  # fmt: skip
HUGE = b"1" + b"0" * 30
VALUES = [
    b"", b" ", b"\x00", b"a\x00b", b"\xed\xa0\x80", b"\xed\xb0\x80\xed\xa0\x80", b"\xff\xfe", b"\xf4\x90\x80\x80",
    "\ufffe\uffff".encode(), "\u202e\u200f\u2066".encode(), "é".encode() * 50, "ﷺ".encode() * 200,
    "㌀".encode() * 200, "\U0001e900\U0001f600".encode(), "٣١".encode(), "²".encode(), b"0", b"-1", b"1.5", b"1e999",
    b"NaN", b"Infinity", HUGE, b"-" + HUGE, b"9223372036854775808", b"2147483648", b"99999", b"00000000001",
    b"0000-00-00", b"9999-12-31", b"10000-01-01", b"2027-02-30", b"2007-07-01", b"2007-07-01T00:00", b"null",
    b"undefined", b"true", b"[]", b"{}", b"[object Object]", b"a,b,c", b"'", b"''", b'"', b"\\", b"%", b"_", b"%%",
    b"*", b"(", b")", b"a AND", b"NEAR(a b)", b"-a", b"a:*", b"!a", b"<->", b"a & | b", b"';drop table core_user --",
    b"1 OR 1=1", b"{{7*7}}", b"{% debug %}", b"${7*7}", b"<script>", b"../../etc/passwd", b"file:///etc/passwd",
    b"//evil.example", b"javascript:alert(1)", b"\r\nSet-Cookie: a=b", b"x" * 10_000, b"x " * 5_000, b"cites",
    b"unknown-choice", b"done", b"2903.77", b"2903", b"29", b"1", b"75-69-4", b"00-00-0", b"ivory", b"none",
]  # fmt: skip
ODD_PATHS = [
    "/hs/{}/", "/agreements/{}/", "/partners/{}/", "/courses/{}/", "/platforms/{}/", "/meetings/{}/",
    "/meetings/{}/actions/1/", "/meetings/gci-2027-01/actions/{}/", "/guide/{}/", "/guide/{}/guide.pdf",
    "/guide/2027/{}/", "/about/{}/", "/my/shares/{}/report/", "/my/mail/{}/", "/accounts/invitation/{}/",
    "/accounts/request/{}/", "/accounts/confirm-email/{}/", "/accounts/password/reset/key/{}/",
    "/enforcement/indicators/{}/", "/enforcement/{}", "/desk/people/members/{}/remove/", "/desk/requests/{}/",
    "/desk/jobs/{}/", "/desk/access/{}/revoke/", "/desk/events/{}/", "/desk/working-days/{}/",
    "/unsubscribe/{}/", "/{}", "/static/{}",
]  # fmt: skip
# Who reads the lists that are not public.
READERS = {
    "secretariat": ["/actions/", "/actions/export.csv", "/meetings/", "/search/", "/my/", "/my/mail/", "/desk/people/",
                    "/desk/requests/", "/desk/partners/", "/desk/events/", "/desk/guide/"],
    "access_administrator": ["/desk/access/", "/desk/access/log/", "/desk/access/grant/"],
    "cleared_officer": ["/enforcement/", "/enforcement/indicators/"],
}  # fmt: skip


def random_query(chance: random.Random) -> str:
    pairs = []
    for _ in range(chance.choice([1, 1, 2, 3, 8])):
        name = chance.choice(NAMES).encode() if chance.random() < 0.95 else chance.choice(VALUES)[:20]
        value = chance.choice(VALUES)
        if chance.random() < 0.1:
            value += chance.choice(VALUES)
        pairs.append(f"{quote_from_bytes(name)}={quote_from_bytes(value)}")
    return chance.choice(["&", "&", "&&", "&="]).join(pairs)


def ask(client, path: str, query: str = "") -> str | None:
    """What went wrong, or nothing."""
    response = client.get(path, QUERY_STRING=query)
    if response.status_code >= 500:
        return f"{response.status_code} {path}?{query[:300]}"
    if "evil.example" in response.get("Location", "").partition("?")[0]:
        return f"leads away: {path}?{query[:300]}"
    return None


def ask_many(client, world, times: int, seed: int) -> list[str]:
    client.raise_request_exception = False
    chance = random.Random(seed)
    public = [address.for_world(world) for address in ADDRESSES if address.is_public_page]
    wrong = [ask(client, chance.choice(public), random_query(chance)) for _ in range(times * 7 // 10)]
    for persona, paths in READERS.items():
        world.sign_in(client, persona)
        wrong += [ask(client, chance.choice(paths), random_query(chance)) for _ in range(times // 10)]
    return [each for each in wrong if each]


def test_bad_query_strings_never_break_a_page(world, client):
    assert ask_many(client, world, 1_000, seed=1) == []


@pytest.mark.full
@pytest.mark.parametrize("seed", range(2, 22))
def test_bad_query_strings_never_break_a_page_in_full(seed, world, client):
    assert ask_many(client, world, 1_000, seed=seed) == []


@pytest.mark.parametrize(
    "value",
    [b"\x00", b"\xed\xa0\x80", b"\xff", HUGE, b"-1", b"%", b"..", b"x" * 3_000, "é".encode(), b"\n", b"a\n", b"1\n",
     b"\r", b"a\r\nSet-Cookie: a=b"],
)  # fmt: skip
@pytest.mark.parametrize("persona", ["anonymous", "staff", "secretariat", "access_administrator", "cleared_officer"])
def test_odd_paths_never_break_a_page(persona, value, world, client):
    client.raise_request_exception = False
    if world.people[persona]:
        world.sign_in(client, persona)

    wrong = [ask(client, path.format(quote_from_bytes(value))) for path in ODD_PATHS]

    assert [each for each in wrong if each] == []


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/actions/", "due_before=yesterday"),
        ("/actions/", "state=unknown"),
        ("/courses/", "language=klingon"),
        ("/hs/", "agreement=unknown"),
    ],
)
def test_a_bad_value_gets_a_sentence_and_the_list_stays_usable(path, query, world, client):
    response = client.get(path, QUERY_STRING=query)

    assert response.status_code == 200
    assert response.context["filter"].form.errors
    assert "errorlist" in response.content.decode()
