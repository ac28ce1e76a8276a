import tomllib

import pytest

from greencustoms.core import frontmatter


def test_fields_and_body_are_told_apart():
    text = '+++\nslug = "about"\nsources = ["a", "b"]\n+++\n\n## Title\n\nBody with +++ inside.\n'

    assert frontmatter.read(text) == (
        {"slug": "about", "sources": ["a", "b"]},
        "## Title\n\nBody with +++ inside.",
    )


def test_text_without_fields_is_all_body():
    assert frontmatter.read("Only words.\n") == ({}, "Only words.")


def test_empty_text_is_empty():
    assert frontmatter.read("") == ({}, "")


def test_a_byte_order_mark_and_windows_line_ends_are_taken():
    assert frontmatter.read('\ufeff+++\r\nslug = "a"\r\n+++\r\nWords\r\n') == ({"slug": "a"}, "Words")


def test_a_rule_further_down_the_body_stays():
    assert frontmatter.read('+++\nslug = "a"\n+++\none\n\n+++\n\ntwo') == ({"slug": "a"}, "one\n\n+++\n\ntwo")


def test_fields_left_open_are_refused():
    with pytest.raises(ValueError, match="not closed"):
        frontmatter.read('+++\nslug = "a"\n')


def test_fields_that_are_not_toml_are_refused():
    with pytest.raises(tomllib.TOMLDecodeError):
        frontmatter.read("+++\nslug: a\n+++\n")
