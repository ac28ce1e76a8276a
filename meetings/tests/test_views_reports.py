"""The pages of the life of a report: who may do what, and what they show."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from greencustoms import roles
from greencustoms.core.tests.factories import UserFactory
from greencustoms.core.tests.sign_in import sign_in
from meetings.choices import Disposition, ReportState
from meetings.models import AgreedAction, Attendance, Meeting, ReportComment, ReportVersion
from meetings.services import report_comments, report_versions, reports
from meetings.tests.factories import AgreedActionFactory, MeetingFactory
from meetings.tests.reading import text_of
from partners.tests.factories import MembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db

ACTS = ["desk_circulate", "desk_finalise", "desk_reopen", "desk_discard_copy", "desk_report_readers"]


@pytest.fixture
def people():
    asked = MembershipFactory()
    return {
        "anonymous": None,
        "staff of a partner that took part": asked.user,
        "focal point of it": MembershipFactory(partner=asked.partner, focal=True).user,
        "staff of another partner": MembershipFactory().user,
        "secretariat reader": UserFactory(totp=True, roles=[roles.SECRETARIAT_READER]),
        "secretariat": UserFactory(totp=True, roles=[roles.SECRETARIAT]),
    }


@pytest.fixture
def draft(people):
    meeting = MeetingFactory(draft=True, code="gci-2026-03", title="Third meeting", introduction="How it began.")
    AgreedActionFactory(meeting=meeting, number=8, session__number=1, title="Write", text="Write to all of them.")
    partner = people["staff of a partner that took part"].memberships.get().partner
    Attendance.objects.create(meeting=meeting, partner=partner)
    return meeting


def go(client, person):
    client.logout()
    return sign_in(client, person, mfa=True) if person else client


def html_of(response):
    return " ".join(response.content.decode().split())


def circulated(meeting, by, days=7):
    meeting.refresh_from_db()
    until = timezone.localdate() + timedelta(days=days)
    return reports.circulate_report(meeting=meeting, by=by, version=meeting.version, until=until)


def closed(meeting):
    Meeting.objects.filter(pk=meeting.pk).update(comments_until=timezone.localdate() - timedelta(days=2))


def final(meeting, by):
    meeting.refresh_from_db()
    return reports.finalise_report(meeting=meeting, by=by, version=meeting.version, is_early=True)


def commented(meeting, by, text="Say which."):
    partner = by.memberships.get().partner
    return report_comments.comment_report(meeting=meeting, by=by, partner=partner, place="action-8", text=text)


def statuses(client, people, url, method="get"):
    return {name: getattr(go(client, person), method)(url).status_code for name, person in people.items()}


def only(**others):
    return {
        "anonymous": 302, "staff of a partner that took part": 403, "focal point of it": 403,
        "staff of another partner": 403, "secretariat reader": 403, "secretariat": 200, **others,
    }  # fmt: skip


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", ACTS)
def test_acts_of_the_desk_are_for_those_who_keep_meetings(name, method, client, people, draft):
    url = reverse(name, args=[draft.code])

    assert statuses(client, people, url, method) == only()
    assert Meeting.objects.get().state == ReportState.DRAFT


def test_comments_at_the_desk_are_read_by_the_reader_too_and_answered_by_the_secretariat(client, people, draft):
    circulated(draft, people["secretariat"])
    row = commented(draft, people["staff of a partner that took part"])

    for name in ("desk_report_comments", "desk_report_comments_csv"):
        url = reverse(name, args=[draft.code])
        assert statuses(client, people, url) == only(**{"secretariat reader": 200}), name
    assert statuses(client, people, reverse("desk_report_comment", args=[draft.code, row.pk])) == only()


def test_circulated_draft_is_read_by_partners_and_commented_by_those_who_took_part(client, people, draft):
    page, comments = draft.get_absolute_url(), reverse("report_comments", args=[draft.code])
    hidden = dict.fromkeys(people, 404) | {"secretariat reader": 200, "secretariat": 200}
    assert statuses(client, people, page) == hidden

    circulated(draft, people["secretariat"])

    assert statuses(client, people, page) == dict.fromkeys(people, 200) | {"anonymous": 404}
    assert statuses(client, people, f"{page}actions/8/") == dict.fromkeys(people, 200) | {"anonymous": 404}
    assert statuses(client, people, comments) == dict.fromkeys(people, 200) | {
        "anonymous": 302, "staff of another partner": 403,
    }  # fmt: skip


def test_circulated_draft_says_until_when_and_leads_to_the_comments(client, people, draft):
    circulated(draft, people["secretariat"])

    html = html_of(go(client, people["staff of a partner that took part"]).get(draft.get_absolute_url()))
    other = html_of(go(client, people["staff of another partner"]).get(draft.get_absolute_url()))

    assert "Circulated to the partners for comments until" in html
    assert f'href="{reverse("report_comments", args=[draft.code])}"' in html
    assert f'href="{reverse("report_comments", args=[draft.code])}"' not in other


def test_partner_that_is_not_asked_learns_why(client, people, draft):
    circulated(draft, people["secretariat"])
    asked = people["staff of a partner that took part"].memberships.get().partner.short_name
    said = f"Only organisations that took part are asked to comment: {asked}."
    comments = reverse("report_comments", args=[draft.code])

    assert said not in text_of(go(client, people["staff of a partner that took part"]).get(draft.get_absolute_url()))
    go(client, people["staff of another partner"])
    assert said in text_of(client.get(draft.get_absolute_url()))
    assert said in text_of(client.get(comments))
    written = client.post(comments, {"place": "action-8", "text": "We wrote this."})
    assert (written.status_code, "We wrote this." in text_of(written)) == (404, True)
    assert not ReportComment.objects.exists()
    assert go(client, UserFactory()).get(comments).status_code == 404


def test_page_of_comments_says_when_the_organisation_made_none(client, people, draft):
    circulated(draft, people["secretariat"])
    final(draft, people["secretariat"])

    words = text_of(go(client, people["staff of a partner that took part"]).get(draft.get_absolute_url() + "comments/"))

    assert "Your organisation did not comment on this version." in words
    assert "Below stands" not in words


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("draft", "A draft is read by the secretariat only."),
        ("circulated", "While the report is circulated, the partners and the secretariat read it and nobody else."),
        ("final", "The report is final: what you choose here holds at once."),
    ],
)
def test_page_on_readers_says_what_holds_in_each_state(state, said, client, people, draft):
    if state != "draft":
        circulated(draft, people["secretariat"])
    if state == "final":
        final(draft, people["secretariat"])

    words = text_of(go(client, people["secretariat"]).get(reverse("desk_report_readers", args=[draft.code])))

    assert said in words
    assert ("A draft is read" in words) == (state == "draft")


def test_comment_is_kept_and_seen_by_colleagues_but_not_by_other_partners(client, people, draft):
    circulated(draft, people["secretariat"])
    second = MembershipFactory()
    Attendance.objects.create(meeting=draft, partner=second.partner)
    url = reverse("report_comments", args=[draft.code])
    staff = people["staff of a partner that took part"]
    partner = staff.memberships.get().partner

    response = go(client, staff).post(url, {"place": "action-8", "partner": partner.pk, "text": "Say which ones."})

    assert response["Location"] == f"{url}#action-8"
    assert "Say which ones." in text_of(go(client, people["focal point of it"]).get(url))
    assert "Say which ones." in text_of(go(client, people["secretariat"]).get(url))
    assert "Say which ones." not in text_of(go(client, second.user).get(url))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"text": ""}, "This field is required"),
        ({"text": "x" * 10_001}, "10000"),
        ({"text": "Fine.", "place": "action-99"}, "no longer in the report"),
        ({"text": "Fine.", "partner": 999_999}, "not one of the available choices"),
    ],
)
def test_comment_that_is_not_taken_stays_in_the_form(data, message, client, people, draft):
    circulated(draft, people["secretariat"])
    staff = people["staff of a partner that took part"]
    whole = {"place": "action-8", "partner": staff.memberships.get().partner_id} | data

    response = go(client, staff).post(reverse("report_comments", args=[draft.code]), whole)

    assert response.status_code == 200
    assert message in text_of(response)
    assert f">{whole['text']}</textarea>" in response.content.decode().replace(">\n", ">")
    assert not ReportComment.objects.exists()


def test_after_the_day_comments_are_closed_and_answers_stand_there(client, people, draft):
    staff = people["staff of a partner that took part"]
    circulated(draft, people["secretariat"])
    row = commented(draft, staff)
    report_comments.answer_comment(
        comment=row, by=people["secretariat"], version=row.version, disposition="rejected", answer="It was so agreed."
    )
    closed(draft)
    url = reverse("report_comments", args=[draft.code])
    late = {"place": "report", "partner": staff.memberships.get().partner_id, "text": "Late."}

    refused = go(client, staff).post(url, late)
    assert "Your comment is not kept. This report is not open for comments." in text_of(refused)
    assert "readonly>Late.</textarea>" in refused.content.decode()
    html = text_of(client.get(url))

    assert ReportComment.objects.count() == 1
    assert "Comments are closed." in html
    assert "It was so agreed." in html
    assert "Send this comment" not in html


def test_own_comment_is_changed_and_withdrawn_on_its_page(client, people, draft):
    circulated(draft, people["secretariat"])
    staff = people["staff of a partner that took part"]
    row = commented(draft, staff)
    url = reverse("report_comment_edit", args=[draft.code, row.pk])

    assert go(client, people["focal point of it"]).get(url).status_code == 404
    go(client, staff).post(url, {"version": 0, "text": "Say who."})
    stale = client.post(url, {"version": 0, "text": "Say when."})
    assert ReportComment.objects.get().text == "Say who."
    assert "Say who." in text_of(stale)
    assert "Say when." in text_of(stale)
    client.post(url, {"version": 1, "text": "Say who.", "withdraw": "1"})
    assert not ReportComment.objects.exists()


def test_second_of_two_who_answer_sees_both_texts(client, people, draft):
    circulated(draft, people["secretariat"])
    row = commented(draft, people["staff of a partner that took part"])
    url = reverse("desk_report_comment", args=[draft.code, row.pk])
    go(client, people["secretariat"])

    client.post(url, {"version": 0, "disposition": "noted", "answer": "First answer."})
    second = client.post(url, {"version": 0, "disposition": "rejected", "answer": "Second answer."})

    html = text_of(second)
    assert "First answer." in html
    assert "Second answer." in html
    assert ReportComment.objects.get().disposition == Disposition.NOTED
    client.post(url, {"version": 1, "disposition": "rejected", "answer": "Second answer."})
    assert ReportComment.objects.get().answer == "Second answer."


def test_unanswered_comments_stand_first_and_the_table_holds_all(client, people, draft):
    circulated(draft, people["secretariat"])
    staff = people["staff of a partner that took part"]
    first = commented(draft, staff, "=First")
    commented(draft, staff, "Second")
    report_comments.answer_comment(comment=first, by=people["secretariat"], version=0, disposition="accepted")
    go(client, people["secretariat reader"])
    url = reverse("desk_report_comments", args=[draft.code])

    assert [row.text for row in client.get(url).context["page"].rows] == ["Second", "=First"]
    assert [row.text for row in client.get(f"{url}?disposition=accepted").context["page"].rows] == ["=First"]
    assert client.get(f"{url}?disposition=nonsense").status_code == 200
    csv = client.get(reverse("desk_report_comments_csv", args=[draft.code])).content.decode("utf-8-sig")
    assert "'=First" in csv
    assert len(csv.strip().split("\r\n")) == 3


def test_my_home_asks_to_comment_until_somebody_of_the_organisation_has(client, people, draft):
    circulated(draft, people["secretariat"])
    staff = people["staff of a partner that took part"]

    assert "You are asked to comment" in text_of(go(client, staff).get("/my/"))
    assert "You are asked to comment" not in text_of(go(client, people["staff of another partner"]).get("/my/"))
    commented(draft, people["focal point of it"])
    assert "You are asked to comment" not in text_of(go(client, staff).get("/my/"))


def test_secretariat_leads_a_report_through_its_life(client, people, draft):
    go(client, people["secretariat"])
    until = timezone.localdate() + timedelta(days=7)

    client.post(reverse("desk_circulate", args=[draft.code]), {"version": 0, "until": until.isoformat()})
    draft.refresh_from_db()
    assert draft.state == ReportState.CIRCULATED
    stale = client.post(reverse("desk_finalise", args=[draft.code]), {"version": 0})
    assert "Somebody else changed this" in text_of(stale)
    early = client.post(reverse("desk_finalise", args=[draft.code]), {"version": draft.version})
    assert "Comments may still come until" in text_of(early)
    client.post(reverse("desk_circulate", args=[draft.code]), {"act": "take_back", "back-version": draft.version})
    draft.refresh_from_db()
    assert draft.state == ReportState.DRAFT
    client.post(reverse("desk_finalise", args=[draft.code]), {"version": draft.version})
    draft.refresh_from_db()
    assert draft.state == ReportState.FINAL
    client.post(reverse("desk_report_readers", args=[draft.code]), {"version": draft.version, "visibility": "partners"})
    draft.refresh_from_db()
    assert draft.visibility == "partners"
    empty = client.post(reverse("desk_reopen", args=[draft.code]), {"version": draft.version, "reason": " "})
    assert "This field is required" in text_of(empty)
    response = client.post(
        reverse("desk_reopen", args=[draft.code]), {"version": draft.version, "reason": "A name was wrong."}
    )
    copy = Meeting.objects.get(revises=draft)
    assert response["Location"].endswith(f"/{copy.code}/")
    client.post(reverse("desk_discard_copy", args=[copy.code]), {"version": 0, "reason": "It was right."})
    assert Meeting.objects.get() == draft


def two_versions(draft, by):
    final(draft, by)
    draft.refresh_from_db()
    copy = report_versions.reopen_report(meeting=draft, by=by, version=draft.version, reason="A word was wrong.")
    AgreedAction.objects.filter(meeting=copy).update(text="Write to some of them & <b>ask</b>.")
    AgreedActionFactory(meeting=copy, session=copy.sessions.get(), number=9, title="Meet", text="Meet in May.")
    final(copy, by)


def test_versions_are_listed_with_who_as_the_office(client, people, draft):
    two_versions(draft, people["secretariat"])
    url = reverse("report_versions", args=[draft.code])

    html = html_of(go(client, None).get(url))

    assert html.index("Version 2") < html.index("Version 1")
    assert "A word was wrong." in html
    assert f'href="/meetings/{draft.code}/report.pdf?version=1"' in html
    assert "the secretariat" in html
    assert str(people["secretariat"]) not in html
    assert str(people["secretariat"]) in text_of(go(client, people["secretariat reader"]).get(url))


def test_old_version_can_still_be_read(client, people, draft):
    two_versions(draft, people["secretariat"])

    old = text_of(client.get(reverse("report_version", args=[draft.code, 1])))
    new = text_of(client.get(reverse("report_version", args=[draft.code, 2])))

    assert "Write to all of them." in old
    assert "This is an earlier version" in old
    assert "Write to some of them" in new
    assert client.get(reverse("report_version", args=[draft.code, 3])).status_code == 404


def test_compared_versions_show_added_and_removed_words_and_only_what_differs(client, people, draft):
    two_versions(draft, people["secretariat"])

    html = html_of(client.get(reverse("report_compare", args=[draft.code]), {"from": "1", "to": "2"}))

    assert "From version 1 to version 2, 2 places differ." in html
    assert '<del><span class="visually-hidden">taken out: </span>all</del>' in html
    assert '<ins><span class="visually-hidden">added: </span>some</ins>' in html
    assert "&lt;b&gt;" in html
    assert "New in version 2" in html
    assert "How it began." not in html


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("?from=1&to=1", "two different versions"),
        ("?from=1&to=9", "9 is not one of the available choices"),
        ("?from=x&to=%00", "not one of the available choices"),
        ("?from=1", "This field is required"),
        ("", "places differ"),
    ],
)
def test_bad_numbers_of_versions_are_named(query, message, client, people, draft):
    two_versions(draft, people["secretariat"])

    response = client.get(reverse("report_compare", args=[draft.code]) + query)

    assert response.status_code == 200
    assert message in text_of(response)


def test_versions_that_say_the_same_have_no_difference(client, people, draft):
    final(draft, people["secretariat"])
    draft.refresh_from_db()
    copy = report_versions.reopen_report(meeting=draft, by=people["secretariat"], version=draft.version, reason="?")
    final(copy, people["secretariat"])

    assert "Both versions say the same." in text_of(client.get(reverse("report_compare", args=[draft.code])))


def test_versions_of_a_report_for_partners_are_for_partners(client, people, draft):
    final(draft, people["secretariat"])
    Meeting.objects.update(visibility="partners")

    for url in (
        reverse("report_versions", args=[draft.code]),
        reverse("report_version", args=[draft.code, 1]),
        reverse("report_compare", args=[draft.code]),
    ):
        assert statuses(client, people, url) == dict.fromkeys(people, 200) | {"anonymous": 404}


@pytest.mark.parametrize("rows", [1, 3])
def test_query_counts_do_not_grow(rows, client, people, draft, django_assert_max_num_queries):
    final(draft, people["secretariat"])
    for number in range(2, 2 + rows):
        ReportVersion.objects.create(
            meeting=draft, number=number, reason="?", content=ReportVersion.objects.first().content
        )

    with django_assert_max_num_queries(2):
        client.get(reverse("report_versions", args=[draft.code]))
    with django_assert_max_num_queries(2):
        client.get(reverse("report_version", args=[draft.code, 1]))
    with django_assert_max_num_queries(3):
        client.get(reverse("report_compare", args=[draft.code]), {"from": "1", "to": "2"})


@pytest.mark.parametrize("rows", [1, 3])
def test_query_counts_of_comments_do_not_grow(rows, client, people, draft, django_assert_max_num_queries):
    AgreedActionFactory.create_batch(rows, meeting=draft, session=draft.sessions.get())
    circulated(draft, people["secretariat"])
    staff = people["staff of a partner that took part"]
    for _number in range(rows):
        commented(draft, staff)

    go(client, staff)
    with django_assert_max_num_queries(26):
        client.get(reverse("report_comments", args=[draft.code]))
    go(client, people["secretariat"])
    with django_assert_max_num_queries(20):
        client.get(reverse("desk_report_comments", args=[draft.code]))


def test_page_for_circulating_says_who_is_asked_and_whom_no_mail_reaches(client, people, draft):
    there = people["staff of a partner that took part"].memberships.get().partner
    silent = Attendance.objects.create(meeting=draft, partner=PartnerFactory(acronym="NEMO")).partner
    url = reverse("desk_circulate", args=[draft.code])

    words = text_of(go(client, people["secretariat"]).get(url))

    names = sorted([there, silent], key=lambda partner: partner.sort_key)
    assert f"Asked to comment: {', '.join(partner.short_name for partner in names)}" in words
    assert "so the mail does not reach: NEMO" in words
