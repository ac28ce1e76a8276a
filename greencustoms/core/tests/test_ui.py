import re
from datetime import date
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template import Context, RequestContext, Template

from greencustoms.core import stylesheets
from greencustoms.core.paging import Page
from greencustoms.core.templatetags import ui

TODAY = date(2007, 9, 20)
SLUGS = [
    "basel-convention", "cartagena-protocol", "chemical-weapons-convention", "cites",
    "minamata-convention", "montreal-protocol", "rotterdam-convention", "stockholm-convention",
]  # fmt: skip
BODY_TEXT = [("ink", "paper"), ("ink", "raised"), ("ink", "house-tint"), ("ink-soft", "paper"), ("ink-soft", "raised")]
OTHER_TEXT = [
    ("house", "paper"), ("house", "raised"), ("house", "house-tint"), ("on-house", "house-deep"), ("paper", "house"),
    ("soon", "paper"), ("soon", "raised"), ("late", "paper"), ("late", "raised"), ("late", "late-tint"),
    *((slug, ground) for slug in SLUGS for ground in (f"{slug}-tint", "raised", "paper")),
]  # fmt: skip


def theme(name):
    text = (stylesheets.FOLDER / "tokens.css").read_text()
    light, dark = text.split("@media", 1)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    if name == "dark":
        colours |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark))
    return colours


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def hue(colour):
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    most, least = max(red, green, blue), min(red, green, blue)
    if most - least < 40:
        return None  # grey: no hue to confuse
    spread = most - least
    if most == red:
        return (green - blue) / spread * 60 % 360
    if most == green:
        return (blue - red) / spread * 60 + 120
    return (red - green) / spread * 60 + 240


@pytest.mark.parametrize("name", ["light", "dark"])
def test_body_text_has_contrast_seven(name):
    colours = theme(name)

    weak = {pair for pair in BODY_TEXT if contrast(colours[pair[0]], colours[pair[1]]) < 7}

    assert weak == set()


@pytest.mark.parametrize("name", ["light", "dark"])
def test_chips_states_and_links_have_contrast_four_and_a_half(name):
    colours = theme(name)

    weak = {pair for pair in OTHER_TEXT if contrast(colours[pair[0]], colours[pair[1]]) < 4.5}

    assert weak == set()


@pytest.mark.parametrize("name", ["light", "dark"])
def test_borders_of_fields_have_contrast_three(name):
    colours = theme(name)

    assert min(contrast(colours["edge"], colours["paper"]), contrast(colours["edge"], colours["raised"])) >= 3


@pytest.mark.parametrize("name", ["light", "dark"])
def test_agreement_colours_stay_away_from_amber_and_red(name):
    colours = theme(name)
    hues = {slug: hue(colours[slug]) for slug in SLUGS}

    near = {slug for slug, value in hues.items() if value is not None and (value < 75 or value > 325)}

    assert near == set()


def test_tokens_are_plain_values_for_pdfs():
    text = (stylesheets.FOLDER / "tokens.css").read_text()

    assert [word for word in ("color-mix(", "light-dark(", "@supports", "@layer") if word in text] == []


def test_style_sheet_of_pages_is_up_to_date():
    assert stylesheets.BUNDLE.read_text() == stylesheets.bundle(), "run manage.py build_css"


def test_style_sheet_lists_every_component():
    listed = set(re.findall(r'url\("components/([\w.]+)"\)', stylesheets.SOURCE.read_text()))

    assert listed == {path.name for path in (stylesheets.FOLDER / "components").glob("*.css")}


def test_style_sheets_know_no_left_and_right():
    text = "\n".join(path.read_text() for path in stylesheets.FOLDER.rglob("*.css") if path.parent.name != "pdf")
    physical = (
        r"^\s*(?:(?:margin|padding|border)-(?:left|right)\b|left:|right:|float:|text-align: (?:left|right))|!important"
    )

    assert re.findall(physical, text, re.MULTILINE) == []


def test_sprite_draws_every_agreement():
    assert sorted(ui._glyphs()) == ["agreement", *SLUGS]


def test_glyph_of_an_unknown_agreement_is_the_general_one():
    assert "#agreement" in ui.glyph("never-heard-of")
    assert ui.glyph_svg("never-heard-of") == ui.glyph_svg("agreement")


def test_glyph_svg_is_whole_and_needs_no_sprite():
    drawing = ElementTree.fromstring(ui.glyph_svg("cites"))

    assert drawing.get("stroke") == theme("light")["cites"]
    assert [node.tag for node in drawing] == ["path", "ellipse", "ellipse", "ellipse", "ellipse"]


def agreement(name="CITES"):
    return SimpleNamespace(slug="cites", short_name=name, get_absolute_url=lambda: "/agreements/cites/")


