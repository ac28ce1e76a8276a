"""What differs between two versions of a report: place by place, paragraph by paragraph, word by word. Pure."""

import difflib
import re
from dataclasses import dataclass
from itertools import zip_longest

from meetings.reports.pages import Place

SAME, ADDED, REMOVED, CHANGED = "same", "added", "removed", "changed"
# Comparing word by word takes time by the square; and where little is alike, both texts whole are easier to read.
MOST_WORDS = 1_500
MOST_LINES = 1_500
ALIKE_ENOUGH = 0.4
_TOKEN = re.compile(r"\s+|[^\s\w]|\w+")


@dataclass(frozen=True, slots=True)
class Difference:
    """A place that differs. `lines` holds the paragraphs that do, each as pieces of (kind, words)."""

    key: str
    heading: str
    kind: str
    lines: list[list[tuple[str, str]]]


def differences(old: list[Place], new: list[Place]) -> list[Difference]:
    """The places that differ, in the order of the new version; what was taken out stands where it stood."""
    before, after = {place.key: place for place in old}, {place.key: place for place in new}
    found = []
    for key in _in_order(list(before), list(after)):
        difference = _difference(before.get(key), after.get(key))
        if difference is not None:
            found.append(difference)
    return found


def _in_order(old: list[str], new: list[str]) -> list[str]:
    """All keys once: those of the new version in its order, each one taken out behind the one it followed."""
    order = list(new)
    last = -1
    for key in old:
        if key in order:
            last = order.index(key)
        else:
            last += 1
            order.insert(last, key)
    return order


def _difference(old: Place | None, new: Place | None) -> Difference | None:
    if new is None:
        return old and Difference(old.key, old.heading, REMOVED, [[(REMOVED, line)] for line in old.lines[1:]])
    if old is None:
        return Difference(new.key, new.heading, ADDED, [[(ADDED, line)] for line in new.lines[1:]])
    lines = lines_that_differ(old.lines, new.lines)
    return Difference(new.key, new.heading, CHANGED, lines) if lines else None


def lines_that_differ(old: list[str], new: list[str]) -> list[list[tuple[str, str]]]:
    """Each changed paragraph with its words marked; paragraphs that stayed the same are left out."""
    if old == new:
        return []
    if max(len(old), len(new)) > MOST_LINES:
        return [*([(REMOVED, line)] for line in old), *([(ADDED, line)] for line in new)]
    found: list[list[tuple[str, str]]] = []
    for tag, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        for before, after in zip_longest(old[i:j], new[k:m]):
            found += _line(before, after)
    return found


def _line(before: str | None, after: str | None) -> list[list[tuple[str, str]]]:
    if before is None or after is None:
        return [[(ADDED, after)]] if after is not None else [[(REMOVED, before or "")]]
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    whole = [[(REMOVED, before)], [(ADDED, after)]]
    if max(len(old), len(new)) > MOST_WORDS:
        return whole
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < ALIKE_ENOUGH:
        return whole
    pieces: list[tuple[str, str]] = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            pieces.append((SAME, "".join(old[i:j])))
            continue
        if j > i:
            pieces.append((REMOVED, "".join(old[i:j])))
        if m > k:
            pieces.append((ADDED, "".join(new[k:m])))
    return [pieces]
