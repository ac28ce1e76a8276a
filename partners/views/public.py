"""The pages everyone may read."""

from django.shortcuts import get_object_or_404, redirect, render

from greencustoms.core.public_pages import public_page
from greencustoms.core.text import to_html
from partners.choices import Standing
from partners.models import AboutPage, Partner
from partners.panels import panels_for


@public_page
def partner_list(request):
    partners = Partner.objects.listed().alphabetical().prefetch_related("agreements")
    return render(request, "partners/partner_list.html", {"partners": partners})


@public_page
def partner_detail(request, slug):
    partner = get_object_or_404(Partner.objects.select_related("hosted_by"), slug=slug)
    context = {
        "partner": partner,
        "agreements": partner.agreements.alphabetical(),
        "hosts": partner.hosts.exclude(standing=Standing.GROUP).alphabetical(),
        "members": partner.members.alphabetical() if partner.is_group else [],
        "panels": panels_for(partner, request),
    }
    return render(request, "partners/partner_detail.html", context)


@public_page
def about_page(request):
    return _about(request, "about")


@public_page
def about_cen(request):
    return _about(request, "cen")


@public_page
def about_terms_of_reference(request):
    return _about(request, "terms-of-reference")


@public_page
def about_privacy(request):
    return _about(request, "privacy")


@public_page
def about_accessibility(request):
    return _about(request, "accessibility")


@public_page
def about_copyright(request):
    return _about(request, "copyright")


@public_page
def about_elsewhere(request, slug):
    """Pages that stand at the top are also looked for below /about/."""
    return redirect(get_object_or_404(AboutPage, slug=slug), permanent=True)


def _about(request, slug):
    page = get_object_or_404(AboutPage, slug=slug)
    context = {
        "page": page,
        "body": to_html(page.body),
        "sources": [line for line in page.source.splitlines() if line.strip()],
        "pages": AboutPage.objects.order_by("title").only("slug", "title"),
    }
    return render(request, "partners/about_page.html", context)
