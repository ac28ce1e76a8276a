"""Meetings, what was agreed at them, by whom and by when, and what each partner did about it."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from greencustoms.core.models import validate_time_zone
from partners.models import Partner

from . import deadlines, states
from .choices import (
    Acceptance,
    CompletionRule,
    DeadlineKind,
    Part,
    Progress,
    ReportState,
    StoredState,
    Visibility,
)


def _public_meeting(path: str = "") -> Q:
    """A final report that everyone may read, seen from rows with this path to their meeting."""
    return Q(**{f"{path}visibility": Visibility.PUBLIC, f"{path}state": ReportState.FINAL})


def _in_final_report(path: str = "") -> Q:
    """An action of a final report, which proposed ones are not, seen from rows with this path to their action."""
    return Q(**{f"{path}meeting__state": ReportState.FINAL}) & ~Q(**{f"{path}stored_state": StoredState.PROPOSED})


def _public_action(path: str = "") -> Q:
    return _in_final_report(path) & _public_meeting(f"{path}meeting__")


class MeetingQuerySet(models.QuerySet):
    def public(self):
        return self.filter(_public_meeting())

    def final(self):
        """Final reports, also those for partners only."""
        return self.filter(state=ReportState.FINAL)


class Meeting(models.Model):
    """A meeting of the partners and its report. The code, such as gci-2007-03, is its address for ever."""

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
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = MeetingQuerySet.as_manager()
    history = HistoricalRecords()

    shown_on_public_pages = True

    class Meta:
        verbose_name = _("meeting")
        permissions = [("see_drafts", "Can see reports that are not final")]
        verbose_name_plural = _("meetings")
        ordering = ["-starts_on", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="meeting_ends_after_it_starts")
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


class Attendance(models.Model):
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


class Annex(models.Model):
    """A paper that belongs to the report. Of an old report the portal may hold no more than the heading."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="annexes")
    number = models.PositiveSmallIntegerField(_("number"))
    label = models.CharField(_("label"), max_length=40, blank=True)
    title = models.CharField(_("title"), max_length=200)
    is_held = models.BooleanField(_("the portal holds its text"), default=False)
    note = models.CharField(_("note"), max_length=300, blank=True)

    shown_on_public_pages = True

    class Meta:
        verbose_name = _("annex")
        verbose_name_plural = _("annexes")
        ordering = ["meeting", "number"]
        constraints = [models.UniqueConstraint(fields=["meeting", "number"], name="annex_number_once")]

    def __str__(self):
        return self.title


