"""What those who keep the mail see of it.

They read reminders and what is asked of people. Of mails about accounts they see that they went and to whom: the text
holds links that open accounts. Mails about access to restricted items do not exist for them, not even as a number:
they would tell who is cleared. A stream that is new is hidden until somebody decides otherwise.
"""

import re
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Lower
from django.urls import reverse

from greencustoms.core.choices import MailState, MailStream
from greencustoms.core.health import NOT_ARRIVED, ON_THE_WAY, QUEUE_LATE
from greencustoms.core.models import MailAddress, OutboundMail

READABLE = (MailStream.DIGEST, MailStream.WORK)
LISTED = (*READABLE, MailStream.ACCOUNT)
TOTAL, TOTAL_SECONDS = "core.mail.shown.total", 60
# What went wrong longer ago is found among the sent ones, by its state.
LOOKED_BACK = timedelta(days=30)


def mails() -> QuerySet[OutboundMail]:
    """All that may be listed, without the texts, newest first."""
    listed = OutboundMail.objects.filter(stream__in=LISTED).select_related("recipient")
    return listed.defer("body_text", "body_html", "recipient__password").order_by("-pk")


def total() -> int:
    """How many there are, counted once a minute at most: counting costs more than showing the newest."""
    known = cache.get(TOTAL)
    if known is None:
        known = mails().order_by().count()
        cache.set(TOTAL, known, TOTAL_SECONDS)
    return known


def refusing_addresses(known: QuerySet) -> QuerySet[MailAddress]:
    """Addresses that nothing is sent to, the latest first: of `known` people, or where a listed mail did not arrive.

    That an address refuses which no listed mail failed to reach would tell that others went there.
    """
    refused = OutboundMail.objects.filter(stream__in=LISTED, state__in=[MailState.FAILED, MailState.SUPPRESSED])
    refusing = MailAddress.objects.exclude(suppressed_at=None).annotate(plain=Lower("address"))
    of_known, of_refused = known.values_list(Lower("email")), refused.values_list(Lower("to_address"))
    return refusing.filter(Q(plain__in=of_known) | Q(plain__in=of_refused)).order_by("-suppressed_at", "-pk")


def is_readable(mail: OutboundMail) -> bool:
    return mail.stream in READABLE


def text_of(mail: OutboundMail) -> str:
    """The text as its reader gets it, without the link by which the reader alone ends the reminders."""
    return without_way_out(mail.body_text, instead="…") if is_readable(mail) else ""


def without_way_out(text: str, *, instead: str) -> str:
    """The text with something else in place of the reader's own link that ends all reminders (RFC 8058)."""
    before, after = map(re.escape, reverse("unsubscribe", args=["token"]).split("token"))
    return re.sub(rf"""(https?://[^/\s"'<>]+)?{before}[^/\s"'<>]+{after}""", instead, text)


def problems(now: datetime) -> dict[str, Q]:
    """Kinds of mails somebody should look at, the worst first."""
    lately = Q(created_at__gte=now - LOOKED_BACK)
    return {
        "unknown": Q(state=MailState.UNKNOWN) & lately,
        "failed": Q(state__in=[MailState.FAILED, MailState.SUPPRESSED]) & lately,
        "late": Q(state__in=ON_THE_WAY, next_at__lt=now - QUEUE_LATE),
        "deferred": Q(state=MailState.DEFERRED),
        "held": Q(state=MailState.HELD),
    }


def problem_counts(now: datetime) -> dict[str, int]:
    """How many there are of each kind, and how many wait their turn as they should. One statement."""
    kinds = problems(now) | {"on_the_way": Q(state__in=ON_THE_WAY, next_at__gte=now - QUEUE_LATE)}
    counts = {name: Count("pk", filter=condition) for name, condition in kinds.items()}
    # Most mails arrived: with their states named, the index of states leads past them.
    return mails().filter(state__in=[*NOT_ARRIVED, MailState.SUPPRESSED]).order_by().aggregate(**counts)
