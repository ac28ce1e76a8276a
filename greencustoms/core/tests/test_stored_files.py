import contextlib
import datetime
import os

import pytest
from django.utils.http import http_date

from greencustoms.core import stored_files
from greencustoms.core.models import StoredFile

pytestmark = pytest.mark.django_db
KEY = "ab" * 32
DATA = b"%PDF-" + bytes(range(100))


@pytest.fixture(autouse=True)
def files_root(settings, tmp_path):
    settings.STORED_FILES_ROOT = tmp_path / "files"
    return settings.STORED_FILES_ROOT


@pytest.fixture
def stored():
    return stored_files.store(content_key=KEY, file_name="guide.pdf", media_type="application/pdf", data=DATA)


@pytest.fixture
def ask(rf, stored):
    def ask(**headers):
        return stored_files.response(rf.get("/guide.pdf", headers=headers), stored)

    return ask


def body(response):
    with contextlib.closing(response):
        return b"".join(response) if response.streaming else response.content


def test_stored_file_is_found_by_its_content(stored):
    assert stored_files.find(KEY) == stored
    assert stored_files.find("cd" * 32) is None
    with stored_files.open(stored) as file:
        assert file.read() == DATA


def test_storing_the_same_content_again_leaves_one_file_and_no_draft(stored, files_root):
    again = stored_files.store(content_key=KEY, file_name="guide.pdf", media_type="application/pdf", data=DATA)

    assert again == stored
    assert StoredFile.objects.count() == 1
    assert [path.name for path in files_root.rglob("*") if path.is_file()] == [KEY]


@pytest.mark.parametrize("key", ["../../etc/passwd", "AB" * 32, "ab", ""])
def test_key_that_is_no_hash_never_becomes_a_path(key):
    with pytest.raises(ValueError, match="SHA-256"):
        stored_files.store(content_key=key, file_name="x", media_type="text/plain", data=b"")


@pytest.mark.parametrize("damage", ["gone", "changed", "same size"])
def test_lost_or_damaged_file_is_not_served(stored, files_root, damage):
    path = files_root / KEY[:2] / KEY
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(b"short" if damage == "changed" else b"x" * len(DATA))
        os.utime(path, ns=(1, 1))

    assert stored_files.find(KEY) is None
    with pytest.raises(FileNotFoundError):
        stored_files.open(stored)


def test_whole_file_is_answered_with_all_a_browser_needs(ask, stored):
    response = ask()

    assert body(response) == DATA
    assert {name: response.headers[name] for name in (
        "Content-Type", "Content-Length", "Content-Disposition", "ETag", "Last-Modified", "Accept-Ranges",
    )} == {
        "Content-Type": "application/pdf",
        "Content-Length": str(len(DATA)),
        "Content-Disposition": 'inline; filename="guide.pdf"',
        "ETag": f'"{stored.sha256[:32]}"',
        "Last-Modified": http_date(int(stored.created_at.timestamp())),
        "Accept-Ranges": "bytes",
    }  # fmt: skip


def test_unchanged_file_is_answered_304_without_a_body(ask):
    first = ask()
    body(first)

    by_etag = ask(if_none_match=first.headers["ETag"])
    by_date = ask(if_modified_since=first.headers["Last-Modified"])

    assert [(r.status_code, body(r)) for r in (by_etag, by_date)] == [(304, b""), (304, b"")]
    assert by_etag.headers["ETag"] == first.headers["ETag"]


def test_changed_file_is_answered_whole(ask, stored):
    before = http_date((stored.created_at - datetime.timedelta(days=1)).timestamp())

    assert body(ask(if_none_match='"other"')) == DATA
    assert body(ask(if_modified_since=before)) == DATA


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-4", 0, 5), ("bytes=100-", 100, 105), ("bytes=-5", 100, 105), ("bytes=3-9999", 3, 105)],
)
def test_part_of_a_file_is_answered_as_asked(ask, asked, start, end):
    response = ask(range=asked)

    assert response.status_code == 206
    assert body(response) == DATA[start:end]
    assert response.headers["Content-Range"] == f"bytes {start}-{end - 1}/105"
    assert response.headers["Content-Length"] == str(end - start)


@pytest.mark.parametrize("asked", ["bytes=0-1,4-5", "bytes=9-3", "bytes=-", "pages=1-2", "bytes=a-b"])
def test_part_that_is_not_understood_gives_the_whole_file(ask, asked):
    response = ask(range=asked)

    assert (response.status_code, body(response)) == (200, DATA)


@pytest.mark.parametrize("asked", ["bytes=105-", "bytes=999-1000", "bytes=-0"])
def test_part_beyond_the_end_is_refused(ask, asked):
    response = ask(range=asked)

    assert (response.status_code, response.headers["Content-Range"]) == (416, "bytes */105")


def test_part_of_a_file_that_has_changed_meanwhile_gives_the_whole(ask):
    assert body(ask(range="bytes=0-4", if_range='"other"')) == DATA


def test_file_that_is_not_for_everyone_is_kept_nowhere(rf, stored):
    asked = {"if_none_match": f'"{stored.sha256[:32]}"', "range": "bytes=0-4"}

    response = stored_files.response(rf.get("/x.pdf", headers=asked), stored, is_public=False)

    assert (response.status_code, body(response)) == (200, DATA)
    assert response.headers["Cache-Control"] == "private, no-store"
    assert {"ETag", "Last-Modified", "Accept-Ranges"} & set(response.headers) == set()


@pytest.mark.parametrize("is_public", [True, False])
def test_what_people_sent_is_saved_and_never_run(rf, stored, is_public):
    stored.file_name = 'Éléphant "1".pdf'

    response = stored_files.response(rf.get("/x.pdf"), stored, is_public=is_public, as_attachment=True)

    body(response)
    assert {name: response.headers[name] for name in (
        "Content-Disposition", "Content-Security-Policy", "X-Content-Type-Options",
    )} == {
        "Content-Disposition": "attachment; filename*=utf-8''%C3%89l%C3%A9phant%20%221%22.pdf",
        "Content-Security-Policy": "sandbox",
        "X-Content-Type-Options": "nosniff",
    }  # fmt: skip


def test_policy_of_a_file_is_not_replaced_by_that_of_pages(rf, stored):
    from csp.middleware import CSPMiddleware

    answer = CSPMiddleware(lambda request: stored_files.response(request, stored, as_attachment=True))(rf.get("/x"))

    body(answer)
    assert answer.headers["Content-Security-Policy"] == "sandbox"
