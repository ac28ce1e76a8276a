"""The history of an action as people read it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from greencustoms import roles
from greencustoms.core.tests.factories import UserFactory
from greencustoms.core.tests.sign_in import sign_in
from meetings import access
from meetings.models import AgreedAction, unlocked
from meetings.pages import history
from meetings.services import actions, later_owners, report_versions, reports
from meetings.services import shares as services
from meetings.tests.factories import ActionShareFactory, AgreedActionFactory, DeadlineFactory
from meetings.tests.reading import text_of
from partners.tests.factories import MembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretariat():
    return UserFactory(name="Secretariat desk", roles=[roles.SECRETARIAT], totp=True)


@pytest.fixture
def member():
    return MembershipFactory(partner=PartnerFactory(acronym="CITES"), user=UserFactory(name="Desk officer"))


def entries_of(action, **facts):
    facts = {"visible": access.actions_for(access.DRAFTS), "with_persons": True, **facts}
    return history.of_action(AgreedAction.objects.get(pk=action.pk), **facts)


def told(action, **facts):
    return [(entry.what, entry.moved) for entry in reversed(entries_of(action, **facts))]


def test_life_of_a_share_reads_as_sentences_with_from_and_to(member, secretariat):
    share = ActionShareFactory(partner=member.partner)

    services.accept_share(share=share, by=member.user, version=0)
    services.start_share(share=share, by=member.user, version=1, what_was_done="Half.")
    services.report_done(share=share, by=member.user, version=2, what_was_done="All.")
    services.report_done(share=share, by=member.user, version=3, what_was_done="All of it.")
    services.send_back_share(share=share, by=secretariat, version=4, reason="Where?")
    services.report_done(share=share, by=member.user, version=5, what_was_done="All of it, here.")
    services.confirm_share(share=share, by=secretariat, version=6)
    services.reopen_share(share=share, by=secretariat, version=7, reason="Link is dead.")

    assert told(share.deadline.action)[1:] == [
        ("CITES accepted it", ("no answer yet", "accepted")),
        ("CITES reported that it is in progress", ("accepted", "in progress")),
        ("CITES reported it as done", ("in progress", "done")),
        ("CITES corrected the report", None),
        ("The secretariat sent it back", ("done", "in progress")),
        ("CITES reported it as done", ("in progress", "done")),
        ("The secretariat confirmed it", ("done", "confirmed")),
        ("The secretariat reopened it", ("confirmed", "in progress")),
    ]


def test_answers_taken_back_and_given_for_others_read_as_sentences(member, secretariat):
    share = ActionShareFactory(partner=member.partner)
    note = "by mail of 3 May"

    services.decline_share(share=share, by=member.user, version=0, reason="No money.")
    services.withdraw_answer(share=share, by=member.user, version=1)
    services.report_done(share=share, by=secretariat, version=2, what_was_done="All.", behalf_note=note)
    services.take_back_report(share=share, by=member.user, version=3)
    services.set_not_applicable(share=share, by=member.user, version=4, reason="Not ours.")

    assert [what for what, _moved in told(share.deadline.action)[1:]] == [
        "CITES declined it",
        "CITES withdrew the answer",
        "The secretariat for CITES reported it as done",
        "CITES took the report back",
        "CITES said that it does not apply",
    ]


def test_decisions_of_the_secretariat_are_told_with_reason_and_link(secretariat):
    action, other = AgreedActionFactory(), AgreedActionFactory()

    actions.drop_action(action=action, by=secretariat, version=0, reason="No money.")
    actions.reopen_action(action=action, by=secretariat, version=1, reason="Money is there.")
    actions.supersede_action(action=action, by=secretariat, version=2, superseded_by=other)

    newest, _reopened, dropped, _entered = entries_of(action)
    assert (dropped.what, dropped.moved, dropped.changes[0].after) == (
        "The secretariat dropped the action", ("agreed", "dropped"), "No money.",
    )  # fmt: skip
    assert (newest.what, newest.changes[0].after) == (
        "The secretariat said that another action takes its place", str(other),
    )  # fmt: skip


def test_owner_named_later_and_partner_that_joined_are_told(secretariat):
    share = ActionShareFactory(
        partner=PartnerFactory(group=True, acronym="TEAM"), deadline__action__is_for_each_partner=True
    )
    action, owner = share.deadline.action, PartnerFactory(acronym="WCO")

    later_owners.name_owner(action=action, by=secretariat, version=0, stage=share.deadline, partner=owner)
    later_owners.add_partner_to(partner=PartnerFactory(acronym="OPCW"), by=secretariat)

    assert [what for what, _moved in told(action)[1:]] == [
        "The secretariat named WCO as the owner in the place of TEAM", "The secretariat added a share of OPCW",
    ]  # fmt: skip


def test_share_of_the_secretariat_is_judged_by_a_focal_point():
    share = ActionShareFactory(done=True, partner=PartnerFactory(secretariat=True, acronym="GCI"))

    services.confirm_share(share=share, by=MembershipFactory(focal=True).user, version=0)

    assert told(share.deadline.action)[-1][0] == "A focal point confirmed it"


def test_new_days_of_a_deadline_are_told_from_and_to(secretariat):
    stage = DeadlineFactory(review_on=None, label="Print")
    stage.review_on = timezone.localdate()
    stage._history_user = secretariat
    stage.save(update_fields=["review_on"])

    entry = entries_of(stage.action)[0]

    assert (entry.what, entry.stage, entry.changes[0].label, entry.changes[0].before) == (
        "“By when” changed", "Print", "to be reviewed on", "",
    )  # fmt: skip


def test_visitors_see_the_organisation_and_partners_the_person_too(client, member, secretariat):
    share = ActionShareFactory(done=True, partner=member.partner)
    services.send_back_share(share=share, by=secretariat, version=0, reason="Ask the printer again.")
    services.report_done(share=share, by=member.user, version=1, what_was_done="All.")
    url = f"{share.deadline.action.get_absolute_url()}history/"

    words = text_of(client.get(url))
    assert ["CITES reported it as done" in words, "from “in progress” to “done”" in words] == [True, True]
    assert [secret in words for secret in ("Desk officer", "Secretariat desk", "Ask the printer again.")] == [False] * 3

    client.force_login(MembershipFactory().user)
    words = text_of(client.get(url))
    assert [secret in words for secret in ("Desk officer", "Secretariat desk", "Ask the printer again.")] == [True] * 3


def test_how_a_report_was_drafted_is_shown_to_the_secretariat_only(secretariat):
    share = ActionShareFactory(deadline__action__meeting__draft=True)
    action = share.deadline.action
    action.text = "Other words."
    action.save()
    services.decline_share(share=share, by=secretariat, version=0, reason="No.", behalf_note="by mail")

    after = timezone.now() + timedelta(minutes=1)

    assert len(entries_of(action)) == 3
    assert [entry.moved for entry in entries_of(action, since=after)] == [("no answer yet", "declined")]


@pytest.mark.parametrize("rows", [1, 3])
def test_history_page_query_count_is_constant(rows, client, django_assert_num_queries):
    stage = DeadlineFactory()
    for _ in range(rows):
        member = MembershipFactory()
        share = ActionShareFactory(deadline=stage, partner=member.partner)
        services.report_done(share=share, by=member.user, version=0, what_was_done="All.")

    with django_assert_num_queries(5):
        client.get(f"{stage.action.get_absolute_url()}history/")


def test_history_page_of_what_one_may_not_see_is_not_found(client):
    action = AgreedActionFactory(meeting__partners_only=True)

    assert client.get(f"{action.get_absolute_url()}history/").status_code == 404


def test_history_page_is_kept_and_made_anew_after_a_report(client, member, settings):
    settings.KEEP_WHOLE_PAGES = True
    share = ActionShareFactory(partner=member.partner)
    url = f"{share.deadline.action.get_absolute_url()}history/"
    first = client.get(url)
    again = client.get(url, headers={"if-none-match": first.headers["ETag"]})

    assert (again.status_code, "CITES" in text_of(first)) == (304, False)


def test_history_of_a_secretary_without_a_request_names_the_person(client, secretariat):
    action = AgreedActionFactory()
    actions.drop_action(action=action, by=secretariat, version=0, reason="No.")
    sign_in(client, secretariat, mfa=True)

    assert "entered by Secretariat desk" in text_of(client.get(f"{action.get_absolute_url()}history/"))


@pytest.fixture
def reopened(secretariat):
    """A final report of one action with one share, and its working copy."""
    share = ActionShareFactory(deadline__action__meeting__code="gci-2026-03")
    report = share.deadline.action.meeting
    return report, report_versions.reopen_report(meeting=report, by=secretariat, version=report.version, reason="?")


def finalise(copy, by):
    copy.refresh_from_db()
    return reports.finalise_report(meeting=copy, by=by, version=copy.version)


def test_how_a_working_copy_was_drafted_is_not_told(client, reopened, secretariat):
    report, copy = reopened
    action = AgreedActionFactory(meeting=copy, session=copy.sessions.get(), number=9, title="SECRET DRAFT TITLE")
    stage = DeadlineFactory(action=action, label="Print", by_when_text="SECRET DAY")
    share = ActionShareFactory(deadline=stage)
    added = DeadlineFactory(action=copy.actions.first(), position=50, by_when_text="SECRET DAY OF A STAGE")
    of_added = ActionShareFactory(deadline=added)
    for row, name, value in (
        (action, "title", "Title"), (stage, "by_when_text", "in May"), (added, "by_when_text", "in June"),
        (share, "part", "contributes"), (share, "part", "lead"), (of_added, "part", "contributes"),
        (of_added, "part", "lead"),
    ):  # fmt: skip
        setattr(row, name, value)
        row.save()
    finalise(copy, secretariat)
    member = MembershipFactory(partner=share.partner)
    services.accept_share(share=share, by=member.user, version=share.version)

    words = {
        row.number: text_of(client.get(f"{row.get_absolute_url()}history/")) for row in report.actions.order_by("pk")
    }

    assert [name for name in ("SECRET", "in the lead") for page in words.values() if name in page] == []
    assert [what for what, _moved in told(action)] == [
        "The secretariat entered the action", f"{share.partner.short_name} accepted it",
    ]  # fmt: skip


def test_visitors_do_not_read_in_a_change_what_a_closed_version_said(client, secretariat):
    share = ActionShareFactory(deadline__action__meeting__partners_only=True, deadline__action__text="CLOSED WORDS")
    report = share.deadline.action.meeting
    copy = report_versions.reopen_report(meeting=report, by=secretariat, version=report.version, reason="?")
    AgreedAction.objects.filter(meeting=copy).update(text="Open words.")
    finalise(copy, secretariat)
    report.refresh_from_db()
    reports.set_readers(meeting=report, by=secretariat, version=report.version, visibility="public")
    url = f"{share.deadline.action.get_absolute_url()}history/"

    assert "CLOSED WORDS" not in text_of(client.get(url))
    client.force_login(MembershipFactory().user)
    assert "CLOSED WORDS" in text_of(client.get(url))


def test_owners_named_before_a_report_was_reopened_stay_told_to_partners(client, secretariat):
    share = ActionShareFactory(partner=PartnerFactory(group=True, acronym="TEAM"))
    action, report = share.deadline.action, share.deadline.action.meeting
    owner = PartnerFactory(acronym="WCO")
    later_owners.name_owner(action=action, by=secretariat, version=0, stage=share.deadline, partner=owner)
    report_versions.reopen_report(meeting=report, by=secretariat, version=report.version, reason="?")
    client.force_login(MembershipFactory().user)

    words = text_of(client.get(f"{action.get_absolute_url()}history/"))

    assert "named WCO as the owner in the place of TEAM" in words
    assert report.report_versions.get().finalised_at.date() == report.ends_on
    after = timezone.now() + timedelta(minutes=1)
    assert [what for what, _moved in told(action, since=after)] == [
        "The secretariat named WCO as the owner in the place of TEAM"
    ]


def test_of_very_many_records_the_newest_are_shown(monkeypatch):
    monkeypatch.setattr(history, "MOST_RECORDS", 2)
    action = AgreedActionFactory()
    with unlocked():
        for note in ("one", "two", "three"):
            action.note = note
            action.save()

    assert [entry.changes[0].after for entry in entries_of(action)] == ["three"]


def test_working_copy_is_cited_as_the_report_it_revises(client, reopened, secretariat):
    _report, copy = reopened
    action = copy.actions.get()
    other = AgreedActionFactory(meeting=copy, session=action.session, stored_state="superseded", superseded_by=action)
    sign_in(client, secretariat, mfa=True)

    pages = []
    for row in (action, other):
        for address in (row.get_absolute_url(), f"{row.get_absolute_url()}history/"):
            pages.append(text_of(client.get(address)))
            assert row.reference in pages[-1]

    assert [page for page in pages if "-V2/" in page] == []


def test_how_an_organisation_told_the_secretariat_is_not_for_visitors(client, member, secretariat):
    share = ActionShareFactory(partner=member.partner)
    services.decline_share(share=share, by=secretariat, version=0, reason="No.", behalf_note="mail from the desk")
    url = share.deadline.action.get_absolute_url()

    for address in (url, f"{url}history/"):
        client.logout()
        words = text_of(client.get(address))
        assert ("mail from the desk" in words, "by the secretariat for CITES" in words or "for CITES" in words) == (
            False, True,
        )  # fmt: skip
        client.force_login(member.user)
        assert "mail from the desk" in text_of(client.get(address))
