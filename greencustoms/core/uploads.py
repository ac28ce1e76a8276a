"""Files that people send: looked at before anything is kept (security sections 4 and 6).

PDF up to 25 MB without active content, PNG and JPEG up to 10 MB and drawn anew, plain text and CSV up to 5 MB. What
a file is, its content says, never its name. Whatever parses it runs in a child process with limits.
"""

import json
import logging
import re
import signal
import subprocess
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import children, upload_child

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

logger = logging.getLogger(__name__)

CHILD = Path(upload_child.__file__)
MEGABYTE = 1024 * 1024
LONGEST_NAME = 100


@dataclass(frozen=True)
class Kind:
    """A kind of file that may come in."""

    media_type: str
    endings: tuple[str, ...]
    most_megabytes: int
    words: "StrPromise"


KINDS = {
    "pdf": Kind("application/pdf", ("pdf",), 25, gettext_lazy("PDF up to 25 MB")),
    "png": Kind("image/png", ("png",), 10, gettext_lazy("PNG picture up to 10 MB")),
    "jpeg": Kind("image/jpeg", ("jpg", "jpeg"), 10, gettext_lazy("JPEG picture up to 10 MB")),
    "text": Kind("text/plain", ("txt",), 5, gettext_lazy("plain text up to 5 MB")),
    "csv": Kind("text/csv", ("csv",), 5, gettext_lazy("CSV table up to 5 MB")),
}
_words_of = lazy(lambda kinds: ", ".join(str(KINDS[kind].words) for kind in kinds), str)
WHY = {
    upload_child.NOT_READABLE: gettext_lazy("This file cannot be read: it is damaged or not what it seems to be."),
    upload_child.ENCRYPTED: gettext_lazy("This PDF is locked with a password. Save it without one."),
    upload_child.ACTIVE: gettext_lazy(
        "This PDF holds something that runs or opens by itself: a script, a form with actions, a film or another file "
        "inside it. Print it to a new PDF and send that."
    ),
    upload_child.TOO_LARGE: gettext_lazy("This file is too complicated to be looked at. Divide it or print it anew."),
    upload_child.TOO_MANY_PIXELS: gettext_lazy(
        "This picture has more than 40 million points. Save it smaller and try again."
    ),
    upload_child.AFTER_THE_END: gettext_lazy("Behind the end of this PDF lies something else. Print it to a new PDF."),
    -signal.SIGXCPU: gettext_lazy("This file is too complicated to be looked at. Divide it or print it anew."),
}
# Formats for programs that are text on the outside.
_NOT_PLAIN = re.compile(r"\s*(?:<(?:!doctype|html|svg|\?xml|script|head|body)\b|<\?|\{\\rtf|%!PS|#!)", re.IGNORECASE)
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|;%]+')


@dataclass(frozen=True)
class CheckedFile:
    """A file that was looked at: a plain name, its kind by its content, and the bytes to keep."""

    name: str
    media_type: str
    data: bytes
    page_count: int | None = None


class CheckedFileField(forms.FileField):
    """A file from a person. Cleans to a CheckedFile, or to None when nothing was sent and nothing is required."""

    widget = forms.FileInput

    def __init__(self, *, kinds: Sequence[str] = tuple(KINDS), **kwargs):
        self.kinds = tuple(kinds)
        kwargs.setdefault("help_text", _words_of(self.kinds))
        super().__init__(**kwargs)

    def widget_attrs(self, widget):
        endings = (f".{ending}" for kind in self.kinds for ending in KINDS[kind].endings)
        return {**super().widget_attrs(widget), "accept": ",".join(endings)}

    def clean(self, data, initial=None):
        sent = super().clean(data, initial)
        return check(sent, kinds=self.kinds) if isinstance(sent, UploadedFile) else None


def check(sent: UploadedFile, *, kinds: Sequence[str] = tuple(KINDS)) -> CheckedFile:
    """What a file is and what of it may be kept.

    Raises ValidationError with a plain sentence: too large, of another kind, damaged, locked or active.
    """
    most = max(KINDS[kind].most_megabytes for kind in kinds)
    if (sent.size or 0) > most * MEGABYTE:
        raise _too_large(most)
    sent.seek(0)
    data = sent.read(most * MEGABYTE + 1)
    kind = _kind_of(data, sent.name or "")
    if kind not in kinds:
        raise ValidationError(
            _("Files of this kind are not taken. You can send: %(allowed)s."),
            params={"allowed": _words_of(kinds)},
            code="kind",
        )
    if len(data) > KINDS[kind].most_megabytes * MEGABYTE:
        raise _too_large(KINDS[kind].most_megabytes)
    page_count = None
    if kind in ("pdf", "png", "jpeg"):
        page_count, new_data = _looked_at(kind, data)
        data = new_data or data
    return CheckedFile(clean_name(sent.name or "", kind), KINDS[kind].media_type, data, page_count)


def clean_name(name: str, kind: str) -> str:
    """A name that is safe in headers, on every disk and to the eye; its ending says what the file is.

    Without folders, control characters, marks that turn the direction of writing, and second endings such as
    ".exe" left from a wrong name.
    """
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 5:
        stem = name
    stem = " ".join(_NOT_IN_NAMES.sub("-", stem).split()).strip(". -")
    ending = ending.lower() if ending.lower() in KINDS[kind].endings else KINDS[kind].endings[0]
    return f"{stem[:LONGEST_NAME].rstrip('. -') or _('file')}.{ending}"


def _kind_of(data: bytes, name: str) -> str:
    """By the first bytes; text is text to the last byte. Only whether text is a table its name may say."""
    if data.startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if _is_plain_text(data):
        return "csv" if name.lower().endswith(".csv") else "text"
    return ""


def _is_plain_text(data: bytes) -> bool:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not _NOT_PLAIN.match(text) and not any(
        unicodedata.category(c) == "Cc" and c not in "\t\n\r\f" for c in set(text)
    )


def _looked_at(kind: str, data: bytes) -> tuple[int | None, bytes]:
    order = json.dumps({"kind": kind, "limits": settings.UPLOAD_LIMITS}).encode() + b"\n" + data
    try:
        done = children.run(CHILD, order, limits=settings.UPLOAD_LIMITS)
    except subprocess.TimeoutExpired as error:
        raise ValidationError(WHY[upload_child.TOO_LARGE], code="refused") from error
    if done.returncode:
        logger.info("An upload was refused: %s, %s", done.returncode, done.stderr.decode(errors="replace")[-300:])
        raise ValidationError(WHY.get(done.returncode, WHY[upload_child.NOT_READABLE]), code="refused")
    found, _line, new_data = done.stdout.partition(b"\n")
    return json.loads(found)["pages"], new_data


def _too_large(megabytes: int) -> ValidationError:
    return ValidationError(
        _("This file is larger than %(megabytes)s MB. Make it smaller or divide it."),
        params={"megabytes": megabytes},
        code="too_large",
    )
