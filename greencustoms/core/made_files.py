"""PDFs made by a job and kept: one way for all rooms.

Whoever asks for a file that is not there gets a page that waits (202) and comes back to the file. A job makes it once
for its content, whoever and however many ask.
"""

import hashlib
import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import TextChoices
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from . import jobs, pdf, stored_files
from .choices import JobState
from .models import Job, StoredFile

STYLES = Path(settings.BASE_DIR) / "static" / "css"
# In seconds: most files need fewer than ten.
COME_BACK_AFTER = 5
# Who asks again after a failure has it tried again; before that the page says what went wrong.
TRY_AGAIN_AFTER = timedelta(minutes=2)


class Step(TextChoices):
    """What a job that makes a PDF is doing; the job keeps the name, the page shows the words."""

    COLLECT = "collect", _("Collecting what belongs in it")
    LAY_OUT = "lay out", _("Laying out the pages, which takes longest")
    STORE = "store", _("Storing the file")


def step_words(job: Job) -> str:
    return str(dict(Step.choices).get(job.step) or _("Waiting for its turn"))


def content_key(source: pdf.PdfSource, *more: str) -> str:
    """A hash over all that a PDF is made of: text, style sheets, pictures, the renderer, and what else is named."""
    digest = hashlib.sha256()
    parts = [pdf.RENDERER, source.html, *source.stylesheets, *more]
    for part in (*(part.encode() for part in parts), *(data for _type, data in source.files.values())):
        digest.update(part)
        digest.update(b"\0")
    return digest.hexdigest()


def laid_out(source: pdf.PdfSource, *, content_key: str, report: Callable[[int, str], object]) -> bytes:
    """The PDF. `report(percent, step)` is told how far it has come. Raises PdfError.

    Takes seconds, so never in a transaction; `keep` belongs into one with the row that refers to the file.
    """
    report(15, Step.LAY_OUT)
    data = pdf.render(source, identifier=content_key)
    report(90, Step.STORE)
    return data


def keep(data: bytes, *, content_key: str, file_name: str) -> StoredFile:
    return stored_files.store(
        content_key=content_key,
        file_name=file_name,
        media_type="application/pdf",
        data=data,
        page_count=page_count(data),
    )


def sheets(name: str) -> tuple[str, ...]:
    """The style sheets of one kind of PDF: the values of the look, what all PDFs share, and its own."""
    paths = (STYLES / "tokens.css", STYLES / "pdf" / "common.css", STYLES / "pdf" / f"{name}.css")
    return tuple(path.read_text() for path in paths)


def page_words() -> str:
    """A sheet that puts "page 3 of 12" at the foot of each page, in the present language."""
    words = gettext("Page %(page)s of %(pages)s")
    pieces = re.split(r"(%\(pages?\)s)", words)
    counters = {"%(page)s": "counter(page)", "%(pages)s": "counter(pages)"}
    content = " ".join(counters.get(piece) or css_text(piece) for piece in pieces if piece)
    return f"@page {{ @bottom-right {{ content: {content} }} }}"


def css_text(words: str) -> str:
    """Words as a string of a style sheet."""
    return '"' + re.sub(r'[\\"\n\r\f<]', lambda found: f"\\{ord(found[0]):x} ", words) + '"'


def page_count(data: bytes) -> int:
    # Only workers count pages: imported on top it would cost every web process 18 MB.
    import pypdf

    return len(pypdf.PdfReader(io.BytesIO(data)).pages)


def job_for(kind: str, *, key: str, args: dict, by=None, now: datetime | None = None) -> Job:
    """The job that makes a file that is not there. One that failed a moment ago is left alone, so that it can be read.

    To be asked only when the file is missing: a finished job is then done once more.
    """
    now = now or timezone.now()
    known = Job.objects.filter(kind=kind, key=key).first()
    if known is not None and known.state == JobState.FAILED and (known.finished_at or now) > now - TRY_AGAIN_AFTER:
        return known
    return jobs.enqueue(kind, key=key, args=args, by=by, again=True)


def waiting_page(request, job: Job | None, *, title: str, back_url: str, back_words: str) -> HttpResponse:
    """A page that waits for the file of this address and asks for it again by itself."""
    has_failed = job is not None and job.state == JobState.FAILED
    context = {
        "title": title,
        "job": job,
        "step": step_words(job) if job else "",
        "has_failed": has_failed,
        "come_back_after": COME_BACK_AFTER if job else 60,
        "back_url": back_url,
        "back_words": back_words,
    }
    response = render(request, "components/waiting.html", context, status=503 if has_failed else 202)
    response.headers["Retry-After"] = str(TRY_AGAIN_AFTER.seconds if has_failed else context["come_back_after"])
    response.headers["Cache-Control"] = "no-store"
    return response


def forget(kinds: list[str], *, finished_before: datetime) -> int:
    """Drop files that were only good for a while, and the jobs that made them. Returns how many."""
    old = Job.objects.filter(kind__in=kinds, finished_at__lt=finished_before)
    number = 0
    for job in old[:200]:
        file = StoredFile.objects.filter(pk=job.result.get("file")).first()
        if file is not None:
            stored_files.forget(file)
        job.delete()
        number += 1
    return number
