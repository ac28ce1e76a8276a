"""For search engines: what there is, and what is none of their business."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from greencustoms.core.models import SearchDocument
from greencustoms.core.public_pages import public_page
from greencustoms.core.rate import rate_limited

LISTS = (
    "home",
    "agreement_list",
    "partner_list",
    "meeting_list",
    "action_list",
    "course_list",
    "hs_search",
    "guide_current",
    "flyer_page",
    "calendar",
    "about_page",
)
MOST_ADDRESSES = 50_000  # the limit of one sitemap file


@public_page
@rate_limited("feed", burst=60, per_hour=240)
def sitemap(request):
    """Every public address: the lists, and whatever the search may show to everyone."""
    found = SearchDocument.objects.filter(is_public=True).order_by("url").values_list("url", flat=True).distinct()
    paths = list(dict.fromkeys([*(reverse(name) for name in LISTS), *(url.partition("#")[0] for url in found)]))
    addresses = [settings.PORTAL_URL + path for path in paths[:MOST_ADDRESSES]]
    return render(request, "front/sitemap.xml", {"addresses": addresses}, content_type="application/xml")


@public_page
def robots(request):
    closed = ("/accounts/", "/admin/", "/desk/", "/enforcement/", "/my/", "/search/", "/unsubscribe/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), ""]
    lines.append(f"Sitemap: {settings.PORTAL_URL}{reverse('sitemap')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