def test_agreement_chip_links_to_the_agreement():
    chip = ui.agreement_chip(agreement())

    assert chip.startswith('<a class="chip" data-agreement="cites" href="/agreements/cites/">')
    assert chip.endswith("CITES</a>")


def test_agreement_chip_without_link_is_a_span():
    assert ui.agreement_chip(agreement(), link=False).startswith('<span class="chip" data-agreement="cites">')


def test_agreement_chip_escapes_the_name():
    assert "<b>" not in ui.agreement_chip(agreement("<b>CITES"))


def test_partner_mark_of_a_long_name_is_set_smaller():
    marks = [ui.partner_mark(SimpleNamespace(short_name=name)) for name in ("WCO", "Ozone Secretariat")]
    sizes = [re.search(r'data-size="(\w+)"', mark)[1] for mark in marks]

    assert sizes == ["short", "long"]


def test_icon_is_hidden_from_readers_aloud():
    assert 'aria-hidden="true"' in ui.icon("search")


def band(earliest, latest, today=TODAY):
    return ui.deadline_band(earliest, latest, today)


def labels(drawing):
    return re.findall(r"<span>([^<]+)</span>", drawing)


def drawn(drawing):
    return set(re.findall(r'class="band-(axis|span|end|today|far)"', drawing))


def test_band_without_any_day_is_empty():
    assert band(None, None) == ""


def test_band_reaches_from_today_to_the_month_after():
    drawing = band(date(2007, 11, 1), date(2007, 11, 30))

    assert labels(drawing) == ["Sep 2007", "Dec 2007"]
    assert drawn(drawing) == {"axis", "span", "today"}


def test_band_with_only_a_latest_day_tapers_to_an_end():
    assert drawn(band(None, date(2007, 7, 31))) == {"axis", "span", "end", "today"}


def test_band_of_a_single_day_is_wide_enough_to_see():
    drawing = band(date(2007, 5, 15), date(2007, 5, 15), date(2008, 10, 1))

    assert float(re.search(r'class="band-span".* width="([\d.]+)"', drawing)[1]) >= 5


@pytest.mark.parametrize("today", [date(2026, 11, 21), date(1990, 1, 1)])
def test_band_shows_a_far_today_as_an_arrow_beyond_the_view(today):
    drawing = band(date(2007, 5, 1), date(2007, 6, 30), today)

    assert labels(drawing) == ["Mar 2007", "Aug 2007"]
    assert drawn(drawing) == {"axis", "span", "far"}


def test_band_holds_no_text_inside_the_drawing():
    drawing = re.search(r"<svg.*</svg>", band(date(2007, 5, 1), date(2007, 6, 30)))[0]

    assert "".join(ElementTree.fromstring(drawing).itertext()) == ""


def test_share_marks_draw_one_mark_a_share_in_order():
    marks = re.findall(r'data-mark="(\w+)"', ui.share_marks(2, 1, 0, 1, 1))

    assert marks == ["done", "done", "in_progress", "silent", "declined"]


def test_share_marks_of_nothing_are_empty():
    assert ui.share_marks() == ""


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/hs/", ' aria-current="page"'), ("/hs/2903/", ' aria-current="true"'), ("/courses/", ""), ("", "")],
)
def test_aria_current_marks_the_page_and_the_part_of_the_site(path, expected):
    assert ui.aria_current(path, "/hs/") == expected


def render(source, **context):
    return Template(source).render(Context(context))


def test_pagination_keeps_the_filters(rf):
    page = Page(rows=[], number=2, total=120, per_page=50)

    request = rf.get("/actions/?partner=wco&page=2")
    request.user = AnonymousUser()
    template = Template('{% include "components/pagination.html" with page=page %}')
    html = template.render(RequestContext(request, {"page": page}))

    assert re.findall(r'href="([^"]+)"', html) == [
        "?partner=wco&amp;page=1", "?partner=wco&amp;page=1", "?partner=wco&amp;page=3", "?partner=wco&amp;page=3",
    ]  # fmt: skip


def test_pagination_of_a_single_page_shows_nothing(rf):
    page = Page(rows=[], number=1, total=3, per_page=50)

    assert render('{% include "components/pagination.html" %}', page=page, request=rf.get("/")).strip() == ""


def test_base_page_for_visitors_holds_no_form_and_no_token(rf):
    html = render('{% extends "base.html" %}', request=rf.get("/"), language="ar", direction="rtl")

    assert '<html lang="ar" dir="rtl">' in html
    assert [word for word in ("<form", "csrf", "style=", "<script", "http://", "https://") if word in html] == []


def test_error_page_of_the_server_needs_nothing():
    html = (settings.BASE_DIR / "templates" / "500.html").read_text()

    assert [word for word in ("{%", "{{") if word in html] == []
