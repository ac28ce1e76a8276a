"""Mails the portal owes people, and what it knows of their addresses."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from greencustoms.core.choices import MailState, MailStream


class OutboundMail(models.Model):
    """A mail the portal owes somebody. The unique key says why it exists, so it exists once.

    A digest belongs to one local day of its recipient, and goes out on that day or not at all (security section 2).
    """

    key = models.CharField(max_length=200, unique=True)
    stream = models.CharField(max_length=12, choices=MailStream)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="mails")
    to_address = models.EmailField(max_length=254)
    subject = models.CharField(max_length=250)
    body_text = models.TextField()
    body_html = models.TextField(blank=True)
    local_day = models.DateField(null=True, blank=True, help_text="the recipient's day that a digest belongs to")
    is_last_chance = models.BooleanField(
        default=False, help_text="something in it is due today or overdue since today: sent once more if nobody knows"
    )
    content_key = models.CharField(max_length=64, blank=True, help_text="hash of what the text was made from")
    state = models.CharField(max_length=10, choices=MailState, default=MailState.PENDING)
    version = models.PositiveIntegerField(default=0)
    claimed_by = models.CharField(max_length=36, blank=True, help_text="which round of which sender holds it")
    lease_until = models.DateTimeField(null=True, blank=True)
    times_sent_again = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)
    message_id = models.CharField(max_length=200, unique=True)
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "next_at"]),
            models.Index(fields=["claimed_by"], condition=~Q(claimed_by=""), name="mail_held_by_a_sender"),
        ]
        permissions = [("keep_mail", "Can see, hold and send reminders")]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "local_day", "stream"],
                condition=Q(local_day__isnull=False),
                name="mail_one_digest_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(stream=MailStream.DIGEST) | Q(local_day__isnull=False, recipient__isnull=False),
                name="mail_digest_has_a_person_and_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state=MailState.SENT) | Q(sent_at__isnull=False), name="mail_sent_has_sent_at"
            ),
        ]

    def __str__(self):
        return f"{self.subject} ({self.get_state_display()})"


class MailAddress(models.Model):
    """What mail servers said of an address. Three refusals for good in a row, and nothing is sent there any more."""

    address = models.EmailField(max_length=254)
    strikes = models.PositiveSmallIntegerField(default=0)
    last_refusal = models.CharField(max_length=300, blank=True)
    last_refused_at = models.DateTimeField(null=True, blank=True)
    suppressed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("address"), name="mailaddress_once")]

    def __str__(self):
        return self.address


class MailHold(models.Model):
    """That reminders to a person wait until somebody lets them go."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mail_hold")
    reason = models.CharField(_("reason"), max_length=300)
    held_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    held_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return f"{self.person}: {self.reason}"
