"""HS codes: from what lies on the counter to the agreement, the papers, the people, the course and the guide."""

from dataclasses import dataclass, field

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from greencustoms.core import facets, publication, tables
from greencustoms.core.hs import CasNumber, HSCode, digits_typed
from greencustoms.core.hs_chapters import CHAPTERS
from greencustoms.core.paging import Page
from greencustoms.core.public_pages import public_page
from greencustoms.core.query import page_number
from greencustoms.core.rate import rate_limited
from greencustoms.core.search import tokens
from guide.choices import SectionKind
from guide.goods import CodeEntry, by_edition, code_address, entries
from guide.goods_filters import CODES_A_PAGE, GoodsFilter, list_codes
from guide.goods_search import answer_address
from guide.goods_words import if_not_controlled
from guide.models import ControlledGood, Section
from partners import chips
from partners.models import Agreement
from training.rows import first_of_each_agreement

__all__ = ["answer_address", "hs_answer", "hs_export_csv", "hs_search"]

COURSES_SHOWN = 4
SECTIONS_SHOWN = 3
SUBSTANCES_SHOWN = 3
# From here on the goods are told list by list, and the table of all of them is folded.
MANY_GOODS = 7
EXPORT_COLUMNS = (
    "hs_code", "hs_edition", "description", "agreement_slug", "annex_list", "substance", "cas_number", "ex",
    "correlation", "documents", "note", "source",
)  # fmt: skip


@public_page(params=[*GoodsFilter.base_filters, "page"])
@rate_limited("search", burst=60, per_hour=600, asking="q")
def hs_search(request):
    goods_filter = GoodsFilter(request.GET)
    words = goods_filter.asked.get("q", "")
    if words and goods_filter.is_exact_question:
        address = answer_address(words)
        if address:
            return redirect(address)
    found = goods_filter.codes(page_number(request.GET.get("page", "1")))
    goods_filter.show_counts(found)
    is_start = not goods_filter.asked and found["number"] == 1
    return render(
        request,
        "hs/hs_search.html",
        {
            "filter": goods_filter,
            "words": words,
            "help": _help(words) if words and not found["total"] else [],
            "rows": _rows(found["codes"], words),
            "page": _page(found),
            "count": found["total"],
            "chips": facets.chips(request.GET, request.path, goods_filter.chosen()),
            "chapters": _chapters(found) if is_start else [],
            "agreements": _agreements(found) if is_start else [],
            "export_url": _with_query(reverse("hs_export_csv"), request),
        },
    )


@public_page(params=["cas", "typed", "page"])
def hs_answer(request, code):
    read = HSCode.read(code)
    if read is None:
        address = answer_address(code)
        return redirect(address) if address else _nothing(request, code)
    if str(read) != code:
        return redirect(answer_address(code) or code_address(read))
    goods = ControlledGood.objects.covering(read).select_related("agreement__secretariat").in_order()
    found = by_edition(read, goods.prefetch_related("agreement__documents"))
    below = _codes_below(read, request) if len(read.digits) < 6 else None
    successors = [] if found or below else _successors(read)
    if not (found or below or successors):
        return _nothing(request, code)
    return render(request, "hs/hs_answer.html", _answer(request, read, found, below, successors))


@public_page(params=GoodsFilter.base_filters, is_kept=False)
@rate_limited("export", burst=20, per_hour=60)
def hs_export_csv(request):
    goods = GoodsFilter(request.GET).qs.select_related("agreement").in_order()
    rows = (
        (
            good.code, good.hs_edition, good.description, good.agreement.slug, good.annex_list, good.substance,
            good.cas_number, "yes" if good.is_part_of_code else "no", good.correlation,
            "; ".join(good.document_lines), good.note, good.source,
        )
        for good in goods
    )  # fmt: skip
    return tables.csv_response("hs-codes.csv", EXPORT_COLUMNS, rows)


# --- The answer, step by step ---


