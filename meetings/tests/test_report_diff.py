"""What differs between two versions, without a database."""

import pytest

from meetings.reports.diff import ADDED, REMOVED, SAME, differences, lines_that_differ
from meetings.reports.pages import Place


def place(key, *lines, heading=None):
    return Place(key, heading or key, text="\n\n".join(lines))


def marked(line):
    signs = {SAME: "{}", ADDED: "+{}+", REMOVED: "-{}-"}
    return "".join(signs[kind].format(words) for kind, words in line)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (["Same."], ["Same."], []),
        (["Send it by May."], ["Send it by June."], ["Send it by -May-+June+."]),
        (["One.", "Two."], ["One.", "Two.", "Three."], ["+Three.+"]),
        (["One.", "Two."], ["Two."], ["-One.-"]),
        (["Quite another."], ["Nothing alike here, is it?"], ["-Quite another.-", "+Nothing alike here, is it?+"]),
        ([""], ["Now there is."], ["--", "+Now there is.+"]),
        (["<b>bold</b> here it is"], ["<i>bold</i> here it is"], ["<-b-+i+>bold</-b-+i+> here it is"]),
    ],
)  # fmt: skip
def test_lines_show_what_differs_word_by_word(old, new, expected):
    assert [marked(line) for line in lines_that_differ(old, new)] == expected


def test_long_paragraphs_are_shown_whole():
    old, new = "word " * 2_000 + "a", "word " * 2_000 + "b"

    assert lines_that_differ([old], [new]) == [[(REMOVED, old)], [(ADDED, new)]]


def test_places_come_in_the_order_of_the_new_version_and_what_is_gone_where_it_stood():
    old = [place("a", "A."), place("gone", "Gone."), place("gone too", "Too."), place("b", "B.")]
    new = [place("new", "New."), place("a", "A."), place("b", "Bee.")]

    found = differences(old, new)

    assert [(difference.key, difference.kind) for difference in found] == [
        ("new", "added"), ("gone", "removed"), ("gone too", "removed"), ("b", "changed"),
    ]  # fmt: skip


def test_new_heading_is_a_difference():
    found = differences([place("a", "A.", heading="Old title")], [place("a", "A.", heading="New title")])

    assert [marked(line) for line in found[0].lines] == ["-Old-+New+ title"]
