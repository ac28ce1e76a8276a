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


def labels_up_to(ceiling: str) -> list[Tlp]:
    """The labels a grant with this ceiling covers. A ceiling that is no label covers none."""
    return TLP_ORDER[: TLP_ORDER.index(Tlp(ceiling)) + 1] if ceiling in Tlp.values else []


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
    REFUSED = "refused", _("reading refused")
    GRANTED = "granted", _("access granted")
    DENIED = "denied", _("request refused")
    REVOKED = "revoked", _("access revoked")
    LOG = "log", _("this log opened")


class Refusal(TextChoices):
    """Why nothing was shown. The log keeps it; whoever was refused never learns it."""

    NO_GRANT = "no_grant", _("no live grant")
    NO_PAGE = "no_page", _("no such page")
    UNKNOWN = "unknown", _("no such indicator")
    OUTSIDE = "outside", _("outside the grant")
    NOT_PUBLISHED = "not_published", _("not published")
    EXPIRED = "expired", _("no longer valid")


class Region(TextChoices):
    AFRICA = "africa", _("Africa")
    ASIA_PACIFIC = "asia-pacific", _("Asia and the Pacific")
    EUROPE = "europe", _("Europe")
    LATIN_AMERICA = "latin-america-caribbean", _("Latin America and the Caribbean")
    NORTH_AMERICA = "north-america", _("North America")
    WEST_ASIA = "west-asia", _("West Asia")
