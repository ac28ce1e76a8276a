"""Files kept under the hash of what they were made from: made once, then served as they lie.

Public ones and those for partners, which only a view hands out: no web server may serve STORED_FILES_ROOT. Restricted
files lie below PRIVATE_ROOT and never come near this module (security section 4).
"""

import functools
import hashlib
import logging
import os
import re
import tempfile
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, http_date, quote_etag

from .models import StoredFile
from .uploads import CheckedFile

logger = logging.getLogger(__name__)

CHUNK_BYTES = 64 * 1024


def find(content_key: str) -> StoredFile | None:
    """The file made from this content, if it is there and whole."""
    row = StoredFile.objects.filter(content_key=content_key).first()
    return row if row is not None and is_whole(row) else None


def store(
    *, content_key: str, file_name: str, media_type: str, data: bytes, page_count: int | None = None
) -> StoredFile:
    """Keep a file. Storing the same content again replaces it, so that a job may safely run twice."""
    path = _path(content_key)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # Readable by the web server, which may be another user than the worker.
        os.chmod(draft, 0o644)
        os.replace(draft, path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    row, _is_new = StoredFile.objects.update_or_create(
        content_key=content_key,
        defaults={
            "file_name": file_name,
            "media_type": media_type,
            "sha256": hashlib.sha256(data).hexdigest(),
            "size_bytes": len(data),
            "page_count": page_count,
        },
    )
    return row


def keep_upload(checked: CheckedFile) -> StoredFile:
    """Keep a file that somebody sent. The same bytes under the same name are one file."""
    digest = hashlib.sha256(checked.data)
    digest.update(f"\0{checked.name}\0{checked.media_type}".encode())
    content_key = digest.hexdigest()
    return find(content_key) or store(
        content_key=content_key,
        file_name=checked.name,
        media_type=checked.media_type,
        data=checked.data,
        page_count=checked.page_count,
    )


def forget(row: StoredFile) -> None:
    """Drop a file that nothing refers to."""
    row.delete()
    _path(row.content_key).unlink(missing_ok=True)


def is_whole(row: StoredFile) -> bool:
    """Whether the file lies on the disk as it was stored. A damaged or lost one is logged."""
    path = _path(row.content_key)
    try:
        state = path.stat()
        if _sha256(path, state.st_mtime_ns, state.st_size) == row.sha256:
            return True
    except OSError:
        pass
    logger.error("Stored file %s (%s) is lost or damaged", row.pk, row.content_key)
    return False


def open(row: StoredFile):
    """The file, open for reading. Raises FileNotFoundError when it is lost or damaged."""
    if not is_whole(row):
        raise FileNotFoundError(row.content_key)
    return _path(row.content_key).open("rb")


def response(request, row: StoredFile, *, is_public: bool = True, as_attachment: bool = False) -> HttpResponseBase:
    """The file for a browser: shown in it, "not modified" if it has it already, in parts if it asks for a part.

    One that is not for everyone is kept nowhere on its way and always sent whole. What people sent goes out
    `as_attachment`: a browser then saves it and runs nothing of it.
    """
    disposition = {"Content-Disposition": content_disposition_header(as_attachment, row.file_name) or "inline"}
    if as_attachment:
        disposition |= {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
    if not is_public:
        headers = disposition | {"Cache-Control": "private, no-store"}
        return _whole(open(row), row, headers, as_attachment)
    etag = quote_etag(row.sha256[:32])
    changed = int(row.created_at.timestamp())
    headers = {
        "ETag": etag,
        "Last-Modified": http_date(changed),
        "Cache-Control": "public, no-cache",
        "Accept-Ranges": "bytes",
        **disposition,
    }
    unchanged = get_conditional_response(request, etag=etag, last_modified=changed)
    if unchanged is not None:
        for name in ("ETag", "Last-Modified", "Cache-Control"):
            unchanged.headers[name] = headers[name]
        return unchanged
    part = _asked_part(request, row, etag, http_date(changed))
    if part is not None and len(part) == 0:
        headers["Content-Range"] = f"bytes */{row.size_bytes}"
        return HttpResponse(status=416, headers=headers)
    file = open(row)
    if part is None:
        return _whole(file, row, headers, as_attachment)
    first, last = part
    answer = StreamingHttpResponse(
        _read_part(file, first, last - first + 1), status=206, content_type=_content_type(row), headers=headers
    )
    answer.headers["Content-Range"] = f"bytes {first}-{last}/{row.size_bytes}"
    answer.headers["Content-Length"] = str(last - first + 1)
    return answer


def _asked_part(request, row, etag, last_modified) -> tuple[int, int] | tuple[()] | None:
    """First and last byte asked for; None for the whole file, () for a part beyond its end (RFC 9110, 14).

    Several ranges at once are answered with the whole file, which the RFC allows.
    """
    found = re.fullmatch(r"bytes=(\d{0,15})-(\d{0,15})", request.headers.get("Range", "").replace(" ", ""))
    if found is None or found.groups() == ("", ""):
        return None
    if request.headers.get("If-Range", etag) not in (etag, last_modified):
        return None
    first, last = found.groups()
    if first == "":
        wanted = min(int(last), row.size_bytes)
        return (row.size_bytes - wanted, row.size_bytes - 1) if wanted else ()
    start, end = int(first), min(int(last or row.size_bytes), row.size_bytes - 1)
    if last and int(last) < start:
        return None
    return (start, end) if start <= end else ()


def _whole(file, row: StoredFile, headers: dict[str, str], as_attachment: bool) -> FileResponse:
    # Django writes the name of the file into its header itself, by the same rules.
    return FileResponse(
        file,
        as_attachment=as_attachment,
        filename=row.file_name,
        content_type=_content_type(row),
        headers=headers,
    )


def _content_type(row: StoredFile) -> str:
    return f"{row.media_type}; charset=utf-8" if row.media_type.startswith("text/") else row.media_type


def _read_part(file, first: int, length: int):
    with file:
        file.seek(first)
        while length > 0 and (chunk := file.read(min(CHUNK_BYTES, length))):
            length -= len(chunk)
            yield chunk


def _path(content_key: str) -> Path:
    """Where a file lies. The key is a hash, so nothing of what people typed reaches the path."""
    if not re.fullmatch(r"[0-9a-f]{64}", content_key):
        raise ValueError("a content key is a SHA-256 in hexadecimal")
    return Path(settings.STORED_FILES_ROOT) / content_key[:2] / content_key


@functools.lru_cache(maxsize=256)
def _sha256(path: Path, mtime_ns: int, size: int) -> str:
    """Counted once for each state of the file: a download then costs no hashing."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
