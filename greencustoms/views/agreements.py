"""The pages of the agreements: each ties together what the rooms know of it."""

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from greencustoms.core.public_pages import public_page
from guide.goods import code_address, entries
from guide.models import ControlledGood, Section
from partners.models import Agreement
from training.models import Course
from training.rows import first_on

GOODS_READ = 40
CODES_SHOWN = 8
SUBSTANCES_SHOWN = 4
COURSES_SHOWN = 8
GOODS_COLUMNS = ("agreement", "hs_code", "hs_edition", "description", "substance", "annex_list", "is_part_of_code")


@public_page
def agreement_list(request):
    agreements = Agreement.objects.alphabetical().annotate(
        good_count=_count(ControlledGood.objects.filter(agreement=OuterRef("pk"))),
        course_count=_count(
            Course.agreements.through.objects.filter(agreement=OuterRef("pk"), course__is_published=True)
        ),
    )
    return render(request, "front/agreement_list.html", {"agreements": agreements})


@public_page
def agreement_detail(request, slug):
    agreement = get_object_or_404(Agreement.objects.select_related("secretariat"), slug=slug)
    goods = agreement.controlled_goods.in_order_within_agreement()
    context = {
        "agreement": agreement,
        "crumbs": [(_("Agreements"), reverse("agreement_list")), (agreement.short_name, "")],
        "documents": agreement.documents.order_by("position"),
        "codes": _code_rows(goods.only(*GOODS_COLUMNS)),
        "good_count": goods.count(),
        "courses": first_on(agreement, COURSES_SHOWN),
        "sections": Section.objects.sections_for(agreement).only("slug", "title", "edition__slug"),
    }
    return render(request, "front/agreement_detail.html", context)


def _count(rows):
    """How many rows, as a column, so that a longer list asks no more questions."""
    grouped = rows.order_by().values("agreement").annotate(how_many=Count("pk")).values("how_many")
    return Coalesce(Subquery(grouped, output_field=IntegerField()), 0)


def _code_rows(goods) -> list[dict]:
    """The first codes of an agreement; each names a few of its goods."""
    return [
        {
            "code": str(entry.code),
            "url": code_address(entry.code),
            "title": entry.title,
            "substances": "; ".join(name for name in entry.substances[:SUBSTANCES_SHOWN] if name != entry.title),
            "lists": "; ".join(dict.fromkeys(good.annex_list for good in entry.goods if good.annex_list)),
        }
        for entry in entries(goods[:GOODS_READ])[:CODES_SHOWN]
    ]
