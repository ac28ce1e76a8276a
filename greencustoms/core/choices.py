"""Fixed values of the kernel."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class JobState(TextChoices):
    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("under way")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class MailStream(TextChoices):
    """What kind of mail it is: reminders can be switched off, the others always go (design section 5)."""

    DIGEST = "digest", _("reminders")
    WORK = "work", _("asked of you")
    ACCOUNT = "account", _("account")
    ACCESS = "access", _("access")


class MailState(TextChoices):
    """How far a mail has come. HANDING is set just before the last byte: after a crash nobody knows."""

    PENDING = "pending", _("waiting")
    CLAIMED = "claimed", _("being sent")
    HANDING = "handing", _("being handed over")
    SENT = "sent", _("sent")
    DEFERRED = "deferred", _("waiting for another try")
    FAILED = "failed", _("failed")
    UNKNOWN = "unknown", _("perhaps sent")
    KEPT = "kept", _("kept here to be read")
    HELD = "held", _("held back")
    SUPPRESSED = "suppressed", _("not sent: the address refuses mail")
    CANCELLED = "cancelled", _("cancelled")


class DigestRhythm(TextChoices):
    DAILY = "daily", _("once a day, when there is something to say")
    WEEKLY = "weekly", _("once a week")
    NONE = "none", _("never")


class Weekday(IntegerChoices):
    """Days of the week as Python counts them."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")
