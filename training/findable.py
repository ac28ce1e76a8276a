"""What the search finds in this room."""

from collections.abc import Iterator

from greencustoms.core.search import Findable

from .filters import LIST_KIND
from .models import Course, Platform


def findables() -> Iterator[Findable]:
    """Every published course. Give them to `search.replace_kind("course", ...)`."""
    courses = Course.objects.published().select_related("provider", "platform")
    for course in courses.prefetch_related("agreements", "languages", "audiences", "developed_with"):
        agreements = list(course.agreements.all())
        names = [name for agreement in agreements for name in (agreement.short_name, agreement.full_name)]
        makers = [course.provider, *course.developed_with.all()]
        yield Findable(
            kind=LIST_KIND,
            key=course.slug,
            title=course.title,
            summary=" · ".join([course.provider.short_name, *(agreement.short_name for agreement in agreements)]),
            body="\n".join(
                [
                    course.platform.name,
                    *names,
                    *(f"{maker.short_name} {maker.name}" for maker in makers),
                    *course.language_names,
                    *(str(audience) for audience in course.audiences.all()),
                    course.restricted_to,
                    course.note,
                ]
            ),
            url=course.get_absolute_url(),
        )


def platform_findables() -> Iterator[Findable]:
    """Every platform. Give them to `search.replace_kind("platform", ...)`."""
    for platform in Platform.objects.select_related("provider"):
        yield Findable(
            kind="platform",
            key=platform.slug,
            title=platform.name,
            summary=platform.provider.name,
            body="\n".join([platform.provider.short_name, platform.what, platform.audience]),
            url=platform.get_absolute_url(),
        )
