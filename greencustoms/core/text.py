"""Markdown to clean HTML: one source for web pages and PDFs (security section 6)."""

import functools
import re

import nh3
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.footnote import footnote_plugin

DEEPEST_NESTING = 30
LONGEST_TEXT = 400_000
TAGS = {
    "a", "abbr", "blockquote", "br", "code", "dd", "div", "dl", "dt", "em", "h2", "h3", "h4", "h5", "hr", "li", "ol",
    "p", "pre", "s", "section", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title", "id", "class"},
    "abbr": {"title"},
    "div": {"class"},
    "h2": {"id"}, "h3": {"id"}, "h4": {"id"}, "h5": {"id"},
    "li": {"id", "class"},
    "ol": {"start", "class"},
    "section": {"class"},
    "sup": {"class"},
    "td": {"class"},
    "th": {"class", "scope"},
}  # fmt: skip
CLASSES = {
    "box",
    "footnotes",
    "footnotes-list",
    "footnote-ref",
    "footnote-item",
    "footnote-backref",
    "align-end",
    "align-center",
}


def to_html(text: str, *, id_prefix: str = "", top_level: int = 2) -> SafeString:
    """Clean HTML of a Markdown text. Raw HTML, pictures and scripts do not pass; headings begin at h2.

    `top_level=3` is for a text that stands below a heading of the second level, so that its "##" becomes h3.
    """
    return mark_safe(_rendered(text[:LONGEST_TEXT], id_prefix, top_level))  # noqa: S308 - nh3 has cleaned it


def to_plain(text: str) -> str:
    """The text of a Markdown source without its marks, for search and summaries."""
    return " ".join(strip_tags(to_html(text)).split())


@functools.lru_cache(maxsize=512)
def _rendered(text: str, id_prefix: str, top_level: int) -> str:
    html = _parser().render(text, {"top_level": top_level, **({"docId": id_prefix} if id_prefix else {})})
    return _flattened(
        nh3.clean(
            html,
            tags=TAGS,
            attributes=ATTRIBUTES,
            attribute_filter=_allowed_attribute,
            url_schemes={"http", "https", "mailto"},
            link_rel=None,
        )
    )


_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)[^>]*>")


def _flattened(html: str) -> str:
    """The same text without the tags that lie too deep.

    The parser limits nested blocks, but not `**a **b **c`, and nh3 limits nothing. Its output is balanced and
    escapes < and > in text and attributes, so that open and closing tags can be counted.
    """
    depth = 0

    def keep_or_drop(match):
        nonlocal depth
        is_closing, tag = match.groups()
        if tag in ("br", "hr"):
            return match[0]
        if is_closing:
            depth -= 1
            return match[0] if depth < DEEPEST_NESTING else ""
        depth += 1
        return match[0] if depth <= DEEPEST_NESTING else ""

    return _TAG.sub(keep_or_drop, html)


@functools.cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt(
        "commonmark", {"html": False, "linkify": False, "typographer": False, "maxNesting": DEEPEST_NESTING}
    )
    parser.enable(["table", "strikethrough"])
    parser.disable(["image"])
    parser.use(footnote_plugin)
    parser.use(container_plugin, "box", render=_render_box)
    parser.add_render_rule("td_open", _render_cell)
    parser.add_render_rule("th_open", _render_cell)
    parser.add_render_rule("heading_open", _render_heading)
    parser.add_render_rule("heading_close", _render_heading)
    return parser


def _render_box(renderer, tokens, index, options, env):
    token = tokens[index]
    if token.nesting != 1:
        return "</div>\n"
    title = token.info.strip().removeprefix("box").strip()
    heading = f"<p><strong>{nh3.clean_text(title)}</strong></p>\n" if title else ""
    return f'<div class="box">\n{heading}'


def _render_cell(renderer, tokens, index, options, env):
    """Alignment as a class: a content policy forbids style=, and left or right is wrong in Arabic."""
    token = tokens[index]
    style = str(token.attrs.pop("style", ""))
    if "right" in style:
        token.attrSet("class", "align-end")
    elif "center" in style:
        token.attrSet("class", "align-center")
    if token.tag == "th":
        token.attrSet("scope", "col")
    return renderer.renderToken(tokens, index, options, env)


def _render_heading(renderer, tokens, index, options, env):
    """Headings inside a text begin at h2 or below and have three levels: h1 is the page's."""
    token = tokens[index]
    level = min(max(int(token.tag[1]), 2), 4)
    token.tag = f"h{level + env['top_level'] - 2}"
    return renderer.renderToken(tokens, index, options, env)


def _allowed_attribute(tag, attribute, value):
    if attribute == "class":
        kept = " ".join(name for name in value.split() if name in CLASSES)
        return kept or None
    return value
