"""Loads platforms, courses and general steps from training/data. Safe to run again: it never overwrites."""

import csv
import tomllib
from pathlib import Path

from django.db import transaction

from greencustoms.core import publication
from partners.models import Agreement, Partner

from .choices import Access, DateKind
from .models import Course, CourseAudience, CourseLanguage, GeneralSteps, Platform

DATA = Path(__file__).resolve().parent / "data"
ACCESS = {
    "open": Access.OPEN,
    "registration": Access.REGISTRATION,
    "customs administrations only": Access.CUSTOMS,
    "by coordinator": Access.COORDINATOR,
}
DATE_KINDS = {
    "": "",
    "launched": DateKind.LAUNCHED,
    "launch announced": DateKind.ANNOUNCED,
    "updated version": DateKind.UPDATED,
    "known by": DateKind.KNOWN_BY,
    "in use by": DateKind.IN_USE_BY,
}
UNVERIFIED_ACCESS = "access: general knowledge"


@transaction.atomic
def load_courses() -> dict[str, int]:
    """Add what is not there yet; returns how many rows of each kind are new.

    A course that people changed stays as it is, one that they deleted does not come back.
    Partners and agreements must be loaded before.
    """
    partners = Partner.objects.in_bulk(field_name="slug")
    agreements = Agreement.objects.in_bulk(field_name="slug")
    before = Platform.objects.count()
    _load_general_steps()
    platforms = _load_platforms(partners)
    added = {"platforms": Platform.objects.count() - before, "courses": 0}
    known = set(Course.history.values_list("slug", flat=True))
    with (DATA / "courses.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["slug"] not in known:
                _add_course(row, partners, agreements, platforms)
                added["courses"] += 1
    publication.raise_version()
    return added


def _load_general_steps():
    with (DATA / "access_steps.toml").open("rb") as file:
        for kind in tomllib.load(file)["kinds"]:
            GeneralSteps.objects.get_or_create(
                access=ACCESS[kind["access"]], defaults={"steps": "\n".join(kind["steps"])}
            )


def _load_platforms(partners) -> dict[str, Platform]:
    """The platforms by the name the courses call them."""
    found = {}
    with (DATA / "platforms.toml").open("rb") as file:
        for entry in tomllib.load(file)["platforms"]:
            defaults = {key: entry[key] for key in ("name", "url", "what", "audience", "access_note", "source")}
            defaults["provider"] = partners[entry["provider"]]
            found[entry["name"]], _ = Platform.objects.get_or_create(slug=entry["slug"], defaults=defaults)
    return found


def _add_course(row, partners, agreements, platforms):
    course = Course.objects.create(
        slug=row["slug"],
        title=row["title"],
        is_title_official=row["title_is_official"] == "yes",
        provider=partners[row["provider_slug"]],
        platform=platforms[row["platform"]],
        duration_hours=int(row["duration_hours"]) if row["duration_hours"] else None,
        module_count=int(row["modules"]) if row["modules"] else None,
        dated_edtf=row["launched_updated"],
        dated_kind=DATE_KINDS[row["launched_updated_kind"]],
        url=row["url"],
        is_url_exact=row["url_is_exact"] == "yes",
        access=ACCESS[row["access"]],
        is_access_verified=UNVERIFIED_ACCESS not in row["source"],
        restricted_to=row["restricted_to"],
        certificate=row["certificate"],
        note=row["note"],
        source=row["source"],
    )
    course.agreements.set([agreements[slug] for slug in _list(row["agreements"])])
    course.developed_with.set([partners[slug] for slug in _list(row["developed_with"])])
    CourseAudience.objects.bulk_create(CourseAudience(course=course, audience=each) for each in _list(row["audiences"]))
    CourseLanguage.objects.bulk_create(CourseLanguage(course=course, code=each) for each in _list(row["languages"]))


def _list(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]
