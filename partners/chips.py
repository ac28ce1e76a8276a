"""Chips of agreements for the rows of long lists, drawn once for each agreement and not once for each row."""

import functools
from collections.abc import Iterable

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from greencustoms.core.templatetags.ui import chip


@functools.lru_cache(maxsize=256)
def linked(slug: str, short_name: str) -> SafeString:
    return chip(slug, short_name, reverse("agreement_detail", args=[slug]))


def of(agreements: Iterable) -> SafeString:
    """The chips of these agreements, as one string."""
    return _joined(linked(agreement.slug, agreement.short_name) for agreement in agreements)


def by_row(links: Iterable[tuple]) -> dict:
    """From (row, slug, short name) in the order to be shown: the chips of each row, as one string."""
    found: dict = {}
    for row, slug, short_name in links:
        found.setdefault(row, []).append(linked(slug, short_name))
    return {row: _joined(chips) for row, chips in found.items()}


def _joined(chips: Iterable[SafeString]) -> SafeString:
    return mark_safe(" ".join(chips))  # noqa: S308 - each is escaped
