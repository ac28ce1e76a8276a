"""How an address is declared: its route, a path in the small world of world.py, and who gets what there."""

from dataclasses import dataclass

from ..world import PERSONAS

ANONYMOUS = "anonymous"
# On POST: refused with 405 to those who may read the page, and otherwise as on GET.
READS = "reads"
# On POST: an empty form comes back with its errors, so each person gets what they get on GET.
FORM = "form"


@dataclass(frozen=True)
class Address:
    route: str
    path: str
    expected: dict[str, int]
    # Wears @public_page: open to all, kept whole, answers 304.
    is_public_page: bool = False
    on_post: dict[str, int] | str = READS

    def for_world(self, world) -> str:
        return self.path.format(world=world)

    @property
    def expected_on_post(self) -> dict[str, int]:
        if isinstance(self.on_post, dict):
            return self.on_post
        if self.on_post == FORM:
            return self.expected
        return {persona: 405 if status == 200 else status for persona, status in self.expected.items()}


def everyone(status: int = 200) -> dict[str, int]:
    return dict.fromkeys(PERSONAS, status)


def signed_in(status: int = 200, **others: int) -> dict[str, int]:
    """Visitors are led to the sign-in, everybody else gets this status but for those named."""
    return {**everyone(status), ANONYMOUS: 302, **others}


def only(*names: str, status: int = 200, others: int = 403, **exceptions: int) -> dict[str, int]:
    """Those named get this status, visitors the sign-in, everybody else the other status."""
    return signed_in(others, **dict.fromkeys(names, status)) | exceptions


def hidden_from_others(*names: str) -> dict[str, int]:
    return everyone(404) | dict.fromkeys(names, 200)


def public(route: str, path: str | None = None) -> Address:
    return Address(route, path or f"/{route}", everyone(), is_public_page=True)


def pdf(route: str, path: str, *readers: str) -> Address:
    """A PDF that is not made yet: a page that waits for it, for those named, or for everyone."""
    expected = everyone(404) | dict.fromkeys(readers, 202) if readers else everyone(202)
    return Address(route, path, expected, on_post=everyone(405))


SECRETARIAT = ("secretariat", "superuser")
DRAFT_READERS = ("secretariat", "secretariat_reader", "superuser")
READERS = ("staff", "other_staff", "focal_point", *DRAFT_READERS)
WITH_SECOND_FACTOR = (
    "focal_point",
    "secretariat",
    "secretariat_reader",
    "officer",
    "cleared_officer",
    "steward",
    "access_administrator",
    "technical_administrator",
    "superuser",
)
AFTER_A_FACTOR = only(*WITH_SECOND_FACTOR, others=302)
KEEPERS_OF_PEOPLE = ("secretariat", "focal_point", "superuser")
