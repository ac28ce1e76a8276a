"""One style sheet for the browser, made from the list in static/css/main.css: one request instead of thirty."""

import re
from pathlib import Path

from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "static" / "css"
SOURCE = FOLDER / "main.css"
BUNDLE = FOLDER / "portal.css"
TOKENS = FOLDER / "tokens.css"

_IMPORT = re.compile(r'@import url\("([^"]+)"\) layer\((\w+)\);')
_ORDER = re.compile(r"@layer [\w, ]+;")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def bundle() -> str:
    """All sheets of the list in their layers, without comments and indentation."""
    listing = SOURCE.read_text()
    parts = _ORDER.findall(listing)[:1]
    for name, layer in _IMPORT.findall(listing):
        parts.append(f"@layer {layer} {{\n{_compact((FOLDER / name).read_text())}\n}}")
    return "\n".join(parts) + "\n"


def _compact(text: str) -> str:
    lines = (line.strip() for line in _COMMENT.sub("", text).splitlines())
    return "\n".join(line for line in lines if line)