class MeetingSession(models.Model):
    """A session or agenda item with its summary, and what it said once for all its actions."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="sessions")
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=200)
    held_on = models.DateField(_("held on"), null=True, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    footnotes = models.TextField(_("footnotes"), blank=True)
    default_by_whom_text = models.CharField(_("said for the whole session: by whom"), max_length=200, blank=True)
    default_by_when_text = models.CharField(_("said for the whole session: by when"), max_length=200, blank=True)

    history = HistoricalRecords()

    shown_on_public_pages = True

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["meeting", "number"]
        constraints = [models.UniqueConstraint(fields=["meeting", "number"], name="session_number_once")]

    def __str__(self):
        return self.title


class AgreedActionQuerySet(models.QuerySet):
    def public(self):
        return self.filter(_public_action())

    def in_final_reports(self):
        return self.filter(_in_final_report())

    def not_in_final_reports(self):
        return self.exclude(_in_final_report())

    def newest_meeting_first(self):
        return self.order_by("-meeting__starts_on", "meeting__id", "number")

    def due_before(self, day):
        """Those with at least one deadline whose last possible day is earlier than this one."""
        return self.filter(Exists(Deadline.objects.filter(action=OuterRef("pk"), latest__lt=day)))

    def due_after(self, day):
        """Those with at least one deadline whose last possible day is later than this one."""
        return self.filter(Exists(Deadline.objects.filter(action=OuterRef("pk"), latest__gt=day)))

    def owed_by(self, partner):
        return self.with_share(partner=partner)

    def with_share(self, **conditions):
        """Those with at least one share like this."""
        return self.filter(Exists(ActionShare.objects.filter(deadline__action=OuterRef("pk"), **conditions)))

    def overdue(self, today):
        """Those of which somebody still owes a share whose last possible day has passed."""
        return self.filter(Exists(ActionShare.objects.overdue(today).filter(deadline__action=OuterRef("pk"))))

    def in_state(self, state):
        """Those in one of the states that `meetings.progress` computes, asked of the database."""
        return self.filter(states.condition(state))


class AgreedAction(models.Model):
    """What a meeting agreed. Its number is kept for ever and never used again."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="actions")
    session = models.ForeignKey(MeetingSession, models.PROTECT, related_name="actions")
    number = models.PositiveSmallIntegerField(_("number"))
    topic_heading = models.CharField(_("topic heading"), max_length=200, blank=True)
    title = models.CharField(_("short title"), max_length=200)
    text = models.TextField(_("text"))
    by_whom_text = models.TextField(_("by whom, as written"), blank=True)
    by_whom_note = models.CharField(_("how “by whom” was read"), max_length=300, blank=True)
    completion_rule = models.CharField(
        _("done when done by"), max_length=6, choices=CompletionRule, default=CompletionRule.ALL
    )
    is_flagged = models.BooleanField(_("needs evidence"), default=False)
    stored_state = models.CharField(max_length=14, choices=StoredState, default=StoredState.AGREED)
    state_reason = models.CharField(_("reason"), max_length=300, blank=True)
    note = models.TextField(_("note"), blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = AgreedActionQuerySet.as_manager()
    history = HistoricalRecords()

    shown_on_public_pages = True

    class Meta:
        verbose_name = _("agreed action")
        verbose_name_plural = _("agreed actions")
        ordering = ["-meeting__starts_on", "meeting", "number"]
        constraints = [models.UniqueConstraint(fields=["meeting", "number"], name="action_number_once")]

    def __str__(self):
        return f"{self.reference} {self.title}"

    def get_absolute_url(self):
        return reverse("action_detail", args=[self.meeting.code, self.number])

    @property
    def reference(self) -> str:
        """As people cite it: GCI-2007-03/08."""
        return f"{self.meeting.code.upper()}/{self.number:02d}"


class SubItem(models.Model):
    """A line of the checklist under an action: no shares, no reminders."""

    action = models.ForeignKey(AgreedAction, models.CASCADE, related_name="sub_items")
    number = models.PositiveSmallIntegerField()
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    block = models.CharField(_("part it belongs to"), max_length=100, blank=True)
    text = models.TextField()
    by_whom_text = models.TextField(_("by whom, as written"), blank=True)

    shown_on_public_pages = True

    class Meta:
        ordering = ["action", "number"]
        constraints = [models.UniqueConstraint(fields=["action", "number"], name="subitem_number_once")]

    def __str__(self):
        return self.text


class DeadlineQuerySet(models.QuerySet):
    def in_effect(self):
        """Those of actions that were agreed in a final report and neither dropped nor replaced since."""
        return self.filter(_in_final_report("action__"), action__stored_state=StoredState.AGREED)

    def late_first(self):
        """As `ActionShareQuerySet.late_first()`. This order walks an index."""
        return self.order_by(F("latest").asc(nulls_last=True), "action_id", "pk")

    def dated(self):
        return self.filter(latest__isnull=False)

    def public(self):
        return self.filter(_public_action("action__"))

    def with_the_days_of(self, event):
        """Those that hang on an event and have no days of their own: none were written with the action."""
        return self.filter(event=event, kind=DeadlineKind.EVENT, edtf="")


class Deadline(models.Model):
    """One stage of an action: the words "by when" as written, and what a computer needs of them.

    Due on `latest`; overdue from the day after, in the deadline's time zone. Never overdue without `latest`.
    Its days are its own if `edtf` says which were written; one of kind "event" without them has the days of its event.
    """

    action = models.ForeignKey(AgreedAction, models.CASCADE, related_name="deadlines")
    position = models.PositiveSmallIntegerField(default=1)
    label = models.CharField(_("stage"), max_length=120, blank=True)
    by_when_text = models.TextField(_("by when, as written"), blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=DeadlineKind, default=DeadlineKind.NONE)
    earliest = models.DateField(_("first possible day"), null=True, blank=True)
    latest = models.DateField(_("last possible day"), null=True, blank=True)
    edtf = models.CharField(_("date in EDTF"), max_length=40, blank=True)
    is_inherited = models.BooleanField(_("taken from what was said for the whole session"), default=False)
    is_read_from_text = models.BooleanField(_("read from the action's text, not from a field"), default=False)
    event = models.ForeignKey(
        "partners.Event", models.PROTECT, null=True, blank=True, related_name="deadlines", verbose_name=_("event")
    )
    review_on = models.DateField(_("to be reviewed on"), null=True, blank=True)
    reading_note = models.TextField(_("how it was read"), blank=True)
    entered_on = models.DateField(_("entered on"), default=timezone.localdate)

    objects = DeadlineQuerySet.as_manager()
    history = HistoricalRecords()

    shown_on_public_pages = True

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ["action", "position"]
        constraints = [
            models.UniqueConstraint(fields=["action", "position"], name="deadline_position_once"),
            models.CheckConstraint(
                condition=Q(earliest=None) | Q(latest=None) | Q(latest__gte=F("earliest")),
                name="deadline_latest_not_before_earliest",
            ),
            models.CheckConstraint(
                condition=Q(latest__isnull=False)
                | Q(kind__in=[DeadlineKind.ASAP, DeadlineKind.ONGOING, DeadlineKind.EVENT, DeadlineKind.NONE]),
                name="deadline_dated_kinds_have_latest",
            ),
        ]
        indexes = [models.Index(fields=["latest", "action"])]

    def __str__(self):
        return self.label or self.by_when_text or self.get_kind_display()

    @property
    def review_every_days(self) -> int | None:
        """How often a deadline without a day is looked at again."""
        return deadlines.REVIEW_AFTER_DAYS.get(self.kind)

    def is_overdue(self, today) -> bool:
        """Whether the last possible day has passed. Due today is not overdue."""
        return self.latest is not None and self.latest < today

    def days_overdue(self, today) -> int:
        return (today - self.latest).days if self.is_overdue(today) else 0


class ActionShareQuerySet(models.QuerySet):
    def owed(self):
        """Shares that somebody still has to do: in the lead, not done, not declined, the action in effect."""
        return self.filter(
            part=Part.LEAD,
            acceptance__in=[Acceptance.NO_ANSWER, Acceptance.ACCEPTED],
            deadline__action__stored_state=StoredState.AGREED,
            deadline__action__meeting__state=ReportState.FINAL,
        ).exclude(progress=Progress.DONE)

    def overdue(self, today):
        """Owed shares whose last possible day has passed. Due today is not overdue."""
        return self.owed().filter(deadline__latest__lt=today)

    def reminding(self):
        """Without those whose day had passed when the report was entered: nobody is reminded of them."""
        return self.with_past_when_entered().filter(is_past_when_entered=False)

    def with_past_when_entered(self):
        """Whether the day, or the first review day of what has none, lay before the day of entering."""
        due_on = Coalesce("deadline__latest", "deadline__review_on")
        is_past = Case(When(LessThan(due_on, F("deadline__entered_on")), then=True), default=False)
        return self.annotate(is_past_when_entered=is_past)

    def in_final_reports(self):
        return self.filter(_in_final_report("deadline__action__"))

    def in_effect(self):
        """As `DeadlineQuerySet.in_effect()`."""
        return self.in_final_reports().filter(deadline__action__stored_state=StoredState.AGREED)

    def to_do(self):
        """Shares whose organisation still has something to answer or to do, in the lead or contributing."""
        return (
            self.exclude(progress=Progress.DONE)
            .exclude(part=Part.CONSULTED)
            .exclude(acceptance__in=[Acceptance.DECLINED, Acceptance.NOT_APPLICABLE])
        )

    def of(self, user):
        """Shares of the organisations a person belongs to."""
        return self.filter(partner__memberships__user=user)

    def late_first(self):
        """As people want to see them: the earliest last day first, undated ones at the end."""
        return self.order_by(F("deadline__latest").asc(nulls_last=True), "deadline__action__number", "pk")


class ActionShare(models.Model):
    """What one partner owes to one stage of an agreed action: "by whom", partner by partner."""

    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="shares")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="action_shares")
    part = models.CharField(_("part"), max_length=12, choices=Part, default=Part.LEAD)
    via_group = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("as a member of")
    )
    is_inherited = models.BooleanField(_("owner said for the whole session"), default=False)
    acceptance = models.CharField(_("answer"), max_length=16, choices=Acceptance, default=Acceptance.NO_ANSWER)
    decline_reason = models.TextField(_("reason"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    progress = models.CharField(_("progress"), max_length=12, choices=Progress, default=Progress.NOT_STARTED)
    what_was_done = models.TextField(_("what was done"), blank=True)
    evidence_url = models.URLField(_("where it can be seen"), blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = ActionShareQuerySet.as_manager()
    history = HistoricalRecords()

    shown_on_public_pages = True

    class Meta:
        verbose_name = _("share")
        verbose_name_plural = _("shares")
        ordering = ["deadline", "partner__sort_key"]
        constraints = [
            models.UniqueConstraint(fields=["deadline", "partner"], name="share_one_per_stage_and_partner"),
            models.CheckConstraint(
                condition=Q(reported_at=None, reported_by=None)
                | Q(reported_at__isnull=False, reported_by__isnull=False),
                name="share_reported_at_and_by_together",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="share_confirmed_at_and_by_together",
            ),
            models.CheckConstraint(
                condition=~Q(progress=Progress.DONE) | (~Q(what_was_done="") & Q(reported_at__isnull=False)),
                name="share_done_says_what_was_done",
            ),
            models.CheckConstraint(
                condition=~Q(acceptance=Acceptance.DECLINED) | ~Q(decline_reason=""),
                name="share_declined_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(acceptance=Acceptance.NO_ANSWER, answered_at=None, answered_by=None)
                | (~Q(acceptance=Acceptance.NO_ANSWER) & Q(answered_at__isnull=False, answered_by__isnull=False)),
                name="share_answer_says_when_and_who",
            ),
            models.CheckConstraint(
                condition=Q(progress=Progress.NOT_STARTED) | Q(acceptance=Acceptance.ACCEPTED),
                name="share_progress_only_when_accepted",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(progress=Progress.DONE), name="share_confirmed_only_when_done"
            ),
        ]
        permissions = [("confirm_share", "Can confirm what other organisations report as done")]
        indexes = [
            # What an organisation did last, and what waits longest for a confirmation.
            models.Index(fields=["partner", "progress", "-reported_at"], name="share_of_partner_by_report"),
            models.Index(fields=["progress", "confirmed_at", "reported_at"], name="share_waiting_to_be_confirmed"),
        ]

    def __str__(self):
        return f"{self.partner}: {self.deadline}"

    def get_absolute_url(self):
        return reverse("share_report", args=[self.pk])


class Notice(models.Model):
    """That somebody is to be reminded of a deadline, once for each step of the ladder (security section 2)."""

    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="notices")
    due_on = models.DateField()
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    step = models.CharField(max_length=10, help_text="days after the last possible day: -30, -7, 0, +14; or review")
    local_day = models.DateField()
    is_collapsed = models.BooleanField(default=False, help_text="a later step was sent instead")
    mail = models.ForeignKey("core.OutboundMail", models.SET_NULL, null=True, blank=True, related_name="notices")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deadline", "due_on", "recipient", "step"], name="notice_once")]

    def __str__(self):
        return f"{self.recipient} {self.deadline} {self.step}"
