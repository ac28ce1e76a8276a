"""One search over everything the visitor may see."""

from dataclasses import dataclass

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

import guide.goods_search
from greencustoms.core.hs import CasNumber, HSCode
from greencustoms.core.models import SearchDocument
from greencustoms.core.public_pages import public_page
from greencustoms.core.rate import rate_limited
from greencustoms.core.search import find_by_kind
from meetings import access

OF_EACH_KIND = 6
GOODS = guide.goods_search.KIND


@dataclass
class Group:
    """What was found of one kind, under a heading of its own."""

    kind: str
    heading: str
    count: int
    rows: list[SearchDocument]
    more_url: str

    @property
    def has_more(self) -> bool:
        return self.count > len(self.rows)


@public_page(params=["q"])
@rate_limited("search", burst=60, per_hour=600, asking="q")
def search(request):
    query = request.GET.get("q", "")
    address = guide.goods_search.answer_address(query) if query else None
    if address:
        return redirect(address)
    may_read_more = access.reading_level(request.user) != access.PUBLIC
    groups = [
        _group(hits, query) for hits in find_by_kind(query, of_each=OF_EACH_KIND, with_partners_only=may_read_more)
    ]
    if not groups and (HSCode.read(query) or CasNumber.read(query)):
        # The page of the codes knows what may be wrong with a number.
        return redirect(reverse("hs_search") + "?" + urlencode({"q": query}))
    context = {
        "query": query,
        "groups": groups,
        "count": sum(group.count for group in groups),
        "has_goods": any(group.kind == GOODS for group in groups),
    }
    return render(request, "front/search.html", context)


def _group(hits, query: str) -> Group:
    headings = {
        GOODS: (_("HS codes and goods"), "hs_search"),
        "course": (_("Courses"), "course_list"),
        "platform": (_("Learning platforms"), ""),
        "agreement": (_("Agreements"), "agreement_list"),
        "partner": (_("Organisations"), "partner_list"),
        "event": (_("Events"), "calendar"),
        "about": (_("About the Initiative"), "about_page"),
        "meeting": (_("Meetings"), "meeting_list"),
        "action": (_("Agreed actions"), "action_list"),
        "section": (_("The Green Customs Guide"), "guide_current"),
        "flyer": (_("The flyer"), "flyer_page"),
    }
    heading, list_name = headings.get(hits.kind, (_("Other pages"), ""))
    more_url = ""
    if list_name:
        more_url = reverse(list_name)
        if list_name in TAKE_WORDS:
            more_url += "?" + urlencode({"q": query})
    return Group(hits.kind, heading, hits.count, hits.rows, more_url)


# Lists that take the words of a search as a filter of their own.
TAKE_WORDS = {"hs_search", "course_list", "action_list"}
