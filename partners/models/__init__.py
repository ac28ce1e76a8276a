"""Who takes part in the Initiative, what they serve, and who speaks for them."""

from .events import Event, EventQuerySet
from .holidays import Holiday
from .organisations import (
    LONGEST_SORT_NAME,
    Agreement,
    Partner,
    PartnerQuerySet,
    Sorted,
    SortedQuerySet,
    TradeDocument,
    sorting_key,
)
from .people import (
    AccountRequest,
    AccountRequestQuerySet,
    Invitation,
    InvitationQuerySet,
    Membership,
    MembershipQuerySet,
)
from .texts import AboutPage

__all__ = [
    "LONGEST_SORT_NAME",
    "AboutPage",
    "AccountRequest",
    "AccountRequestQuerySet",
    "Agreement",
    "Event",
    "EventQuerySet",
    "Holiday",
    "Invitation",
    "InvitationQuerySet",
    "Membership",
    "MembershipQuerySet",
    "Partner",
    "PartnerQuerySet",
    "Sorted",
    "SortedQuerySet",
    "TradeDocument",
    "sorting_key",
]
