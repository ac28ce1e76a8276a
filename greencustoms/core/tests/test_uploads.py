import io

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf.generic import ArrayObject, TextStringObject

from greencustoms.core import pdf, stored_files, upload_child, uploads
from greencustoms.core.models import StoredFile
from greencustoms.core.tests import hostile_files as files
from greencustoms.core.uploads import CheckedFile, CheckedFileField

pytestmark = pytest.mark.any_database


def check(data, name="paper.pdf", **options):
    return uploads.check(SimpleUploadedFile(name, data), **options)


def refusal(data, name="paper.pdf", **options):
    with pytest.raises(ValidationError) as caught:
        check(data, name, **options)
    return " ".join(caught.value.messages)


ACTIVE = "runs or opens by itself"
DAMAGED = "cannot be read"
COMPLICATED = "too complicated"
OTHER_KIND = "Files of this kind are not taken"
GO_FURTHER = {"S": files.name("GoTo"), "D": ArrayObject(), "Next": files.script()}
HOSTILE = {
    "script on opening": (files.pdf_with_open_action(files.script()), ACTIVE),
    "script after going to a page": (files.pdf_with_open_action(files.row(**GO_FURTHER)), ACTIVE),
    "program on opening": (files.pdf_with_open_action(files.row(S=files.name("Launch"))), ACTIVE),
    "script of a page": (files.pdf_with_page_script(), ACTIVE),
    "script by name": (files.pdf_with_named_script(), ACTIVE),
    "script in a link": (files.pdf_with_annotation(Subtype=files.name("Link"), A=files.script()), ACTIVE),
    "program in a link": (
        files.pdf_with_annotation(Subtype=files.name("Link"), A=files.row(S=files.name("Launch"))),
        ACTIVE,
    ),
    "form that sends": (
        files.pdf_with_annotation(Subtype=files.name("Widget"), A=files.row(S=files.name("SubmitForm"))),
        ACTIVE,
    ),
    "film": (files.pdf_with_annotation(Subtype=files.name("Movie")), ACTIVE),
    "player": (files.pdf_with_annotation(Subtype=files.name("RichMedia")), ACTIVE),
    "attached to a page": (files.pdf_with_annotation(Subtype=files.name("FileAttachment")), ACTIVE),
    "file inside": (files.pdf_with_attachment(), ACTIVE),
    "portfolio": (files.pdf_with_portfolio(), ACTIVE),
    "form of XML": (files.pdf_with_form_of_xml(), ACTIVE),
    "script no page leads to": (files.pdf_with_loose_object(), ACTIVE),
    "script the tables do not know": (files.pdf_with_hidden_object(), ACTIVE),
    "script in escaped letters": (files.pdf_with_escaped_name(), ACTIVE),
    "script in a packed object": (files.pdf_with_script_in_an_object_stream(), ACTIVE),
    "locked": (files.locked_pdf(), "locked with a password"),
    "deeply nested": (files.deep_pdf(), f"{COMPLICATED}|{DAMAGED}"),
    "bomb": (files.pdf_bomb(), f"{COMPLICATED}|{DAMAGED}"),
    "archive behind the end": (files.plain_pdf() + files.zip_file(), "Behind the end"),
    "without pages": (files.plain_pdf(pages=0), DAMAGED),
    "only a head": (b"%PDF-1.7\n", DAMAGED),
    "cut off": (files.plain_pdf()[:-40], DAMAGED),
    "head and nonsense": (b"%PDF-1.7\n" + bytes(range(256)) * 20 + b"%%EOF", DAMAGED),
    "picture too large": (files.huge_png(), "40 million points"),
    "picture cut off": (files.picture("PNG", (400, 300))[:-30], DAMAGED),
    "picture of one kind with the head of another": (
        b"\xff\xd8\xff" + files.picture("PNG"),
        DAMAGED,
    ),
    "moving picture": (files.picture("GIF"), OTHER_KIND),
    "vector picture": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', OTHER_KIND),
    "page with a script": (b"\xef\xbb\xbf  <!DOCTYPE html><script>alert(1)</script>", OTHER_KIND),
    "program": (b"MZ\x90\x00\x03", OTHER_KIND),
    "archive": (files.zip_file(), OTHER_KIND),
    "shell script": (b"#!/bin/sh\nrm -rf /\n", OTHER_KIND),
    "rich text": (b"{\\rtf1\\ansi hello}", OTHER_KIND),
    "NUL in a text": (b"a\x00b", OTHER_KIND),
    "terminal codes in a text": (b"\x1b[2Jgone", OTHER_KIND),
    "text in another code": ("Éléphant".encode("latin-1"), OTHER_KIND),
}


