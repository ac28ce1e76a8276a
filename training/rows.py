"""A course as one line of a list: words prepared once, so that the template has nothing to work out."""

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from greencustoms.core import publication
from partners import chips
from partners.models import Agreement

from .choices import Access, language_name
from .models import Course, CourseLanguage

ROW_COLUMNS = (
    "pk", "slug", "title", "provider__acronym", "provider__sort_name", "access", "restricted_to", "is_access_verified",
    "duration_hours", "module_count",
)  # fmt: skip


def list_rows(courses: list[tuple]) -> list[dict]:
    """Lines of a list from tuples of ROW_COLUMNS. Two statements, one for all agreements and one for all languages."""
    keys = [course[0] for course in courses]
    agreements = _agreements(keys)
    languages = _languages(keys)
    access_words = {value: str(label) for value, label in Access.choices}
    base = reverse("course_list")
    return [
        {
            "title": title,
            "url": f"{base}{slug}/",
            "facts": " · ".join([acronym or sort_name, *_length(hours, modules)]),
            "agreements": agreements.get(pk, ""),
            "access": access_words[access],
            # "Customs administrations only" says it already.
            "restricted_to": _("for %(whom)s") % {"whom": whom} if whom and access != Access.CUSTOMS else "",
            "is_access_verified": is_verified,
            "languages": ", ".join(sorted(languages.get(pk, []))),
        }
        for pk, slug, title, acronym, sort_name, access, whom, is_verified, hours, modules in courses
    ]


def first_on(agreement, limit: int) -> list[dict]:
    """The first courses on one agreement by title: a walk along the index of the list, which soon finds enough."""
    links = Course.agreements.through.objects.filter(course=OuterRef("pk"), agreement=agreement)
    found = Course.objects.published().filter(Exists(links)).order_by("title", "pk")
    base = reverse("course_list")
    columns = found.values_list("slug", "title", "provider__acronym", "provider__sort_name")[:limit]
    return [
        {"url": f"{base}{slug}/", "title": title, "provider": acronym or name} for slug, title, acronym, name in columns
    ]


def first_of_each_agreement(limit: int) -> dict[int, list[dict]]:
    """The first few courses of each agreement, those for customs and easy ones first, kept until a publication."""
    return publication.kept("first-courses", {"limit": limit}, lambda: _first_of_each(limit))


def _first_of_each(limit: int) -> dict[int, list[dict]]:
    found: dict[int, list[dict]] = {}
    for link in Course.objects.published().first_of_each(Agreement.objects.order_by(), limit):
        course = link.course
        words = [course.get_access_display(), ", ".join(course.language_names)]
        found.setdefault(link.agreement_id, []).append(
            {
                "title": course.title,
                "url": course.get_absolute_url(),
                "hint": " · ".join(each for each in words if each),
            }
        )
    return found


def _agreements(keys: list[int]) -> dict[int, SafeString]:
    links = Course.agreements.through.objects.filter(course__in=keys).order_by("agreement__sort_key", "agreement_id")
    return chips.by_row(links.values_list("course_id", "agreement__slug", "agreement__short_name"))


def _languages(keys: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for key, code in CourseLanguage.objects.filter(course__in=keys).values_list("course_id", "code"):
        found.setdefault(key, []).append(language_name(code))
    return found


def _length(hours: int | None, modules: int | None) -> list[str]:
    words = []
    if hours:
        words.append(ngettext("%(hours)s hour", "%(hours)s hours", hours) % {"hours": hours})
    if modules:
        words.append(ngettext("%(modules)s module", "%(modules)s modules", modules) % {"modules": modules})
    return words
