"""Many people edit one share and one action at once, each with a connection of their own: no update is lost.

Whoever is second is told, reads again and saves again, as people do with the form that shows both texts.
"""

import os
import sqlite3
import threading
from collections.abc import Callable
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.test import Client

from greencustoms import roles
from greencustoms.core.models import AuditEvent
from greencustoms.core.tests.factories import UserFactory
from meetings.choices import StoredState
from meetings.models import ActionShare, AgreedAction
from meetings.rules.owners import Picked
from meetings.services import actions, entry, entry_actions
from meetings.services import shares as services
from meetings.tests.factories import ActionShareFactory, AgreedActionFactory, MeetingFactory
from partners.tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db(transaction=True)

EDITORS = 8
PATIENCE = 300
EDITS = [24, pytest.param(200, marks=pytest.mark.full)]


@pytest.fixture(autouse=True)
def own_connections(transactional_db, tmp_path):
    """On SQLite a file in the place of the tests' database in memory, which all threads would share a lock on."""
    if connection.vendor != "sqlite":
        yield
        return
    memory, name = connections["default"], connections["default"].settings_dict["NAME"]
    path = tmp_path / "many.sqlite3"
    memory.ensure_connection()
    kept = sqlite3.connect(path)
    memory.connection.backup(kept)
    kept.close()
    memory.settings_dict["NAME"] = str(path)
    del connections["default"]
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = memory
        memory.settings_dict["NAME"] = name


def all_at_once(tasks: list[Callable[[], None]]) -> None:
    """Run each in a thread that starts with the others; what goes wrong in one fails the test."""
    barrier, wrong = threading.Barrier(len(tasks)), []

    def run(task):
        try:
            barrier.wait(PATIENCE)
            task()
        except BaseException as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[task]) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    if wrong:
        raise wrong[0]


def until_taken(edit: Callable[[], None], told: list[str]) -> None:
    """Edit again as long as somebody else was faster, reading the row anew each time."""
    while True:
        try:
            edit()
        except ValidationError as error:
            if error.code != "changed_meanwhile":
                raise
            told.append(error.code)
        else:
            return


def chain_is_whole(row, name: str) -> bool:
    """Whether each change began where the one before it ended: otherwise one was overwritten unseen."""
    events = AuditEvent.objects.filter(object_kind=row._meta.label, object_id=str(row.pk)).order_by("pk")
    ends = [(event.before[name], event.after[name]) for event in events if name in event.after]
    return all(later[0] == earlier[1] for earlier, later in pairwise(ends))


