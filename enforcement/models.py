"""Risk indicators for vetted enforcement officers, who may read them, and who did (security section 4)."""

import re
import uuid
from datetime import UTC, date, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Cast, Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from greencustoms.core.append_only import AppendOnly
from greencustoms.core.hs import HSCode
from partners.models import Agreement, Partner

from .choices import ItemState, LogKind, Refusal, Region, RequestState, Tlp, labels_up_to

_HS_BEFORE_A_CODE = re.compile(r"\b(?:hs|ex)\s+(?=[0-9])", re.IGNORECASE)


class NothingManager(models.Manager):
    """The default manager: returns nothing, so that code which forgets to ask access.py shows nothing."""

    def get_queryset(self):
        return super().get_queryset().none()


class RiskIndicatorQuerySet(models.QuerySet):
    def current(self, today):
        """Published and not past the last day on which they hold."""
        return self.filter(state=ItemState.PUBLISHED, valid_until__gte=today)

    def within(self, grants):
        """Those that at least one of the grants covers alone: label, an agreement and a region of it."""
        covered = Q(pk__in=[])
        for grant in grants:
            regions = Q(pk__in=[])
            for region in grant.regions:
                # As text, since SQLite cannot ask whether a JSON list contains a value.
                regions |= Q(regions_text__contains=f'"{region}"')
            agreements = RiskIndicator.agreements.through.objects.filter(
                riskindicator=OuterRef("pk"), agreement__in=[agreement.pk for agreement in grant.agreements.all()]
            )
            covered |= Q(Exists(agreements)) & Q(tlp__in=labels_up_to(grant.tlp_ceiling)) & regions
        return self.annotate(regions_text=Cast("regions", models.TextField())).filter(covered)

    def matching(self, words: str):
        """Those that the words speak of: an HS code in any spelling, or every word somewhere in their texts.

        A heading finds its subheadings, and a subheading what was said of its whole heading or chapter.
        """
        rows = self.annotate(codes_text=Cast("hs_codes", models.TextField()))
        each = Q()
        for word in _HS_BEFORE_A_CODE.sub("", words).split():
            each &= _in_texts(word) | _of_code(HSCode.read(word))
        return rows.filter(each | _of_code(HSCode.read(words)) if words else each)


def _in_texts(word: str) -> Q:
    condition = Q()
    for name in ("reference", "title", "what_to_look_for", "routes", "documents"):
        condition |= Q(**{f"{name}__icontains": word})
    return condition


def _of_code(code: HSCode | None) -> Q:
    """Asked of the list as text, since SQLite cannot look into it; only digits ever reach the condition."""
    if code is None:
        return Q(pk__in=[])
    condition = Q(codes_text__contains=f'"{code.digits}')
    for level in code.levels:
        condition |= Q(codes_text__contains=f'"{level}"')
    return condition


class RiskIndicator(models.Model):
    """What to look for in certain goods. Fetched only through enforcement/access.py."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=30, unique=True)
    title = models.CharField(_("title"), max_length=200)
    owner = models.ForeignKey(Partner, models.PROTECT, related_name="+", verbose_name=_("owner"))
    tlp = models.CharField("TLP", max_length=14, choices=Tlp)
    agreements = models.ManyToManyField(Agreement, related_name="+", verbose_name=_("agreements"))
    regions = models.JSONField(_("regions"), default=list)
    # Digits without dots, as core.hs.HSCode keeps them.
    hs_codes = models.JSONField(_("HS codes"), default=list)
    what_to_look_for = models.TextField(_("what to look for"))
    routes = models.TextField(_("routes"), blank=True)
    documents = models.TextField(_("documents"), blank=True)
    what_to_do = models.TextField(_("what to do"), blank=True)
    whom_to_call = models.TextField(_("whom to call"), blank=True)
    state = models.CharField(max_length=10, choices=ItemState, default=ItemState.DRAFT)
    valid_until = models.DateField(_("valid until"))
    review_by = models.DateField(_("review by"))
    is_invented = models.BooleanField(_("invented for demonstration"), default=False)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = NothingManager()
    behind_the_gate = RiskIndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("risk indicator")
        verbose_name_plural = _("risk indicators")
        default_permissions = ()
        permissions = [("keep_items", "Can keep risk indicators in order")]
        base_manager_name = "behind_the_gate"
        ordering = ["reference"]

    def __str__(self):
        return self.reference

    @property
    def region_names(self) -> list[str]:
        return region_names(self.regions)

    @property
    def hs_code_list(self) -> list[HSCode]:
        return [HSCode(digits) for digits in self.hs_codes]

    @property
    def document_list(self) -> list[str]:
        return [part.strip() for part in self.documents.split(";") if part.strip()]


class AccessRequestQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state=RequestState.OPEN)

    def of(self, user):
        return self.filter(user=user)


class AccessRequest(models.Model):
    """A cleared officer asks to read risk indicators."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    purpose = models.TextField(_("what you need it for"), max_length=1000)
    supervisor_office = models.CharField(_("office of your supervisor"), max_length=200)
    state = models.CharField(max_length=8, choices=RequestState, default=RequestState.OPEN)
    asked_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answer_reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = AccessRequestQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(state=RequestState.OPEN), name="accessrequest_one_open"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="accessrequest_answered_at_and_by_together",
            ),
        ]

    def __str__(self):
        return f"{self.user} {self.asked_at:%Y-%m-%d}"


