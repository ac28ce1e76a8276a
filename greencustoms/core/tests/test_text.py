import re

import pytest

from greencustoms.core.text import DEEPEST_NESTING, to_html, to_plain


def depth_of(html):
    depth = deepest = 0
    for closing, tag in re.findall(r"<(/?)(\w+)", html):
        if tag not in ("br", "hr"):
            depth += -1 if closing else 1
            deepest = max(deepest, depth)
    assert depth == 0
    return deepest


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "a <img src=x onerror=alert(1)> b",
        '<div style="position:fixed" onclick="alert(1)">x</div>',
        "<style>body{display:none}</style>",
        '<iframe src="http://evil.example/"></iframe>',
        '<link rel="attachment" href="file:///etc/passwd">',
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](&#x6A;avascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        "[x](file:///etc/passwd)",
        "<javascript:alert(1)>",
        "![x](http://evil.example/x.png)",
        "![x](data:image/svg+xml;base64,PHN2Zz4=)",
        "::: box <script>alert(1)</script>\nx\n:::",
        "[^1]\n\n[^1]: <script>alert(1)</script>",
        "| <script>x</script> |\n|---|\n| <style>y</style> |",
    ],
)
def test_hostile_text_never_becomes_markup(hostile):
    html = to_html(hostile)

    assert not re.search(r"<(script|style|img|iframe|link|object|svg)", html)
    assert not re.search(r"<[^>]*\s(style|on\w+|src)=", html)
    assert not re.search(r"""<[^>]*href=["']?\s*(javascript|data|vbscript|file):""", html, re.IGNORECASE)


@pytest.mark.parametrize(
    "deep",
    [
        "> " * 500 + "deep",
        "\n".join("  " * n + "- x" for n in range(500)),
        "**a " * 500 + " b**" * 500,
        "*a **b " * 300 + "c** d*" * 300,
        "*" * 1001 + "a" + "*" * 1001,
        "::: box x\n" * 500 + "x\n" + ":::\n" * 500,
    ],
    ids=["quotes", "lists", "strong", "strong in emphasis", "stars", "boxes"],
)
def test_nesting_is_flattened(deep):
    assert depth_of(to_html(deep)) <= DEEPEST_NESTING


def test_flattening_keeps_the_text():
    assert to_plain("**a " * 100 + " b**" * 100).split() == ["a"] * 100 + ["b"] * 100


def test_headings_begin_at_h2():
    assert to_html("# One\n\n## Two\n\n###### Six") == "<h2>One</h2>\n<h2>Two</h2>\n<h4>Six</h4>\n"


def test_headings_below_another_begin_one_level_deeper():
    assert to_html("## Two\n\n#### Four", top_level=3) == "<h3>Two</h3>\n<h5>Four</h5>\n"


def test_box_keeps_its_title_as_text():
    assert to_html("::: box Live & well\nCall.\n:::") == (
        '<div class="box">\n<p><strong>Live &amp; well</strong></p>\n<p>Call.</p>\n</div>\n'
    )


def test_table_alignment_becomes_a_class():
    html = to_html("| a | b | c |\n| :-- | :-: | --: |\n| 1 | 2 | 3 |")

    assert re.findall(r"<t[hd](?: [^>]*)?>", html) == [
        '<th scope="col">',
        '<th class="align-center" scope="col">',
        '<th class="align-end" scope="col">',
        "<td>",
        '<td class="align-center">',
        '<td class="align-end">',
    ]


def test_footnotes_of_two_texts_on_one_page_have_different_anchors():
    def anchors(prefix):
        return set(re.findall(r'id="([^"]+)"', to_html("a[^1]\n\n[^1]: b", id_prefix=prefix)))

    assert len(anchors("one")) == 2
    assert anchors("one").isdisjoint(anchors("two"))


def test_links_and_emphasis_pass():
    assert to_html("**a** [b](https://cites.org/) [c](/hs/) <mailto:info@x.example>") == (
        '<p><strong>a</strong> <a href="https://cites.org/">b</a> <a href="/hs/">c</a> '
        '<a href="mailto:info@x.example">mailto:info@x.example</a></p>\n'
    )
