import json

import pytest

from greencustoms.core.tests.factories import UserFactory
from meetings.models import ActionShare, AgendaItem, AgreedAction, Annex, Attendance, ReportVersion, SubItem
from meetings.reports import snapshots
from meetings.tests.factories import (
    ActionShareFactory,
    AgreedActionFactory,
    DeadlineFactory,
    MeetingFactory,
    MeetingSessionFactory,
)
from partners.tests.factories import PartnerFactory

pytestmark = pytest.mark.django_db


def test_snapshot_holds_the_17_actions_of_2007_with_their_words(meeting_2007):
    content = snapshots.of(meeting_2007)

    numbers = [action["number"] for action in content["actions"]]
    [first_stage] = content["actions"][0]["stages"]
    assert (content["code"], content["version"], numbers) == ("gci-2007-03", 1, list(range(1, 18)))
    assert content["actions"][7]["reference"] == "GCI-2007-03/08"
    shares = [len(stage["shares"]) for action in content["actions"] for stage in action["stages"]]
    assert sum(shares) == ActionShare.objects.filter(deadline__action__meeting=meeting_2007).count()
    assert len(content["sessions"]) == meeting_2007.sessions.count()
    assert len(content["annexes"]) == meeting_2007.annexes.count()
    assert set(first_stage) == {
        "position", "label", "by_when_text", "kind", "earliest", "latest", "edtf", "is_inherited", "is_read_from_text",
        "event", "reading_note", "request_kind", "request_question", "shares",
    }  # fmt: skip


def test_snapshot_comes_back_from_the_database_as_it_was_also_with_strange_characters():
    meeting = MeetingFactory(draft=True, introduction="A\ufffdB\x0bC\x1fD\u2028E", host=PartnerFactory())
    action = AgreedActionFactory(meeting=meeting, text="NUL\x0bhere")
    parent = SubItem.objects.create(action=action, number=1, text="First")
    SubItem.objects.create(action=action, number=2, text="Second", parent=parent)
    ActionShareFactory(deadline__action=action)
    Attendance.objects.create(meeting=meeting, partner=PartnerFactory())
    Annex.objects.create(meeting=meeting, number=1, title="Agenda")
    earlier = AgreedActionFactory(meeting__code="earlier", number=3, title="Go on")
    AgendaItem.objects.create(meeting=meeting, action=earlier, note="again", added_by=UserFactory())
    content = snapshots.of(meeting)

    version = ReportVersion.objects.create(meeting=meeting, number=1, content=content)

    version.refresh_from_db()
    assert version.content == content == json.loads(json.dumps(content))
    assert content["introduction"] == "A\ufffdB\x0bC\x1fD\u2028E"
    assert content["matters_arising"] == [{"reference": "EARLIER/03", "title": "Go on", "note": "again"}]
    assert [item["parent"] for item in content["actions"][0]["sub_items"]] == [None, 1]


def test_snapshot_replaces_nul_which_postgresql_does_not_keep():
    meeting = MeetingFactory()
    meeting.introduction = "A\x00B"

    content = snapshots.of(meeting)

    assert content["introduction"] == "A\ufffdB"


def test_snapshot_leaves_out_proposed_actions():
    action = AgreedActionFactory(number=1)
    AgreedActionFactory(meeting=action.meeting, number=2, stored_state=AgreedAction.stored_state.field.choices[0][0])

    content = snapshots.of(action.meeting)

    assert [row["number"] for row in content["actions"]] == [1]


@pytest.mark.parametrize("rows", [1, 3])
def test_snapshot_statements_do_not_grow(rows, django_assert_num_queries):
    meeting = MeetingFactory(host=PartnerFactory())
    for session in MeetingSessionFactory.create_batch(rows, meeting=meeting):
        for action in AgreedActionFactory.create_batch(rows, meeting=meeting, session=session):
            for deadline in DeadlineFactory.create_batch(rows, action=action):
                ActionShareFactory.create_batch(rows, deadline=deadline)

    with django_assert_num_queries(9):
        snapshots.of(meeting)
