import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from partners.tests.factories import AgreementFactory
from training import dates
from training.choices import Access, DateKind
from training.models import Course, CourseAudience, CourseLanguage, GeneralSteps
from training.tests.factories import CourseFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("access", "restricted_to", "can"),
    [
        (Access.OPEN, "", True),
        (Access.REGISTRATION, "", True),
        (Access.REGISTRATION, "States Parties", False),
        (Access.CUSTOMS, "", False),
        (Access.COORDINATOR, "", False),
    ],
)
def test_course_can_be_taken_today_without_coordinator_or_restriction(access, restricted_to, can):
    course = CourseFactory(access=access, restricted_to=restricted_to)

    assert course.can_be_taken_today is can
    assert Course.objects.can_take_today().exists() is can


def test_courses_of_agreements_come_once_each():
    first, second = AgreementFactory(), AgreementFactory()
    both = CourseFactory(agreements=[first, second])
    CourseFactory()

    assert list(Course.objects.of_agreements([first, second])) == [both]


def test_first_of_each_takes_courses_for_customs_then_easy_ones():
    wildlife, waste = AgreementFactory(), AgreementFactory()
    hard = CourseFactory(title="A", coordinator=True, agreements=[wildlife], audiences=["customs-officers"])
    easy = CourseFactory(title="C", open=True, agreements=[wildlife, waste], audiences=["customs-officers"])
    others = CourseFactory(title="B", open=True, agreements=[wildlife])
    CourseFactory(title="0", open=True, agreements=[wildlife], is_published=False, audiences=["customs-officers"])
    CourseFactory(title="D", coordinator=True, agreements=[wildlife])

    links = Course.objects.published().first_of_each([wildlife, waste], 3)

    found = [(link.agreement_id, link.course) for link in links]
    assert found == [(wildlife.pk, easy), (wildlife.pk, hard), (wildlife.pk, others), (waste.pk, easy)]


@pytest.mark.parametrize(
    ("edtf", "words"), [("2017", "2017"), ("2021-10", "October 2021"), ("2014-03-26", "26 March 2014"), ("", "")]
)
def test_date_is_shown_as_exactly_as_it_is_known(edtf, words):
    assert dates.words(edtf) == words


@pytest.mark.parametrize("edtf", ["17", "2017-13", "2017-02-30", "soon", "2017-1-1", "0000"])
def test_other_text_is_refused_as_date(edtf):
    with pytest.raises(ValidationError) as caught:
        dates.validate(edtf)
    assert caught.value.code == "date"


def test_steps_are_read_line_by_line():
    assert GeneralSteps(steps="Open the page.\n\n Sign in. \n").lines == ["Open the page.", "Sign in."]


def test_course_language_is_shown_by_its_name():
    course = CourseFactory(languages=["fr", "en", "xx"])

    assert course.language_names == ["English", "French", "xx"]


@pytest.mark.parametrize("fields", [{"dated_edtf": "2017"}, {"dated_kind": DateKind.LAUNCHED}])
def test_course_with_half_a_date_is_refused(fields):
    with pytest.raises(IntegrityError):
        CourseFactory(**fields)


def test_same_audience_twice_is_refused():
    course = CourseFactory(audiences=["judiciary"])

    with pytest.raises(IntegrityError):
        CourseAudience.objects.create(course=course, audience="judiciary")


def test_same_language_twice_is_refused():
    course = CourseFactory(languages=["en"])

    with pytest.raises(IntegrityError):
        CourseLanguage.objects.create(course=course, code="en")
