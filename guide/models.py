"""The guide and the flyer in sections, the goods that the agreements control, and what readers say about it all."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Case, F, Q, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from greencustoms.core.hs import HSCode
from greencustoms.core.models import StoredFile
from partners.models import Agreement, Partner

from .choices import EditionKind, EditionState, FeedbackState, SectionKind


class EditionQuerySet(models.QuerySet):
    def guides(self):
        return self.filter(kind=EditionKind.GUIDE)

    def flyers(self):
        return self.filter(kind=EditionKind.FLYER)

    def issued(self):
        return self.filter(state=EditionState.ISSUED)

    def public(self):
        """Those everybody may read: issued ones, and those made to show what one looks like."""
        return self.filter(Q(state=EditionState.ISSUED) | Q(is_invented=True))

    def current(self):
        """The newest public edition of each kind stands first: `guides().current().first()`."""
        return self.public().order_by("-slug")


class Edition(models.Model):
    """An edition of the guide or of the flyer. Once issued it never changes."""

    kind = models.CharField(max_length=8, choices=EditionKind)
    slug = models.SlugField(max_length=20)
    title = models.CharField(_("title"), max_length=150)
    subtitle = models.CharField(_("subtitle"), max_length=250, blank=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    notice = models.CharField(_("notice on every page"), max_length=200, blank=True)
    spine_text = models.CharField(_("name on the spine"), max_length=80, blank=True)
    state = models.CharField(max_length=8, choices=EditionState, default=EditionState.DRAFT)
    issued_on = models.DateField(null=True, blank=True)
    is_invented = models.BooleanField(_("made for demonstration"), default=False)
    changed_at = models.DateTimeField(default=timezone.now)
    # What the PDF would be made of today; brought up to date by every tick, so that no page has to count it.
    content_key = models.CharField(max_length=64, blank=True, editable=False)

    objects = EditionQuerySet.as_manager()

    shown_on_public_pages = True

    class Meta:
        verbose_name = _("edition")
        permissions = [("publish_edition", "Can make the PDF of an edition")]
        verbose_name_plural = _("editions")
        ordering = ["kind", "-slug"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "slug"], name="edition_once"),
            models.CheckConstraint(
                condition=Q(state=EditionState.DRAFT, issued_on=None)
                | Q(state=EditionState.ISSUED, issued_on__isnull=False),
                name="edition_issued_has_day",
            ),
        ]

    def __str__(self):
        return f"{self.title} {self.slug}"

    def get_absolute_url(self):
        if self.kind == EditionKind.FLYER:
            return reverse("flyer_page")
        return reverse("edition_detail", args=[self.slug])


class SectionQuerySet(models.QuerySet):
    def readable(self):
        """Those with a page of their own on the web: all but the cover."""
        return self.exclude(kind=SectionKind.COVER)

    def of_current_guide(self):
        return self.filter(edition__in=Edition.objects.guides().current().values("pk")[:1])

    def sections_for(self, agreement):
        """Where the current guide speaks of an agreement: its own entry first, then practice, then cases."""
        kinds = [SectionKind.AGREEMENT, SectionKind.PRACTICE, SectionKind.CASE_STUDIES]
        order = Case(*(When(kind=kind, then=number) for number, kind in enumerate(kinds)))
        found = self.of_current_guide().filter(agreements=agreement, kind__in=kinds)
        return found.select_related("edition").order_by(order, "position")


class Section(models.Model):
    """A part of an edition, in Markdown, tied to the partner and the agreements it speaks of."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField()
    slug = models.SlugField(max_length=80)
    kind = models.CharField(_("kind"), max_length=16, choices=SectionKind)
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"), blank=True)
    key_facts = models.JSONField(_("key facts"), default=list, blank=True)
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="guide_sections", verbose_name=_("partner")
    )
    agreements = models.ManyToManyField(
        Agreement, blank=True, related_name="guide_sections", verbose_name=_("agreements")
    )
    sources = models.JSONField(_("sources"), default=list, blank=True)
    is_invented = models.BooleanField(_("invented"), default=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = SectionQuerySet.as_manager()
    history = HistoricalRecords()

    shown_on_public_pages = True

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["edition", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "slug"], name="section_slug_once"),
            models.UniqueConstraint(fields=["edition", "position"], name="section_position_once"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("section_detail", args=[self.edition.slug, self.slug])

    @property
    def is_entry(self) -> bool:
        """Whether it stands below the opening of a chapter."""
        return self.kind in (SectionKind.ORGANISATION, SectionKind.AGREEMENT, SectionKind.PRACTICE)


class EditionPdfQuerySet(models.QuerySet):
    def on_offer(self):
        """The one of the present content first, then the newest."""
        is_current = Case(When(file__content_key=F("edition__content_key"), then=0), default=1)
        return self.select_related("file", "edition").order_by("edition", is_current, "-made_at", "-pk")


class EditionPdf(models.Model):
    """A PDF made of an edition. The newest stays on offer while a newer one is being made."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="pdfs")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    objects = EditionPdfQuerySet.as_manager()

    shown_on_public_pages = True

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self):
        return f"{self.edition} · {self.file}"


class ControlledGoodQuerySet(models.QuerySet):
    def under(self, digits: str):
        """Goods at or below an HS code of 2, 4 or 6 digits."""
        # A range walks the index on both databases; LIKE does not on SQLite.
        return self.filter(hs_code__range=(digits, digits.ljust(6, "9")))

    def covering(self, code):
        """Goods of an HSCode, and those entered for its heading or chapter as a whole."""
        return self.filter(hs_code__in=code.levels)

    def around(self, code):
        """Goods at, below and above an HSCode."""
        return self.covering(code) | self.under(code.digits)

    def with_correlation_to(self, code):
        """Goods whose code in another edition is said to be this HSCode."""
        return self.filter(correlation__contains=str(code))

    def in_order(self):
        """Newest edition first, then by code, then as the annexes list them."""
        return self.order_by("-hs_edition", "hs_code", "agreement__sort_key", "is_part_of_code", "substance", "pk")

    def in_order_within_agreement(self):
        """As `in_order()` for the goods of one agreement: no other table is asked, and an index leads the way."""
        return self.order_by("-hs_edition", "hs_code", "is_part_of_code", "substance", "pk")


class ControlledGood(models.Model):
    """Goods of an HS code that an agreement controls. Indicative: no match does not mean not controlled."""

    hs_code = models.CharField(
        _("HS code"),
        max_length=6,
        db_index=True,
        validators=[RegexValidator(r"^(\d{2}|\d{4}|\d{6})$")],
        help_text=_("2, 4 or 6 digits, without dots"),
    )
    hs_edition = models.PositiveSmallIntegerField(_("HS edition"))
    description = models.TextField(_("goods"))
    agreement = models.ForeignKey(
        Agreement, models.PROTECT, related_name="controlled_goods", verbose_name=_("agreement")
    )
    annex_list = models.CharField(_("list or annex"), max_length=200, blank=True)
    substance = models.CharField(_("substance or species"), max_length=250, blank=True)
    cas_number = models.CharField(_("CAS number"), max_length=20, blank=True, db_index=True)
    is_part_of_code = models.BooleanField(_("ex: only part of this code"), default=False)
    is_one_of_several = models.BooleanField(
        _("one of several goods in this code"),
        default=False,
        help_text=_("the goods entered are together the whole code"),
    )
    correlation = models.CharField(_("code in another edition"), max_length=200, blank=True)
    documents = models.TextField(_("documents of its own"), blank=True, help_text=_("one a line"))
    note = models.TextField(_("note"), blank=True)
    source = models.TextField(_("source"), blank=True)
    is_verified = models.BooleanField(_("verified"), default=False)

    objects = ControlledGoodQuerySet.as_manager()
    history = HistoricalRecords()

    shown_on_public_pages = True

    class Meta:
        verbose_name = _("controlled good")
        verbose_name_plural = _("controlled goods")
        ordering = ["-hs_edition", "hs_code", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["hs_code", "hs_edition", "agreement", "annex_list", "substance", "description"],
                name="controlledgood_once",
            ),
            models.CheckConstraint(
                condition=Q(is_one_of_several=False) | Q(is_part_of_code=True),
                name="controlledgood_one_of_several_is_a_part",
            ),
        ]
        indexes = [
            models.Index(fields=["-hs_edition", "hs_code"], name="controlledgood_newest_first"),
            models.Index(fields=["agreement", "-hs_edition", "hs_code"], name="controlledgood_of_agreement"),
        ]

    def __str__(self):
        return f"{self.code} {self.description}"

    @property
    def code(self) -> HSCode:
        return HSCode(self.hs_code)

    @property
    def document_lines(self) -> list[str]:
        """Documents to ask for with these very goods; without any, those of the agreement count."""
        return [line.strip() for line in self.documents.splitlines() if line.strip()]


class FeedbackQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(state=FeedbackState.NEW)


class Feedback(models.Model):
    """What somebody wrote about a page of the portal, with or without an account (2007 report, action 10)."""

    page = models.CharField(_("page it is about"), max_length=200, blank=True)
    words = models.TextField(_("what is wrong or missing"), max_length=4000)
    reply_to = models.EmailField(_("your e-mail address"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    state = models.CharField(_("state"), max_length=8, choices=FeedbackState, default=FeedbackState.NEW)
    note = models.TextField(_("what was answered or done"), max_length=4000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        permissions = [("answer_feedback", "Can read and answer feedback")]
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(page="") | (Q(page__startswith="/") & ~Q(page__startswith="//")),
                name="feedback_page_is_a_path",
            ),
            models.CheckConstraint(condition=~Q(words=""), name="feedback_has_words"),
            models.CheckConstraint(
                condition=Q(state=FeedbackState.NEW, answered_at=None, answered_by=None)
                | (~Q(state=FeedbackState.NEW) & Q(answered_at__isnull=False, answered_by__isnull=False)),
                name="feedback_answered_at_and_by_unless_new",
            ),
            models.CheckConstraint(
                condition=~Q(state=FeedbackState.ANSWERED, note=""), name="feedback_answered_says_what"
            ),
        ]
        indexes = [
            models.Index(fields=["-at", "-id"], name="feedback_newest_first"),
            models.Index(fields=["state", "-at", "-id"], name="feedback_by_state"),
        ]

    def __str__(self):
        return f"{self.reference} {self.page}".strip()

    def get_absolute_url(self):
        return reverse("desk_feedback_answer", args=[self.pk])

    @property
    def reference(self) -> str:
        """The number that a reader may quote."""
        return f"F-{self.pk}"
