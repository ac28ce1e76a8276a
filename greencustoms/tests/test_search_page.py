import pytest
from django.core.cache import caches
from django.utils import timezone

from greencustoms import search_index
from greencustoms.core import tick
from greencustoms.core.models import SearchDocument
from greencustoms.core.search import Findable, index
from greencustoms.core.tests.factories import NEW_BUCKET
from meetings.choices import Visibility
from training.tests.factories import CourseFactory

from .world import PERSONAS

pytestmark = pytest.mark.django_db


def found(response):
    return {group.kind: [row.title for row in group.rows] for group in response.context["groups"]}


def test_search_groups_what_it_finds_by_kind(world, client):
    response = client.get("/search/", {"q": "ivory"})

    assert found(response) == {
        "hs": ["0507.10 Ivory"],
        "course": ["Recognising ivory"],
        "meeting": ["Meeting gci-2027-01"],
        "action": ["Write to all about ivory in gci-2027-01"],
        "section": ["CITES"],
    }


@pytest.mark.parametrize("typed", ["0507.10", "050710", "0507 10", "HS 0507.10"])
def test_an_hs_code_goes_straight_to_its_answer(typed, world, client):
    response = client.get("/search/", {"q": typed})

    assert response.status_code == 302
    assert response["Location"].startswith("/hs/0507.10/")


def test_a_cas_number_goes_straight_to_its_answer(world, client):
    world.good.cas_number = "75-69-4"
    world.good.save()

    response = client.get("/search/", {"q": "75-69-4"})

    assert response["Location"].startswith("/hs/0507.10/")


def test_search_without_words_asks_for_some(world, client):
    page = client.get("/search/").content.decode()

    assert "Type a code, a CAS number" in page
    assert "No match" not in page


@pytest.mark.parametrize("typed", ["zyzzyva", "9999.99", "75-69-5"])
def test_no_match_says_that_this_does_not_mean_not_controlled(typed, world, client):
    page = client.get("/search/", {"q": typed}, follow=True).content.decode()

    assert "No match does not mean not controlled." in page


def test_a_match_without_goods_says_so_too(world, client):
    page = client.get("/search/", {"q": "recognising"}).content.decode()

    assert "No goods in the HS table match these words." in page


def test_words_of_the_visitor_are_text_and_never_markup(world, client):
    page = client.get("/search/", {"q": '"><script>alert(1)</script>'}).content.decode()

    assert "<script>alert" not in page


def test_restricted_content_is_never_found(world, client):
    assert not SearchDocument.objects.filter(title__icontains="zirconblue").exists()
    for name, person in world.people.items():
        if person is not None:
            world.sign_in(client, name)
        assert found(client.get("/search/", {"q": "zirconblue"})) == {}


@pytest.mark.parametrize(
    ("name", "sees"),
    [("anonymous", False), ("plain", False), ("cleared_officer", False), ("staff", True), ("secretariat", True)],
)
def test_what_is_for_partners_is_found_by_partners(name, sees, world, client):
    index([Findable("meeting", "inner", "Inner circle", "", "/meetings/inner/", is_public=False)])
    if world.people[name]:
        world.sign_in(client, name)

    assert ("meeting" in found(client.get("/search/", {"q": "inner circle"}))) is sees


READERS = {"staff", "other_staff", "focal_point", "secretariat", "secretariat_reader", "superuser"}


@pytest.mark.parametrize("name", PERSONAS)
def test_reports_for_partners_are_found_by_those_who_may_read_them(name, world, client):
    if world.people[name]:
        world.sign_in(client, name)

    hits = found(client.get("/search/", {"q": "gci-2027-02"}))
    page = client.get("/search/", {"q": "ivory"}).content.decode()

    expected = {"meeting": ["Meeting gci-2027-02"], "action": ["Write to all about ivory in gci-2027-02"]}
    assert hits == (expected if name in READERS else {})
    assert ("gci-2027-02" in page) is (name in READERS)
    assert "gci-2027-03" not in page  # the draft


@pytest.mark.parametrize("name", ["anonymous", "staff", "secretariat"])
def test_drafts_are_found_by_nobody(name, world, client):
    if world.people[name]:
        world.sign_in(client, name)

    assert found(client.get("/search/", {"q": "gci-2027-03"})) == {}


def test_report_that_is_closed_or_opened_changes_who_finds_it(world, client):
    def finds():
        return "meeting" in found(client.get("/search/", {"q": "gci-2027-02"}))

    seen = [finds()]
    for visibility in (Visibility.PUBLIC, Visibility.PARTNERS):
        world.partners_meeting.visibility = visibility
        world.partners_meeting.save()
        search_index.rebuild()
        caches["pages"].clear()
        seen.append(finds())

    assert seen == [False, True, False]


def test_sitemap_leaves_out_reports_for_partners(world, client):
    page = client.get("/sitemap.xml").content.decode()

    assert "/meetings/gci-2027-01/" in page
    assert "gci-2027-02" not in page


def test_six_of_a_kind_are_shown_with_a_link_to_all(world, client):
    CourseFactory.create_batch(8, title="Mercury lamps", agreements=[world.agreement])
    search_index.rebuild()

    (group,) = client.get("/search/", {"q": "mercury lamps"}).context["groups"]

    assert (group.count, len(group.rows), group.more_url) == (8, 6, "/courses/?q=mercury+lamps")


@pytest.mark.parametrize("rows", [1, 3])
def test_search_query_count_is_constant(rows, world, client, django_assert_num_queries):
    CourseFactory.create_batch(rows, title="Mercury lamps", agreements=[world.agreement])
    search_index.rebuild()

    with django_assert_num_queries(2 + NEW_BUCKET):
        client.get("/search/", {"q": "mercury"})


def test_the_tick_brings_the_search_up_to_date(world, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        CourseFactory(title="Mercury lamps", agreements=[world.agreement])
    changed = []
    for _ in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            changed.append(search_index.refresh(timezone.now()))

    assert changed[0] >= 1
    assert changed[1:] == [0, 0]
    assert SearchDocument.objects.filter(kind="course", title="Mercury lamps").exists()


def test_the_tick_knows_the_search():
    assert "bring the search up to date" in [name for name, _ in tick._rounds]


def test_the_tick_does_nothing_while_nothing_is_published(world, django_assert_num_queries):
    search_index.refresh(timezone.now())

    with django_assert_num_queries(0):
        assert search_index.refresh(timezone.now()) == 0


def test_rebuild_removes_what_is_gone_and_kinds_nobody_gives_any_more(world):
    index([Findable("old kind", "1", "Forgotten", "", "/")])
    world.course.delete()

    search_index.rebuild()

    assert not SearchDocument.objects.filter(kind__in=["old kind", "course"]).exists()
