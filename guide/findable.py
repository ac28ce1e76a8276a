"""What the search can find of this room."""

from collections.abc import Iterator

from django.urls import reverse

from greencustoms.core.search import Findable
from greencustoms.core.text import to_plain

from .models import Edition, Section


def findables() -> Iterator[Findable]:
    """The sections of the current guide, and the flyer."""
    for section in Section.objects.of_current_guide().readable().select_related("edition"):
        text = to_plain(section.body)
        yield Findable(
            kind="section",
            key=f"{section.edition.slug}/{section.slug}",
            title=section.title,
            body=text,
            summary=shortened(text),
            url=section.get_absolute_url(),
            language=section.edition.language,
        )
    flyer = Edition.objects.flyers().current().prefetch_related("sections").first()
    if flyer is not None:
        text = " ".join(f"{section.title} {to_plain(section.body)}" for section in flyer.sections.all())
        yield Findable(
            kind="flyer",
            key=flyer.slug,
            title=flyer.title,
            body=text,
            summary=shortened(text),
            url=reverse("flyer_page"),
            language=flyer.language,
        )


def shortened(text: str, length: int = 240) -> str:
    """The beginning of a text, cut between words."""
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0].rstrip(",;:") + " …"
