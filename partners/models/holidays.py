"""Days on which an organisation does not work, beside its weekly days off."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from greencustoms.core.days import within_reach
from partners.working_days import LONGEST_REST

from .organisations import Partner


class HolidayQuerySet(models.QuerySet):
    def coming(self, today):
        """Those that are not over, the next one first."""
        return self.filter(last_day__gte=today).order_by("first_day", "pk")

    def past(self, today):
        """Those that are over, the latest first."""
        return self.filter(last_day__lt=today).order_by("-first_day", "-pk")


class Holiday(models.Model):
    """One or several days in a row on which nobody at an organisation is to be reminded of anything."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="holidays")
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    name = models.CharField(_("name"), max_length=80)

    objects = HolidayQuerySet.as_manager()

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["first_day", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="holiday_ends_after_it_starts"),
            models.CheckConstraint(condition=within_reach("first_day", "last_day"), name="holiday_days_within_reach"),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        if not self.first_day or not self.last_day:
            return
        if self.last_day < self.first_day:
            raise ValidationError({"last_day": _("The last day lies before the first.")})
        if self.last_day - self.first_day >= LONGEST_REST:
            words = _("A holiday has at most %(count)s days: for longer, nobody would hear of a deadline.")
            raise ValidationError({"last_day": ValidationError(words, params={"count": LONGEST_REST.days})})
