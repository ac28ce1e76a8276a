"""Who takes part in the Initiative, and what they serve."""

import unicodedata

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from partners.choices import DaysOff, MemberRole, Standing

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
    days_off = models.CharField(
        _("weekly days off"),
        max_length=8,
        choices=DaysOff,
        default=DaysOff.SATURDAY_SUNDAY,
        help_text=_("Reminders go out on the other days."),
    )
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

    @property
    def has_people(self) -> bool:
        """Whether people can work here for it. Groups and other organisations have no accounts."""
        return self.standing in (Standing.PARTNER, Standing.SECRETARIAT)


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
