"""Rate limits as rows, the same for all processes (security section 6)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from .models import RateBucket


def allow(key: str, *, burst: int, per_hour: float, now: datetime | None = None) -> bool:
    """Take one token from the bucket of this key; False when it is empty.

    A bucket holds at most `burst` tokens and fills at `per_hour` tokens an hour.
    """
    now = now or timezone.now()
    with transaction.atomic():
        RateBucket.objects.get_or_create(key=key[:120], defaults={"tokens": burst, "filled_at": now})
        row = RateBucket.objects.select_for_update().get(key=key[:120])
        hours = max((now - row.filled_at).total_seconds(), 0) / 3600
        tokens = round(min(burst, row.tokens + hours * per_hour), 6)
        is_allowed = tokens >= 1
        RateBucket.objects.filter(pk=row.pk).update(tokens=tokens - is_allowed, filled_at=max(now, row.filled_at))
    return is_allowed


def forget_full(now: datetime) -> None:
    """Drop buckets nobody has touched for a day."""
    RateBucket.objects.filter(filled_at__lt=now - timedelta(days=1)).delete()
