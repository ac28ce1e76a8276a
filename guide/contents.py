"""How the sections of an edition hang together: parts, the entries below a chapter, what comes before and after."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from .models import Section


@dataclass
class Part:
    """A section of the first level with the entries below it. Open where the section being read lies."""

    section: Section
    entries: list[Section] = field(default_factory=list)
    is_open: bool = False


def parts(sections: Iterable[Section], reading: Section | None = None) -> list[Part]:
    """Sections in order, entries put below the chapter they follow."""
    found: list[Part] = []
    for section in sections:
        if section.is_entry and found:
            found[-1].entries.append(section)
        else:
            found.append(Part(section))
        found[-1].is_open |= section == reading
    return found


def neighbours(sections: list[Section], section: Section) -> tuple[Section | None, Section | None]:
    """The sections before and after one."""
    position = sections.index(section)
    before = sections[position - 1] if position else None
    after = sections[position + 1] if position + 1 < len(sections) else None
    return before, after
