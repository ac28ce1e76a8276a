"""What templates draw with: chips, glyphs, icons, a deadline as a band, shares as marks.

The functions are dumb: they take plain values and know no rule. In inline SVG every colour is also an attribute,
because style sheets do not reach inline SVG in PDFs; no drawing holds text, because PDFs reverse Arabic in SVG.
"""

import calendar
import functools
import re
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from lucide import _render_icon

from greencustoms.core import stylesheets

register = template.Library()

SPRITE = "img/glyphs.svg"
ANY_AGREEMENT = "agreement"
SVG = "{http://www.w3.org/2000/svg}"

# Colours of the light theme, for PDFs; on the web the classes in band.css and marks.css go before them.
HOUSE, EDGE, INK, PAPER = "#14513a", "#767f78", "#1a211d", "#fbfaf5"


@functools.cache
def _glyphs() -> dict[str, str]:
    """The drawings of the sprite by name, as markup without namespace."""
    root = ElementTree.parse(Path(settings.BASE_DIR) / "static" / SPRITE).getroot()  # noqa: S314 - our own file
    drawings = {}
    for symbol in root.iter(f"{SVG}symbol"):
        for node in symbol.iter():
            node.tag = node.tag.removeprefix(SVG)
        drawings[symbol.get("id", "")] = "".join(
            ElementTree.tostring(node, encoding="unicode").strip() for node in symbol
        )
    return drawings


@functools.cache
def _light_colours() -> dict[str, str]:
    """The colours of tokens.css by name, as paper shows them."""
    light = stylesheets.TOKENS.read_text().split("@media")[0]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))


def glyph_svg(slug: str, *, size: int = 18, colour: str = "") -> SafeString:
    """The glyph drawn in place, in its own colour of the light theme, for PDFs and files without the sprite."""
    drawings = _glyphs()
    return format_html(
        '<svg class="glyph" viewBox="0 0 24 24" width="{0}" height="{0}" fill="none" stroke="{1}" stroke-width="1.8"'
        ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{2}</svg>',
        size,
        colour or _light_colours().get(slug, INK),
        mark_safe(drawings.get(slug) or drawings[ANY_AGREEMENT]),  # noqa: S308 - our own file
    )


@register.simple_tag
def glyph(slug: str, size: int = 16, inline: bool = False) -> SafeString:
    """The glyph of an agreement, by slug. `inline=True` where no sprite can be fetched."""
    if inline:
        return glyph_svg(slug, size=size)
    return _glyph_from_sprite(slug, size)


@functools.lru_cache(maxsize=256)
def _glyph_from_sprite(slug: str, size: int) -> SafeString:
    name = slug if slug in _glyphs() else ANY_AGREEMENT
    return format_html(
        '<svg class="glyph" width="{0}" height="{0}" aria-hidden="true"><use href="{1}#{2}"/></svg>',
        size,
        static(SPRITE),
        name,
    )


@register.simple_tag
def agreement_chip(agreement, link: bool = True, inline: bool = False) -> SafeString:
    """The same chip wherever an agreement is named. Takes anything with slug, short_name and get_absolute_url."""
    return chip(agreement.slug, agreement.short_name, agreement.get_absolute_url() if link else "", inline)


@functools.lru_cache(maxsize=256)
def chip(slug: str, short_name: str, url: str = "", inline: bool = False) -> SafeString:
    """The chip of an agreement from plain values: a link if there is an address."""
    drawing = glyph(slug, inline=inline)
    if url:
        return format_html('<a class="chip" data-agreement="{}" href="{}">{}{}</a>', slug, url, drawing, short_name)
    return format_html('<span class="chip" data-agreement="{}">{}{}</span>', slug, drawing, short_name)


@register.simple_tag
def icon(name: str, size: int = 20, flip: bool = False) -> SafeString:
    """A Lucide icon beside words that say the same. `flip` for arrows, which turn round in Arabic."""
    return _icon(str(name), size, flip)


@functools.lru_cache(maxsize=256)
def _icon(name: str, size: int, flip: bool) -> SafeString:
    words = "icon flip" if flip else "icon"
    return mark_safe(_render_icon(name, size, **{"class": words, "aria_hidden": "true"}))  # noqa: S308


STATE_ICONS = {"done": "circle-check", "soon": "clock", "late": "circle-alert", "open": "circle"}
TONE_ICONS = {"info": "info", "caution": "triangle-alert", "late": "circle-alert"}


@register.simple_tag
def state_icon(state: str) -> SafeString:
    return _icon(STATE_ICONS.get(state, "circle"), 18, False)


