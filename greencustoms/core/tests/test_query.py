"""Nothing a visitor can put behind the question mark may upset a view."""

import pytest
from django.http import HttpResponse

from greencustoms.core.middleware import clean_query, cleaned_query
from greencustoms.core.query import clean_text, page_number


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("ivory", "ivory"),
        ("  ivory ", "ivory"),
        ("a\x00b", "ab"),
        ("a\ud800b", "ab"),
        ("a\ufffeb\uffff", "ab"),
        ("a\tb\r\nc", "a b  c"),
        ("cafe\u0301", "café"),
        ("x" * 10_000, "x" * 200),
        ("\x00", ""),
        ("", ""),
    ],
)
def test_clean_text_takes_away_what_no_page_can_use(typed, cleaned):
    assert clean_text(typed) == cleaned


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("1", 1),
        ("7", 7),
        ("10000", 10_000),
        ("10001", 10_000),
        ("99999", 10_000),
        ("1" + "0" * 30, 1),
        ("0", 1),
        ("-3", 1),
        ("1.5", 1),
        ("٣", 1),
        ("²", 1),
        ("", 1),
        ("last", 1),
    ],
)
def test_page_number_is_always_one_of_ten_thousand(asked, number):
    assert page_number(asked) == number


@pytest.mark.parametrize(
    ("raw", "values"),
    [
        ("q=ivory&page=2", {"q": ["ivory"], "page": ["2"]}),
        ("q=a%00b", {"q": ["ab"]}),
        ("q=%ED%A0%80x", {"q": ["���x"]}),
        ("q=%FF%FE", {"q": ["\ufffd\ufffd"]}),
        ("q=caf%C3%A9", {"q": ["café"]}),
        ("q=caf\xc3\xa9", {"q": ["café"]}),
        ("q[]=1&q[]=2", {"q[]": ["1", "2"]}),
        ("%00=x", {}),
        ("&&&=&a", {"a": [""]}),
        ("q=" + "x" * 10_000, {"q": ["x" * 200]}),
    ],
)
def test_cleaned_query_keeps_names_and_clean_values(raw, values):
    assert dict(cleaned_query(raw).lists()) == values


def test_cleaned_query_stops_at_sixty_parameters():
    query = cleaned_query("&".join(f"p{number}=1" for number in range(100)))

    assert len(query) == 60


def test_clean_query_gives_views_and_links_the_same_cleaned_string(rf):
    seen = {}

    def view(request):
        seen.update(q=request.GET["q"], path=request.get_full_path())
        return HttpResponse()

    clean_query(view)(rf.get("/search/?q=%00ivory%20"))

    assert seen == {"q": "ivory", "path": "/search/?q=ivory"}
