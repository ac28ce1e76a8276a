"""A course as one line of a list: words prepared once, so that the template has nothing to work out."""

from .choices import Access
from .models import Course


def list_row(course: Course) -> dict:
    """Needs `CourseQuerySet.for_list()`; `url` is the portal's own page of the course."""
    return {
        "title": course.title,
        "url": course.get_absolute_url(),
        "provider": course.provider.short_name,
        "agreements": course.agreements.all(),
        "access": course.get_access_display(),
        # "Customs administrations only" says it already.
        "restricted_to": "" if course.access == Access.CUSTOMS else course.restricted_to,
        "is_access_verified": course.is_access_verified,
        "can_be_taken_today": course.can_be_taken_today,
        "hours": course.duration_hours,
        "modules": course.module_count,
        "languages": ", ".join(course.language_names),
    }
