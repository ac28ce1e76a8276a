import pytest
from django.db import transaction

from greencustoms.core import search
from partners.loading import load_partners
from training import findable
from training.choices import Access, DateKind
from training.loading import load_courses
from training.models import Course, GeneralSteps, Platform

pytestmark = pytest.mark.django_db

SOURCE_PAGE = {
    # slug: access, hours, modules, date, what the date tells, developed with, languages
    "wco-clikc-montreal-protocol": ("customs", 8, None, "2011-12-05", "announced", ["unep-ozonaction"], []),
    "wco-clikc-cartagena-protocol": ("customs", None, None, "", "", [], []),
    "wco-clikc-cites": ("customs", None, None, "2021-10", "launched", ["cites-secretariat"], []),
    "cites-virtual-college-customs": (
        "registration",
        None,
        None,
        "2012-07",
        "updated",
        ["ec", "unia"],
        ["en", "es", "fr"],
    ),
    "cites-virtual-college-enforcement": ("registration", None, None, "", "", ["ec", "unia"], []),
    "cbd-cartagena-customs": ("registration", 3, 5, "2017", "known_by", ["unep", "wco"], []),
    "brs-interpol-law-enforcement": ("open", None, 7, "2014-03-26", "launched", ["interpol"], ["ar", "en", "es", "fr"]),
    "rotterdam-itorc": ("open", None, None, "", "", [], []),
}


@pytest.fixture(scope="module")
def _courses(django_db_setup, django_db_blocker):
    """The catalogue of the files, loaded once for these tests and rolled back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_partners()
        load_courses()
        yield
        transaction.set_rollback(True)


@pytest.mark.usefixtures("_courses")
def test_all_courses_platforms_and_general_steps_are_loaded():
    assert Course.objects.published().count() == 16
    assert Platform.objects.count() == 8
    assert sorted(GeneralSteps.objects.values_list("access", flat=True)) == sorted(Access.values)


@pytest.mark.usefixtures("_courses")
@pytest.mark.parametrize("slug", SOURCE_PAGE)
def test_course_of_the_source_page_carries_its_facts(slug):
    course = Course.objects.get(slug=slug)

    assert (
        course.access,
        course.duration_hours,
        course.module_count,
        course.dated_edtf,
        course.dated_kind,
        sorted(course.developed_with.values_list("slug", flat=True)),
        sorted(course.languages.values_list("code", flat=True)),
    ) == SOURCE_PAGE[slug]


@pytest.mark.usefixtures("_courses")
def test_access_of_general_knowledge_is_marked_as_not_verified():
    verified = Course.objects.filter(is_access_verified=True).values_list("slug", flat=True)

    assert sorted(verified) == [
        "cbd-cartagena-customs",
        "cites-virtual-college-customs",
        "cites-virtual-college-enforcement",
        "cites-virtual-college-epermitting",
        "cites-virtual-college-ndf",
        "informea-minamata",
        "uncclearn-plastic-waste-basel",
    ]


@pytest.mark.usefixtures("_courses")
def test_loading_again_overwrites_nothing_and_brings_nothing_back():
    course = Course.objects.get(slug="rotterdam-itorc")
    course.title = "ITORC, second edition"
    course.save()
    Course.objects.get(slug="wco-clikc-cwc").delete()
    Platform.objects.filter(slug="itorc").update(what="Case studies.")
    GeneralSteps.objects.filter(access=Access.OPEN).update(steps="Just start.")

    added = load_courses()

    assert added == {"platforms": 0, "courses": 0}
    assert Course.objects.count() == 15
    assert Course.objects.get(slug="rotterdam-itorc").title == "ITORC, second edition"
    assert Platform.objects.get(slug="itorc").what == "Case studies."
    assert GeneralSteps.objects.get(access=Access.OPEN).steps == "Just start."


@pytest.mark.usefixtures("_courses")
def test_loaded_course_has_a_history():
    course = Course.objects.get(slug="rotterdam-itorc")

    assert [record.history_type for record in course.history.all()] == ["+"]
    assert course.dated_kind not in DateKind.values


@pytest.mark.usefixtures("_courses")
@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("ozone depleting", "wco-clikc-montreal-protocol"),
        ("prosecutor", "cites-virtual-college-enforcement"),
        ("mercury", "informea-minamata"),
        ("Spanish customs", "cites-virtual-college-customs"),
        ("ITORC", "rotterdam-itorc"),
    ],
)
def test_course_is_found_by_its_words(words, slug):
    search.replace_kind("course", findable.findables())

    found = [document.key for document in search.find(words, kinds=["course"])]

    assert slug in found


@pytest.mark.usefixtures("_courses")
def test_platform_is_found_by_its_name():
    search.replace_kind("platform", findable.platform_findables())

    found = [document.url for document in search.find("clikc", kinds=["platform"])]

    assert found == ["/platforms/wco-clikc/"]
