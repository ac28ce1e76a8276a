"""The checklist under an action as people type it: one point a line, nested ones indented, parts under a heading.

    cover:
    Add a table of contents
    Propose a title
      short title
      longer title (by: UNEP)

A line that ends in a colon begins a part, a colon alone ends it; "(by: ...)" at the end of a point is its "by whom".
Pure: no database.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

LONGEST_BLOCK = 100
_BY_WHOM = re.compile(r"^(?P<text>.*\S)\s*\(by: (?P<by_whom>.+)\)$", re.IGNORECASE)


@dataclass(frozen=True)
class Point:
    number: int
    text: str
    parent: int | None = None
    block: str = ""
    by_whom_text: str = ""


def read(text: str) -> list[Point]:
    """Points in order, numbered from one. A nested one names its parent; deeper nesting counts as nested once."""
    points: list[Point] = []
    block, parent = "", None
    for line in text.splitlines():
        words = " ".join(line.split())
        if not words:
            continue
        is_nested = line[:1].isspace() and parent is not None
        if words.endswith(":") and not is_nested and len(words) <= LONGEST_BLOCK:
            block, parent = words[:-1], None
            continue
        number = len(points) + 1
        found = _BY_WHOM.match(words)
        point = Point(number, found["text"] if found else words, block=block)
        if found:
            point = replace(point, by_whom_text=found["by_whom"])
        if is_nested:
            point = replace(point, parent=parent)
        else:
            parent = number
        points.append(point)
    return points


def as_text(points: Iterable[Point]) -> str:
    """The points as `read` takes them."""
    lines, block = [], ""
    for point in points:
        if point.block != block:
            block = point.block
            lines.append(f"{block}:")
        words = f"{point.text} (by: {point.by_whom_text})" if point.by_whom_text else point.text
        lines.append(f"  {words}" if point.parent else words)
    return "\n".join(lines)
