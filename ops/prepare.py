"""Before the processes start: database, static files and, the first time, the content. Quick when all is done."""

import os
import sys
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HERE))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "greencustoms.settings.development")

import django  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.staticfiles.finders import get_finders  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import OperationalError, connection, transaction  # noqa: E402
from django.db.migrations.executor import MigrationExecutor  # noqa: E402


def bring_database_up_to_date():
    try:
        connection.ensure_connection()
    except OperationalError as error:
        sys.exit(f"The database does not answer. {str(error).strip().splitlines()[0]}")
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("Making the database ready ...", flush=True)
        call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def collect_static_files():
    """Again only when a file came, went or changed."""
    mark = Path(settings.STATIC_ROOT) / ".fingerprint"
    fingerprint = sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = os.stat(storage.path(name))
            fingerprint.update(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    if mark.exists() and mark.read_text() == fingerprint.hexdigest():
        return
    print("Collecting static files ...", flush=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    mark.write_text(fingerprint.hexdigest())


def load_content_the_first_time():
    """Whole or not at all, so that an interrupted first start begins anew."""
    from greencustoms.core.models import User
    from partners.models import Partner

    if not Partner.objects.exists():
        print("Loading partners, agreements, HS codes and courses (only this time) ...", flush=True)
        with transaction.atomic():
            call_command("load_reference", verbosity=0)
    if not User.objects.exists():
        print("Loading the demonstration: meetings, guide, accounts (only this time) ...", flush=True)
        with transaction.atomic():
            call_command("load_demo", verbosity=0)


if __name__ == "__main__":
    try:
        django.setup()
        bring_database_up_to_date()
        collect_static_files()
        load_content_the_first_time()
    except KeyboardInterrupt:
        sys.exit(130)
