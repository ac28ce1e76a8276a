"""What every room stands on: people, what happened, background jobs, files, mail, search."""

from .audit import AuditEvent
from .files import StoredFile
from .mail import MailAddress, MailHold, OutboundMail
from .people import User, UserManager, validate_time_zone
from .search import SearchDocument
from .work import Heartbeat, Job, RateBucket

__all__ = [
    "AuditEvent",
    "Heartbeat",
    "Job",
    "MailAddress",
    "MailHold",
    "OutboundMail",
    "RateBucket",
    "SearchDocument",
    "StoredFile",
    "User",
    "UserManager",
    "validate_time_zone",
]
