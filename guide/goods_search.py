"""How goods are found: by code, by CAS number, by the words of a substance, a species or a trade."""

import re
from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from greencustoms.core import search
from greencustoms.core.hs import CasNumber, HSCode, digits_typed
from greencustoms.core.search import Findable

from .goods import CodeEntry, code_address, entries
from .models import ControlledGood

KIND = "hs"
MOST_FOUND = 1_000
# Refrigerants have a second name: HCFC-22 is R-22 in every workshop.
_REFRIGERANT = re.compile(r"^(?:H?CFC|HFC|PFC|HBFC)-([0-9][0-9A-Za-z-]*)")


def findables() -> Iterator[Findable]:
    """One for each code and edition. Give them to `search.replace_kind("hs", ...)`."""
    goods = ControlledGood.objects.select_related("agreement").in_order()
    found = entries(goods)
    newest = max((entry.edition for entry in found), default=0)
    for entry in found:
        yield _findable(entry, is_newest=entry.edition == newest)


def _findable(entry: CodeEntry, *, is_newest: bool) -> Findable:
    body: list[str] = []
    for good in entry.goods:
        body += [
            good.substance,
            *_other_names(good.substance),
            good.cas_number,
            good.description,
            good.annex_list,
            good.note,
        ]
    for agreement in entry.agreements:
        body += [agreement.short_name, agreement.full_name]
    summary = _("%(agreements)s · HS %(edition)s · %(substances)s") % {
        "agreements": ", ".join(agreement.short_name for agreement in entry.agreements),
        "edition": entry.edition,
        "substances": ", ".join(entry.substances),
    }
    return Findable(
        kind=KIND,
        key=f"{entry.edition}-{entry.code.digits}",
        title=f"{entry.code} {entry.title}",
        summary=summary,
        # Each line once: what twelve rows of a code share would outweigh the name looked for.
        body="\n".join(dict.fromkeys(line for line in body if line)),
        url=code_address(entry.code),
        # The HS goes from raw to worked goods, so among equal hits the chapter is a good order; old editions last.
        rank=int(entry.code.chapter) + (0 if is_newest else 100),
    )


def _other_names(substance: str) -> list[str]:
    match = _REFRIGERANT.match(substance)
    return [f"R-{match[1]}"] if match else []


def goods_for(text: str) -> tuple[QuerySet[ControlledGood], list[tuple[int, str]]]:
    """The goods somebody asks for, and for words the (edition, code) pairs they stand under, best first.

    A code means all goods at, below and above it, a CAS number the goods that carry it or name it.
    """
    goods = ControlledGood.objects.all()
    cas = CasNumber.read(text)
    if cas is not None:
        if not cas.is_valid:
            return goods.none(), []
        found = goods.filter(cas_number=cas.text)
        return (found, []) if found.exists() else _goods_with_words(cas.text)
    code = HSCode.read(text)
    if code is not None:
        return goods.around(code), []
    return _goods_with_words(text)


def _goods_with_words(text: str) -> tuple[QuerySet[ControlledGood], list[tuple[int, str]]]:
    keys = [document.key.split("-", 1) for document in search.find(text, kinds=[KIND], limit=MOST_FOUND)]
    # The newest edition comes first; within an edition the best hit.
    pairs = sorted(((int(edition), digits) for edition, digits in keys), key=lambda pair: -pair[0])
    wanted = Q(pk__in=[])
    for edition in {edition for edition, _digits in pairs}:
        wanted |= Q(hs_edition=edition, hs_code__in=[digits for each, digits in pairs if each == edition])
    return ControlledGood.objects.filter(wanted), pairs


def answer_address(text: str) -> str | None:
    """Where a code or a CAS number leads at once; None for words, for wrong numbers and where nothing is known."""
    cas = CasNumber.read(text)
    if cas is not None:
        return _address_of_cas(cas) if cas.is_valid else None
    code = HSCode.read(text)
    if code is None:
        return None
    goods = ControlledGood.objects
    if not goods.around(code).exists() and not goods.with_correlation_to(code).exists():
        return None
    typed = f"?typed={digits_typed(text)}" if HSCode.is_national(text) else ""
    return code_address(code) + typed


def _address_of_cas(cas: CasNumber) -> str | None:
    """The code of the goods, if the newest edition that names them has just one for them."""
    found = list(ControlledGood.objects.filter(cas_number=cas.text).values_list("hs_edition", "hs_code").distinct())
    newest = max((edition for edition, _digits in found), default=0)
    codes = {digits for edition, digits in found if edition == newest}
    return f"{code_address(HSCode(codes.pop()))}?cas={cas}" if len(codes) == 1 else None
