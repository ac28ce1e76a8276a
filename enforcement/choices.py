"""Fixed values of the restricted section."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Tlp(TextChoices):
    """Traffic Light Protocol 2.0 labels: never translated. TLP:CLEAR does not live here."""

    GREEN = "GREEN", "TLP:GREEN"
    AMBER = "AMBER", "TLP:AMBER"
    AMBER_STRICT = "AMBER+STRICT", "TLP:AMBER+STRICT"
    RED = "RED", "TLP:RED"


# From the widest audience to the narrowest.
TLP_ORDER = [Tlp.GREEN, Tlp.AMBER, Tlp.AMBER_STRICT, Tlp.RED]


class ItemState(TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


class RequestState(TextChoices):
    OPEN = "open", _("waiting for a decision")
    GRANTED = "granted", _("granted")
    REFUSED = "refused", _("refused")


class LogKind(TextChoices):
    LIST = "list", _("list opened")
    READ = "read", _("indicator read")
    REFUSED = "refused", _("refused")
    GRANTED = "granted", _("access granted")
    REVOKED = "revoked", _("access revoked")


class Region(TextChoices):
    AFRICA = "africa", _("Africa")
    ASIA_PACIFIC = "asia-pacific", _("Asia and the Pacific")
    EUROPE = "europe", _("Europe")
    LATIN_AMERICA = "latin-america-caribbean", _("Latin America and the Caribbean")
    NORTH_AMERICA = "north-america", _("North America")
    WEST_ASIA = "west-asia", _("West Asia")
