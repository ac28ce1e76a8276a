"""Who is silent: what each partner was asked for, has answered and has done, and when it was last heard of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Count, Exists, Max, OuterRef, Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from meetings import states
from meetings.choices import Acceptance, Progress
from meetings.models import ActionShare, Meeting
from meetings.pages import overview
from meetings.progress import Tally
from partners.choices import MemberRole, Standing
from partners.models import Membership, Partner

SILENCE, LATE, HEARD, NAME = "silence", "late", "heard", "name"
ORDERS = (
    (SILENCE, _("most silent first")),
    (LATE, _("most overdue first")),
    (HEARD, _("longest unheard first")),
    (NAME, _("by name")),
)
MARKS = {
    "silent": Q(acceptance=Acceptance.NO_ANSWER),
    "declined": Q(acceptance=Acceptance.DECLINED),
    "not_applicable": Q(acceptance=Acceptance.NOT_APPLICABLE),
    "done": Q(acceptance=Acceptance.ACCEPTED, progress=Progress.DONE),
    "in_progress": Q(acceptance=Acceptance.ACCEPTED, progress=Progress.IN_PROGRESS),
    "accepted": Q(acceptance=Acceptance.ACCEPTED, progress=Progress.NOT_STARTED),
}
NO_SHARES = dict.fromkeys(("partner", "answered_at", "reported_at"), None)


@dataclass(frozen=True, slots=True)
class PartnerSilence:
    """One organisation on the board. `heard_at` is its last answer or report, whoever entered it."""

    slug: str
    name: str
    full_name: str
    email: str
    is_email_verified: bool
    has_focal_point: bool
    tally: Tally
    late: int
    heard_at: datetime | None

    @property
    def marks(self) -> SafeString:
        return overview.marks_of(self.tally)


def board(*, today: date, meeting: Meeting | None = None, order: str = SILENCE) -> list[PartnerSilence]:
    """A row for each partner and the secretariat, those without a share among them. Two statements.

    Shares of actions in effect count, of all meetings or of one; what an organisation is only consulted on does not.
    """
    found = {row["partner"]: row for row in _counts(today, meeting)}
    has_focal_point = Exists(Membership.objects.filter(partner=OuterRef("pk"), role=MemberRole.FOCAL))
    organisations = (
        Partner.objects.filter(standing__in=[Standing.PARTNER, Standing.SECRETARIAT])
        .annotate(has_focal_point=has_focal_point)
        .order_by("sort_key", "pk")
    )
    return in_order([_row(partner, found.get(partner.pk, NO_SHARES)) for partner in organisations], order)


def in_order(rows: Iterable[PartnerSilence], order: str) -> list[PartnerSilence]:
    """Rows come by name, and stay so where the order does not part them."""
    keys = {
        SILENCE: lambda row: (-row.tally.silent, -row.late),
        LATE: lambda row: (-row.late, -row.tally.silent),
        # Whoever owes nothing comes last: nobody waits for a word of theirs.
        HEARD: lambda row: (not row.tally.total, row.heard_at is not None, row.heard_at),
        NAME: lambda row: (),
    }
    return sorted(rows, key=keys[order])


class Stand(NamedTuple):
    """How far the shares of one organisation are."""

    tally: Tally
    late: int


def stand_of(partner: Partner, *, actions, today: date) -> Stand:
    """The shares of one organisation in these actions, as far as they are in effect. One statement."""
    shares = _shares().filter(partner=partner, deadline__action__in=actions.order_by())
    counts = shares.aggregate(**_late_and_marks(today))
    return Stand(_tally(counts), counts["late"])


def _shares():
    return ActionShare.objects.in_effect().filter(states.COUNTED).order_by()


def _counts(today: date, meeting: Meeting | None):
    shares = _shares()
    if meeting is not None:
        shares = shares.filter(deadline__action__meeting=meeting)
    return shares.values("partner").annotate(
        answered_at=Max("answered_at"), reported_at=Max("reported_at"), **_late_and_marks(today)
    )


def _late_and_marks(today: date) -> dict[str, Count]:
    owed = Q(acceptance__in=[Acceptance.NO_ANSWER, Acceptance.ACCEPTED]) & ~Q(progress=Progress.DONE)
    marks = {f"{name}_count": Count("pk", filter=condition) for name, condition in MARKS.items()}
    return {"late": Count("pk", filter=owed & Q(deadline__latest__lt=today)), **marks}


def _tally(counts: dict) -> Tally:
    return Tally(**{name: counts.get(f"{name}_count", 0) for name in MARKS})


def _row(partner: Partner, counts: dict) -> PartnerSilence:
    heard = [moment for moment in (counts["answered_at"], counts["reported_at"]) if moment is not None]
    return PartnerSilence(
        slug=partner.slug,
        name=partner.short_name,
        full_name=partner.name,
        email=partner.email,
        is_email_verified=partner.is_email_verified,
        has_focal_point=partner.has_focal_point,
        tally=_tally(counts),
        late=counts.get("late", 0),
        heard_at=max(heard, default=None),
    )


class Total(NamedTuple):
    silent: int
    late: int
    organisations: int


def total(rows: Iterable[PartnerSilence]) -> Total:
    """How many shares are silent and late, and how many organisations have not answered everything."""
    rows = list(rows)
    silent, late = sum(row.tally.silent for row in rows), sum(row.late for row in rows)
    return Total(silent, late, sum(1 for row in rows if row.tally.silent))
