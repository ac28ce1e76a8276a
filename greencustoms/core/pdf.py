"""HTML to PDF in a sealed child process (security section 5): it sees only what the job carries."""

import base64
import importlib.metadata
import json
import logging
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import children, pdf_child

logger = logging.getLogger(__name__)

CHILD = Path(pdf_child.__file__)
# Part of every content key: another renderer may give another PDF.
RENDERER = f"weasyprint {importlib.metadata.version('weasyprint')}"
WHY = {
    pdf_child.ASKS_FOR_OUTSIDE: gettext_lazy("It asks for a file or an address outside the document."),
    pdf_child.TOO_DEEP: gettext_lazy("Its text is nested too deeply."),
    pdf_child.TOO_MANY_ROWS: gettext_lazy("One of its tables has too many rows. Divide the table."),
    pdf_child.TOO_MUCH_MEMORY: gettext_lazy("It needed too much memory."),
    -signal.SIGXCPU: gettext_lazy("It needed too much processor time."),
}


class PdfError(Exception):
    """Raised with a plain sentence when a PDF could not be made.

    `may_pass` says that another try may end better, as on a machine that was busy.
    """

    def __init__(self, words: str, *, may_pass: bool = False):
        super().__init__(words)
        self.may_pass = may_pass


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
                name: [media_type, base64.b64encode(data).decode()] for name, (media_type, data) in source.files.items()
            },
            "identifier": identifier,
            "limits": settings.PDF_LIMITS,
        }
    ).encode()
    try:
        done = children.run(CHILD, order, limits=settings.PDF_LIMITS)
    except subprocess.TimeoutExpired as error:
        raise PdfError(_("The PDF took too long and was stopped."), may_pass=True) from error
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        logger.warning("PDF child ended with %s: %s", done.returncode, done.stderr.decode(errors="replace")[-2000:])
        if done.returncode in WHY:
            raise PdfError(_("The PDF could not be made. %(why)s") % {"why": WHY[done.returncode]})
        raise PdfError(_("The PDF could not be made. The technical administrators can see why."), may_pass=True)
    return done.stdout
