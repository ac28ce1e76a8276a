"""Who owes a stage, from what was picked. Pure: no database; organisations are their primary keys.

"Each partner ..." becomes one share per partner of that day, a group's share falls to its members, and a group
without members keeps it itself until somebody names an owner (design section 4).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from meetings.choices import Part

ORDER = (Part.LEAD, Part.CONTRIBUTES, Part.CONSULTED)


class Owner(NamedTuple):
    part: str
    via_group: int | None = None


@dataclass(frozen=True)
class Picked:
    """Organisations and groups as they were picked, by part."""

    is_each_partner: bool = False
    leads: frozenset[int] = frozenset()
    contributes: frozenset[int] = frozenset()
    consulted: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.is_each_partner or self.leads or self.contributes or self.consulted)

    @property
    def names_a_lead(self) -> bool:
        return bool(self.is_each_partner or self.leads)

    def with_part(self, part: str) -> frozenset[int]:
        return {Part.LEAD: self.leads, Part.CONTRIBUTES: self.contributes, Part.CONSULTED: self.consulted}[Part(part)]


@dataclass(frozen=True)
class Organisations:
    """What has to be known of organisations: the partners of that day, each group with its members.

    `all_partners` is the group that stands for the partners of that day, and has no members of its own.
    """

    partners_of_day: tuple[int, ...] = ()
    groups: Mapping[int, tuple[int, ...]] | None = None
    all_partners: int | None = None

    def members(self, key: int) -> tuple[tuple[int, ...], int | None]:
        """Who owes what this one was picked for, and the group by which they do."""
        if key == self.all_partners:
            return self.partners_of_day or (key,), None
        members = (self.groups or {}).get(key, ())
        return (members, key) if members else ((key,), None)


def spread(picked: Picked, known: Organisations) -> dict[int, Owner]:
    """One share for each organisation. Whoever is in the lead gets no second share for helping."""
    owners: dict[int, Owner] = {}
    for part in ORDER:
        keys = sorted(picked.with_part(part))
        by_name = [key for key in keys if known.members(key) == ((key,), None)]
        for key in by_name:
            owners.setdefault(key, Owner(part))
        if part == Part.LEAD and picked.is_each_partner:
            for key in known.partners_of_day:
                owners.setdefault(key, Owner(part))
        for key in keys:
            members, group = known.members(key)
            for member in members:
                owners.setdefault(member, Owner(part, group))
    return owners


def gathered(
    shares: Iterable[tuple[int, str, int | None]], *, is_each_partner: bool = False, known: Organisations
) -> Picked:
    """What was picked, from the shares (organisation, part, group) that `spread` made of it.

    A group comes back only where it would give the same shares today. Where its members changed since, or it has none
    and an owner was named, those who owe the shares stand for themselves: they keep them (design section 4).
    """
    rows = list(shares)
    found: dict[str, set[int]] = {part: set() for part in ORDER}
    everyone = set(known.partners_of_day) if is_each_partner else set()
    for partner, part, group in rows:
        if group is None and part == Part.LEAD and partner in everyone:
            continue
        found[part].add(group if group and _gives_the_same(group, part, rows, known) else partner)
    return Picked(is_each_partner, *(frozenset(found[part]) for part in ORDER))


def _gives_the_same(group: int, part: str, shares: list[tuple[int, str, int | None]], known: Organisations) -> bool:
    by_group = {key for key, of_part, via in shares if (of_part, via) == (part, group)}
    # Whoever owes as much or more by another way has no share by the group.
    others = {key for key, of_part, _via in shares if ORDER.index(Part(of_part)) <= ORDER.index(Part(part))} - by_group
    return by_group == set(known.members(group)[0]) - others
