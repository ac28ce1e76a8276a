"""The floor plan (style.md, section 1): a room imports from the lines above it, never sideways and never down."""

import ast
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

BASE = Path(settings.BASE_DIR)
ROOMS = {"partners", "meetings", "training", "guide", "enforcement"}
KERNEL = "greencustoms.core"
MAY_IMPORT = {
    KERNEL: set(),
    "partners": {KERNEL},
    "meetings": {KERNEL, "partners"},
    "training": {KERNEL, "partners"},
    "guide": {KERNEL, "partners"},
    "enforcement": {KERNEL, "partners", "meetings", "training", "guide"},
}
# Test data may be shared more freely: giving a person a role needs the roles of the front door.
TESTS_MAY_IMPORT = {"greencustoms.roles", "greencustoms.tests", "greencustoms.urls"}


def imported_modules(path: Path):
    """Every module a file imports, wherever the import stands."""
    package = path.relative_to(BASE).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parent = package[: len(package) - node.level + 1] if node.level else ()
            start = ".".join([*parent, *([node.module] if node.module else [])])
            # `from greencustoms import roles` imports greencustoms.roles.
            yield from (f"{start}.{alias.name}" for alias in node.names)


def room_of(module: str) -> str | None:
    """The room a module belongs to; for the front door its first two parts."""
    parts = module.split(".")
    if parts[0] in ROOMS:
        return parts[0]
    if parts[0] == "greencustoms":
        return ".".join(parts[:2])
    return None


def files_of(room: str):
    return sorted((BASE / room.replace(".", "/")).rglob("*.py"))


def strange_imports(room: str, *, tests: bool) -> set[str]:
    allowed = MAY_IMPORT[room] | {room} | (TESTS_MAY_IMPORT if tests else set())
    return {
        f"{path.relative_to(BASE)} imports {module}"
        for path in files_of(room)
        if ("tests" in path.parts) == tests
        for module in imported_modules(path)
        if room_of(module) is not None and room_of(module) not in allowed
    }


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_from_its_allowed_rooms(room):
    assert strange_imports(room, tests=False) == set()


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_the_tests_of_a_room_look_no_further(room):
    assert strange_imports(room, tests=True) == set()


def test_the_guard_sees_every_way_of_importing(tmp_path):
    source = tmp_path / "a.py"
    source.write_text(
        "import meetings.models\n"
        "from guide import models\n"
        "def later():\n    from greencustoms import roles\n    from greencustoms.views.shell import shell\n"
    )

    found = {room_of(module) for module in _modules_of(source)}

    assert found == {"meetings", "guide", "greencustoms.roles", "greencustoms.views"}


def _modules_of(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("room", sorted(ROOMS | {KERNEL}))
def test_choices_import_nothing_of_ours(room):
    path = BASE / room.replace(".", "/") / "choices.py"

    assert [module for module in imported_modules(path) if room_of(module)] == []


@pytest.mark.django_db
def test_without_the_restricted_section_everything_else_works(tmp_path):
    """In a process of its own, since the setting is read when the addresses are made."""
    program = """
import django
django.setup()
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse
transaction.set_autocommit(False)  # nothing of this stays
client = Client()
for path in ("/", "/search/?q=ivory", "/agreements/", "/partners/", "/meetings/", "/actions/", "/courses/",
             "/hs/", "/calendar/", "/calendar.ics", "/sitemap.xml", "/robots.txt", "/accounts/login/"):
    assert client.get(path).status_code == 200, path
for path in ("/enforcement/", "/enforcement/indicators/", "/desk/access/"):
    assert client.get(path).status_code in (302, 404), path
from greencustoms import roles
from greencustoms.core.models import User
user = User.objects.create_user("person@office.example", name="Office")
client.force_login(user)
for path in ("/", "/my/", "/accounts/after/"):
    assert client.get(path).status_code in (200, 302), path
assert client.get("/enforcement/").status_code == 404
for name in ("enforcement_home", "indicator_list", "desk_access"):
    try:
        reverse(name)
    except NoReverseMatch:
        continue
    raise AssertionError(name)
import shutil
from django.conf import settings
shutil.rmtree(settings.VAR_DIR)
print("well")
"""
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=BASE,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "greencustoms.settings.test",
            "ENFORCEMENT_ENABLED": "0",
            "DATABASE_URL": _address_of_the_test_database(tmp_path),
            "REDIS_URL": "",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert ran.stdout.strip().endswith("well"), ran.stderr[-3000:]


def _address_of_the_test_database(folder) -> str:
    """For another process: the database itself, or a copy of the one that lies in this process's memory."""
    if connection.vendor == "sqlite":
        copy = folder / "copy.sqlite3"
        copy.write_bytes(connection.connection.serialize())
        return f"sqlite:///{copy}"
    facts = connection.settings_dict
    who = f"{quote(facts['USER'])}:{quote(facts['PASSWORD'] or '')}"
    host = facts["HOST"] or ""
    where = f"?host={host}" if host.startswith("/") else ""
    return f"postgres://{who}@{'' if where else host}:{facts['PORT'] or ''}/{facts['NAME']}{where}"
