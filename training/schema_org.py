"""What search engines are told of a course (https://schema.org/Course)."""

import json

from django.utils.safestring import SafeString, mark_safe

from .choices import Certificate

# As Django's own json_script: no character that could end the element.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def course_json(course, *, url: str) -> SafeString:
    """The course as JSON-LD, safe inside a script element. Only what is known is told."""
    told = {
        "@context": "https://schema.org",
        "@type": "Course",
        "name": course.title,
        "description": course.title,
        "url": url,
        "sameAs": course.url,
        "provider": {"@type": "Organization", "name": course.provider.name, "url": course.provider.website or None},
        "inLanguage": [language.code for language in course.languages.all()] or None,
        "about": [agreement.full_name for agreement in course.agreements.all()] or None,
        "hasCourseInstance": _instance(course),
    }
    if course.certificate == Certificate.YES:
        told["educationalCredentialAwarded"] = "certificate"
    return mark_safe(json.dumps(_without_gaps(told), ensure_ascii=False).translate(ESCAPES))  # noqa: S308 - escaped


def _instance(course) -> dict:
    workload = f"PT{course.duration_hours}H" if course.duration_hours else None
    return {"@type": "CourseInstance", "courseMode": "online", "courseWorkload": workload}


def _without_gaps(told: dict) -> dict:
    return {
        key: _without_gaps(value) if isinstance(value, dict) else value
        for key, value in told.items()
        if value is not None
    }
