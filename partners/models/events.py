"""Conferences and meetings of others, that deadlines may hang on."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from greencustoms.core.days import within_reach
from partners.choices import EventKind

from .organisations import Agreement, Partner


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
