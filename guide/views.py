"""The guide and the flyer, open to everyone."""

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from greencustoms.core import made_files, stored_files
from greencustoms.core.public_pages import public_page
from greencustoms.core.rate import rate_limited
from greencustoms.core.text import to_html
from partners.models import Agreement

from .choices import SectionKind
from .contents import neighbours, parts
from .models import ControlledGood, Edition

LONG_COLUMNS = ("body", "key_facts", "sources")


@public_page
def guide_current(request):
    edition = Edition.objects.guides().current().first()
    if edition is None:
        return render(request, "guide/guide_current.html")
    return _edition_page(request, edition)


@public_page
def edition_detail(request, slug):
    return _edition_page(request, get_object_or_404(Edition.objects.guides().public(), slug=slug))


def _edition_page(request, edition):
    # The texts are long and only that of the cover is shown: it is fetched by itself.
    agreements = Prefetch("agreements", Agreement.objects.only("slug", "short_name", "sort_key"))
    sections = list(edition.sections.order_by("position").defer(*LONG_COLUMNS).prefetch_related(agreements))
    cover = next((section for section in sections if section.kind == SectionKind.COVER), None)
    return render(
        request,
        "guide/edition_detail.html",
        {
            "edition": edition,
            "cover_html": to_html(cover.body) if cover else "",
            "parts": parts(section for section in sections if section.kind != SectionKind.COVER),
            "pdf": edition.pdfs.on_offer().first(),
            "demo_notice": edition.notice,
        },
    )


@public_page
def section_detail(request, edition, slug):
    edition = get_object_or_404(Edition.objects.guides().public(), slug=edition)
    sections = list(edition.sections.readable().select_related("partner"))
    section = next((section for section in sections if section.slug == slug), None)
    if section is None:
        raise Http404
    before, after = neighbours(sections, section)
    return render(
        request,
        "guide/section_detail.html",
        {
            "edition": edition,
            "section": section,
            "html": to_html(section.body),
            "agreements": section.agreements.alphabetical(),
            "goods_count": _printed_goods() if section.kind == SectionKind.HS_ANNEX else None,
            "parts": parts(sections, reading=section),
            "before": before,
            "after": after,
            "demo_notice": edition.notice,
            "crumbs": [
                (_("Guide"), reverse("guide_current")),
                (str(edition), edition.get_absolute_url()),
                (section.title, ""),
            ],
        },
    )


def _printed_goods() -> int:
    counts = ControlledGood.objects.order_by("-hs_edition").values("hs_edition").annotate(rows=Count("pk"))
    return next((count["rows"] for count in counts), 0)


@login_not_required
@require_safe
@rate_limited("pdf", burst=20, per_hour=60)
def guide_pdf(request, edition):
    """The stored file of the present content, or of an earlier one while the new one is being made."""
    edition = get_object_or_404(Edition.objects.guides().public(), slug=edition)
    for pdf in edition.pdfs.on_offer()[:3]:
        if stored_files.is_whole(pdf.file):
            return stored_files.response(request, pdf.file)
    return made_files.waiting_page(
        request,
        None,
        title=_("The PDF is being made"),
        back_url=edition.get_absolute_url(),
        back_words=_("Read the guide on the web"),
    )


@public_page
def flyer_page(request):
    flyer = Edition.objects.flyers().current().first()
    sections = flyer.sections.all() if flyer else []
    return render(
        request,
        "guide/flyer_page.html",
        {
            "flyer": flyer,
            "halves": [(section, to_html(section.body, top_level=3)) for section in sections],
            "demo_notice": flyer.notice if flyer else "",
        },
    )