@register.simple_tag
def tone_icon(tone: str) -> SafeString:
    return _icon(TONE_ICONS.get(tone, "info"), 20, False)


@register.simple_tag
def partner_mark(partner, logo: str = "") -> SafeString:
    """The short name in a box of one size for all; `logo` is the address of a real logo. The name stands beside it."""
    name = partner.short_name
    if logo:
        return format_html('<span class="partner-mark"><img src="{}" alt="{}"></span>', logo, name)
    size = "long" if len(name) > 9 else "short"
    return format_html('<span class="partner-mark" data-size="{}" aria-hidden="true">{}</span>', size, name)


@register.simple_tag
def aria_current(path: str, *prefixes: str) -> SafeString:
    """Marks the link of the page one is on, or of the part of the site it belongs to."""
    if path in prefixes:
        return mark_safe(' aria-current="page"')
    if path and path.startswith(prefixes):
        return mark_safe(' aria-current="true"')
    return SafeString("")


# --- A deadline as a band ---

BAND_WIDTH = 400
LONGEST_VIEW_DAYS = 550  # today further away than this is an arrow at the end of the axis
MOST_MONTH_TICKS = 20
AIR_NEAR, AIR_FAR = 1, 2  # months


@register.simple_tag
def deadline_band(earliest: date | None, latest: date | None, today: date, state: str = "") -> SafeString:
    """From the earliest to the latest day, with today in ink. Without an earliest day the band tapers to the latest.

    Empty without any day. The words (when, how late) come from the page; the drawing is hidden from readers aloud.
    """
    return _deadline_band(earliest, latest, today, state, get_language())


@functools.lru_cache(maxsize=512)
def _deadline_band(
    earliest: date | None, latest: date | None, today: date, state: str, language: str | None
) -> SafeString:
    """Kept, since many deadlines share a day; the language keeps the names of months apart."""
    if latest is None:
        latest = earliest
    if latest is None:
        return SafeString("")
    start = earliest or latest
    first, last, is_near = axis_around(start, latest, today)
    length = (last - first).days + 1

    def across(day: date) -> float:
        return round((day - first).days / length * BAND_WIDTH, 1)

    parts = [
        format_html(
            '<path class="band-axis" fill="none" stroke="{}" d="M0 11H{}{}"/>',
            EDGE,
            BAND_WIDTH,
            _ticks(first, last, across),
        )
    ]
    parts.append(_span(earliest, latest, across))
    parts.append(_today_mark(today, is_near, start, across))
    return format_html(
        '<span class="band" data-state="{}" aria-hidden="true"><svg viewBox="0 0 {} 22" width="{}" height="22">{}</svg>'
        '<span class="band-ends"><span>{}</span><span>{}</span></span></span>',
        state, BAND_WIDTH, BAND_WIDTH,
        format_html_join("", "{}", ((part,) for part in parts)),
        date_format(first, "M Y"), date_format(last, "M Y"),
    )  # fmt: skip


def axis_around(start: date, end: date, today: date) -> tuple[date, date, bool]:
    """First and last day of an axis of whole months, and whether today lies near enough to be on it."""
    is_near = start - timedelta(LONGEST_VIEW_DAYS) <= today <= end + timedelta(LONGEST_VIEW_DAYS)
    first = min(start, today) if is_near else start
    last = max(end, today) if is_near else end
    # A month of air on each side that the band itself would touch; more where today is out of sight.
    air = AIR_NEAR if is_near else AIR_FAR
    first = _months_before(first, 0 if is_near and today < start else air)
    last = _months_after(last, 0 if is_near and today > end else air)
    return first, last, is_near


def _span(earliest: date | None, latest: date, across) -> SafeString:
    """A bar from the earliest to the latest day; without an earliest one a wedge that ends on the latest."""
    end = across(latest + timedelta(1))
    if earliest:
        begin = min(across(earliest), end - 5)
        return format_html(
            '<rect class="band-span" fill="{}" x="{}" y="6" width="{}" height="10" rx="2"/>',
            HOUSE, round(begin, 1), round(end - begin, 1),
        )  # fmt: skip
    return format_html(
        '<path class="band-span" fill="{0}" d="M0 11L{1} 6V16Z"/>'
        '<path class="band-end" stroke="{0}" stroke-width="3" d="M{2} 4V18"/>',
        HOUSE, end, round(end - 1.5, 1),
    )  # fmt: skip