@dataclass
class Part:
    """What one agreement says about a code: a chain from the goods to the guide."""

    agreement: Agreement
    goods: list[ControlledGood]
    courses: list = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)

    @property
    def rows(self) -> list[dict]:
        return [_good_row(good) for good in self.goods]

    @property
    def lists(self) -> list[tuple[str, list[str]]]:
        """The names of the goods by list or annex, where there are too many for a table at first sight."""
        if len(self.goods) < MANY_GOODS:
            return []
        found: dict[str, list[str]] = {}
        for good in self.goods:
            found.setdefault(good.annex_list, []).append(good.substance or good.description)
        return list(found.items())

    @property
    def covers(self) -> list[str]:
        """Whether the goods are parts of the code, each way of saying it once."""
        return list(dict.fromkeys(row["part"] for row in self.rows if row["part"]))

    @property
    def documents(self) -> list[str]:
        """The agreement's papers, unless all the goods have papers of their own."""
        if all(good.documents for good in self.goods):
            return []
        return [document.text for document in self.agreement.documents.all()]

    @property
    def own_documents(self) -> list[tuple[str, list[str]]]:
        return [(good.substance or good.description, good.document_lines) for good in self.goods if good.documents]

    @property
    def if_not_controlled(self) -> list:
        return if_not_controlled(self.agreement.slug)

    @property
    def is_verified(self) -> bool:
        """Whether at least one row is; those that are not are marked one by one then."""
        return any(good.is_verified for good in self.goods)

    @property
    def sources(self) -> list[str]:
        return list(dict.fromkeys(good.source for good in self.goods if good.source))

    @property
    def leads_to_first_page(self) -> bool:
        """Whether the link for national authorities is only the first page of the agreement's site."""
        return self.agreement.national_contacts_url.rstrip("/").count("/") <= 2


def _answer(request, code, found: list[CodeEntry], below, successors) -> dict:
    entry = found[0] if found else None
    older = found[1:]
    cas = CasNumber.read(request.GET.get("cas", ""))
    typed = request.GET.get("typed", "")
    parts = _parts(entry) if entry else []
    correlates = _linked(entry.correlates) if entry else []
    return {
        "code": code,
        "title": entry.title if entry else _title_of(code),
        "edition": entry.edition if entry else None,
        "parts": parts,
        "older": [{"edition": each.edition, "title": each.title, "substances": each.substances} for each in older],
        "newer_codes": [each for each in correlates if each["edition"] > entry.edition] if entry else [],
        "older_codes": [each for each in correlates if each["edition"] < entry.edition] if entry else [],
        "successors": successors,
        "asked_goods": [good for good in entry.goods if cas and good.cas_number == cas.text] if entry else [],
        "typed": typed if HSCode.is_national(typed) and HSCode.read(typed) == code else "",
        "below": below,
        "crumbs": _crumbs(code),
    }


def _parts(entry: CodeEntry) -> list[Part]:
    parts = {
        agreement.pk: Part(agreement, [good for good in entry.goods if good.agreement_id == agreement.pk])
        for agreement in entry.agreements
    }
    courses = first_of_each_agreement(COURSES_SHOWN)
    for key, part in parts.items():
        part.courses = courses.get(key, [])
    kinds = (SectionKind.AGREEMENT, SectionKind.PRACTICE)
    sections = Section.agreements.through.objects.filter(
        agreement__in=list(parts), section__in=Section.objects.of_current_guide().filter(kind__in=kinds)
    )
    sections = sections.select_related("section__edition").only(
        "agreement", "section__kind", "section__position", "section__slug", "section__title", "section__edition__slug"
    )
    for link in sorted(sections, key=lambda link: (kinds.index(link.section.kind), link.section.position)):
        if len(parts[link.agreement_id].sections) < SECTIONS_SHOWN:
            parts[link.agreement_id].sections.append(link.section)
    return list(parts.values())


def _good_row(good: ControlledGood) -> dict:
    if good.is_one_of_several:
        part = _("one of several goods in this code")
    elif good.is_part_of_code:
        part = _("only part of this code")
    else:
        part = ""
    return {
        "code": str(good.code),
        "name": good.substance or good.description,
        "cas": good.cas_number,
        "list": good.annex_list,
        "part": part,
        "note": good.note,
        "is_verified": good.is_verified,
    }


def _linked(correlates) -> list[dict]:
    """Codes of other editions; a link where the portal has an answer for the code."""
    known = set()
    if correlates:
        known = set(
            ControlledGood.objects.filter(hs_code__in={each.code.digits for each in correlates}).values_list(
                "hs_code", flat=True
            )
        )
    return [
        {
            "edition": each.edition,
            "code": str(each.code),
            "is_part": each.is_part,
            "url": code_address(each.code) if each.code.digits in known else "",
        }
        for each in correlates
    ]


def _successors(code: HSCode) -> list[dict]:
    """For a code without goods of its own: codes of another edition that say they hold its goods."""
    if len(code.digits) < 6:
        return []
    found = entries(ControlledGood.objects.with_correlation_to(code).select_related("agreement").in_order())
    return [_code_row(each) for each in found if code in [correlate.code for correlate in each.correlates]]


def _title_of(code: HSCode):
    if len(code.digits) == 2:
        return CHAPTERS.get(code.chapter, "")
    return ""


def _crumbs(code: HSCode) -> list[tuple]:
    crumbs = [(_("HS codes"), reverse("hs_search"))]
    if len(code.digits) > 2:
        crumbs.append((_("Chapter %(chapter)s") % {"chapter": code.chapter}, code_address(HSCode(code.chapter))))
    if len(code.digits) > 4:
        crumbs.append((_("Heading %(heading)s") % {"heading": code.heading}, code_address(HSCode(code.heading))))
    crumbs.append((str(code), ""))
    return crumbs


