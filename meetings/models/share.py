"""By whom: what one partner owes to one stage of an action, and what it did."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from greencustoms.core.models import StoredFile
from meetings.choices import Acceptance, CompletionRule, Part, Progress, ReportState, StoredState
from partners.models import Partner

from .conditions import in_final_report
from .deadline import Deadline
from .locking import refuse_final


class ActionShareQuerySet(models.QuerySet):
    def delete(self):
        """Raises ReportIsFinal: who owes what an action of a final report asks for is never taken out."""
        refuse_final(set(self.order_by().values_list("deadline__action__meeting", flat=True)))
        return super().delete()

    delete.queryset_only = True  # type: ignore[attr-defined]  # read by as_manager()

    def owed(self):
        """Shares that somebody still has to do: in the lead, not done, not declined, the action in effect.

        Where any one is enough, nobody owes a stage any more that somebody has done (`meetings.progress`).
        """
        done = self.model.objects.filter(deadline=OuterRef("deadline"), progress=Progress.DONE)
        any_did = Exists(done.exclude(part=Part.CONSULTED))
        return (
            self.filter(
                part=Part.LEAD,
                acceptance__in=[Acceptance.NO_ANSWER, Acceptance.ACCEPTED],
                deadline__action__stored_state=StoredState.AGREED,
                deadline__action__meeting__state=ReportState.FINAL,
            )
            .exclude(progress=Progress.DONE)
            .exclude(any_did, deadline__action__completion_rule=CompletionRule.ANY)
        )

    def overdue(self, today):
        """Owed shares whose last possible day has passed. Due today is not overdue."""
        return self.owed().filter(deadline__latest__lt=today)

    def reminding(self):
        """Without those whose day had passed when the report was entered, unless somebody reopened the deadline."""
        return self.with_past_when_entered().filter(is_past_when_entered=False)

    def with_past_when_entered(self):
        """Whether the day, or the first review day of what has none, lay before the day of entering."""
        due_on = Coalesce("deadline__latest", "deadline__review_on")
        is_past = Case(
            When(deadline__reopened_at__isnull=False, then=False),
            When(LessThan(due_on, F("deadline__entered_on")), then=True),
            default=False,
        )
        return self.annotate(is_past_when_entered=is_past)

    def in_final_reports(self):
        return self.filter(in_final_report("deadline__action__"))

    def in_effect(self):
        """As `DeadlineQuerySet.in_effect()`."""
        return self.in_final_reports().filter(deadline__action__stored_state=StoredState.AGREED)

    def open(self):
        """Shares that are neither done nor set aside, whatever the part."""
        return self.exclude(progress=Progress.DONE).exclude(
            acceptance__in=[Acceptance.DECLINED, Acceptance.NOT_APPLICABLE]
        )

    def to_do(self):
        """Shares whose organisation still has something to answer or to do, in the lead or contributing."""
        return self.open().exclude(part=Part.CONSULTED)

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
    is_answered_on_behalf = models.BooleanField(_("answered by the secretariat for the partner"), default=False)
    is_reported_on_behalf = models.BooleanField(_("reported by the secretariat for the partner"), default=False)
    behalf_note = models.CharField(_("how the partner said so"), max_length=300, blank=True)
    sent_back_reason = models.TextField(_("why it was sent back"), blank=True)
    sent_back_at = models.DateTimeField(null=True, blank=True)
    sent_back_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
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
            models.CheckConstraint(
                condition=Q(sent_back_at=None, sent_back_by=None, sent_back_reason="")
                | (Q(sent_back_at__isnull=False, sent_back_by__isnull=False) & ~Q(sent_back_reason="")),
                name="share_sent_back_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(is_answered_on_behalf=False, is_reported_on_behalf=False) | ~Q(behalf_note=""),
                name="share_on_behalf_says_how",
            ),
        ]
        permissions = [
            ("confirm_share", "Can confirm what other organisations report as done"),
            ("act_for_partners", "Can answer and report for a partner that did so by mail"),
        ]
        indexes = [
            # What an organisation did last, and what waits longest for a confirmation.
            models.Index(fields=["partner", "progress", "-reported_at"], name="share_of_partner_by_report"),
            models.Index(fields=["progress", "confirmed_at", "reported_at"], name="share_waiting_to_be_confirmed"),
            models.Index(fields=["partner"], condition=Q(sent_back_at__isnull=False), name="share_came_back"),
        ]

    def delete(self, *args, **kwargs):
        with transaction.atomic():
            refuse_final({self.deadline.action.meeting_id})
            return super().delete(*args, **kwargs)

    def __str__(self):
        return f"{self.partner}: {self.deadline}"

    def get_absolute_url(self):
        return reverse("share_report", args=[self.pk])


class ShareAnswer(models.Model):
    """What a partner answered to a share that is a request: numbers, a file, or whom to ask (an office)."""

    share = models.OneToOneField(ActionShare, models.CASCADE, related_name="request_answer")
    numbers = models.JSONField(default=list, blank=True, help_text="pairs of label and number, in the order asked")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    contact_office = models.CharField(_("office"), max_length=200, blank=True)
    contact_email = models.EmailField(_("general mailbox"), blank=True)
    note = models.TextField(_("note"), blank=True)
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    history = HistoricalRecords()

    shown_on_public_pages = True

    def __str__(self):
        return f"{self.share}: {self.contact_office or self.numbers or self.file}"