@register.simple_tag
def timeline_bar(
    earliest: date | None, latest: date, today: date, state: str, first: date, last: date, is_near: bool
) -> SafeString:
    """A deadline as a band on an axis from `first` to `last` that it shares with others. The words stand beside it."""
    return _timeline_bar(earliest, latest, today, state, first, last, is_near)


@functools.lru_cache(maxsize=512)
def _timeline_bar(earliest, latest, today, state, first, last, is_near) -> SafeString:
    length = (last - first).days + 1

    def across(day: date) -> float:
        return round((day - first).days / length * BAND_WIDTH, 1)

    return format_html(
        '<svg class="timeline-bar" data-state="{0}" aria-hidden="true" viewBox="0 0 {1} 22" width="{1}" height="22">'
        '<path class="band-axis" fill="none" stroke="{2}" d="M0 11H{1}{3}"/>{4}{5}</svg>',
        state, BAND_WIDTH, EDGE, _ticks(first, last, across), _span(earliest, latest, across),
        _today_mark(today, is_near, first, across),
    )  # fmt: skip


def _ticks(first: date, last: date, across) -> str:
    """Small strokes at the first day of each month, or of each year where months would crowd."""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    step = 1 if months <= MOST_MONTH_TICKS else 12
    strokes = []
    day = first
    while day <= last:
        if step == 1 or day.month == 1:
            strokes.append(f"M{across(day)} 8V14")
        day = _month_end(day) + timedelta(1)
    return "".join(strokes)


def _today_mark(today: date, is_near: bool, start: date, across) -> SafeString:
    if is_near:
        at = max(across(today), 1)
        return format_html(
            '<path class="band-today" fill="{0}" stroke="{0}" stroke-width="2" d="M{1} 3V20M{2} 0h6l-3 4z"/>',
            INK, at, round(at - 3, 1),
        )  # fmt: skip
    arrow = "M8 5L1 11L8 17" if today < start else f"M{BAND_WIDTH - 8} 5L{BAND_WIDTH - 1} 11L{BAND_WIDTH - 8} 17"
    # Beyond the view: an open arrow says that today lies far off on this side.
    return format_html('<path class="band-far" fill="none" stroke="{}" stroke-width="2" d="{}"/>', INK, arrow)


def _month_start(day: date) -> date:
    return day.replace(day=1)


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _months_before(day: date, months: int) -> date:
    day = _month_start(day)
    for _ in range(months):
        day = _month_start(day - timedelta(1))
    return day


def _months_after(day: date, months: int) -> date:
    day = _month_end(day)
    for _ in range(months):
        day = _month_end(day + timedelta(1))
    return day


# --- What the partners of an action did, as a row of marks ---

MARKS = {
    "done": '<circle cx="8" cy="8" r="7" fill="currentColor" stroke="none"/>'
    f'<path class="tick" d="M4.800 8.200l2.300 2.300 4.200-4.800" fill="none" stroke="{PAPER}" stroke-width="1.800"/>',
    "in_progress": '<circle cx="8" cy="8" r="6" fill="none" stroke-width="1.800"/>'
    '<path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" stroke="none"/>',
    "accepted": '<circle cx="8" cy="8" r="6" fill="none" stroke-width="1.800"/>',
    "silent": '<circle cx="8" cy="8" r="6" fill="none" stroke-width="1.500" stroke-dasharray="2.200 2.500"/>',
    "declined": '<path d="M4 4l8 8M12 4l-8 8" fill="none" stroke-width="2"/>',
}


@register.simple_tag
def share_marks(
    done: int = 0, in_progress: int = 0, accepted: int = 0, silent: int = 0, declined: int = 0
) -> SafeString:
    """One mark for each partner's share. Hidden from readers aloud: the words stand beside it."""
    counts = {"done": done, "in_progress": in_progress, "accepted": accepted, "silent": silent, "declined": declined}
    drawn = "".join(_mark(name) * (count or 0) for name, count in counts.items())
    if not drawn:
        return SafeString("")
    return mark_safe(f'<span class="marks" aria-hidden="true">{drawn}</span>')  # noqa: S308 - built from MARKS


def mark_svg(name: str) -> str:
    """A mark as a drawing of its own, for PDFs."""
    return _mark(name).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


@functools.cache
def _mark(name: str) -> str:
    colour = HOUSE if name in ("done", "in_progress") else EDGE
    return (
        f'<svg data-mark="{name}" viewBox="0 0 16 16" width="16" height="16" color="{colour}" stroke="{colour}">'
        f"{MARKS[name]}</svg>"
    )
