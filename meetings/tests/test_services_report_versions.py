"""A final report is reopened as a working copy, which takes over as its next version."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from greencustoms import roles
from greencustoms.core.models import AuditEvent, SearchDocument
from greencustoms.core.tests.factories import UserFactory
from meetings import access
from meetings.choices import Acceptance, Progress, ReportState, StoredState, Visibility
from meetings.models import (
    ActionShare,
    AgendaItem,
    AgreedAction,
    Annex,
    Deadline,
    Meeting,
    ReportComment,
    ReportVersion,
    unlocked,
)
from meetings.reports import snapshots
from meetings.services import report_versions, reports
from meetings.tests.factories import ActionShareFactory, AgreedActionFactory, DeadlineFactory
from meetings.tests.reopening import finalise, reopen, share_of
from partners.tests.factories import MembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db

AS_IT_IS = ("code", "version")


def plain(content):
    return {name: value for name, value in content.items() if name not in AS_IT_IS}


def test_working_copy_says_the_same_and_nothing_of_what_was_done(report, secretariat):
    copy = reopen(report, secretariat)

    shares = ActionShare.objects.filter(deadline__action__meeting=copy)
    assert (copy.code, copy.state, copy.report_version, copy.revises) == ("gci-2026-03-v2", "draft", 2, report)
    assert plain(snapshots.of(copy)) == plain(snapshots.of(report))
    assert set(shares.values_list("acceptance", "progress")) == {(Acceptance.NO_ANSWER, Progress.NOT_STARTED)}
    assert copy.actions.get(number=1).reference == "GCI-2026-03/01"
    assert ReportVersion.objects.get().content == snapshots.of(report)


def test_there_is_one_working_copy_at_a_time(report, secretariat):
    reopen(report, secretariat)

    with pytest.raises(ValidationError, match="being written already"):
        reopen(report, secretariat)


def test_reopening_has_a_reason(report, secretariat):
    with pytest.raises(ValidationError, match="Say in a sentence why"):
        reopen(report, secretariat, " ")


@pytest.mark.parametrize("stranger", [[], [roles.SECRETARIAT_READER]])
def test_only_those_who_keep_meetings_reopen_and_discard(stranger, report, secretariat):
    by = UserFactory(roles=stranger)
    with pytest.raises(PermissionDenied):
        reopen(report, by)
    copy = reopen(report, secretariat)

    with pytest.raises(PermissionDenied):
        report_versions.discard_copy(meeting=copy, by=by, version=copy.version, reason="No.")


def test_next_version_changes_nothing_where_the_copy_changed_nothing(report, secretariat):
    before = {name: list(model.objects.order_by("pk").values()) for name, model in MODELS.items()}
    content = plain(snapshots.of(report))

    version = finalise(reopen(report, secretariat), secretariat)

    report.refresh_from_db()
    after = {name: list(model.objects.order_by("pk").values()) for name, model in MODELS.items()}
    assert (report.report_version, report.state, version.number) == (2, ReportState.FINAL, 2)
    assert version.reason == "The owner was wrong."
    assert plain(version.content) == content
    assert (version.content["code"], version.content["version"]) == ("gci-2026-03", 2)
    assert after == before
    assert Meeting.objects.get() == report


MODELS = {"action": AgreedAction, "deadline": Deadline, "share": ActionShare, "annex": Annex}


def test_next_version_takes_over_texts_and_what_is_new_and_loses_no_answer(report, secretariat):
    copy = reopen(report, secretariat)
    first, second = copy.actions.order_by("number")
    stage = first.deadlines.get()
    copy.introduction = "In short."
    copy.save()
    first.text = "Write to all of them."
    first.save()
    stage.latest, stage.by_when_text = date(2030, 1, 1), "1 January 2030"
    stage.save()
    ActionShare.objects.filter(deadline=stage, partner__slug__in=["wco", "opcw", "cites"]).delete()
    ActionShareFactory(deadline=stage, partner__slug="unodc")
    DeadlineFactory(action=second, position=1, label="New stage")
    AgreedActionFactory(meeting=copy, session=first.session, number=3, title="New action")
    first.sub_items.get(number=2).delete()
    copy.annexes.get().delete()
    Annex.objects.create(meeting=copy, number=2, title="List")
    content = plain(snapshots.of(copy))
    confirmed = share_of("cites", report)

    version = finalise(copy, secretariat)

    report.refresh_from_db()
    action = report.actions.get(number=1)
    wco = share_of("wco", report)
    assert plain(version.content) == content
    assert report.introduction == "In short."
    assert (action.text, action.deadlines.get().latest) == ("Write to all of them.", date(2030, 1, 1))
    assert [row.number for row in report.actions.order_by("number")] == [1, 2, 3]
    assert report.actions.get(number=2).deadlines.get().label == "New stage"
    assert [row.title for row in report.annexes.all()] == ["List"]
    assert [row.text for row in action.sub_items.all()] == ["A point."]
    assert ActionShare.objects.filter(partner__slug="opcw").count() == 0
    assert (wco.acceptance, wco.decline_reason) == (
        Acceptance.NOT_APPLICABLE, "No longer named in version 2 of the report.",
    )  # fmt: skip
    assert share_of("unodc", report).acceptance == Acceptance.NO_ANSWER
    confirmed_after = share_of("cites", report)
    assert (confirmed_after.progress, confirmed_after.confirmed_at) == (Progress.DONE, confirmed.confirmed_at)


def test_action_missing_in_the_copy_is_dropped_and_its_number_not_used_again(report, secretariat):
    copy = reopen(report, secretariat)
    copy.actions.get(number=2).delete()
    finalise(copy, secretariat)

    action = report.actions.get(number=2)
    assert (action.stored_state, action.state_reason) == (StoredState.DROPPED, "taken out in version 2")
    third = reopen(report, secretariat, "Once more.")
    assert [row.number for row in third.actions.all()] == [1]
    AgreedActionFactory(meeting=third, session=third.sessions.get(), number=2, title="New")
    finalise(third, secretariat)

    report.refresh_from_db()
    assert report.report_version == 3
    assert list(report.actions.order_by("number").values_list("number", "stored_state")) == [
        (1, "agreed"), (2, "dropped"), (3, "agreed"),
    ]  # fmt: skip


def test_decision_on_an_action_outlives_the_next_version(report, secretariat):
    AgreedAction.objects.filter(number=2).update(stored_state=StoredState.DROPPED, state_reason="Nobody wants it.")

    finalise(reopen(report, secretariat), secretariat)

    assert report.actions.get(number=2).state_reason == "Nobody wants it."


def test_owners_who_joined_or_were_named_meanwhile_stay(report, secretariat):
    copy = reopen(report, secretariat)
    stage = report.actions.get(number=1).deadlines.get()
    joined = ActionShareFactory(deadline=stage, partner__slug="minamata")
    passed_on = share_of("opcw", report)
    passed_on.partner = PartnerFactory(slug="interpol")
    passed_on.save()

    finalise(copy, secretariat)

    slugs = set(ActionShare.objects.filter(deadline=stage).values_list("partner__slug", flat=True))
    assert joined.partner.slug in slugs
    assert slugs == {"cites", "wco", "minamata", "interpol"}


def test_stage_that_is_gone_stays_for_what_was_done_on_it(report, secretariat):
    stage = DeadlineFactory(action=report.actions.get(number=2), position=1)
    accepted = ActionShareFactory(deadline=stage, accepted=True)
    copy = reopen(report, secretariat)
    Deadline.objects.filter(action__meeting=copy).delete()

    finalise(copy, secretariat)

    assert list(Deadline.objects.values_list("action__number", "position")) == [(1, 1)]
    assert AuditEvent.objects.get(did="taken out with its stage").before["partner"] == accepted.partner.slug


def test_comments_go_to_the_report_in_force(report, secretariat):
    member = MembershipFactory()
    copy = reopen(report, secretariat)
    row = ReportComment.objects.create(
        meeting=copy, report_version=2, place="action-1", partner=member.partner, text="?", by=member.user,
        disposition="noted", answered_at=timezone.now(), answered_by=secretariat,
    )  # fmt: skip

    finalise(copy, secretariat)

    row.refresh_from_db()
    assert (row.meeting, row.report_version) == (report, 2)


def test_closed_report_stays_closed(report, secretariat):
    copy = reopen(report, secretariat)
    report.refresh_from_db()
    reports.set_readers(meeting=report, by=secretariat, version=report.version, visibility=Visibility.PARTNERS)

    finalise(copy, secretariat)

    report.refresh_from_db()
    assert report.visibility == Visibility.PARTNERS


def test_matters_arising_and_links_to_the_copy_lead_to_the_report(report, secretariat):
    earlier = AgreedActionFactory(meeting__code="earlier", number=4)
    with unlocked():
        item = AgendaItem.objects.create(meeting=report, action=earlier, added_by=secretariat)
    copy = reopen(report, secretariat)
    other = DeadlineFactory(action__meeting__draft=True, linked_meeting=copy)
    old = AgreedActionFactory(stored_state=StoredState.SUPERSEDED, superseded_by=copy.actions.get(number=1))

    finalise(copy, secretariat)

    assert AgendaItem.objects.get() == item
    assert Deadline.objects.get(pk=other.pk).linked_meeting == report
    assert AgreedAction.objects.get(pk=old.pk).superseded_by == report.actions.get(number=1)


def test_discarded_copy_leaves_the_report_as_it_was(report, secretariat):
    member = MembershipFactory()
    copy = reopen(report, secretariat)
    ReportComment.objects.create(
        meeting=copy, report_version=2, place="report", partner=member.partner, text="Wait.", by=member.user
    )
    copy.refresh_from_db()

    report_versions.discard_copy(meeting=copy, by=secretariat, version=copy.version, reason="It was right.")

    event = AuditEvent.objects.get(did="discarded the next version")
    assert Meeting.objects.get() == report
    assert (event.after, event.before["comments"]) == (
        {"reason": "It was right."}, [f"{member.partner} · report: Wait."],
    )  # fmt: skip
    assert reopen(report, secretariat).code == "gci-2026-03-v2"


def test_report_itself_is_not_discarded(report, secretariat):
    with pytest.raises(ValidationError, match="no working copy"):
        report_versions.discard_copy(meeting=report, by=secretariat, version=report.version, reason="?")


def test_working_copy_is_in_no_list_search_or_count(report, secretariat):
    copy = reopen(report, secretariat)

    for level in (access.PUBLIC, access.PARTNERS, access.DRAFTS):
        assert set(access.actions_for(level).values_list("meeting", flat=True)) == {report.pk}
    assert set(Meeting.objects.public()) == set(Meeting.objects.final()) == {report}
    assert not ActionShare.objects.in_final_reports().filter(deadline__action__meeting=copy).exists()
    assert not Deadline.objects.public().filter(action__meeting=copy).exists()
    assert not SearchDocument.objects.filter(url__contains=copy.code).exists()


def test_search_knows_the_next_version_at_once(report, secretariat):
    copy = reopen(report, secretariat)
    AgreedAction.objects.filter(meeting=copy, number=2).update(title="Quagga")

    finalise(copy, secretariat)

    assert SearchDocument.objects.get(kind="action", title="Quagga").url == "/meetings/gci-2026-03/actions/2/"
