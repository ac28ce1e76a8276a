"""The catalogue of other people's courses: what they teach, for whom, and how one gets in."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from partners.models import Agreement, Partner

from .choices import Access, Audience, Certificate, DateKind


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


class CourseQuerySet(models.QuerySet):
    def published(self):
        return self.filter(is_published=True)

    def can_take_today(self):
        """Open, or by registration without restriction: no coordinator needed."""
        return self.filter(
            Q(access=Access.OPEN) | Q(access=Access.REGISTRATION), restricted_to=""
        )


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
    dated_edtf = models.CharField(_("date"), max_length=20, blank=True, help_text=_("2017, 2021-10 or 2014-03-26"))
    dated_kind = models.CharField(_("what the date tells"), max_length=10, choices=DateKind, blank=True)
    url = models.URLField(_("address"))
    is_url_exact = models.BooleanField(_("address leads to the course itself"), default=False)
    access = models.CharField(_("access"), max_length=12, choices=Access)
    is_access_verified = models.BooleanField(_("access verified"), default=False)
    restricted_to = models.CharField(_("restricted to"), max_length=200, blank=True)
    steps = models.TextField(_("steps to get in"), blank=True, help_text=_("one step a line, from the provider"))
    certificate = models.CharField(
        _("certificate"), max_length=8, choices=Certificate, default=Certificate.UNKNOWN
    )
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
        indexes = [models.Index(fields=["is_published", "title"])]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("course_detail", args=[self.slug])


class CourseAudience(models.Model):
    course = models.ForeignKey(Course, models.CASCADE, related_name="audiences")
    audience = models.CharField(_("audience"), max_length=40, choices=Audience)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "audience"], name="courseaudience_once")]

    def __str__(self):
        return self.get_audience_display()


class CourseLanguage(models.Model):
    course = models.ForeignKey(Course, models.CASCADE, related_name="languages")
    code = models.CharField(_("language"), max_length=8)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "code"], name="courselanguage_once")]

    def __str__(self):
        return self.code
