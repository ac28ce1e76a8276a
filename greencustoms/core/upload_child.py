"""The child process that looks at one uploaded file. Knows nothing of the portal.

Reads a line of JSON and the file from standard input, writes a line of JSON and, for a picture, the picture drawn
anew to standard output. Its return code says what is wrong with the file (`uploads.WHY` has the sentences).
"""

import io
import json
import logging
import os
import re
import resource
import sys

NOT_READABLE, ENCRYPTED, ACTIVE, TOO_LARGE, TOO_MANY_PIXELS, AFTER_THE_END = 3, 4, 5, 6, 7, 8

MOST_OBJECTS = 200_000
DEEPEST_NESTING = 60
MOST_PIXELS = 40_000_000
# Keys that hold something to run, to open or to unpack, wherever they stand in a PDF (ISO 32000-2, 7.7.4, 12.6).
ACTIVE_KEYS = {"/JS", "/JavaScript", "/AA", "/XFA", "/EmbeddedFiles", "/EF", "/Collection", "/RichMediaContent"}
# Actions and annotations that do more than lead to a page or an address.
ACTIVE_ACTIONS = {
    "/JavaScript", "/Launch", "/GoToR", "/GoToE", "/SubmitForm", "/ImportData", "/Rendition", "/Movie", "/Sound",
    "/RichMediaExecute", "/GoTo3DView",
}  # fmt: skip
ACTIVE_KINDS = {"/EmbeddedFile", "/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"}
# Long enough never to stand in compressed bytes by chance. Also found where the table of objects does not point.
ACTIVE_BYTES = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|FileAttachment|RichMedia|SubmitForm|ImportData)\b")
NAME_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")


class Refused(Exception):
    def __init__(self, code: int, words: str):
        super().__init__(words)
        self.code = code


def main() -> None:
    order = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    set_limits(order["limits"])
    logging.disable(logging.CRITICAL)
    try:
        found, new_data = look_at_pdf(data) if order["kind"] == "pdf" else draw_anew(order["kind"], data)
    except Refused as refusal:
        stop(refusal.code, str(refusal))
    except (MemoryError, RecursionError) as error:
        stop(TOO_LARGE, type(error).__name__)
    except Exception as error:
        # What a reader of hostile files raises is not to be foreseen; all of it means the same.
        stop(NOT_READABLE, f"{type(error).__name__}: {error}")
    sys.stdout.buffer.write(json.dumps(found).encode() + b"\n" + new_data)


def set_limits(limits) -> None:
    memory = limits["memory_mb"] * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["cpu_seconds"], limits["cpu_seconds"] + 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def look_at_pdf(data: bytes) -> tuple[dict, bytes]:
    import pypdf

    end = data.rfind(b"%%EOF")
    if end < 0:
        raise Refused(NOT_READABLE, "no end mark")
    if data[end + 5 :].strip(b"\0\t\n\f\r "):
        raise Refused(AFTER_THE_END, "something follows the end mark")
    if ACTIVE_BYTES.search(NAME_ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), data)):
        raise Refused(ACTIVE, "an active word among its bytes")
    reader = pypdf.PdfReader(io.BytesIO(data))
    if reader.is_encrypted or "/Encrypt" in reader.trailer:
        raise Refused(ENCRYPTED, "encrypted")
    for value in every_object(reader):
        check(value)
    pages = len(reader.pages)
    if not pages:
        raise Refused(NOT_READABLE, "no page")
    return {"pages": pages}, b""


def every_object(reader):
    """All objects that the tables of the file know, whether or not a page leads to them."""
    from pypdf.generic import IndirectObject

    known = {(number, generation) for generation, rows in reader.xref.items() for number in rows if number}
    known |= {(number, 0) for number in reader.xref_objStm}
    if len(known) > MOST_OBJECTS:
        raise Refused(TOO_LARGE, f"{len(known)} objects")
    yield reader.trailer
    for number, generation in sorted(known):
        yield IndirectObject(number, generation, reader).get_object()


def check(value) -> None:
    """Refuse what is active in one object; objects it refers to come by themselves."""
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

    waiting = [(value, 1)]
    while waiting:
        each, depth = waiting.pop()
        if depth > DEEPEST_NESTING:
            raise Refused(TOO_LARGE, f"nested more than {DEEPEST_NESTING} deep")
        if isinstance(each, DictionaryObject):
            check_dictionary(each)
            inner = list(dict.values(each))
        elif isinstance(each, ArrayObject):
            inner = list(list.__iter__(each))
        else:
            continue
        waiting += [(one, depth + 1) for one in inner if not isinstance(one, IndirectObject)]


def check_dictionary(row) -> None:
    names = {str(name) for name in row}
    if found := names & ACTIVE_KEYS:
        raise Refused(ACTIVE, ", ".join(sorted(found)))
    if (
        is_name(row, "/S", ACTIVE_ACTIONS)
        or is_name(row, "/Type", ACTIVE_KINDS)
        or is_name(row, "/Subtype", ACTIVE_KINDS)
    ):
        raise Refused(ACTIVE, "an active action or annotation")
    if "/OpenAction" in names and not only_goes_to_a_page(row["/OpenAction"]):
        raise Refused(ACTIVE, "/OpenAction")


def is_name(row, key, names) -> bool:
    return key in row and isinstance(row[key], str) and str(row[key]) in names


def only_goes_to_a_page(action) -> bool:
    """Word processors let a document open at its first page: a place, or the action that leads to one."""
    action = action.get_object()
    if isinstance(action, list):
        return True
    return isinstance(action, dict) and action.get("/S") == "/GoTo" and "/Next" not in action


def draw_anew(kind: str, data: bytes) -> tuple[dict, bytes]:
    """The picture itself and nothing else: no notes, no place where it was taken, no second file behind it."""
    import warnings

    from PIL import Image, ImageOps

    warnings.simplefilter("error")
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        picture = Image.open(io.BytesIO(data), formats=[kind.upper()])
        if picture.width * picture.height > MOST_PIXELS:
            raise Refused(TOO_MANY_PIXELS, f"{picture.width} x {picture.height}")
        picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(TOO_MANY_PIXELS, str(error)) from error
    upright = ImageOps.exif_transpose(picture)
    buffer = io.BytesIO()
    plain = upright.convert(plain_mode(kind, upright))
    plain.info.clear()
    if kind == "jpeg":
        plain.save(buffer, "JPEG", quality=90, optimize=True)
    else:
        plain.save(buffer, "PNG", optimize=True)
    return {"pages": None}, buffer.getvalue()


def plain_mode(kind: str, picture) -> str:
    if kind == "png" and ("A" in picture.mode or "transparency" in picture.info):
        return "RGBA"
    return "L" if picture.mode in ("1", "L") else "RGB"


def stop(code: int, words: str = "") -> None:
    sys.stderr.write(words)
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