@pytest.mark.parametrize(("data", "words"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_file_is_refused_in_plain_words(data, words):
    said = refusal(data)

    assert any(each in said for each in words.split("|")), said
    assert "Error" not in said


def go_to_first_page(writer):
    place = ArrayObject([writer.pages[0].indirect_reference, files.name("Fit")])
    writer.root_object[files.name("OpenAction")] = place
    writer.add_outline_item(title="Start", page_number=0)


CLEAN = {
    "plain": files.plain_pdf(),
    "opens at its first page": files.plain_pdf(go_to_first_page),
    "link to an address": files.pdf_with_annotation(
        Subtype=files.name("Link"),
        A=files.row(S=files.name("URI"), URI=TextStringObject("https://cites.org/")),
    ),
    "blank lines behind the end": files.plain_pdf() + b"\r\n\r\n\0",
}


@pytest.mark.parametrize("data", CLEAN.values(), ids=CLEAN)
def test_clean_pdf_is_taken_as_it_is(data):
    assert check(data, "Annex 1.PDF") == CheckedFile("Annex 1.pdf", "application/pdf", data, page_count=1)


def test_pdf_that_the_portal_makes_is_taken():
    html = (
        '<html lang="en"><head><title>T</title></head><body><h1>T</h1><a href="https://cites.org/">x</a></body></html>'
    )
    data = pdf.render(pdf.PdfSource(html), identifier="trial")

    assert check(data).page_count == 1


@pytest.mark.parametrize(("kind", "name"), [("PNG", "map.png"), ("JPEG", "map.jpg")])
@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "P", "1", "CMYK"])
def test_picture_is_drawn_anew(kind, name, mode):
    if (kind, mode) in {("JPEG", "RGBA"), ("JPEG", "P"), ("PNG", "CMYK")}:
        return
    checked = check(files.picture(kind, mode=mode), name)

    assert (checked.name, checked.media_type) == (name, f"image/{kind.lower()}")
    assert Image.open(io.BytesIO(checked.data)).size == (40, 30)


def test_picture_loses_notes_place_and_what_lies_behind_it():
    notes = Image.Exif()
    notes[0x010E] = "taken at the port"
    notes[0x0112] = 6  # to be turned by a quarter
    sent = files.picture("JPEG", exif=notes, comment=b"secret comment") + files.zip_file()

    checked = check(sent, "photo.jpeg")

    found = Image.open(io.BytesIO(checked.data))
    assert (found.size, dict(found.getexif()), found.info.get("comment")) == ((30, 40), {}, None)
    assert b"taken at the port" not in checked.data
    assert b"PK\x03\x04" not in checked.data


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("words.txt", "Éléphant, عاج\r\n\tivory\n".encode(), "text/plain"),
        ("rows.csv", "code;goods\n0507;ivory\n".encode("utf-8-sig"), "text/csv"),
        ("no ending", b"a < b", "text/plain"),
        ("empty.html", b"plain words", "text/plain"),
    ],
)
def test_text_is_taken_as_it_is(name, data, media_type):
    checked = check(data, name)

    assert (checked.media_type, checked.data) == (media_type, data)


