"""What becomes of what was said and done when a working copy takes over, and what of what was taken out."""

from dataclasses import replace

import pytest
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from meetings import findable
from meetings.choices import Acceptance
from meetings.models import ActionShare, AgreedAction, Annex, Deadline, Meeting, unlocked
from meetings.services import entry, entry_actions, later_owners, owning
from meetings.services.entry_actions import Stage
from meetings.tests.factories import ActionShareFactory, AgreedActionFactory, DeadlineFactory
from meetings.tests.reopening import finalise, reopen, share_of
from partners.tests.factories import PartnerFactory

pytestmark = pytest.mark.django_db


def edit_in(copy, by, *, also=(), **values):
    """Edit its first action as the form does: who owes it comes back as it was drawn."""
    action = copy.actions.get(number=1)
    known = owning.organisations_for(copy)
    stages = list(action.deadlines.prefetch_related("shares"))
    owners, own = owning.picks_of(action, stages, known=known)
    entry_actions.edit_action(
        action=action, by=by, version=action.version, owners=replace(owners, leads=owners.leads | set(also)),
        stages=[Stage(pk=stage.pk, version=stage.version, picked=own.get(stage.pk)) for stage in stages], **values,
    )  # fmt: skip


@pytest.mark.parametrize("has_other_member", [False, True])
@pytest.mark.parametrize("adds_owner", [False, True])
@pytest.mark.parametrize("is_inherited", [False, True])
def test_owner_of_a_group_that_changed_keeps_its_answer(
    is_inherited, adds_owner, has_other_member, report, secretariat
):
    """Whether it was named for a group without members, or has left the group since."""
    group, other = PartnerFactory(slug="team", group=True), PartnerFactory(slug="interpol")
    stage = report.actions.get(number=1).deadlines.get()
    with unlocked():
        ActionShare.objects.filter(deadline=stage).exclude(partner__slug="wco").delete()
        ActionShare.objects.filter(deadline=stage).update(via_group=group, is_inherited=is_inherited)
    if has_other_member:
        group.members.add(PartnerFactory(slug="unodc"))
    with unlocked():
        report.actions.get(number=1).session.default_owners.set([group] if is_inherited else [])
        AgreedAction.objects.update(by_whom_text="")
    copy = reopen(report, secretariat)
    before = share_of("wco", report)

    edit_in(copy, secretariat, title="Another title", also=[other.pk] if adds_owner and not is_inherited else [])
    if adds_owner and is_inherited:
        session = copy.sessions.get()
        entry.edit_session(session=session, by=secretariat, version=session.version, default_owners=[group, other])
    finalise(copy, secretariat)

    after = share_of("wco", report)
    slugs = set(ActionShare.objects.values_list("partner__slug", flat=True))
    assert report.actions.get(number=1).title == "Another title"
    assert slugs == ({"wco", "interpol"} if adds_owner else {"wco"})
    assert (after.acceptance, after.via_group, after.is_inherited) == (Acceptance.ACCEPTED, group, is_inherited)
    assert after.version == before.version


def delete_in(copy, by, number):
    """Take an action and its session out of the next version."""
    action = copy.actions.get(number=number)
    session = action.session
    entry_actions.delete_action(action=action, by=by, version=action.version)
    session.refresh_from_db()
    entry.delete_session(session=session, by=by, version=session.version)


@pytest.fixture
def long_report(report):
    """With a second session, of which one action hangs."""
    AgreedActionFactory(
        meeting=report, number=3, title="Third", session__number=2, session__title="Second session",
        session__summary="A bridge over the Zambezi.", session__footnotes="Quagga",
    )  # fmt: skip
    return report


def test_session_that_is_gone_is_only_the_heading_of_what_was_taken_out(long_report, secretariat):
    copy = reopen(long_report, secretariat)
    delete_in(copy, secretariat, 3)

    version = finalise(copy, secretariat)

    session = long_report.actions.get(number=3).session
    assert (session.title, session.summary, session.footnotes) == ("Second session", "", "")
    assert session.history.first().history_user == secretariat
    assert [row["number"] for row in version.content["sessions"]] == [1]
    [found] = findable.meetings(Meeting.objects.filter(pk=long_report.pk))
    assert "Second session" not in found.body
    assert "Zambezi" not in found.body
    assert [row.number for row in reopen(long_report, secretariat).sessions.all()] == [1]


