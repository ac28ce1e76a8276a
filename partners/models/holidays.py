"""Days on which an organisation does not work, beside its weekly days off."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from greencustoms.core.days import within_reach

from .organisations import Partner


class Holiday(models.Model):
    """One or several days in a row on which nobody at an organisation is to be reminded of anything."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="holidays")
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    name = models.CharField(_("name"), max_length=80)

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
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValidationError({"last_day": _("The last day lies before the first.")})
