"""The commands that fill a new portal, and the content they bring."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from enforcement.models import RiskIndicator
from greencustoms.core import search
from greencustoms.core.models import SearchDocument, User
from guide.models import ControlledGood, Edition, Section
from meetings.models import ActionShare, AgreedAction, Deadline, Meeting
from partners.models import Agreement, Event, Partner
from training.models import Course, Platform

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("real_content")]

MODELS = (
    ActionShare, Agreement, AgreedAction, ControlledGood, Course, Deadline, Edition, Event, Meeting, Partner, Platform,
    Section, SearchDocument, User,
)  # fmt: skip


def run(command, *arguments) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def counts() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in MODELS} | {
        "RiskIndicator": RiskIndicator.behind_the_gate.count()
    }


def test_content_is_all_there():
    assert (
        Agreement.objects.count(),
        ControlledGood.objects.count(),
        Course.objects.published().count(),
        Partner.objects.partners().count(),
        AgreedAction.objects.filter(meeting__code="gci-2007-03").count(),
        RiskIndicator.behind_the_gate.filter(is_invented=False).count(),
    ) == (8, 671, 16, 10, 17, 0)


@pytest.mark.parametrize("command", [["load_reference", "--meeting-2007"], ["load_demo"]])
def test_loading_again_changes_nothing(command):
    before = counts()

    out = run(*command)

    assert counts() == before
    assert "new)" not in out


def test_loading_again_keeps_what_people_changed_and_removed():
    Agreement.objects.filter(slug="cites").update(controls="Changed by hand.")
    Course.objects.first().delete()

    run("load_reference")

    assert Agreement.objects.get(slug="cites").controls == "Changed by hand."
    assert Course.objects.count() == 15


def test_loading_says_what_it_did_in_plain_words():
    out = run("load_reference")

    assert "  671 HS rows (as before)\n" in out
    assert "    8 agreements (as before)\n" in out


@pytest.mark.parametrize("unsafe", [{"MAIL_STAYS_HERE": False}, {"SECURE_SSL_REDIRECT": True}])
def test_demo_content_is_refused_in_production(unsafe, settings):
    for name, value in unsafe.items():
        setattr(settings, name, value)

    with pytest.raises(CommandError, match="production"):
        run("load_demo")


def test_invented_content_says_so():
    assert Meeting.objects.get(code="example").is_invented
    assert not Meeting.objects.get(code="gci-2007-03").is_invented
    assert all(edition.is_invented or edition.notice for edition in Edition.objects.all())


def test_actions_of_2007_carry_no_invented_progress():
    shares = ActionShare.objects.filter(deadline__action__meeting__code="gci-2007-03")

    assert set(shares.values_list("acceptance", "progress")) == {("no_answer", "not_started")}


def test_due_before_july_2007_lists_seven_actions(client):
    page = client.get("/actions/", {"meeting": "gci-2007-03", "due_before": "2007-07-01"}).content.decode()

    found = {int(number) for number in re.findall(r"/meetings/gci-2007-03/actions/(\d+)/", page)}
    assert found == {4, 7, 8, 9, 10, 13, 14}


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("2903.77", "/hs/2903.77/"),
        ("290377", "/hs/2903.77/"),
        ("75-69-4", "/hs/2903.77/"),
    ],
)
@pytest.mark.parametrize("start", ["/search/", "/hs/"])
def test_codes_lead_to_their_answer(start, typed, address, client):
    response = client.get(start, {"q": typed}, follow=True)

    page = response.content.decode()
    assert response.redirect_chain[-1][0].partition("?")[0] == address
    assert "Montreal Protocol" in page
    assert "import licence" in page


def test_ivory_finds_raw_ivory_first():
    assert search.find("ivory", kinds=["hs"])[0].url == "/hs/0507.10/"


@pytest.mark.parametrize("slug", ["basel-convention", "cites", "montreal-protocol", "stockholm-convention"])
def test_each_agreement_page_has_documents_goods_courses_guide_and_contact(slug, client):
    context = client.get(f"/agreements/{slug}/").context

    assert all(context[name] for name in ("documents", "codes", "courses", "sections"))
    assert context["agreement"].national_contacts_url


def test_every_address_of_the_sitemap_answers(client):
    paths = re.findall(r"<loc>http://testserver(.*?)</loc>", client.get("/sitemap.xml").content.decode())

    wrong = {path: status for path in paths if (status := client.get(path).status_code) != 200}
    assert wrong == {}
    assert len(paths) > 150


def test_links_on_the_main_pages_lead_somewhere(client):
    starts = ["/", "/agreements/", "/agreements/cites/", "/calendar/", "/calendar/?year=2007", "/search/?q=ivory",
              "/partners/", "/meetings/", "/meetings/gci-2007-03/", "/courses/", "/hs/", "/hs/2903.77/", "/guide/",
              "/flyer/", "/about/"]  # fmt: skip
    links = set()
    for start in starts:
        page = client.get(start).content.decode()
        links |= {link.replace("&amp;", "&").partition("#")[0] for link in re.findall(r'href="(/[^"]*)"', page)}

    # 202: a PDF that is being made.
    statuses = {link: client.get(link).status_code for link in links - {""}}
    broken = {link: status for link, status in statuses.items() if status not in (200, 202, 302)}
    assert {link: status for link, status in broken.items() if not link.startswith("/static/")} == {}
