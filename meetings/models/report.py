"""The life of a meeting report: its final versions, and what partners say about a circulated one."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from greencustoms.core.append_only import AppendOnly
from greencustoms.core.models import StoredFile
from meetings.choices import Disposition
from partners.models import Partner

from .meeting import Meeting


class ReportVersion(AppendOnly):
    """A final version of a report, word for word. Added when the report is made final, never changed."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="report_versions")
    number = models.PositiveSmallIntegerField(_("version"))
    reason = models.TextField(_("why there is a new version"), blank=True)
    content = models.JSONField()
    finalised_at = models.DateTimeField(default=timezone.now)
    finalised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    shown_on_public_pages = True

    class Meta:
        ordering = ["meeting", "number"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="report_version_once"),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(reason=""), name="report_version_later_ones_have_a_reason"
            ),
        ]

    def __str__(self):
        return f"{self.meeting} · {self.number}"


class ReportPdf(models.Model):
    """The PDF of a final version: made once, kept as it is."""

    version = models.OneToOneField(ReportVersion, models.PROTECT, related_name="pdf")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return str(self.version)


class ReportComment(models.Model):
    """What a partner says about one place of a circulated report, and what the secretariat answers.

    `place` is "report", "introduction", "opening", "conclusion", "session-2" or "action-8": it names the place also
    when a working copy takes over the report.
    """

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="comments")
    report_version = models.PositiveSmallIntegerField()
    place = models.CharField(_("place"), max_length=40)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    text = models.TextField(_("comment"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    disposition = models.CharField(_("answer"), max_length=10, choices=Disposition, default=Disposition.OPEN)
    answer = models.TextField(_("reason or note"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["meeting", "at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(disposition=Disposition.OPEN, answered_at=None, answered_by=None)
                | (~Q(disposition=Disposition.OPEN) & Q(answered_at__isnull=False, answered_by__isnull=False)),
                name="report_comment_answer_says_when_and_who",
            ),
            models.CheckConstraint(
                condition=~Q(disposition=Disposition.REJECTED) | ~Q(answer=""),
                name="report_comment_rejected_with_reason",
            ),
        ]

    def __str__(self):
        return f"{self.partner}: {self.place}"
