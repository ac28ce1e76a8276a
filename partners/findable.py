"""What the search finds in this room. Each function gives one kind to `search.replace_kind`."""

from collections.abc import Iterator

from greencustoms.core.search import Findable
from greencustoms.core.text import to_plain

from .models import AboutPage, Agreement, Partner


def partners() -> Iterator[Findable]:
    """Partners and the secretariat, as the public list has them: kind "partner"."""
    for partner in Partner.objects.listed().alphabetical().prefetch_related("agreements"):
        names = [name for agreement in partner.agreements.all() for name in (agreement.short_name, agreement.full_name)]
        yield Findable(
            kind="partner",
            key=partner.slug,
            title=partner.name if not partner.acronym else f"{partner.acronym} · {partner.name}",
            summary=" · ".join(part for part in (partner.kind, partner.city) if part),
            body="\n".join([partner.sort_name, *names, partner.note]),
            url=partner.get_absolute_url(),
            rank=40,
        )


def agreements() -> Iterator[Findable]:
    """All agreements: kind "agreement"."""
    for agreement in Agreement.objects.alphabetical().select_related("secretariat").prefetch_related("documents"):
        documents = [document.text for document in agreement.documents.all()]
        title = agreement.short_name
        if agreement.full_name != title:
            title = f"{title} · {agreement.full_name}"
        yield Findable(
            kind="agreement",
            key=agreement.slug,
            title=title,
            summary=agreement.controls,
            body="\n".join([agreement.secretariat.name, agreement.controls, *documents]),
            url=agreement.get_absolute_url(),
            rank=10,
        )


def about_pages() -> Iterator[Findable]:
    """Pages about the Initiative and the portal: kind "about"."""
    for page in AboutPage.objects.all():
        yield Findable(
            kind="about",
            key=page.slug,
            title=page.title,
            summary=page.summary,
            body=to_plain(page.body),
            url=page.get_absolute_url(),
            rank=60,
        )
