"""The catalogue of other people's courses: what they teach, for whom, and how one gets in."""

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, When, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from partners.models import Agreement, Partner

from . import dates
from .choices import Access, Audience, Certificate, DateKind, language_name


class Platform(models.Model):
    """A web site on which a provider's courses run."""

    slug = models.SlugField(unique=True, max_length=60)
    name = models.CharField(_("name"), max_length=120)
    provider = models.ForeignKey(Partner, models.PROTECT, related_name="platforms", verbose_name=_("provider"))
    url = models.URLField(_("address"))
    what = models.TextField(_("what it offers"), blank=True)
    audience = models.TextField(_("for whom"), blank=True)
    access_note = models.TextField(_("how one gets in"), blank=True)
    source = models.TextField(_("source"), blank=True)

    shown_on_public_pages = True

    class Meta:
        verbose_name = _("platform")
        verbose_name_plural = _("platforms")
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("platform_detail", args=[self.slug])


class GeneralSteps(models.Model):
    """How one usually gets into a course, for one kind of access. A course's own steps replace these."""

    access = models.CharField(_("access"), max_length=12, choices=Access, unique=True)
    steps = models.TextField(_("steps to get in"), help_text=_("one step a line"))

    shown_on_public_pages = True

    class Meta:
        verbose_name = _("general steps")
        verbose_name_plural = _("general steps")
        ordering = ["access"]

    def __str__(self):
        return self.get_access_display()

    @property
    def lines(self) -> list[str]:
        return _lines(self.steps)


def _take_today(prefix: str = "") -> Q:
    """Open, or by registration without restriction: no coordinator needed."""
    return Q(**{f"{prefix}access__in": [Access.OPEN, Access.REGISTRATION], f"{prefix}restricted_to": ""})


class CourseQuerySet(models.QuerySet):
    def published(self):
        return self.filter(is_published=True)

    def can_take_today(self):
        return self.filter(_take_today())

    def in_language(self, code):
        return self.filter(languages__code=code)

    def without_stated_language(self):
        return self.filter(languages=None)

    def of_agreements(self, agreements):
        """Courses on any of these agreements, each once."""
        links = self.model.agreements.through.objects.filter(agreement__in=agreements)
        return self.filter(pk__in=links.values("course"))

    def first_of_each(self, agreements, limit):
        """Links of each agreement to at most `limit` of these courses: those for customs first, then easy ones."""
        links = self.model.agreements.through.objects.filter(agreement__in=agreements, course__in=self)
        for_customs = CourseAudience.objects.filter(course=OuterRef("course"), audience=Audience.CUSTOMS_OFFICERS)
        is_for_others = Case(When(Exists(for_customs), then=0), default=1)
        is_hard = Case(When(_take_today("course__"), then=0), default=1)
        order = [is_for_others.asc(), is_hard.asc(), "course__title", "course_id"]
        place = Window(RowNumber(), partition_by=F("agreement_id"), order_by=order)
        found = links.annotate(place=place).filter(place__lte=limit).order_by("agreement_id", "place")
        return found.select_related("course").prefetch_related("course__languages")


class Course(models.Model):
    """An e-learning course of a provider. The portal lists it; the provider runs it."""

    slug = models.SlugField(unique=True, max_length=80)
    title = models.CharField(_("title"), max_length=250)
    is_title_official = models.BooleanField(_("title as the provider gives it"), default=True)
    provider = models.ForeignKey(Partner, models.PROTECT, related_name="courses", verbose_name=_("provider"))
    platform = models.ForeignKey(Platform, models.PROTECT, related_name="courses", verbose_name=_("platform"))
    agreements = models.ManyToManyField(Agreement, related_name="courses", verbose_name=_("agreements"))
    developed_with = models.ManyToManyField(
        Partner, blank=True, related_name="courses_developed", verbose_name=_("developed with")
    )
    duration_hours = models.PositiveSmallIntegerField(_("hours"), null=True, blank=True)
    module_count = models.PositiveSmallIntegerField(_("modules"), null=True, blank=True)
    dated_edtf = models.CharField(
        _("date"), max_length=20, blank=True, validators=[dates.validate], help_text=_("2017, 2021-10 or 2014-03-26")
    )
    dated_kind = models.CharField(_("what the date tells"), max_length=10, choices=DateKind, blank=True)
    url = models.URLField(_("address"))
    is_url_exact = models.BooleanField(_("address leads to the course itself"), default=False)
    access = models.CharField(_("access"), max_length=12, choices=Access)
    is_access_verified = models.BooleanField(_("access verified"), default=False)
    restricted_to = models.CharField(_("restricted to"), max_length=200, blank=True)
    steps = models.TextField(_("steps to get in"), blank=True, help_text=_("one step a line, from the provider"))
    certificate = models.CharField(_("certificate"), max_length=8, choices=Certificate, default=Certificate.UNKNOWN)
    note = models.TextField(_("note"), blank=True)
    source = models.TextField(_("source"), blank=True)
    is_published = models.BooleanField(_("published"), default=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = CourseQuerySet.as_manager()
    history = HistoricalRecords()

    shown_on_public_pages = True

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["title", "pk"]
        # The list runs along it; as a partial index it serves `WHERE is_published` on both databases.
        indexes = [
            models.Index(fields=["title", "id"], condition=Q(is_published=True), name="course_published_by_title")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(dated_edtf="", dated_kind="") | ~(Q(dated_edtf="") | Q(dated_kind="")),
                name="course_date_and_its_kind_together",
            )
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("course_detail", args=[self.slug])

    @property
    def can_be_taken_today(self) -> bool:
        """Open, or by registration without restriction: no coordinator needed."""
        return self.access in (Access.OPEN, Access.REGISTRATION) and not self.restricted_to

    @property
    def step_lines(self) -> list[str]:
        """The provider's own steps, if it has given any."""
        return _lines(self.steps)

    @property
    def language_names(self) -> list[str]:
        return sorted(str(language) for language in self.languages.all())

    @property
    def dated_words(self) -> str:
        """The date as far as it is known: "2017", "October 2021" or "26 March 2014"."""
        return dates.words(self.dated_edtf)


class CourseAudience(models.Model):
    """A group of people a course is made for."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="audiences")
    audience = models.CharField(_("audience"), max_length=40, choices=Audience)

    shown_on_public_pages = True

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "audience"], name="courseaudience_once")]

    def __str__(self):
        return self.get_audience_display()


class CourseLanguage(models.Model):
    """A language a course is offered in. A course without any row: the language is not stated."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="languages")
    code = models.CharField(_("language"), max_length=8)

    shown_on_public_pages = True

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "code"], name="courselanguage_once")]

    def __str__(self):
        return language_name(self.code)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