@pytest.mark.parametrize(
    ("kind", "sent", "name"),
    [
        ("pdf", "C:\\papers\\Annex 1.pdf", "Annex 1.pdf"),
        ("pdf", "../../etc/passwd", "passwd.pdf"),
        ("pdf", "invoice.exe", "invoice.pdf"),
        ("pdf", "report\u202efdp.exe", "reportfdp.pdf"),
        ("pdf", 'a"b\r\nSet-Cookie: x.pdf', "a-bSet-Cookie- x.pdf"),
        ("pdf", ".pdf", "file.pdf"),
        ("pdf", "", "file.pdf"),
        ("pdf", "تقرير.pdf", "تقرير.pdf"),
        ("jpeg", "Photo.JPEG", "Photo.jpeg"),
        ("jpeg", "photo.png", "photo.jpg"),
        ("csv", "x" * 300 + ".csv", "x" * 100 + ".csv"),
        ("text", "minutes of 15.5.2007", "minutes of 15.5.txt"),
        ("text", "e\u0301te\u0301.txt", "été.txt"),
    ],
)
def test_names_are_cleaned(kind, sent, name):
    assert uploads.clean_name(sent, kind) == name


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-" + b" " * (25 * 2**20), "larger than 25 MB"),
        (b"\x89PNG\r\n\x1a\n" + b" " * (10 * 2**20), "larger than 10 MB"),
        (b"a" * (5 * 2**20 + 1), "larger than 5 MB"),
    ],
    ids=["pdf", "png", "text"],
)
def test_file_beyond_its_size_is_refused(data, words):
    assert words in refusal(data)


def test_field_that_takes_some_kinds_refuses_the_others_and_says_which():
    assert refusal(b"words", kinds=["pdf", "png"]) == (
        "Files of this kind are not taken. You can send: PDF up to 25 MB, PNG picture up to 10 MB."
    )


def test_child_that_takes_too_long_is_stopped(settings):
    settings.UPLOAD_LIMITS = {**settings.UPLOAD_LIMITS, "wall_seconds": 0.01}

    assert COMPLICATED in refusal(files.plain_pdf())


def test_child_without_memory_is_stopped(settings):
    settings.UPLOAD_LIMITS = {**settings.UPLOAD_LIMITS, "memory_mb": 60}

    assert COMPLICATED in refusal(files.picture("PNG", (5000, 5000)))


def test_every_return_code_of_the_child_has_its_sentence():
    codes = [value for name, value in vars(upload_child).items() if name.isupper() and isinstance(value, int)]

    assert {code for code in codes if 3 <= code <= 20} <= set(uploads.WHY)


class PaperForm(forms.Form):
    paper = CheckedFileField(required=False, kinds=["pdf"])


def test_field_cleans_to_a_checked_file():
    form = PaperForm({}, {"paper": SimpleUploadedFile("a.pdf", CLEAN["plain"], content_type="text/html")})

    assert form.is_valid()
    assert form.cleaned_data == {"paper": CheckedFile("a.pdf", "application/pdf", CLEAN["plain"], page_count=1)}


@pytest.mark.parametrize("initial", [None, "a file that is there"])
def test_field_with_nothing_sent_cleans_to_none(initial):
    form = PaperForm({}, {}, initial={"paper": initial})

    assert form.is_valid()
    assert form.cleaned_data == {"paper": None}


def test_field_with_an_empty_file_says_so():
    form = PaperForm({}, {"paper": SimpleUploadedFile("a.pdf", b"")})

    assert form.errors == {"paper": ["The submitted file is empty."]}


def test_field_says_what_it_takes():
    field = PaperForm()["paper"]

    assert field.help_text == "PDF up to 25 MB"
    assert 'accept=".pdf"' in str(field)


@pytest.mark.django_db
def test_same_file_sent_twice_is_kept_once(settings, tmp_path):
    settings.STORED_FILES_ROOT = tmp_path
    checked = check(CLEAN["plain"], "annex.pdf")

    rows = [stored_files.keep_upload(each) for each in (checked, checked, check(CLEAN["plain"], "other.pdf"))]

    assert rows[0] == rows[1] != rows[2]
    assert StoredFile.objects.count() == 2
    assert (rows[0].file_name, rows[0].media_type, rows[0].page_count) == ("annex.pdf", "application/pdf", 1)
    with stored_files.open(rows[0]) as file:
        assert file.read() == CLEAN["plain"]
