"""What a meeting agreed, and the checklist under it."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from meetings import states
from meetings.choices import CompletionRule, ReportState, StoredState

from .conditions import in_final_report, public_action
from .deadline import Deadline
from .locking import Locked, LockedQuerySet
from .meeting import Meeting, MeetingSession
from .share import ActionShare


class AgreedActionQuerySet(LockedQuerySet):
    def public(self):
        return self.filter(public_action())

    def in_final_reports(self):
        return self.filter(in_final_report())

    def in_circulation(self):
        """Those that members of partners read: of final reports and of circulated ones."""
        states = [ReportState.FINAL, ReportState.CIRCULATED]
        return self.filter(meeting__state__in=states).exclude(stored_state=StoredState.PROPOSED)

    def not_in_final_reports(self):
        return self.exclude(in_final_report())

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

    def with_a_stage(self, **conditions):
        """Those with at least one deadline like this."""
        return self.filter(Exists(Deadline.objects.filter(action=OuterRef("pk"), **conditions)))

    def with_share(self, **conditions):
        """Those with at least one share like this."""
        return self.filter(Exists(ActionShare.objects.filter(deadline__action=OuterRef("pk"), **conditions)))

    def overdue(self, today):
        """Those of which somebody still owes a share whose last possible day has passed."""
        return self.filter(Exists(ActionShare.objects.overdue(today).filter(deadline__action=OuterRef("pk"))))

    def silent(self):
        """Those in effect of which somebody whose share counts has not answered yet."""
        return self.filter(states.silent())

    def in_state(self, state):
        """Those in one of the states that `meetings.progress` computes, asked of the database."""
        return self.filter(states.condition(state))


class AgreedAction(Locked):
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
    state_changed_at = models.DateTimeField(null=True, blank=True)
    state_changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    superseded_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="supersedes", verbose_name=_("superseded by")
    )
    carried_over_to = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="carries_on", verbose_name=_("carried over to")
    )
    is_for_each_partner = models.BooleanField(_("each partner owes a share"), default=False)
    note = models.TextField(_("note"), blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = AgreedActionQuerySet.as_manager()
    history = HistoricalRecords()

    shown_on_public_pages = True
    open_when_final = frozenset(
        {
            "stored_state", "state_reason", "state_changed_at", "state_changed_by", "superseded_by", "carried_over_to",
            "version",
        }
    )  # fmt: skip

    class Meta:
        verbose_name = _("agreed action")
        verbose_name_plural = _("agreed actions")
        ordering = ["-meeting__starts_on", "meeting", "number"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="action_number_once"),
            models.CheckConstraint(
                condition=~Q(stored_state=StoredState.DROPPED) | ~Q(state_reason=""),
                name="action_dropped_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(stored_state=StoredState.SUPERSEDED, superseded_by__isnull=False)
                | (~Q(stored_state=StoredState.SUPERSEDED) & Q(superseded_by=None)),
                name="action_superseded_by_another",
            ),
            models.CheckConstraint(
                condition=Q(stored_state=StoredState.CARRIED_OVER, carried_over_to__isnull=False)
                | (~Q(stored_state=StoredState.CARRIED_OVER) & Q(carried_over_to=None)),
                name="action_carried_over_to_another",
            ),
            models.CheckConstraint(
                condition=(Q(superseded_by=None) | ~Q(superseded_by=F("id")))
                & (Q(carried_over_to=None) | ~Q(carried_over_to=F("id"))),
                name="action_never_takes_its_own_place",
            ),
            models.CheckConstraint(
                condition=Q(state_changed_at=None, state_changed_by=None)
                | Q(state_changed_at__isnull=False, state_changed_by__isnull=False),
                name="action_state_changed_at_and_by_together",
            ),
        ]

    def __str__(self):
        return f"{self.reference} {self.title}"

    def get_absolute_url(self):
        return reverse("action_detail", args=[self.meeting.code, self.number])

    @property
    def reference(self) -> str:
        """As people cite it: GCI-2007-03/08."""
        meeting = self.meeting
        # A working copy cites the report it revises.
        code = meeting.revises.code if meeting.revises_id else meeting.code
        return f"{code.upper()}/{self.number:02d}"


class SubItem(Locked):
    """A line of the checklist under an action: no shares, no reminders."""

    action = models.ForeignKey(AgreedAction, models.CASCADE, related_name="sub_items")
    number = models.PositiveSmallIntegerField()
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    block = models.CharField(_("part it belongs to"), max_length=100, blank=True)
    text = models.TextField()
    by_whom_text = models.TextField(_("by whom, as written"), blank=True)

    shown_on_public_pages = True
    path_to_meeting = "action__meeting"

    class Meta:
        ordering = ["action", "number"]
        constraints = [models.UniqueConstraint(fields=["action", "number"], name="subitem_number_once")]

    def __str__(self):
        return self.text
