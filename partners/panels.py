"""Places on the partners' pages and at the desk where other rooms put their own, so that partners imports none of them.

A room registers in the `ready()` of its AppConfig, or in a module imported there.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from .models import Partner

# A panel is a template with its context, or None where there is nothing to say.
Panel = tuple[str, dict] | None
PartnerPanel = Callable[[Partner, HttpRequest], Panel]

_partner_panels: list[tuple[int, PartnerPanel]] = []
_desk_entries: dict[str, "DeskEntry"] = {}


@dataclass(frozen=True)
class DeskEntry:
    """One work page of the desk: a line in its menu, a card on its first page."""

    url_name: str
    label: str
    says: str
    allowed: Callable[..., bool]
    place: int = 100
    waiting: Callable[..., int] | None = field(default=None, compare=False)

    @property
    def url(self) -> str | None:
        """None while no room answers this address, as with the restricted section left out."""
        try:
            return reverse(self.url_name)
        except NoReverseMatch:
            return None


def partner_panel(*, place: int = 100):
    """Register `function(partner, request) -> (template, context) or None` for the page of a partner."""

    def register(function: PartnerPanel) -> PartnerPanel:
        if function not in [known for _, known in _partner_panels]:
            _partner_panels.append((place, function))
        return function

    return register


def desk_entry(entry: DeskEntry) -> None:
    """Register a work page; registering it again replaces it."""
    _desk_entries[entry.url_name] = entry


def panels_for(partner: Partner, request: HttpRequest) -> list[tuple[str, dict]]:
    """What the rooms have to say on the page of this partner, in order."""
    found = (function(partner, request) for _, function in sorted(_partner_panels, key=lambda pair: pair[0]))
    return [panel for panel in found if panel is not None]


def entries_for(user) -> list[DeskEntry]:
    """The work pages this person may open, in order."""
    entries = sorted(_desk_entries.values(), key=lambda entry: (entry.place, entry.url_name))
    # Several entries ask the same question; it is asked once.
    may = functools.cache(lambda allowed: allowed(user))
    return [entry for entry in entries if entry.url is not None and may(entry.allowed)]
