"""Who takes part in the Initiative, what they serve, and who speaks for them."""

import unicodedata

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from greencustoms.core.days import within_reach

from .choices import EventKind, MemberRole, RequestState, Standing

LONGEST_SORT_NAME = 120


def sorting_key(name: str) -> str:
    """A name as lists sort it: without accents, in lower case, the same on every database.

    Cut to 120 characters: "ß" and the like become two, and PostgreSQL refuses what is too long.
    """
    decomposed = unicodedata.normalize("NFKD", name)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()[:LONGEST_SORT_NAME]


class SortedQuerySet(models.QuerySet):
    def alphabetical(self):
        return self.order_by("sort_key", "pk")


class Sorted(models.Model):
    """A row with a name under which lists sort it."""

    sort_name = models.CharField(_("name in lists"), max_length=LONGEST_SORT_NAME)
    sort_key = models.CharField(max_length=LONGEST_SORT_NAME, editable=False, db_index=True)

    class Meta:
        abstract = True

    def save(self, *args, update_fields=None, **kwargs):
        self.sort_key = sorting_key(self.sort_name)
        if update_fields is not None and "sort_name" in update_fields:
            update_fields = {*update_fields, "sort_key"}
        super().save(*args, update_fields=update_fields, **kwargs)


class PartnerQuerySet(SortedQuerySet):
    def listed(self):
        """Those the public list shows: partners and the secretariat."""
        return self.filter(standing__in=[Standing.PARTNER, Standing.SECRETARIAT])

    def partners(self):
        return self.filter(standing=Standing.PARTNER)

    def of(self, user):
        """Those a person belongs to, as staff or focal point."""
        return self.filter(memberships__user=user).distinct()

    def led_by(self, user):
        """Those a person is focal point of."""
        return self.filter(memberships__user=user, memberships__role=MemberRole.FOCAL)


class Partner(Sorted):
    """An organisation: partner, secretariat, a group of them, or another that offers courses."""

    slug = models.SlugField(unique=True, max_length=60)
    name = models.CharField(_("full name"), max_length=200)
    acronym = models.CharField(_("acronym"), max_length=20, blank=True)
    kind = models.CharField(_("kind of organisation"), max_length=80, blank=True)
    standing = models.CharField(_("standing"), max_length=12, choices=Standing)
    hosted_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="hosts", verbose_name=_("hosted by")
    )
    members = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="member_of", verbose_name=_("members of this group")
    )
    city = models.CharField(_("city"), max_length=80, blank=True)
    country = models.CharField(_("country code"), max_length=2, blank=True)
    website = models.URLField(_("web site"), blank=True)
    email = models.EmailField(_("general mailbox"), blank=True)
    is_email_verified = models.BooleanField(_("mailbox verified"), default=False)
    joined_year = models.PositiveSmallIntegerField(_("partner since"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    source = models.TextField(_("source"), blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = PartnerQuerySet.as_manager()
    history = HistoricalRecords()

    shown_on_public_pages = True

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        permissions = [
            ("use_desk", "Can open the secretariat's work pages"),
            ("invite_focal_points", "Can invite focal points of any partner"),
        ]
        ordering = ["sort_key", "pk"]

    def __str__(self):
        return self.short_name

    def get_absolute_url(self):
        return reverse("partner_detail", args=[self.slug])

    @property
    def short_name(self) -> str:
        return self.acronym or self.sort_name or self.name

    @property
    def is_group(self) -> bool:
        return self.standing == Standing.GROUP


class Agreement(Sorted):
    """A multilateral environmental agreement, or the Chemical Weapons Convention, which is not one."""

    slug = models.SlugField(unique=True, max_length=60)
    short_name = models.CharField(_("short name"), max_length=60)
    full_name = models.CharField(_("full name"), max_length=250)
    secretariat = models.ForeignKey(Partner, models.PROTECT, related_name="agreements", verbose_name=_("secretariat"))
    adopted_on = models.DateField(_("adopted on"), null=True, blank=True)
    in_force_on = models.DateField(_("in force since"), null=True, blank=True)
    party_count = models.PositiveSmallIntegerField(_("number of parties"), null=True, blank=True)
    party_count_year = models.PositiveSmallIntegerField(_("number as of"), null=True, blank=True)
    website = models.URLField(_("web site"), blank=True)
    national_contacts_url = models.URLField(_("list of national authorities"), blank=True)
    cluster = models.CharField(_("cluster"), max_length=40, blank=True)
    controls = models.TextField(_("what it controls"), blank=True)
    note = models.TextField(_("note"), blank=True)
    source = models.TextField(_("source"), blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = SortedQuerySet.as_manager()
    history = HistoricalRecords()

    shown_on_public_pages = True

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ["sort_key", "pk"]

    def __str__(self):
        return self.short_name

    def get_absolute_url(self):
        return reverse("agreement_detail", args=[self.slug])


class TradeDocument(models.Model):
    """A paper that an officer asks for when goods of an agreement cross the border."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="documents")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(_("document"), max_length=250)

    shown_on_public_pages = True

    class Meta:
        verbose_name = _("document to ask for")
        verbose_name_plural = _("documents to ask for")
        ordering = ["agreement", "position"]
        constraints = [models.UniqueConstraint(fields=["agreement", "position"], name="tradedocument_one_per_position")]

    def __str__(self):
        return self.text


class MembershipQuerySet(models.QuerySet):
    def focal_points(self):
        return self.filter(role=MemberRole.FOCAL)

    def looked_after_by(self, user):
        """Those a person may see at the desk: all for the secretariat, else those of one's own organisations."""
        if user.has_perm("partners.invite_focal_points"):
            return self
        return self.filter(partner__in=Partner.objects.led_by(user))


class Membership(models.Model):
    """That a person works for an organisation. One person may belong to several."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=MemberRole, default=MemberRole.STAFF)
    since = models.DateTimeField(default=timezone.now)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["partner", "role", "pk"]
        constraints = [models.UniqueConstraint(fields=["user", "partner"], name="membership_once")]

    def __str__(self):
        return f"{self.user} · {self.partner} ({self.get_role_display()})"


class InvitationQuerySet(models.QuerySet):
    def open(self, now):
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now)

    def sent_by(self, user):
        return self.filter(invited_by=user).select_related("invited_by", "partner", "account_request__partner")

    def into(self, partner):
        """Those that lead to this organisation, and those of officers whom it endorsed."""
        return self.filter(Q(partner=partner) | Q(account_request__partner=partner))

    def looked_after_by(self, user):
        """Those a person may withdraw: all for the secretariat, else those into one's own organisations."""
        if user.has_perm("partners.invite_focal_points"):
            return self
        return self.filter(Q(partner__in=Partner.objects.led_by(user)) | Q(invited_by=user))


class Invitation(models.Model):
    """An invitation to open an account. The link in the mail is signed; this row says whether it still counts."""

    email = models.EmailField(_("official e-mail address"))
    name = models.CharField(_("name or office"), max_length=150, blank=True)
    partner = models.ForeignKey(
        Partner, models.CASCADE, null=True, blank=True, related_name="invitations", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=10, choices=MemberRole, blank=True)
    account_request = models.OneToOneField(
        "AccountRequest", models.CASCADE, null=True, blank=True, related_name="invitation"
    )
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-invited_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "partner",
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_one_open_per_address",
            ),
            models.CheckConstraint(
                condition=Q(partner=None, role="", account_request__isnull=False)
                | (Q(partner__isnull=False, account_request=None) & ~Q(role="")),
                name="invitation_into_a_partner_or_for_a_request",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_accepted_at_and_by_together",
            ),
        ]

    def __str__(self):
        return self.email

    def is_open(self, now) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None and self.expires_at > now


class AccountRequestQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(state=RequestState.OPEN)

    def confirmed(self):
        return self.exclude(state=RequestState.UNCONFIRMED)

    def unconfirmed_since(self, moment):
        """Those whose address nobody has confirmed though the link was sent before this moment."""
        return self.filter(state=RequestState.UNCONFIRMED, asked_at__lt=moment)

    def answerable_by(self, user):
        """Those naming an organisation one is focal point of; for the secretariat, those without a focal point."""
        focal_points = Membership.objects.focal_points().filter(partner=OuterRef("partner"))
        answerable = Q(Exists(focal_points.filter(user=user)))
        if user.has_perm("partners.invite_focal_points"):
            answerable |= ~Q(Exists(focal_points))
        return self.filter(answerable)


class AccountRequest(models.Model):
    """An officer of a national administration, who has no inviter, asks for an account (design section 9)."""

    name = models.CharField(_("name or office"), max_length=150)
    email = models.EmailField(_("official e-mail address"))
    office = models.CharField(_("office"), max_length=200)
    country = models.CharField(_("country"), max_length=100)
    partner = models.ForeignKey(
        Partner, models.PROTECT, related_name="account_requests", verbose_name=_("organisation that knows your office")
    )
    purpose = models.TextField(_("what you need the account for"), max_length=1000)
    state = models.CharField(max_length=12, choices=RequestState, default=RequestState.UNCONFIRMED)
    asked_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    refusal_reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = AccountRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="accountrequest_answered_at_and_by_together",
            )
        ]

    def __str__(self):
        return f"{self.name}, {self.office}"


