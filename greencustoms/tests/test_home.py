from datetime import timedelta

import pytest

from greencustoms.core.tests.factories import UserFactory
from greencustoms.core.tests.sign_in import sign_in
from meetings.choices import DeadlineKind
from meetings.models import ActionShare, AgreedAction, Deadline, unlocked
from partners.tests.factories import AgreementFactory, MembershipFactory

pytestmark = pytest.mark.django_db


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


@unlocked()
def add_shares(world, count):
    for number in range(2, 2 + count):
        action = AgreedAction.objects.create(
            meeting=world.meeting, session=world.action.session, number=number, title=f"Action {number}", text="Do it."
        )
        latest = world.today + timedelta(days=number)
        deadline = Deadline.objects.create(action=action, kind=DeadlineKind.DAY, latest=latest)
        ActionShare.objects.create(deadline=deadline, partner=world.partner)


def test_home_has_the_search_box_before_everything_else(world, client):
    page = client.get("/").content.decode()

    assert page.index('name="q"') < page.index("Practice") < page.index("Policy")
    assert '<form class="search" role="search" action="/search/" method="get">' in page


def test_home_counts_what_is_there(world, client):
    page = text_of(client.get("/"))

    assert "1 controlled good, HS 2022" in page
    assert "1 course; without a coordinator: 1" in page
    assert "2 partner organisations" in page
    assert "1 agreement<" in page
    assert "1 agreed action and what became of it" in page
    assert "1 meeting<" in page


def test_home_says_nothing_of_what_is_due_to_visitors(world, client):
    assert "What is due" not in text_of(client.get("/"))


def test_home_shows_a_member_what_is_late(world, client):
    world.sign_in(client, "staff")

    page = text_of(client.get("/"))

    assert "What is due" in page
    assert "1 day overdue" in page
    assert f'href="/my/shares/{world.share.pk}/report/"' in page


def test_home_shows_five_shares_at_most_the_latest_first(world, client):
    add_shares(world, 6)
    world.sign_in(client, "staff")

    due = client.get("/").context["due"]

    late = [f"Write to all about ivory in {meeting.code}" for meeting in (world.meeting, world.partners_meeting)]
    assert [row["title"] for row in due] == [*late, "Action 2", "Action 3", "Action 4"]
    assert [row["due"].state for row in due] == ["late", "late", "soon", "soon", "soon"]


def test_home_tells_a_member_without_debts_so(world, client):
    world.sign_in(client, "other_staff")

    assert "Nothing is due from your organisations." in text_of(client.get("/"))


@pytest.mark.parametrize("rows", [1, 3])
def test_home_query_count_is_constant(rows, world, client, django_assert_max_num_queries):
    AgreementFactory.create_batch(rows)
    add_shares(world, rows)
    person = UserFactory()
    MembershipFactory(user=person, partner=world.partner)
    sign_in(client, person)
    client.get("/")

    # Session, person, second factor asked of two rooms, links, agreements, shares.
    with django_assert_max_num_queries(7):
        client.get("/")


def test_links_to_ones_work_are_ones_own(world, client):
    found = {}
    for name, person in world.people.items():
        if person is not None:
            world.sign_in(client, name)
            found[name] = {label for label, _ in client.get("/").context["work_links"]}

    assert found == {
        "plain": {"Risk indicators"},
        "staff": set(),
        "other_staff": set(),
        "focal_point": {"Work desk"},
        "secretariat": {"Work desk"},
        "secretariat_reader": {"Work desk"},
        "officer": {"Risk indicators"},
        "cleared_officer": {"Risk indicators"},
        "steward": {"Risk indicators"},
        "access_administrator": {"Work desk"},
        # The page about health is a page of the desk.
        "technical_administrator": {"Work desk", "Administration"},
        "superuser": {"Risk indicators", "Administration"},
    }
