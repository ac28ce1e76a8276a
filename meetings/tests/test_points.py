"""The checklist as people type it."""

import pytest

from meetings.rules import points
from meetings.rules.points import Point

TEXT = """\
cover:
Add a table of contents
Propose a title (by: UNEP)
  short title
  longer title
Chapter 1:
Use alphabetical order"""


def test_checklist_is_read_with_parts_and_nested_points():
    assert points.read(TEXT) == [
        Point(1, "Add a table of contents", block="cover"),
        Point(2, "Propose a title", block="cover", by_whom_text="UNEP"),
        Point(3, "short title", parent=2, block="cover"),
        Point(4, "longer title", parent=2, block="cover"),
        Point(5, "Use alphabetical order", block="Chapter 1"),
    ]


def test_checklist_is_written_as_it_was_typed():
    assert points.as_text(points.read(TEXT)) == TEXT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("\n  \n", []),
        ("  first is indented", [Point(1, "first is indented")]),
        ("one\n\ttwo\n\t\tthree", [Point(1, "one"), Point(2, "two", 1), Point(3, "three", 1)]),
        ("a:\none\n:\ntwo", [Point(1, "one", block="a"), Point(2, "two")]),
        ("one\r\n  two", [Point(1, "one"), Point(2, "two", 1)]),
    ],
)
def test_unusual_checklists(text, expected):
    assert points.read(text) == expected
    assert points.read(points.as_text(expected)) == expected
