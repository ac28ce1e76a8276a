"""Marks for long lists: each points to a drawing that stands on the page once."""

import functools

from django import template
from django.utils.safestring import SafeString, mark_safe

from .ui import MARKS

register = template.Library()


@register.simple_tag
def mark_symbols() -> SafeString:
    """The drawings to which `mark_uses` points: once a page, before a long list of marks."""
    symbols = "".join(f'<symbol id="mark-{name}" viewBox="0 0 16 16">{MARKS[name]}</symbol>' for name in MARKS)
    # The style sheet draws `.marks`, so what hides them stands around it.
    return mark_safe(f'<div hidden><svg class="marks" aria-hidden="true">{symbols}</svg></div>')  # noqa: S308 - from MARKS


@functools.lru_cache(maxsize=512)
def mark_uses(done: int = 0, in_progress: int = 0, accepted: int = 0, silent: int = 0, declined: int = 0) -> SafeString:
    """As `share_marks`, for long lists: each mark points to a drawing of `mark_symbols`."""
    counts = {"done": done, "in_progress": in_progress, "accepted": accepted, "silent": silent, "declined": declined}
    drawn = "".join(
        f'<svg data-mark="{name}" width="16" height="16"><use href="#mark-{name}"/></svg>' * count
        for name, count in counts.items()
    )
    return mark_safe(f'<span class="marks" aria-hidden="true">{drawn}</span>' if drawn else "")  # noqa: S308
