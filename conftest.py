"""What every test may rely on: caches empty at the start, no tests skipped in silence, Debian's own browser."""

import contextlib
import hashlib
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

# Playwright keeps an event loop in the main thread; Django would otherwise refuse the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

HERE = Path(__file__).resolve().parent
SHARED = HERE.parent / "shared"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A page that asks another host for anything gets no answer, here as on a closed network.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    from django.db import connection

    for item in items:
        if "page" in item.fixturenames or "context" in item.fixturenames:
            item.add_marker(pytest.mark.browser)
    left_out = [item for item in items if item.get_closest_marker("full") and not os.environ.get("FULL")]
    # Each has its say in one of the two runs. One writer at a time in any case: what needs row locks belongs to
    # PostgreSQL, and so do browsers, since the server they talk to would share the test's one connection in memory.
    elsewhere = ("any_database",) if connection.features.has_select_for_update else ("row_locks", "browser")
    left_out += [item for item in items if any(item.get_closest_marker(name) for name in elsewhere)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    for item in items:
        if item.get_closest_marker("shared") and not SHARED.is_dir():
            item.add_marker(pytest.mark.skip(reason="the founders' data does not lie beside the project"))


class SkippedTests:
    """In CI a skipped test is a failed one, except where the data it reads is known to be elsewhere."""

    def __init__(self):
        self.names = []

    def pytest_runtest_logreport(self, report):
        if report.skipped and not hasattr(report, "wasxfail") and "shared" not in report.keywords:
            self.names.append(report.nodeid)

    def pytest_collectreport(self, report):
        if report.skipped:
            self.names.append(report.nodeid)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session):
        if self.names and not session.exitstatus:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter):
        for name in self.names:
            terminalreporter.write_line(f"Skipped, which CI does not accept: {name}", red=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session):
    if os.environ.get("CI", "").lower() in ("1", "true"):
        session.config.pluginmanager.register(SkippedTests(), "skipped-tests")


@pytest.fixture(scope="session")
def _migrated_before(request):
    """Where a database with these very migrations lies, if a run before this one has made one. SQLite only.

    Doing all migrations takes a minute of a busy machine; copying what they lead to takes a second.
    """
    from django.conf import settings

    database = settings.DATABASES["default"]
    if not database["ENGINE"].endswith("sqlite3"):
        return None
    digest = hashlib.sha256((HERE / "constraints.txt").read_bytes())
    for path in sorted(HERE.glob("**/migrations/*.py")):
        if ".venv" not in path.parts:
            digest.update(path.read_bytes())
    path = request.config.cache.mkdir("databases") / f"{digest.hexdigest()[:32]}.sqlite3"
    if path.exists():
        database.setdefault("TEST", {})["MIGRATE"] = False
    return path


@pytest.fixture(scope="session")
def django_db_setup(_migrated_before, django_db_setup, django_db_blocker):
    """At the end, whoever still holds a connection lets go: a browser may leave a thread of the live server waiting."""
    from django.db import connection

    if _migrated_before is not None:
        with django_db_blocker.unblock():
            _copy_what_migrations_lead_to(connection, _migrated_before)
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


def _copy_what_migrations_lead_to(connection, path):
    from django.core.management.sql import emit_post_migrate_signal

    if path.exists():
        with contextlib.closing(sqlite3.connect(path)) as kept:
            kept.backup(connection.connection)
        # Permissions and roles are made after every migration; the models may have changed since.
        emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
        return
    draft = path.with_suffix(f".{os.getpid()}")
    with contextlib.closing(sqlite3.connect(draft)) as kept:
        connection.connection.backup(kept)
    draft.replace(path)


@pytest.fixture(autouse=True)
def _nothing_remembered_from_the_test_before():
    from django.contrib.sites.models import Site
    from django.core.cache import caches

    for cache in caches.all():
        cache.clear()
    Site.objects.clear_cache()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Chromium as Debian packages it; nothing is downloaded."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.fail("Chromium is missing; `make test` installs it.", pytrace=False)
    return {**browser_type_launch_args, "executable_path": chromium, "args": CHROMIUM_ARGUMENTS}


@pytest.fixture(scope="session")
def base_url():
    """None; the plugin's own fixture of this name raises a warning of pytest's."""
    return


@pytest.fixture
def live_server_address(live_server):
    """The address with its name, not its number: passkeys and cookies are tied to `localhost`."""
    return live_server.url.replace("127.0.0.1", "localhost")
