"""Controlled goods as an officer reads them: one entry for each code and edition, with what agreements say of it."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.urls import reverse

from greencustoms.core.hs import HSCode

from .models import ControlledGood

_EDITION = re.compile(r"HS ([0-9]{4})")
_CODE = re.compile(r"(ex\s+)?([0-9]{4})\.([0-9]{2})(?![0-9])")


@dataclass(frozen=True)
class Correlate:
    """A code of another HS edition that holds the same goods, or some of them."""

    edition: int
    code: HSCode
    is_part: bool


@dataclass(frozen=True)
class CodeEntry:
    """All goods of one code in one edition, in the order of `ControlledGoodQuerySet.in_order()`."""

    edition: int
    code: HSCode
    goods: list[ControlledGood]

    @property
    def title(self) -> str:
        """What the code as a whole is called: the wording of a row that covers all of it, else the commonest."""
        whole = [good for good in self.goods if not good.is_part_of_code]
        return Counter(good.description for good in whole or self.goods).most_common(1)[0][0]

    @property
    def agreements(self) -> list:
        return list({good.agreement_id: good.agreement for good in self.goods}.values())

    @property
    def substances(self) -> list[str]:
        return list(dict.fromkeys(good.substance for good in self.goods if good.substance))

    @property
    def correlates(self) -> list[Correlate]:
        found = [each for good in self.goods for each in read_correlation(good.correlation)]
        return list(dict.fromkeys(found))


def entries(goods: Iterable[ControlledGood]) -> list[CodeEntry]:
    """Goods `in_order()`, put together by edition and code."""
    return [
        CodeEntry(edition, HSCode(digits), list(group))
        for (edition, digits), group in groupby(goods, key=lambda good: (good.hs_edition, good.hs_code))
    ]


def by_edition(code: HSCode, goods: Iterable[ControlledGood]) -> list[CodeEntry]:
    """Goods `in_order()` that all count for one code, those of its heading and chapter included."""
    return [
        CodeEntry(edition, code, list(group)) for edition, group in groupby(goods, key=lambda good: good.hs_edition)
    ]


def read_correlation(text: str) -> list[Correlate]:
    """The codes in a correlation such as "HS 2022: 8548.00; ex 8549.21"; nothing where no edition is named."""
    edition = _EDITION.search(text)
    if edition is None:
        return []
    return [
        Correlate(int(edition[1]), HSCode(heading + last), is_part=bool(ex))
        for ex, heading, last in _CODE.findall(text)
    ]


def code_address(code: HSCode) -> str:
    # Lists name fifty of them; a code holds nothing that an address would have to escape.
    return f"{reverse('hs_search')}{code}/"
