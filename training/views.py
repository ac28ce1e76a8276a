"""The catalogue of courses, open to everyone."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from greencustoms.core import facets
from greencustoms.core.paging import page_of
from greencustoms.core.public_pages import public_page

from .choices import LANGUAGE_NOT_STATED
from .filters import CourseFilter
from .models import Course, GeneralSteps, Platform
from .rows import ROW_COLUMNS, list_rows
from .schema_org import course_json


@public_page(params=[*CourseFilter.base_filters, "page"])
def course_list(request):
    course_filter = CourseFilter(request.GET)
    counts = course_filter.counts
    page = page_of(course_filter.courses, request, total=counts["total"], columns=ROW_COLUMNS)
    course_filter.show_counts()
    asked = course_filter.asked
    return render(
        request,
        "training/course_list.html",
        {
            "filter": course_filter,
            "page": page,
            "rows": list_rows(page.rows),
            "count": page.total,
            "chips": facets.chips(request.GET, request.path, course_filter.chosen()),
            "today_count": counts["today"],
            "today_url": _address(request, today="true"),
            "is_today": "today" in asked,
            "unstated_count": counts["facets"]["language"].get(LANGUAGE_NOT_STATED, 0),
            "unstated_url": _address(request, language=LANGUAGE_NOT_STATED),
            "is_language_asked": asked.get("language", LANGUAGE_NOT_STATED) != LANGUAGE_NOT_STATED,
        },
    )


@public_page
def course_detail(request, slug):
    courses = Course.objects.published().select_related("provider", "platform")
    course = get_object_or_404(
        courses.prefetch_related("agreements", "languages", "audiences", "developed_with"), slug=slug
    )
    general = None if course.step_lines else GeneralSteps.objects.filter(access=course.access).first()
    url = request.build_absolute_uri(course.get_absolute_url())
    return render(
        request,
        "training/course_detail.html",
        {
            "course": course,
            "general_steps": general,
            "schema_org": course_json(course, url=url),
            "crumbs": [(_("Courses"), reverse("course_list")), (course.title, "")],
        },
    )


@public_page(params=["page"])
def platform_detail(request, slug):
    platform = get_object_or_404(Platform.objects.select_related("provider"), slug=slug)
    page = page_of(platform.courses.published(), request, columns=ROW_COLUMNS)
    return render(
        request,
        "training/platform_detail.html",
        {
            "platform": platform,
            "page": page,
            "rows": list_rows(page.rows),
            "crumbs": [(_("Courses"), reverse("course_list")), (platform.name, "")],
        },
    )


def _address(request, **changes) -> str:
    """This list with other values of the filter, from its first page."""
    query = request.GET.copy()
    query.pop("page", None)
    for name, value in changes.items():
        query[name] = value
    return f"{request.path}?{query.urlencode()}"
