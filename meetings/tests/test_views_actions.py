"""The list of agreed actions, its filters and export, and the page of one action."""

import re
from datetime import date

import pytest

from greencustoms import roles
from greencustoms.core import search, tables
from greencustoms.core.tests.factories import UserFactory
from greencustoms.core.tests.sign_in import sign_in
from meetings import access, facets, findable
from meetings.tests.factories import ActionShareFactory, AgreedActionFactory, DeadlineFactory
from meetings.tests.reading import make_action, references, text_of
from partners.tests.factories import MembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db


def test_action_list_due_before_july_2007_is_exactly_seven(client, meeting_2007):
    response = client.get("/actions/", {"meeting": "gci-2007-03", "due_before": "2007-07-01"})

    assert references(response) == [f"GCI-2007-03/{number:02d}" for number in (4, 7, 8, 9, 10, 13, 14)]


def test_export_has_one_row_for_each_deadline(client, meeting_2007):
    response = client.get("/actions/export.csv", {"meeting": "gci-2007-03", "due_before": "2007-05-01"})

    header, *rows = tables.read_csv(response.content)
    assert header[:9] == [
        "reference", "title", "text", "by_whom_as_written", "stage", "by_when_as_written", "kind", "inherited", "edtf",
    ]  # fmt: skip
    assert sorted(row[0] for row in rows) == [
        "GCI-2007-03/04", "GCI-2007-03/04", "GCI-2007-03/04", "GCI-2007-03/07", "GCI-2007-03/09", "GCI-2007-03/10",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, {"plain", "done", "late"}),
        ({"state": "agreed"}, {"plain", "late"}),
        ({"state": "reported_done"}, {"done"}),
        ({"state": "overdue"}, {"late"}),
        ({"state": "silent"}, {"plain", "late"}),
        ({"dated": "no"}, set()),
        ({"dated": "yes", "sort": "due"}, {"plain", "done", "late"}),
        ({"q": "late thing"}, {"late"}),
        ({"q": "nothing like it"}, set()),
        ({"due_after": "2030-01-01"}, set()),
        ({"partner": "wco"}, {"done"}),
        ({"meeting": "m1"}, {"plain"}),
        ({"sort": "due"}, {"plain", "done", "late"}),
        ({"q": "M1/01"}, {"plain"}),
    ],
)
def test_filter_narrows_the_list(query, expected, client):
    plain = AgreedActionFactory(title="plain", meeting__code="m1", number=1)
    ActionShareFactory(deadline=DeadlineFactory(action=plain))
    ActionShareFactory(done=True, deadline__action__title="done", partner=PartnerFactory(slug="wco"))
    ActionShareFactory(overdue=True, deadline__action__title="late", deadline__action__text="A late thing.")

    search.replace_kind(findable.ACTION, findable.actions())

    html = client.get("/actions/", query).content.decode()

    titles = {title for title in ("plain", "done", "late") if f'/">{title}</a>' in html}
    assert titles == expected


@pytest.mark.parametrize(
    "query",
    [
        "state=zz", "dated=zz", "due_before=soon", "due_after=2026-13-40", "partner=nobody", "meeting=none", "sort=x",
        "page=999999999999999999999999999999", "page=-1", "q=%00%ED%A0%80", "due_before=9999-12-31&page=zz",
        "q=" + "x" * 5000, "due_before=0001-01-01",
    ],
)  # fmt: skip
def test_bad_query_keeps_the_list_usable(query, client):
    make_action()

    response = client.get(f"/actions/?{query}")

    assert response.status_code == 200
    assert "Agreed actions" in text_of(response)


def test_bad_value_is_named_in_the_form_and_left_out(client):
    action = make_action()

    response = client.get("/actions/", {"due_before": "soon"})

    assert "Enter a valid date" in text_of(response)
    assert references(response) == [action.reference]


def test_words_find_drafts_for_those_who_may_see_them_and_reports_for_partners(client):
    """Drafts are not in the search index; those who write them find them all the same."""
    draft = make_action(title="Zebra draft", meeting__draft=True)
    report = make_action(title="Zebra report", meeting__partners_only=True)
    search.replace_kind(findable.ACTION, findable.actions())

    found = {}
    secretariat = UserFactory(totp=True, roles=[roles.SECRETARIAT])
    for name, user in [("secretariat", secretariat), ("member", MembershipFactory().user)]:
        sign_in(client, user, mfa=True)
        found[name] = references(client.get("/actions/", {"q": "zebra"}))

    assert found == {"secretariat": [draft.reference, report.reference], "member": [report.reference]}