# --- Lists of codes ---


def _rows(codes: list[tuple[int, str]], words: str) -> list[dict]:
    """One line for each code, in the order given, with the goods that were asked for first."""
    wanted = {(edition, digits) for edition, digits in codes}
    goods = ControlledGood.objects.filter(hs_code__in={digits for _edition, digits in wanted})
    goods = goods.select_related("agreement").only(
        "hs_code", "hs_edition", "description", "substance", "cas_number", "is_part_of_code",
        "agreement__slug", "agreement__short_name",
    )  # fmt: skip
    found = {(entry.edition, entry.code.digits): entry for entry in entries(goods.in_order())} if codes else {}
    return [_code_row(found[pair], words) for pair in map(tuple, codes) if pair in found]


def _code_row(entry: CodeEntry, words: str = "") -> dict:
    substances = _asked_first(entry, words)
    return {
        "code": str(entry.code),
        "url": code_address(entry.code),
        "title": entry.title,
        "edition": str(entry.edition),
        "agreements": chips.of(entry.agreements),
        "substances": _some(substances),
    }


def _some(substances: list[str]) -> str:
    """The first few, and how many more there are."""
    words = "; ".join(substances[:SUBSTANCES_SHOWN])
    more = len(substances) - SUBSTANCES_SHOWN
    if more <= 0:
        return words
    return f"{words} " + ngettext("and %(more)s more", "and %(more)s more", more) % {"more": more}


def _asked_first(entry: CodeEntry, words: str) -> list[str]:
    """The goods of a code, those first in which the words stand."""
    names = [name for name in entry.substances if name != entry.title]
    wanted = tokens(words)
    if not wanted:
        return names
    cas = {good.substance: good.cas_number for good in entry.goods}

    def misses(name: str) -> int:
        held = tokens(f"{name} {cas.get(name, '')}")
        return sum(not any(token.startswith(word) for token in held) for word in wanted)

    return sorted(names, key=misses)


def _codes_below(code: HSCode, request) -> dict | None:
    goods = ControlledGood.objects.under(code.digits).exclude(hs_code=code.digits)
    number = page_number(request.GET.get("page", "1"))
    asked = {"code": code.digits, "page": number}
    found = publication.kept("hs-below", asked, lambda: list_codes(goods, number=number))
    if not found["total"]:
        return None
    return {"rows": _rows(found["codes"], ""), "page": _page(found), "count": found["total"]}


def _page(found: dict) -> Page:
    return Page(rows=found["codes"], number=found["number"], total=found["total"], per_page=CODES_A_PAGE)


def _chapters(found: dict) -> list[dict]:
    return [
        {"number": chapter, "title": CHAPTERS.get(chapter, ""), "url": code_address(HSCode(chapter)), "count": count}
        for chapter, count in found["chapters"].items()
    ]


def _agreements(found: dict) -> list[dict]:
    address = reverse("hs_search")
    return [
        {"name": name, "slug": slug, "count": found["agreements"].get(slug, 0), "url": f"{address}?agreement={slug}"}
        for slug, name in found["agreement_names"].items()
    ]


# --- Where nothing was found ---


def _nothing(request, text: str):
    """Not found, with a page that helps on."""
    context = {"words": text, "help": _help(text), "count": 0, "filter": GoodsFilter({}), "rows": []}
    return render(request, "hs/hs_search.html", context, status=404)


def _help(text: str) -> list[dict]:
    """What may be wrong with what was typed, and codes that may have been meant."""
    cas = CasNumber.read(text)
    if cas is not None and not cas.is_valid:
        words = _(
            "%(number)s is no CAS number: its last digit, which checks the others, is wrong. Look at the label again."
        )
        return [{"words": words % {"number": cas}}]
    digits = digits_typed(text)
    if not digits:
        return []
    code = HSCode.read(text)
    if code is None:
        words = _("HS codes have 2, 4 or 6 digits; you typed %(count)d. A spreadsheet may have dropped a leading zero.")
        return [{"words": words % {"count": len(digits)}}, *_links([f"0{digits}", digits[:-1]])]
    return _links(code.levels[1:])


def _links(candidates: list[str]) -> list[dict]:
    """Links to those candidates under which the portal has goods."""
    codes = [HSCode(digits) for digits in candidates if len(digits) in (2, 4, 6)]
    known = [code for code in codes if ControlledGood.objects.around(code).exists()]
    return [{"words": _("Look at %(code)s") % {"code": code}, "url": code_address(code)} for code in known]


def _with_query(address: str, request) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return f"{address}?{query.urlencode()}" if query else address