class AccessGrantQuerySet(models.QuerySet):
    def of(self, user):
        return self.filter(user=user)

    def running(self, now):
        """Neither revoked nor past their end: what access administrators may still revoke."""
        return self.filter(revoked_at=None, granted_at__lte=now, ends_at__gt=now)

    def live(self, now):
        """Those that open something: running, and the account still has the address that was vetted."""
        return self.running(now).with_address_check().filter(is_address_vetted=True)

    def for_another_address(self, now):
        """Running, but the account has another address by now: such a grant opens nothing."""
        return self.running(now).with_address_check().filter(is_address_vetted=False)

    def with_address_check(self):
        """Whether the vetted address is still the main one of the account, and verified."""
        addresses = EmailAddress.objects.annotate(plain=Lower("email")).filter(
            user=OuterRef("user"), plain=Lower(OuterRef("vetted_address")), verified=True, primary=True
        )
        return self.annotate(is_address_vetted=Exists(addresses))

    def ended(self, now):
        """Revoked, or past their end."""
        return self.filter(Q(revoked_at__isnull=False) | Q(ends_at__lte=now))


class AccessGrant(models.Model):
    """Leave to read indicators up to a TLP ceiling, always with an end."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    vetted_address = models.EmailField(_("official address that was vetted"), max_length=254)
    tlp_ceiling = models.CharField(_("up to"), max_length=14, choices=Tlp, default=Tlp.GREEN)
    agreements = models.ManyToManyField(Agreement, related_name="+", verbose_name=_("agreements"))
    regions = models.JSONField(_("regions"), default=list)
    granted_at = models.DateTimeField(default=timezone.now)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=300)
    ends_at = models.DateTimeField(_("ends at"))
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    revoke_reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = AccessGrantQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [("decide_access", "Can decide who reads risk indicators")]
        ordering = ["-granted_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="grant_revoked_at_and_by_together",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("granted_at")), name="grant_ends_after_it_begins"),
            models.CheckConstraint(condition=~Q(vetted_address=""), name="grant_names_the_vetted_address"),
        ]

    def __str__(self):
        return f"{self.user} {self.tlp_ceiling} until {self.last_day:%Y-%m-%d}"

    @property
    def last_day(self) -> date:
        """The last day on which it counts: a grant that ends at midnight does not reach the day that begins then."""
        return (self.ends_at - timedelta(microseconds=1)).astimezone(UTC).date()

    @property
    def region_names(self) -> list[str]:
        return region_names(self.regions)


class AccessLog(AppendOnly):
    """One row per reading, refusal and decision, written before anything is shown. Rows are only added."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    kind = models.CharField(max_length=8, choices=LogKind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    item_reference = models.CharField(max_length=30, blank=True)
    tlp = models.CharField(max_length=14, blank=True)
    about = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind} {self.item_reference}"

    @property
    def note_words(self) -> str:
        """The reason of a refusal in words; of a decision, what the administrator wrote."""
        return str(Refusal(self.note).label) if self.note in Refusal.values else self.note


def region_names(regions: list[str]) -> list[str]:
    return [str(Region(region).label) for region in regions if region in Region.values]
