"""HTML to PDF in a sealed child process (security section 5): it sees only what the job carries."""

import base64
import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

CHILD = Path(__file__).with_name("pdf_child.py")


class PdfError(Exception):
    """Raised with a plain sentence when a PDF could not be made."""


@dataclass(frozen=True)
class PdfSource:
    """All that a PDF is made of: the HTML, style sheets as text, pictures by the name used in `app:` addresses."""

    html: str
    stylesheets: tuple[str, ...] = ()
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)


def render(source: PdfSource, *, identifier: str) -> bytes:
    """A tagged PDF. The same source and identifier give the same bytes.

    Raises PdfError when the child process passes its limits (memory, processor time, 90 s) or fails.
    """
    order = json.dumps(
        {
            "html": source.html,
            "stylesheets": source.stylesheets,
            "files": {
                name: [media_type, base64.b64encode(data).decode()]
                for name, (media_type, data) in source.files.items()
            },
            "identifier": identifier,
            "limits": settings.PDF_LIMITS,
        }
    ).encode()
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(CHILD)],
            input=order,
            capture_output=True,
            timeout=settings.PDF_LIMITS["wall_seconds"],
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent", "XDG_CACHE_HOME": _font_cache()},
            cwd="/",
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PdfError(_("The PDF took too long and was stopped.")) from error
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF-"):
        words = done.stderr.decode(errors="replace").strip().splitlines()
        raise PdfError(_("The PDF could not be made: %(why)s") % {"why": words[-1][:200] if words else done.returncode})
    return done.stdout


def _font_cache() -> str:
    path = settings.VAR_DIR / "tmp" / "fontconfig"
    path.mkdir(parents=True, exist_ok=True)
    return str(path)
