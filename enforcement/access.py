"""Who reads risk indicators, and the only way to them (security section 4).

Every indicator is fetched here: the decision is taken, its row in the log is written and committed, and only
then something is returned. What may not be seen and what does not exist end in the same refusal.
"""

import functools
import logging
import uuid
from datetime import datetime

from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef
from django.http import Http404
from django.utils import timezone

from greencustoms.core.people import known, known_of_people, needs_second_factor
from greencustoms.core.sessions import second_factor_age, second_factor_page, to_second_factor

from .choices import ItemState, LogKind, Refusal
from .models import AccessGrant, AccessLog, AccessRequest, RiskIndicator

logger = logging.getLogger(__name__)

READING_SECONDS = 12 * 60 * 60
DECIDING_SECONDS = 10 * 60


class NotAnOfficer(Http404):
    """Whoever asks holds no live grant, so there is nothing here."""


class LogUnavailable(Exception):
    """The log cannot be written, so nothing is shown: no row, no bytes."""


def may_decide(user) -> bool:
    """Whether somebody is an access administrator, by role and never by being a superuser."""
    return (
        user.is_authenticated
        and user.is_active
        and not user.is_superuser
        and Group.objects.filter(
            user=user, permissions__content_type__app_label="enforcement", permissions__codename="decide_access"
        ).exists()
    )


def may_hold_a_grant(user) -> bool:
    """Active, with a verified address, and neither an access administrator nor a superuser."""
    return (
        user.is_authenticated
        and user.is_active
        and not user.is_superuser
        and EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists()
        and not may_decide(user)
    )


def is_officer(user, now: datetime) -> bool:
    """Whether somebody may come in at all. Asked anew at every request: a revoked grant is gone on the next one."""
    return may_hold_a_grant(user) and AccessGrant.objects.of(user).live(now).exists()


@known_of_people("restricted")
def _holds_or_asks_for_a_grant(now: datetime):
    grants = AccessGrant.objects.running(now).filter(user=OuterRef("pk"))
    requests = AccessRequest.objects.open().filter(user=OuterRef("pk"))
    return ExpressionWrapper(Exists(grants) | Exists(requests), output_field=BooleanField())


@needs_second_factor
def holds_or_asks_for_a_grant(user) -> bool:
    return bool(known(user, "restricted"))


def officers_only(view):
    """The gate: a live grant, and a second factor used in this session at most 12 hours ago."""

    @functools.wraps(view)
    def wrapper(request, *args, **kwargs):
        if not is_officer(request.user, timezone.now()):
            if request.user.is_authenticated:
                write_log(LogKind.REFUSED, by=request.user, note=Refusal.NO_GRANT)
            raise NotAnOfficer
        age = second_factor_age(request)
        if age is None or age > READING_SECONDS:
            return to_second_factor(request)
        return view(request, *args, **kwargs)

    return wrapper


def access_administrators_only(view=None, *, within_seconds=READING_SECONDS):
    """For the desk of the access administrators: their role, and a second factor used a short time ago."""
    if view is None:
        return functools.partial(access_administrators_only, within_seconds=within_seconds)

    @functools.wraps(view)
    def wrapper(request, *args, **kwargs):
        if not may_decide(request.user):
            raise PermissionDenied
        age = second_factor_age(request)
        if age is None or age > within_seconds:
            if request.method == "POST":
                # The filled-in form is kept and goes on once the factor has been used.
                return suspend_request(request, second_factor_page(request))
            return to_second_factor(request)
        return view(request, *args, **kwargs)

    return wrapper


def live_grants(user, now: datetime) -> list[AccessGrant]:
    return list(AccessGrant.objects.of(user).live(now).prefetch_related("agreements").order_by("ends_at", "pk"))


def indicators_for(user, now: datetime):
    """The current indicators within somebody's grants. The row in the log is committed when this returns."""
    readable = _readable_by(user, now)
    write_log(LogKind.LIST, by=user, at=now)
    return readable.select_related("owner").prefetch_related("agreements")


def open_indicator(request, pk: str, now: datetime) -> RiskIndicator:
    """The indicator of that id, for reading. Raises the one Http404, whatever the reason."""
    key = _uuid(pk)
    readable = _readable_by(request.user, now).select_related("owner").prefetch_related("agreements")
    item = readable.filter(pk=key).first() if key else None
    if item is None:
        refuse(request.user, now, key)
    write_log(LogKind.READ, by=request.user, at=now, item_reference=item.reference, tlp=item.tlp)
    return item


def refuse(user, now: datetime, key: uuid.UUID | None = None, reason: Refusal | None = None):
    """Write down what was refused and why, then raise the one Http404."""
    found = RiskIndicator.behind_the_gate.filter(pk=key).only("reference", "tlp", "state", "valid_until").first()
    if found is None:
        write_log(LogKind.REFUSED, by=user, at=now, note=reason or Refusal.UNKNOWN)
    else:
        if found.state != ItemState.PUBLISHED:
            reason = Refusal.NOT_PUBLISHED
        elif found.valid_until < now.date():
            reason = Refusal.EXPIRED
        else:
            reason = Refusal.OUTSIDE
        write_log(LogKind.REFUSED, by=user, at=now, note=reason, item_reference=found.reference, tlp=found.tlp)
    raise Http404


def write_log(kind: LogKind, *, by, **fields) -> None:
    """Add one row to the log and commit it. Raises LogUnavailable if that cannot be done."""
    try:
        with transaction.atomic(durable=True):
            AccessLog.objects.create(kind=kind, by=by, **fields)
    except DatabaseError as error:
        logger.error("The access log cannot be written (%s)", type(error).__name__)
        raise LogUnavailable from error


def _readable_by(user, now: datetime):
    if not may_hold_a_grant(user):
        return RiskIndicator.behind_the_gate.none()
    return RiskIndicator.behind_the_gate.current(now.date()).within(live_grants(user, now))


def _uuid(text: str) -> uuid.UUID | None:
    """An id in its one spelling; any other is malformed."""
    try:
        key = uuid.UUID(text)
    except (ValueError, AttributeError, TypeError):
        return None
    return key if str(key) == text else None