def test_chip_takes_its_filter_away(client):
    make_action(title="Something")

    html = client.get("/actions/", {"state": "agreed", "q": "something"}).content.decode()

    assert re.findall(r'<a class="chip" href="([^"]+)">', html) == ["/actions/?state=agreed", "/actions/?q=something"]


def test_old_meeting_can_still_be_asked_for(client, monkeypatch):
    """The select names the newest meetings only, and the one that is asked for."""
    monkeypatch.setattr(facets, "MOST_MEETINGS", 1)
    old = make_action(meeting__starts_on=date(2007, 3, 1))
    make_action()

    assert references(client.get("/actions/", {"meeting": old.meeting.code})) == [old.reference]


def test_partners_and_meetings_to_choose_from_come_with_their_numbers():
    first, second = make_action(meeting__code="b-2"), AgreedActionFactory(meeting__code="a-1")
    wco = PartnerFactory(slug="wco", acronym="WCO", sort_name="World Customs")
    for stage in first.deadlines.all():
        ActionShareFactory(deadline=stage, partner=wco)
    ActionShareFactory(deadline=DeadlineFactory(action=second), partner=wco)
    make_action(meeting=first.meeting)
    make_action(meeting__partners_only=True)

    found = facets.of_actions(access.PUBLIC)

    assert ("wco", "WCO", 2) in found["partners"]
    assert len(found["partners"]) == 9
    assert sorted((code, count) for code, _title, count in found["meetings"]) == [("a-1", 1), ("b-2", 2)]


def test_rows_show_the_marks_of_the_partner_asked_for(client):
    stage = DeadlineFactory(action=AgreedActionFactory(title="One"))
    ActionShareFactory(deadline=stage, accepted=True, partner=PartnerFactory(slug="wco", acronym="WCO"))
    ActionShareFactory(deadline=stage, done=True)

    of_all, of_one = (text_of(client.get(f"/actions/{query}")) for query in ("", "?partner=wco"))

    assert "WCO: accepted" not in of_all
    assert "WCO: accepted" in of_one
    assert "1 of 2 done, 1 accepted" in of_one


def test_rows_escape_what_people_wrote(client):
    action = AgreedActionFactory(title="<b>1</b>", by_whom_text="<i>2</i>", meeting__title="<u>3</u>")
    DeadlineFactory(action=action, by_when_text="<s>4</s>", label="<em>5</em>")
    ActionShareFactory(deadline__action=action, partner=PartnerFactory(slug="x", acronym="<q>6</q>"))

    html = client.get("/actions/?partner=x").content.decode()

    assert [tag for tag in ("<b>1", "<i>2", "<u>3", "<s>4", "<em>5", "<q>6") if tag in html] == []
    assert "&lt;q&gt;6" in html


def test_empty_list_says_what_to_do(client):
    assert "No agreed action fits" in text_of(client.get("/actions/"))
    assert "No meetings yet" in text_of(client.get("/meetings/"))


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    "query", ["", "?state=in_progress", "?state=silent", "?sort=due", "?dated=no&due_before=2030-01-01"]
)
def test_action_list_query_count_is_constant(rows, query, client, django_assert_max_num_queries):
    for _ in range(rows):
        make_action()

    with django_assert_max_num_queries(4):
        client.get(f"/actions/{query}")


def test_action_page_carries_its_reference(client, meeting_2007):
    words = text_of(client.get("/meetings/gci-2007-03/actions/8/"))

    assert "GCI-2007-03/08" in words
    assert "“15 May 2007”" in words


@pytest.mark.parametrize("rows", [1, 3])
def test_action_page_query_count_is_constant(rows, client, django_assert_num_queries):
    action = make_action()
    ActionShareFactory.create_batch(rows, deadline=action.deadlines.first())

    with django_assert_num_queries(3):
        client.get(action.get_absolute_url())


@pytest.mark.parametrize("rows", [1, 3])
def test_action_page_for_the_secretariat_takes_six_statements_at_most(rows, client, django_assert_num_queries):
    stage = DeadlineFactory(request_kind="contact", request_question="Whom can we ask?", latest=date(2001, 1, 1))
    ActionShareFactory.create_batch(rows, deadline=stage)
    ActionShareFactory.create_batch(rows, deadline=stage, done=True)
    sign_in(client, UserFactory(totp=True, roles=[roles.SECRETARIAT]), mfa=True)
    path = stage.action.get_absolute_url()
    client.get(path)

    with django_assert_num_queries(6):
        words = text_of(client.get(path))

    for part in ("Ask for reminders", "Look and confirm", "Enter what it told you", "Whom can we ask?"):
        assert part in words
