"""Files that somebody might send, made here so that none of them lies in the project."""

import io
import struct
import zipfile
import zlib

import pypdf
from PIL import Image
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)


def name(text):
    return NameObject(f"/{text}")


def row(**values):
    return DictionaryObject({name(key): value for key, value in values.items()})


def written(writer) -> bytes:
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def plain_pdf(change=None, *, pages=1) -> bytes:
    """A PDF of blank pages; `change(writer)` adds what a test needs."""
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if change:
        change(writer)
    return written(writer)


def script(words="app.alert(1)"):
    return row(S=name("JavaScript"), JS=TextStringObject(words))


def pdf_with_open_action(action):
    return plain_pdf(lambda writer: writer.root_object.update({name("OpenAction"): action}))


def pdf_with_annotation(**values):
    def change(writer):
        rectangle = ArrayObject([NumberObject(n) for n in (0, 0, 10, 10)])
        note = row(Type=name("Annot"), Rect=rectangle, **values)
        writer.pages[0][name("Annots")] = ArrayObject([writer._add_object(note)])

    return plain_pdf(change)


def pdf_with_page_script():
    return plain_pdf(lambda writer: writer.pages[0].update({name("AA"): row(O=script())}))


def pdf_with_named_script():
    names = row(JavaScript=row(Names=ArrayObject([TextStringObject("start"), script()])))
    return plain_pdf(lambda writer: writer.root_object.update({name("Names"): names}))


def pdf_with_attachment():
    return plain_pdf(lambda writer: writer.add_attachment("tool.exe", b"MZ"))


def pdf_with_form_of_xml():
    return plain_pdf(lambda writer: writer.root_object.update({name("AcroForm"): row(XFA=TextStringObject("<xdp/>"))}))


def pdf_with_portfolio():
    return plain_pdf(lambda writer: writer.root_object.update({name("Collection"): row(View=name("T"))}))


def pdf_with_loose_object():
    """No page leads to the script, but the file knows it."""
    return plain_pdf(lambda writer: writer._add_object(script()))


def pdf_with_hidden_object():
    """The table of objects does not know the script: a reader that repairs files would find it."""
    return plain_pdf().replace(b"%%EOF", b"9 0 obj << /S /JavaScript /JS (app.alert(1)) >> endobj\n%%EOF")


def pdf_with_escaped_name():
    """/J#61vaScript is /JavaScript."""
    return pdf_with_open_action(script()).replace(b"/JavaScript", b"/J#61vaScript")


def pdf_with_script_in_an_object_stream() -> bytes:
    """A script in a compressed object stream, where no search of the bytes sees it."""
    inner = b"1 0 << /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (x) >> >>"
    return packed_pdf(zlib.compress(inner), first=inner.index(b"<<"))


def pdf_bomb() -> bytes:
    """An object stream of a hundred kilobytes that unpacks to a hundred megabytes."""
    return packed_pdf(zlib.compress(b"1 0 << /Type /Catalog /Pages 2 0 R >>" + b" " * 100 * 2**20), first=4)


def packed_pdf(packed: bytes, *, first: int) -> bytes:
    """A PDF whose catalogue, object 1, stands in a compressed object stream."""
    stream = b"<< /Type /ObjStm /N 1 /First %d /Filter /FlateDecode /Length %d >>" % (first, len(packed))
    body, places = b"%PDF-1.5\n", {}
    for number, content in (
        (2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"),
        (3, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"),
        (4, stream + b"\nstream\n" + packed + b"\nendstream"),
    ):
        places[number] = len(body)
        body += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(body)
    rows = [(0, 0, 65535), (2, 4, 0), (1, places[2], 0), (1, places[3], 0), (1, places[4], 0), (1, start, 0)]
    table = b"".join(struct.pack(">BIH", *each) for each in rows)
    body += b"5 0 obj\n<< /Type /XRef /Size 6 /W [1 4 2] /Root 1 0 R /Length %d >>\nstream\n" % len(table)
    return body + table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start


def locked_pdf() -> bytes:
    return plain_pdf(lambda writer: writer.encrypt("secret", algorithm="RC4-128"))


def deep_pdf() -> bytes:
    def change(writer):
        inner = ArrayObject()
        for _ in range(200):
            inner = ArrayObject([inner])
        writer.root_object[name("Deep")] = inner

    return plain_pdf(change)


def picture(kind, size=(40, 30), mode="RGB", **options) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size, "green" if mode.startswith("RGB") else 0).save(buffer, kind, **options)
    return buffer.getvalue()


def huge_png() -> bytes:
    """Its head says 60,000 x 60,000 points; there is hardly anything behind it."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def zip_file() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "a")
    return buffer.getvalue()
