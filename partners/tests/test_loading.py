import csv
from datetime import timedelta

import pytest
from django.conf import settings

from partners import links
from partners.loading import PROJECT, is_mailbox_verified, load_partners
from partners.models import AboutPage, Agreement, Event, Partner, TradeDocument

pytestmark = pytest.mark.django_db


def test_loading_brings_everything_the_files_hold():
    new = load_partners(PROJECT)

    with (PROJECT / "partners" / "data" / "partners.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert new == {"partners": len(rows), "agreements": 8, "events": 4, "about": 6}
    assert Partner.objects.partners().count() == 10
    assert Partner.objects.listed().count() == 11


def test_loading_again_adds_nothing_and_overwrites_nothing():
    load_partners()
    Partner.objects.filter(slug="wco").update(city="Elsewhere")
    Agreement.objects.get(slug="cites").documents.all().delete()
    count = TradeDocument.objects.count()

    new = load_partners()

    assert new == {"partners": 0, "agreements": 0, "events": 0, "about": 0}
    assert Partner.objects.get(slug="wco").city == "Elsewhere"
    assert TradeDocument.objects.count() == count


def test_what_people_deleted_stays_deleted():
    load_partners()
    Event.objects.get(slug="cites-cop-2007").delete()
    AboutPage.objects.get(slug="cen").delete()

    load_partners()

    assert not Event.objects.filter(slug="cites-cop-2007").exists()
    assert not AboutPage.objects.filter(slug="cen").exists()


def test_drafting_team_of_2007_has_its_members():
    load_partners()

    team = Partner.objects.get(slug="gci-guide-drafting-team")
    assert {member.slug for member in team.members.all()} == {"cites-secretariat", "brs-secretariat", "unep"}


def test_hosts_are_known_though_they_come_later_in_the_file():
    load_partners()

    assert Partner.objects.get(slug="gci-secretariat").hosted_by.slug == "unep"


def test_documents_keep_their_order():
    load_partners()

    first = Agreement.objects.get(slug="basel-convention").documents.first()
    assert (first.position, first.text) == (1, "notification document")


def test_mailboxes_from_general_knowledge_are_to_be_verified():
    load_partners()

    verified = Partner.objects.filter(is_email_verified=True).values_list("slug", flat=True)
    assert list(verified) == ["opcw"]


@pytest.mark.parametrize(
    ("source", "is_verified"),
    [
        ("opcw.org, news of 2017 (e-mail); another report", True),
        ("fact sheet; e-mail: general knowledge, to be verified", False),
        ("fact sheet; city and e-mail: general knowledge, to be verified", False),
        ("fact sheet; E-mail and joining year: general knowledge, to be verified", False),
        ("site (e-mail); city: general knowledge, to be verified", True),
    ],
)
def test_source_says_whether_a_mailbox_is_verified(source, is_verified):
    assert is_mailbox_verified(source) is is_verified


def test_privacy_page_names_the_times_the_code_keeps():
    """Change the page with the code: people rely on it."""
    page = (PROJECT / "partners" / "data" / "about" / "privacy.md").read_text(encoding="utf-8")

    assert timedelta(days=3) == links.CONFIRMATION_LASTS
    assert page.count("within three days") == page.count("deleted after three days") == 1
    assert (settings.SESSION_IDLE_SECONDS, settings.SESSION_COOKIE_AGE) == (2 * 3600, 12 * 3600)
    assert "A session ends after two hours\nwithout a request, and after twelve hours in any case." in page
