"""Fixed values of the training room."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Access(TextChoices):
    """How one gets into a course."""

    OPEN = "open", _("open to everyone")
    REGISTRATION = "registration", _("with registration")
    CUSTOMS = "customs", _("customs administrations only")
    COORDINATOR = "coordinator", _("through a coordinator")


class Audience(TextChoices):
    CUSTOMS_OFFICERS = "customs-officers", _("customs officers")
    BORDER_CONTROL_OFFICERS = "border-control-officers", _("border control officers")
    LAW_ENFORCEMENT = "law-enforcement", _("law enforcement officers")
    PROSECUTORS = "prosecutors", _("prosecutors")
    JUDICIARY = "judiciary", _("judges")
    NATIONAL_AUTHORITIES = "designated-national-authorities", _("national authorities of an agreement")
    GENERAL_PUBLIC = "general-public", _("general public")


class Certificate(TextChoices):
    YES = "yes", _("with certificate")
    NO = "no", _("without certificate")
    UNKNOWN = "unknown", _("not stated")


class DateKind(TextChoices):
    """What the date of a course tells."""

    LAUNCHED = "launched", _("launched")
    ANNOUNCED = "announced", _("launch announced")
    UPDATED = "updated", _("updated version")
    KNOWN_BY = "known_by", _("known by")
    IN_USE_BY = "in_use_by", _("in use by")


# Names of the languages courses are offered in; a language not stated is a value of its own.
LANGUAGE_NAMES = {
    "ar": _("Arabic"),
    "zh": _("Chinese"),
    "en": _("English"),
    "fr": _("French"),
    "ru": _("Russian"),
    "es": _("Spanish"),
    "pt": _("Portuguese"),
}
LANGUAGE_NOT_STATED = "none"


def language_name(code: str) -> str:
    return str(LANGUAGE_NAMES.get(code, code))
