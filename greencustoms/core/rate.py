"""Rate limits as rows, the same for all processes (security section 6)."""

import functools
import ipaddress
import math
from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac

from .models import RateBucket

# So many at the same moment on one bucket is a rush of its own.
MOST_TRIES = 10
# One customer of an internet provider holds at least this much of IPv6.
IPV6_NETWORK_BITS = 64


def allow(key: str, *, burst: int, per_hour: float, now: datetime | None = None) -> bool:
    """Take one token from the bucket of this key; False when it is empty.

    A bucket holds at most `burst` tokens and fills at `per_hour` tokens an hour.
    """
    now = now or timezone.now()
    for _ in range(MOST_TRIES):
        row = RateBucket.objects.filter(key=key[:120]).first()
        if row is None:
            full = RateBucket(key=key[:120], tokens=burst, filled_at=now)
            RateBucket.objects.bulk_create([full], ignore_conflicts=True)
            continue
        hours = max((now - row.filled_at).total_seconds(), 0) / 3600
        tokens = round(min(burst, row.tokens + hours * per_hour), 6)
        if tokens < 1:
            return False
        # Compare-and-swap: whoever changed the row in between makes this one look again.
        unchanged = RateBucket.objects.filter(pk=row.pk, tokens=row.tokens, filled_at=row.filled_at)
        if unchanged.update(tokens=tokens - 1, filled_at=max(now, row.filled_at)):
            return True
    return False


def forget_full(now: datetime) -> None:
    """Drop buckets nobody has touched for a day."""
    RateBucket.objects.filter(filled_at__lt=now - timedelta(days=1)).delete()


def network_of(request: HttpRequest, purpose: str) -> str:
    """The visitor's network for this purpose, hashed, so that no row holds an internet address."""
    try:
        address = network_address(get_adapter().get_client_ip(request))
    except PermissionDenied:  # a proxy that does not say who asks
        address = "unknown"
    return salted_hmac(purpose, address).hexdigest()[:32]


def network_address(address: str) -> str:
    """An IPv4 address itself; of an IPv6 address the customer's network, with 2^64 addresses to change between."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((int(found), IPV6_NETWORK_BITS), strict=False))
    return str(found)


def rate_limited(name: str, *, burst: int, per_hour: float, asking: str = ""):
    """Limit a view: people who are signed in one by one, visitors by their network.

    With `asking`, only requests that carry this parameter count. Stands below `@public_page`, so that a page
    answered from the cache takes no token and costs no SQL.
    """

    def decorate(view):
        @functools.wraps(view)
        def wrapper(request, *args, **kwargs):
            counts = settings.RATE_LIMITS and (not asking or request.GET.get(asking))
            if counts and not allow(f"{name}-by:{_who(request, name)}", burst=burst, per_hour=per_hour):
                return too_many(request, wait=timedelta(hours=1 / per_hour))
            return view(request, *args, **kwargs)

        return wrapper

    return decorate


def too_many(request: HttpRequest, *, wait: timedelta) -> HttpResponse:
    """A page that says so in plain words."""
    response = render(request, "429.html", status=429)
    response.headers["Retry-After"] = str(math.ceil(wait.total_seconds()))
    response.headers["Cache-Control"] = "no-store"
    return response


def _who(request: HttpRequest, name: str) -> str:
    return f"user:{request.user.pk}" if request.user.is_authenticated else network_of(request, name)
