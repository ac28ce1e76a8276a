"""For machines: is the process alive, and is it ready to work?"""

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from greencustoms.core.choices import JobState
from greencustoms.core.health import QUEUE_LATE, TICK, TICK_LATE
from greencustoms.core.models import Heartbeat, Job


@login_not_required
@require_safe
def healthz(request):
    """200 as long as the process answers."""
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


@login_not_required
@require_safe
def readyz(request):
    """200 when database, cache and migrations are in order; tick and queue are told, not required."""
    parts = {"database": _database(), "migrations": False, "cache": False, "tick": False, "queue": False}
    if parts["database"]:
        parts["migrations"] = _migrations()
        parts["cache"] = _cache()
        now = timezone.now()
        parts["tick"] = Heartbeat.objects.filter(name=TICK, at__gt=now - TICK_LATE).exists()
        parts["queue"] = not Job.objects.filter(state=JobState.QUEUED, created_at__lt=now - QUEUE_LATE).exists()
    is_ready = parts["database"] and parts["migrations"] and parts["cache"]
    return JsonResponse(
        {"ready": is_ready, **parts}, status=200 if is_ready else 503, headers={"Cache-Control": "no-store"}
    )


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() == (1,)
    except Exception:
        return False


_found_applied = False


def _migrations() -> bool:
    """Asked until they are found applied: this process never needs others than those it was started with."""
    global _found_applied
    if not _found_applied:
        executor = MigrationExecutor(connection)
        _found_applied = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _found_applied


def _cache() -> bool:
    """Only reads: whoever may ask for this page may not write."""
    try:
        cache.get("readyz")
    except Exception:
        return False
    return True