@pytest.mark.parametrize("edits", EDITS)
def test_no_edit_of_a_share_is_lost(edits, capsys):
    share = ActionShareFactory()
    people = [MembershipFactory(partner=share.partner).user for _ in range(EDITORS)]
    told: list[str] = []

    def work(editor):
        for number in range(edits // EDITORS):

            def edit(text=f"Text {number} of {editor}."):
                row = ActionShare.objects.get(pk=share.pk)
                services.report_done(share=row, by=people[editor], version=row.version, what_was_done=text)

            until_taken(edit, told)

    all_at_once([lambda editor=editor: work(editor) for editor in range(EDITORS)])

    share.refresh_from_db()
    texts = [f"Text {number} of {editor}." for editor in range(EDITORS) for number in range(edits // EDITORS)]
    kept = share.history.exclude(what_was_done="").values_list("what_was_done", flat=True)
    assert share.version == edits
    assert sorted(kept) == sorted(texts)
    assert chain_is_whole(share, "what_was_done")
    _say(capsys, f"{edits} edits of a share by {EDITORS} people: 0 lost, {len(told)} times told")


@pytest.mark.parametrize("edits", EDITS)
def test_no_decision_on_an_action_is_lost(edits, capsys):
    action = AgreedActionFactory()
    people = [UserFactory(roles=[roles.SECRETARIAT]) for _ in range(EDITORS)]
    told: list[str] = []

    def work(editor):
        for number in range(edits // EDITORS):

            def edit(reason=f"Reason {number} of {editor}."):
                row = AgreedAction.objects.get(pk=action.pk)
                is_agreed = row.stored_state == StoredState.AGREED
                service = actions.drop_action if is_agreed else actions.reopen_action
                service(action=row, by=people[editor], version=row.version, reason=reason)

            until_taken(edit, told)

    all_at_once([lambda editor=editor: work(editor) for editor in range(EDITORS)])

    action.refresh_from_db()
    reasons = [f"Reason {number} of {editor}." for editor in range(EDITORS) for number in range(edits // EDITORS)]
    kept = action.history.exclude(state_reason="").values_list("state_reason", flat=True)
    assert action.version == edits
    assert sorted(kept) == sorted(reasons)
    assert chain_is_whole(action, "state_reason")
    assert chain_is_whole(action, "stored_state")
    _say(capsys, f"{edits} decisions on an action by {EDITORS} people: 0 lost, {len(told)} times told")


@pytest.mark.parametrize("editors", [6, pytest.param(200, marks=pytest.mark.full)])
def test_all_but_one_of_many_see_both_texts(editors, capsys):
    """All have the same form open and send it: one is taken, each of the others is shown theirs beside it."""
    share = ActionShareFactory()
    clients = []
    for _ in range(editors):
        client = Client()
        client.force_login(MembershipFactory(partner=share.partner).user)
        clients.append(client)
    pages: dict[int, tuple[int, str]] = {}

    def send(number):
        data = {"act": "done", "done-version": 0, "done-what_was_done": f"Text of editor {number}."}
        response = clients[number].post(share.get_absolute_url(), data)
        pages[number] = (response.status_code, response.content.decode())

    # More threads than connections help nobody: they take turns, with the version that all have seen.
    turns = [range(start, editors, EDITORS) for start in range(min(EDITORS, editors))]
    all_at_once([lambda numbers=numbers: [send(number) for number in numbers] for numbers in turns])

    share.refresh_from_db()
    [winner] = [number for number, (status, _html) in pages.items() if status == 302]
    assert (share.version, share.what_was_done) == (1, f"Text of editor {winner}.")
    losers = [html for number, (status, html) in sorted(pages.items()) if number != winner]
    numbers = [number for number in sorted(pages) if number != winner]
    assert [
        f"Text of editor {winner}." in html and f"Text of editor {number}." in html
        for number, html in zip(numbers, losers, strict=True)
    ] == [True] * (editors - 1)
    assert all("Somebody else changed this share" in html and 'value="1"' in html for html in losers)
    _say(capsys, f"{editors} people send one form: 1 taken, {len(losers)} shown both texts")


@pytest.mark.parametrize("edits", EDITS)
def test_no_edit_of_an_action_and_its_stage_is_lost(edits, capsys):
    """At the desk: half of the people change the title, the others the words "by when" of its stage."""
    meeting, by = MeetingFactory(draft=True), UserFactory()
    session = entry.add_session(meeting=meeting, by=by, title="One")
    action = entry_actions.add_action(
        meeting=meeting, by=by, session=session, title="x", text="x", owners=Picked(), stages=[entry_actions.Stage()]
    )
    told: list[str] = []

    def work(editor):
        for number in range(edits // EDITORS):

            def edit(text=f"{number} of {editor}"):
                row = AgreedAction.objects.get(pk=action.pk)
                stage = row.deadlines.get()
                values = {} if editor % 2 else {"title": text}
                words = {"by_when_text": text} if editor % 2 else {}
                entry_actions.edit_action(
                    action=row, by=by, version=row.version, owners=Picked(), session=session,
                    stages=[entry_actions.Stage(words, pk=stage.pk, version=stage.version)], **values,
                )  # fmt: skip

            until_taken(edit, told)

    all_at_once([lambda editor=editor: work(editor) for editor in range(EDITORS)])

    action.refresh_from_db()
    stage = action.deadlines.get()
    texts = {f"{number} of {editor}" for editor in range(EDITORS) for number in range(edits // EDITORS)}
    kept = {*action.history.values_list("title", flat=True), *stage.history.values_list("by_when_text", flat=True)}
    assert (action.version, stage.version) == (edits, edits // 2)
    assert kept - {"x", ""} == texts
    assert chain_is_whole(action, "title")
    assert chain_is_whole(stage, "by_when_text")
    _say(capsys, f"{edits} edits of an action and its stage: 0 lost, {len(told)} times told")


def test_actions_entered_at_once_have_numbers_of_their_own():
    meeting, by = MeetingFactory(draft=True), UserFactory()
    session = entry.add_session(meeting=meeting, by=by, title="One")

    def add():
        entry_actions.add_action(
            meeting=meeting,
            by=by,
            session=session,
            title="x",
            text="x",
            owners=Picked(),
            stages=[entry_actions.Stage()],
        )

    all_at_once([add] * EDITORS)

    assert list(meeting.actions.order_by("number").values_list("number", flat=True)) == list(range(1, EDITORS + 1))


def _say(capsys, words: str) -> None:
    """The figures of a full run stand in its output."""
    if os.environ.get("FULL"):
        with capsys.disabled():
            print(f"\n{connection.vendor}: {words}")
