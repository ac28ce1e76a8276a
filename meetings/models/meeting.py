"""A meeting of the partners: its report, who took part, its sessions and annexes."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from greencustoms.core.days import within_reach
from greencustoms.core.models import StoredFile, validate_time_zone
from meetings.choices import ReportState, Visibility
from partners.models import Partner

from .conditions import public_meeting
from .locking import Locked, LockedQuerySet


class MeetingQuerySet(LockedQuerySet):
    def public(self):
        return self.filter(public_meeting())

    def final(self):
        """Final reports, also those for partners only."""
        return self.filter(state=ReportState.FINAL)

    def circulated(self):
        return self.filter(state=ReportState.CIRCULATED)

    def final_or_circulated(self):
        return self.filter(state__in=[ReportState.FINAL, ReportState.CIRCULATED])

    def being_written(self):
        """Drafts and circulated reports, the next versions of final ones among them."""
        return self.exclude(state=ReportState.FINAL)


class Meeting(Locked):
    """A meeting of the partners and its report. The code, such as gci-2007-03, is its address for ever.

    A final report is reopened as a working copy of its own, with a code such as gci-2007-03-v2: `revises` names the
    report that stays in force, unchanged, until the next version is final.
    """

    code = models.SlugField(_("code"), unique=True, max_length=40)
    title = models.CharField(_("title"), max_length=200)
    number = models.PositiveSmallIntegerField(_("number"), null=True, blank=True)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    city = models.CharField(_("city"), max_length=80, blank=True)
    country = models.CharField(_("country code"), max_length=2, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_time_zone])
    host = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="hosted_meetings", verbose_name=_("host")
    )
    partners = models.ManyToManyField(
        Partner, blank=True, related_name="meetings_as_partner", verbose_name=_("partners on that day")
    )
    introduction = models.TextField(_("introduction"), blank=True)
    opening = models.TextField(_("opening"), blank=True)
    conclusion = models.TextField(_("conclusion"), blank=True)
    afterwards = models.TextField(_("after the meeting"), blank=True)
    state = models.CharField(_("state of the report"), max_length=12, choices=ReportState, default=ReportState.DRAFT)
    report_version = models.PositiveSmallIntegerField(_("version of the report"), default=1)
    visibility = models.CharField(_("who may read it"), max_length=10, choices=Visibility, default=Visibility.PARTNERS)
    is_invented = models.BooleanField(_("invented for demonstration"), default=False)
    attendance_note = models.TextField(_("note on who took part"), blank=True)
    source = models.TextField(_("source"), blank=True)
    comments_until = models.DateField(_("comments until"), null=True, blank=True)
    circulated_at = models.DateTimeField(null=True, blank=True)
    circulated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    finalised_at = models.DateTimeField(null=True, blank=True)
    finalised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    revises = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="revision", verbose_name=_("next version of")
    )
    reopening_reason = models.TextField(_("why it was reopened"), blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = MeetingQuerySet.as_manager()
    history = HistoricalRecords()

    shown_on_public_pages = True
    path_to_meeting = ""
    open_when_final = frozenset({"visibility", "version"})

    class Meta:
        verbose_name = _("meeting")
        permissions = [
            ("see_drafts", "Can see reports that are not final"),
            ("keep_meetings", "Can write reports, circulate and finalise them, and decide on agreed actions"),
        ]
        verbose_name_plural = _("meetings")
        ordering = ["-starts_on", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="meeting_ends_after_it_starts"),
            models.CheckConstraint(condition=within_reach("starts_on", "ends_on"), name="meeting_days_within_reach"),
            models.CheckConstraint(
                condition=~Q(state=ReportState.CIRCULATED) | Q(comments_until__isnull=False),
                name="meeting_circulated_until_a_day",
            ),
            models.CheckConstraint(
                condition=Q(revises=None) | (~Q(state=ReportState.FINAL) & ~Q(reopening_reason="")),
                name="meeting_working_copy_has_a_reason_and_is_never_final",
            ),
        ]
        # The list of actions runs along it, newest meeting first.
        indexes = [models.Index(fields=["-starts_on", "id"])]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("meeting_detail", args=[self.code])

    def clean(self):
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The last day lies before the first.")})


class Attendance(Locked):
    """That an organisation took part; offices, never names of persons."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendance")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="attendance")
    note = models.CharField(max_length=300, blank=True)

    shown_on_public_pages = True

    class Meta:
        ordering = ["meeting", "partner__sort_key"]
        constraints = [models.UniqueConstraint(fields=["meeting", "partner"], name="attendance_once")]

    def __str__(self):
        return f"{self.partner} · {self.meeting}"


class Annex(Locked):
    """A paper that belongs to the report. Of an old report the portal may hold no more than the heading."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="annexes")
    number = models.PositiveSmallIntegerField(_("number"))
    label = models.CharField(_("label"), max_length=40, blank=True)
    title = models.CharField(_("title"), max_length=200)
    is_held = models.BooleanField(_("the portal holds its text"), default=False)
    note = models.CharField(_("note"), max_length=300, blank=True)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    history = HistoricalRecords()

    shown_on_public_pages = True
    open_when_final = frozenset({"version"})

    class Meta:
        verbose_name = _("annex")
        verbose_name_plural = _("annexes")
        ordering = ["meeting", "number"]
        constraints = [models.UniqueConstraint(fields=["meeting", "number"], name="annex_number_once")]

    def __str__(self):
        return self.title


class MeetingSession(Locked):
    """A session or agenda item with its summary, and what it said once for all its actions."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="sessions")
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=200)
    held_on = models.DateField(_("held on"), null=True, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    footnotes = models.TextField(_("footnotes"), blank=True)
    default_by_whom_text = models.CharField(_("said for the whole session: by whom"), max_length=200, blank=True)
    default_by_when_text = models.CharField(_("said for the whole session: by when"), max_length=200, blank=True)
    default_owners = models.ManyToManyField(
        Partner,
        blank=True,
        related_name="+",
        verbose_name=_("who is meant by it"),
        help_text=_("They owe the actions that name nobody themselves."),
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    history = HistoricalRecords()

    shown_on_public_pages = True
    open_when_final = frozenset({"version"})

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["meeting", "number"]
        constraints = [models.UniqueConstraint(fields=["meeting", "number"], name="session_number_once")]

    def __str__(self):
        return self.title