def test_new_session_takes_no_number_and_no_action_of_one_that_is_gone(long_report, secretariat):
    copy = reopen(long_report, secretariat)
    delete_in(copy, secretariat, 3)

    session = entry.add_session(meeting=copy, by=secretariat, title="Another")
    finalise(copy, secretariat)

    session.refresh_from_db()
    assert (session.meeting, session.number) == (long_report, 3)
    assert long_report.actions.get(number=3).session.title == "Second session"


def test_what_was_taken_out_stays_under_its_session_when_sessions_change_places(long_report, secretariat):
    copy = reopen(long_report, secretariat)
    action = copy.actions.get(number=3)
    entry_actions.delete_action(action=action, by=secretariat, version=action.version)
    session = copy.sessions.get(number=2)
    entry.move_session(session=session, by=secretariat, version=session.version, direction=entry.EARLIER)

    finalise(copy, secretariat)

    session = long_report.actions.get(number=3).session
    assert (session.title, session.number) == ("Second session", 1)
    assert set(long_report.sessions.values_list("number", flat=True)) == {1, 2}


def test_owner_taken_out_does_not_come_back_in_the_version_after(report, secretariat):
    stage = report.actions.get(number=1).deadlines.get()
    bulk_create_with_history(
        [ActionShare(deadline=stage, partner=PartnerFactory(slug="early"))], ActionShare,
        default_change_reason=later_owners.JOINED,
    )  # fmt: skip
    ActionShare.objects.filter(partner__slug="early").update(
        acceptance=Acceptance.ACCEPTED, answered_at=timezone.now(), answered_by=secretariat
    )
    copy = reopen(report, secretariat)
    for share in ActionShare.objects.filter(
        deadline__action__meeting=copy, partner__slug__in=["wco", "cites", "early"]
    ):
        share.delete()
    later = PartnerFactory(slug="late")
    bulk_create_with_history(
        [ActionShare(deadline=stage, partner=later)], ActionShare, default_change_reason=later_owners.JOINED
    )
    finalise(copy, secretariat)
    before = list(ActionShare.objects.filter(deadline=stage).order_by("pk").values())

    copy = reopen(report, secretariat, "Once more.")
    shares = ActionShare.objects.filter(deadline__action__meeting=copy)
    slugs = set(shares.values_list("partner__slug", flat=True))
    version = finalise(copy, secretariat)

    assert slugs == {"opcw", "late"}
    said = version.content["actions"][0]["stages"][0]["shares"]
    assert {share["partner"] for share in said} == {"opcw", "late"}
    assert list(ActionShare.objects.filter(deadline=stage).order_by("pk").values()) == before


def test_stage_taken_out_does_not_come_back_in_the_version_after(report, secretariat):
    stage = DeadlineFactory(action=report.actions.get(number=1), position=2)
    ActionShareFactory(deadline=stage, confirmed=True)
    ActionShareFactory(deadline=stage, accepted=True)
    copy = reopen(report, secretariat)
    Deadline.objects.filter(action__meeting=copy, position=2).delete()
    finalise(copy, secretariat)
    before = list(stage.shares.order_by("pk").values())

    copy = reopen(report, secretariat, "Once more.")
    positions = list(Deadline.objects.filter(action__meeting=copy).values_list("position", flat=True))
    finalise(copy, secretariat)

    assert positions == [1]
    assert list(stage.shares.order_by("pk").values()) == before


def test_history_says_who_took_rows_out(report, secretariat):
    stage = DeadlineFactory(action=report.actions.get(number=2), position=1)
    share = ActionShareFactory(deadline=stage)
    annex = report.annexes.get()
    copy = reopen(report, secretariat)
    stage_of_copy = Deadline.objects.get(action__meeting=copy, action__number=2)
    stage_of_copy.delete()
    copy.annexes.get().delete()

    finalise(copy, secretariat)

    for model, pk in ((Deadline, stage.pk), (ActionShare, share.pk), (Annex, annex.pk)):
        record = model.history.filter(id=pk).latest()
        assert (record.history_type, record.history_user) == ("-", secretariat)
