"""Fixed values of the partners room."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Standing(TextChoices):
    """What an organisation is to the Initiative."""

    PARTNER = "partner", _("partner")
    SECRETARIAT = "secretariat", _("secretariat")
    GROUP = "group", _("group")
    OTHER = "other", _("other organisation")


class DaysOff(TextChoices):
    """On which days of the week an organisation does not work. The rule of each: `working_days.DAYS_OFF`."""

    SATURDAY_SUNDAY = "sat_sun", _("Saturday and Sunday")
    FRIDAY_SATURDAY = "fri_sat", _("Friday and Saturday")
    THURSDAY_FRIDAY = "thu_fri", _("Thursday and Friday")
    FRIDAY = "fri", _("Friday")
    SUNDAY = "sun", _("Sunday")


class MemberRole(TextChoices):
    STAFF = "staff", _("staff")
    FOCAL = "focal", _("focal point")


class EventKind(TextChoices):
    COP = "cop", _("conference of the parties")
    WORKING_GROUP = "working_group", _("working group")
    MEETING = "meeting", _("meeting")
    OTHER = "other", _("other event")


class RequestState(TextChoices):
    """How far a request for an account has come."""

    UNCONFIRMED = "unconfirmed", _("waiting for the address to be confirmed")
    OPEN = "open", _("waiting for the focal point")
    INVITED = "invited", _("invited")
    REFUSED = "refused", _("refused")
