"""The pages of the agreements: each ties together what the rooms know of it."""

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from greencustoms.core.hs import HSCode
from greencustoms.core.public_pages import public_page
from guide.models import ControlledGood, Section
from partners.models import Agreement
from training.models import Course

GOODS_SHOWN = 8
COURSES_SHOWN = 8


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
    goods = agreement.controlled_goods.in_order()
    context = {
        "agreement": agreement,
        "crumbs": [(_("Agreements"), reverse("agreement_list")), (agreement.short_name, "")],
        "documents": agreement.documents.all(),
        "goods": [_good_row(good) for good in goods[:GOODS_SHOWN]],
        "good_count": goods.count(),
        "courses": agreement.courses.published().select_related("provider")[:COURSES_SHOWN],
        "sections": Section.objects.sections_for(agreement),
    }
    return render(request, "front/agreement_detail.html", context)


def _count(rows):
    """How many rows, as a column, so that a longer list asks no more questions."""
    grouped = rows.order_by().values("agreement").annotate(how_many=Count("pk")).values("how_many")
    return Coalesce(Subquery(grouped, output_field=IntegerField()), 0)


def _good_row(good: ControlledGood) -> dict:
    return {
        "code": str(HSCode(good.hs_code)),
        "description": good.description,
        "substance": "" if good.substance == good.description else good.substance,
        "annex_list": good.annex_list,
    }
