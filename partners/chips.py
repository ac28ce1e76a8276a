"""Chips of agreements for the rows of long lists, drawn once for each agreement and not once for each row."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from greencustoms.core.templatetags.ui import chip


def by_row(links: Iterable[tuple]) -> dict:
    """From (row, slug, short name) in the order to be shown: the chips of each row, as one string."""
    drawn: dict[str, SafeString] = {}
    found: dict = {}
    for row, slug, short_name in links:
        if slug not in drawn:
            drawn[slug] = chip(slug, short_name, reverse("agreement_detail", args=[slug]))
        found.setdefault(row, []).append(drawn[slug])
    return {row: mark_safe(" ".join(chips)) for row, chips in found.items()}  # noqa: S308 - chips are escaped
