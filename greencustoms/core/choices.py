"""Fixed values of the kernel."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class JobState(TextChoices):
    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("under way")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class MailStream(TextChoices):
    DIGEST = "digest", _("reminders")
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
