"""How the sections of an edition hang together: parts, the entries below a chapter, what comes before and after."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from .models import Section


@dataclass
class Part:
    """A section of the first level with the entries below it."""

    section: Section
    entries: list[Section] = field(default_factory=list)

    def holds(self, section: Section) -> bool:
        return section in (self.section, *self.entries)


def parts(sections: Iterable[Section]) -> list[Part]:
    """Sections in order, entries put below the chapter they follow."""
    found: list[Part] = []
    for section in sections:
        if section.is_entry and found:
            found[-1].entries.append(section)
        else:
            found.append(Part(section))
    return found


def neighbours(sections: list[Section], section: Section) -> tuple[Section | None, Section | None]:
    """The sections before and after one."""
    position = sections.index(section)
    before = sections[position - 1] if position else None
    after = sections[position + 1] if position + 1 < len(sections) else None
    return before, after
