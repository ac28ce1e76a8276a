"""Which addresses may stand on a public page or in the guide."""

import re

GENERIC_WORDS = frozenset(
    [
        "admin",
        "affairs",
        "communication",
        "communications",
        "contact",
        "customs",
        "desk",
        "enquiries",
        "enquiry",
        "feedback",
        "focalpoint",
        "general",
        "help",
        "helpdesk",
        "info",
        "information",
        "inquiries",
        "library",
        "mail",
        "mailbox",
        "media",
        "office",
        "ozonaction",
        "partnership",
        "partnerships",
        "press",
        "programme",
        "projects",
        "public",
        "publications",
        "registry",
        "secretariat",
        "support",
        "team",
        "training",
        "webmaster",
    ]
)
GENERIC_ENDINGS = ("info", "office", "secretariat")


def is_generic_mailbox(address: str, *, own_names: tuple[str, ...] = ()) -> bool:
    """Whether an address is a mailbox of an office: a generic word, or the organisation's own short name.

    The partners asked for generic addresses, never a person's name as contact (2007 report, action 7).
    A part such as "ozoneinfo" counts by its ending; "john.smith" has nothing that counts.
    """
    parts = [part for part in re.split(r"[^a-z]+", address.partition("@")[0].casefold()) if part]
    own = {name.casefold() for name in own_names if name}
    return any(part in own | GENERIC_WORDS or part.endswith(GENERIC_ENDINGS) for part in parts)


def examples() -> str:
    """A few of the words, for a sentence that explains a refusal."""
    return "info@, contact@, office@, secretariat@"
