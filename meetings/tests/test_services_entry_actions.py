"""The secretariat writes what was agreed."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from greencustoms.core.models import AuditEvent
from greencustoms.core.tests.factories import UserFactory
from meetings.choices import Acceptance, DeadlineKind, Part
from meetings.models import ActionShare, AgreedAction, Deadline, Meeting
from meetings.rules.owners import Picked
from meetings.rules.points import Point
from meetings.services import entry, entry_actions
from meetings.services.entry_actions import Stage
from meetings.tests.factories import MeetingFactory
from partners.tests.factories import PartnerFactory

pytestmark = pytest.mark.django_db

JULY = datetime.date(2026, 7, 31)
DATED = {"by_when_text": "by 31 July 2026", "kind": DeadlineKind.DAY, "latest": JULY, "edtf": "2026-07-31"}

NOBODY = Picked()
ONE_STAGE = (Stage(DATED),)


@pytest.fixture
def by():
    return UserFactory()


@pytest.fixture
def session(by):
    return entry.add_session(meeting=MeetingFactory(draft=True), by=by, title="One")


def add(session, by, *, owners=NOBODY, stages=ONE_STAGE, **values):
    values = {"title": "Do it", "text": "Do it well."} | values
    return entry_actions.add_action(
        meeting=session.meeting, by=by, session=session, owners=owners, stages=list(stages), **values
    )


def leads(*partners):
    return Picked(leads=frozenset(partner.pk for partner in partners))


def as_stored(action):
    """The stages as a form sends them back when nobody touched them."""
    return [
        Stage({name: getattr(stage, name) for name in DATED}, pk=stage.pk, version=stage.version)
        for stage in action.deadlines.order_by("position")
    ]


def edit(action, by, **changes):
    current = AgreedAction.objects.get(pk=action.pk)
    values = {"owners": Picked(is_each_partner=current.is_for_each_partner), "stages": as_stored(current)} | changes
    return entry_actions.edit_action(action=current, by=by, version=values.pop("version", current.version), **values)


def code_of(attempt):
    with pytest.raises(ValidationError) as refusal:
        attempt()
    return refusal.value.code


def owners_of(action):
    shares = ActionShare.objects.filter(deadline__action=action).order_by("deadline__position", "partner__slug")
    return list(shares.values_list("deadline__position", "partner__slug", "part"))


def test_action_is_added_with_stage_shares_and_checklist(session, by):
    wco, unep = PartnerFactory(slug="wco"), PartnerFactory(slug="unep")
    owners = Picked(leads=frozenset([wco.pk]), consulted=frozenset([unep.pk]))

    action = add(session, by, owners=owners, points=[Point(1, "First"), Point(2, "Nested", 1)])

    assert action.number == 1
    assert owners_of(action) == [(1, "unep", Part.CONSULTED), (1, "wco", Part.LEAD)]
    assert list(action.sub_items.values_list("number", "text", "parent__number")) == [
        (1, "First", None),
        (2, "Nested", 1),
    ]
    stage = action.deadlines.get()
    assert (stage.latest, stage.entered_on) == (JULY, timezone.localdate())
    users = {row.history.first().history_user for row in (action, stage, stage.shares.first())}
    assert users == {by}


def test_number_of_a_deleted_action_is_never_used_again(session, by):
    add(session, by)
    second = add(session, by)

    entry_actions.delete_action(action=second, by=by, version=0)

    assert add(session, by).number == 3


def test_number_is_free_only_if_no_version_of_the_report_ever_had_it(session, by):
    """Also one that was added to a working copy and deleted there again."""
    first = session.meeting
    add(session, by)
    Meeting.objects.filter(pk=first.pk).update(state="final")
    numbers = []
    for version in (2, 3):
        copy = Meeting.objects.create(
            code=f"{first.code}-v{version}", title="Copy", starts_on=first.starts_on, ends_on=first.ends_on,
            revises=first, reopening_reason="A mistake.",
        )  # fmt: skip
        copied = entry.add_session(meeting=copy, by=by, title="One")
        action = add(copied, by)
        numbers.append(action.number)
        entry_actions.delete_action(action=action, by=by, version=0)
        entry.delete_session(session=copied, by=by, version=0)
        copy.delete()

    assert numbers == [2, 3]


@pytest.fixture
def copy(session, by):
    """The next version of a report that holds one action with two stages."""
    add(session, by, stages=[Stage({**DATED, "label": "a"}), Stage({**DATED, "label": "b"})])
    Meeting.objects.filter(pk=session.meeting_id).update(state="final")
    copy = Meeting.objects.create(
        code="x-v2", title="Copy", starts_on=JULY, ends_on=JULY, revises=session.meeting, reopening_reason="A mistake."
    )
    copied = entry.add_session(meeting=copy, by=by, title="One")
    action = AgreedAction.objects.create(meeting=copy, session=copied, number=1, title="x", text="x")
    for position, label in enumerate("ab", start=1):
        Deadline.objects.create(action=action, position=position, label=label, **DATED)
    return copy


def test_action_in_force_is_taken_out_of_the_next_version_only(copy, by):
    action = copy.actions.get()

    assert entry_actions.is_in_force(action)
    entry_actions.delete_action(action=action, by=by, version=0)

    assert (copy.actions.count(), copy.revises.actions.count(), entry_actions.next_number(copy)) == (0, 1, 2)


def test_stages_of_the_next_version_are_never_counted_anew(copy, by):
    """It takes the report over by position: a new stage must not inherit what was done about one taken away."""
    action = copy.actions.get()
    first, second = as_stored(action)

    edit(action, by, stages=[Stage({}, pk=first.pk, is_removed=True), Stage({**DATED, "label": "b"}, pk=second.pk)])
    edit(action, by, stages=[Stage({}, pk=second.pk, is_removed=True), Stage({**DATED, "label": "c"})])

    assert list(action.deadlines.values_list("position", "label")) == [(3, "c")]


def test_edit_changes_only_what_differs_and_says_so(session, by):
    wco, unep = PartnerFactory(slug="wco"), PartnerFactory(slug="unep")
    action = add(session, by, owners=leads(wco), by_whom_text="WCO")

    edit(action, by, owners=leads(unep), title="Do it now", by_whom_text="WCO")

    event = AuditEvent.objects.get(did="edited", object_kind="meetings.AgreedAction")
    assert (event.before, event.after) == (
        {"title": "Do it", "owners": ["wco: lead"]},
        {"title": "Do it now", "owners": ["unep: lead"]},
    )
    assert (AgreedAction.objects.get().version, Deadline.objects.get().version) == (1, 0)


def test_edit_that_changes_nothing_leaves_the_version(session, by):
    action = add(session, by, owners=leads(PartnerFactory()), by_whom_text="x")
    [pk] = action.deadlines.get().shares.values_list("partner", flat=True)

    edit(action, by, owners=Picked(leads=frozenset([pk])), by_whom_text="x")

    assert AgreedAction.objects.get().version == 0
    assert not AuditEvent.objects.filter(did="edited").exists()


@pytest.mark.parametrize("change", ["title", "stage", "owners", "points"])
def test_slower_of_two_editors_loses_whatever_was_changed(change, session, by):
    wco = PartnerFactory()
    action = add(session, by)
    stages = as_stored(action)
    edit(action, by, title="Faster")
    mine = {
        "title": {"title": "Slower"},
        "stage": {"stages": [Stage({**DATED, "label": "New"}, pk=stages[0].pk, version=0)]},
        "owners": {"owners": leads(wco)},
        "points": {"points": [Point(1, "One")]},
    }[change]

    assert code_of(lambda: edit(action, by, version=0, **mine)) == "changed_meanwhile"
    assert (AgreedAction.objects.get().title, Deadline.objects.get().label) == ("Faster", "")
    assert (ActionShare.objects.count(), action.sub_items.count()) == (0, 0)


def test_stages_are_added_changed_and_taken_away(session, by):
    action = add(session, by, stages=[Stage({**DATED, "label": label}) for label in ("a", "b", "c")])
    first, second, third = as_stored(action)

    edit(
        action, by,
        stages=[
            Stage({**DATED, "label": "a2"}, pk=first.pk), Stage({}, pk=second.pk, is_removed=True),
            Stage({**DATED, "label": "c"}, pk=third.pk), Stage({**DATED, "label": "d"}),
        ],
    )  # fmt: skip

    assert list(action.deadlines.values_list("position", "label")) == [(1, "a2"), (2, "c"), (3, "d")]


def test_stage_may_be_owed_by_others(session, by):
    wco, unep = PartnerFactory(slug="wco"), PartnerFactory(slug="unep")

    action = add(session, by, owners=leads(wco), stages=[
        Stage({**DATED, "label": "Draft"}), Stage({**DATED, "label": "Comments"}, picked=leads(unep)),
    ])  # fmt: skip

    assert owners_of(action) == [(1, "wco", Part.LEAD), (2, "unep", Part.LEAD)]


def test_share_that_stays_keeps_its_answer(session, by):
    wco, unep = PartnerFactory(slug="wco"), PartnerFactory(slug="unep")
    action = add(session, by, owners=leads(wco))
    answer = {"acceptance": Acceptance.ACCEPTED, "answered_at": timezone.now(), "answered_by": by}
    ActionShare.objects.update(**answer)

    edit(action, by, owners=Picked(contributes=frozenset([wco.pk]), leads=frozenset([unep.pk])))

    share = ActionShare.objects.get(partner=wco)
    assert (share.part, share.acceptance, share.version) == (Part.CONTRIBUTES, Acceptance.ACCEPTED, 1)


def test_share_that_was_answered_is_not_taken_away(session, by):
    action = add(session, by, owners=leads(PartnerFactory(acronym="WCO")))
    ActionShare.objects.update(acceptance=Acceptance.ACCEPTED, answered_at=timezone.now(), answered_by=by)
    [stage] = as_stored(action)

    refusals = [
        code_of(lambda: edit(action, by, owners=Picked())),
        code_of(lambda: edit(action, by, stages=[Stage({}, pk=stage.pk, is_removed=True)])),
        code_of(lambda: entry_actions.delete_action(action=action, by=by, version=0)),
    ]

    assert refusals == ["answered"] * 3
    assert ActionShare.objects.count() == 1


def test_day_that_changes_counts_as_entered_today(session, by):
    action = add(session, by)
    Deadline.objects.update(entered_on=datetime.date(2020, 1, 1))
    [stage] = as_stored(action)

    edit(action, by, title="Other")
    assert Deadline.objects.get().entered_on == datetime.date(2020, 1, 1)

    edit(action, by, stages=[Stage({**DATED, "latest": datetime.date(2026, 8, 1)}, pk=stage.pk)])
    assert Deadline.objects.get().entered_on == timezone.localdate()


def test_action_without_words_takes_the_owners_of_its_session(by):
    wco = PartnerFactory(slug="wco")
    meeting = MeetingFactory(draft=True)
    session = entry.add_session(meeting=meeting, by=by, title="One", default_owners=[wco])

    silent = add(session, by)
    worded = add(session, by, by_whom_text="Somebody")

    assert list(silent.deadlines.get().shares.values_list("partner__slug", "is_inherited")) == [("wco", True)]
    assert owners_of(worded) == []


def test_who_contributes_beside_the_lead_of_the_session_is_no_heir(by):
    """Action 9 of 2007: the drafting team leads, as said for the session; the WCO contributes, as the text says."""
    team, wco = PartnerFactory(slug="team"), PartnerFactory(slug="wco")
    session = entry.add_session(
        meeting=MeetingFactory(draft=True), by=by, title="Two", default_by_whom_text="the team", default_owners=[team]
    )

    action = add(session, by, owners=Picked(contributes=frozenset([wco.pk])))

    shares = (
        action.deadlines.get().shares.order_by("partner__slug").values_list("partner__slug", "part", "is_inherited")
    )
    assert list(shares) == [("team", Part.LEAD, True), ("wco", Part.CONTRIBUTES, False)]