class EventQuerySet(models.QuerySet):
    def upcoming(self, today):
        return self.filter(ends_on__gte=today)


class Event(models.Model):
    """A conference of the parties or the like, that deadlines may hang on."""

    slug = models.SlugField(unique=True, max_length=80)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=16, choices=EventKind, default=EventKind.MEETING)
    agreement = models.ForeignKey(
        Agreement, models.PROTECT, null=True, blank=True, related_name="events", verbose_name=_("agreement")
    )
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="events", verbose_name=_("organisation")
    )
    starts_on = models.DateField(_("first possible day"))
    ends_on = models.DateField(_("last possible day"))
    dates_words = models.CharField(
        _("dates as announced"), max_length=80, blank=True, help_text=_("where the exact days are not known")
    )
    place = models.CharField(_("place"), max_length=120, blank=True)
    url = models.URLField(_("address on the web"), blank=True)
    note = models.TextField(_("note"), blank=True)
    source = models.TextField(_("source"), blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = EventQuerySet.as_manager()
    history = HistoricalRecords()

    shown_on_public_pages = True

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["starts_on", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="event_ends_after_it_starts"),
            models.CheckConstraint(condition=within_reach("starts_on", "ends_on"), name="event_days_within_reach"),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The last day lies before the first.")})


class AboutPage(models.Model):
    """A page about the Initiative or this portal, edited at the desk."""

    slug = models.SlugField(unique=True, max_length=60)
    title = models.CharField(_("title"), max_length=150)
    summary = models.CharField(_("in one sentence"), max_length=300, blank=True)
    body = models.TextField(_("text"), help_text=_("Markdown"))
    source = models.TextField(_("source"), blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = HistoricalRecords()

    shown_on_public_pages = True

    class Meta:
        verbose_name = _("page about the Initiative")
        verbose_name_plural = _("pages about the Initiative")
        ordering = ["slug"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        if self.slug == "about":
            return reverse("about_page")
        return reverse(f"about_{self.slug.replace('-', '_')}")
