"""By when: one stage of an action, in words and in days."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from greencustoms.core.days import within_reach
from meetings import deadlines
from meetings.choices import DeadlineKind, RequestKind, StoredState

from .conditions import in_final_report, public_action
from .locking import Locked, LockedQuerySet

FOLLOWING_DAYS = frozenset({"earliest", "latest"})


class DeadlineQuerySet(LockedQuerySet):
    def in_effect(self):
        """Those of actions that were agreed in a final report and neither dropped nor replaced since."""
        return self.filter(in_final_report("action__"), action__stored_state=StoredState.AGREED)

    def late_first(self):
        """As `ActionShareQuerySet.late_first()`. This order walks an index."""
        return self.order_by(F("latest").asc(nulls_last=True), "action_id", "pk")

    def dated(self):
        return self.filter(latest__isnull=False)

    def public(self):
        return self.filter(public_action("action__"))

    def past_when_entered(self):
        """Those that send nothing, as `Deadline.is_past_when_entered` says of one row."""
        due_on = Coalesce("latest", "review_on")
        return self.filter(LessThan(due_on, F("entered_on")), reopened_at=None)

    def with_the_days_of(self, event):
        """Those that hang on an event and have no days of their own: none were written with the action."""
        return self.filter(event=event, kind=DeadlineKind.EVENT, edtf="")

    def with_the_days_of_meeting(self, meeting):
        """As `with_the_days_of`, of those that hang on another meeting."""
        return self.filter(linked_meeting=meeting, kind=DeadlineKind.EVENT, edtf="")


class Deadline(Locked):
    """One stage of an action: the words "by when" as written, and what a computer needs of them.

    Due on `latest`; overdue from the day after, in the deadline's time zone. Never overdue without `latest`.
    Its days are its own if `edtf` says which were written; one of kind "event" without them has the days of its event.
    """

    action = models.ForeignKey("AgreedAction", models.CASCADE, related_name="deadlines")
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
    linked_meeting = models.ForeignKey(
        "Meeting", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("meeting it depends on")
    )
    offset_days = models.SmallIntegerField(
        _("days after it"), default=0, help_text=_("with a minus: days before the event or meeting")
    )
    review_on = models.DateField(_("to be reviewed on"), null=True, blank=True)
    reading_note = models.TextField(_("how it was read"), blank=True)
    entered_on = models.DateField(_("entered on"), default=timezone.localdate)
    reopened_at = models.DateTimeField(_("reminders asked for"), null=True, blank=True)
    reopened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    request_kind = models.CharField(
        _("asks the partners for"), max_length=8, choices=RequestKind, blank=True, default=RequestKind.NOTHING
    )
    request_question = models.CharField(_("question"), max_length=300, blank=True)
    request_labels = models.TextField(_("numbers asked for, one a line"), blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = DeadlineQuerySet.as_manager()
    history = HistoricalRecords()

    shown_on_public_pages = True
    path_to_meeting = "action__meeting"
    open_when_final = frozenset({"review_on", "reopened_at", "reopened_by", "version"})

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
            models.CheckConstraint(condition=within_reach("earliest", "latest"), name="deadline_days_within_reach"),
            models.CheckConstraint(
                condition=Q(latest__isnull=False)
                | Q(kind__in=[DeadlineKind.ASAP, DeadlineKind.ONGOING, DeadlineKind.EVENT, DeadlineKind.NONE]),
                name="deadline_dated_kinds_have_latest",
            ),
            models.CheckConstraint(
                condition=Q(event=None) | Q(linked_meeting=None), name="deadline_hangs_on_an_event_or_a_meeting"
            ),
            models.CheckConstraint(
                condition=Q(request_kind=RequestKind.NOTHING) | ~Q(request_question=""),
                name="deadline_request_has_a_question",
            ),
        ]
        indexes = [models.Index(fields=["latest", "action"])]

    def __str__(self):
        return self.label or self.by_when_text or self.get_kind_display()

    @classmethod
    def rows_locked_for(cls, names):
        if names <= FOLLOWING_DAYS:
            return ~Q(kind=DeadlineKind.EVENT, edtf="")
        return super().rows_locked_for(names)

    @staticmethod
    def following_days(stored):
        """Days that were not written with the action are those of its event, and move with it."""
        return FOLLOWING_DAYS if stored.kind == DeadlineKind.EVENT and not stored.edtf else frozenset()

    @property
    def review_every_days(self) -> int | None:
        """How often a deadline without a day is looked at again."""
        return deadlines.REVIEW_AFTER_DAYS.get(self.kind)

    @property
    def is_past_when_entered(self) -> bool:
        """Whether it sends no reminders: as `ActionShareQuerySet.with_past_when_entered()`, on the row itself."""
        return deadlines.is_past_when_entered(
            latest=self.latest, review_on=self.review_on, entered_on=self.entered_on, reopened_at=self.reopened_at
        )

    def is_overdue(self, today) -> bool:
        """Whether the last possible day has passed. Due today is not overdue."""
        return self.latest is not None and self.latest < today

    def days_overdue(self, today) -> int:
        return (today - self.latest).days if self.is_overdue(today) else 0
