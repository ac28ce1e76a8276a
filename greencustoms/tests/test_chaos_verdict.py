"""The verdict of `make chaos` finds what it is there to find."""

from datetime import UTC, datetime

import pytest

from ops.chaos.faults import CONNECTION_FAULTS, GONE, LETTER_FAULTS, MOST_VISITS, Fault, Plan
from ops.chaos.journal import Journal
from ops.chaos.rows import Row
from ops.chaos.verdict import judge

MOMENT = datetime(2026, 3, 2, 12, tzinfo=UTC)


def row(state="sent", **changes):
    fields = {
        "key": "mail:1", "to_address": "a@office.example", "state": state, "message_id": "<1@portal.example>",
        "is_last_chance": False, "times_sent_again": 0, "attempts": 0, "created_at": MOMENT, "sent_at": MOMENT,
        "last_error": "",
    }  # fmt: skip
    return Row(**{**fields, **changes})


def journal(*events, taken=0, to="a@office.example", message_id="<1@portal.example>"):
    found = Journal()
    for _ in range(taken):
        found.add({"event": "accepted", "at": 1.0, "to": to, "id": message_id})
    for event in events:
        found.add(event)
    return found


def refused(code):
    return {"event": "refused", "to": "a@office.example", "code": code, "fault": "said no"}


BROKEN = {"event": "left", "to": "a@office.example", "stage": "dot"}
PUT_IN = {"mail:1": "<1@portal.example>"}


@pytest.mark.parametrize(
    ("rows", "seen"),
    [
        ([row()], journal(taken=1)),
        ([row("failed")], journal(refused(550))),
        ([row("suppressed")], journal(refused(550), refused(550), refused(550))),
        ([row("unknown")], journal(BROKEN)),
        ([row("unknown")], journal(BROKEN, taken=1)),
        ([row(is_last_chance=True, times_sent_again=1)], journal(taken=2)),
    ],
)
def test_all_is_well(rows, seen):
    verdict = judge(rows, seen, put_in=PUT_IN)

    assert (verdict.is_well, verdict.lost, verdict.doubled, verdict.wrong) == (True, [], [], [])


@pytest.mark.parametrize(
    ("rows", "seen"),
    [
        ([], journal()),
        ([row()], journal()),
        ([row("pending")], journal()),
        ([row("handing")], journal(taken=1)),
        ([row("failed")], journal()),
        ([row("failed")], journal(BROKEN)),
        ([row("suppressed")], journal(refused(550), refused(451), refused(550))),
        ([row("cancelled")], journal()),
    ],
)
def test_a_lost_mail_is_found(rows, seen):
    verdict = judge(rows, seen, put_in=PUT_IN)

    assert (verdict.is_well, len(verdict.lost), verdict.doubled) == (False, 1, [])


@pytest.mark.parametrize(
    ("rows", "seen"),
    [
        ([row()], journal(taken=2)),
        ([row("unknown")], journal(BROKEN, taken=2)),
        ([row(is_last_chance=True)], journal(taken=2)),
        ([row(is_last_chance=True, times_sent_again=1)], journal(taken=3)),
    ],
)
def test_a_doubled_mail_is_found(rows, seen):
    verdict = judge(rows, seen, put_in=PUT_IN)

    assert (verdict.is_well, verdict.lost, verdict.doubled) == (
        False,
        [],
        [f"mail:1: taken {max(seen.accepted.values())} times"],
    )


def test_a_mail_under_another_message_id_is_found():
    seen = journal(taken=1)
    seen.add({"event": "accepted", "at": 2.0, "to": "a@office.example", "id": "<2@portal.example>"})

    verdict = judge([row()], seen, put_in=PUT_IN)

    assert verdict.doubled == ["a@office.example: got <2@portal.example>, which no row knows"]


@pytest.mark.parametrize(
    ("rows", "seen"),
    [
        ([row("unknown")], journal()),
        ([row("failed")], journal(refused(550), taken=1)),
        ([row(times_sent_again=1)], journal(taken=1)),
        ([row(message_id="<2@portal.example>")], journal(taken=1, message_id="<2@portal.example>")),
        ([row("held")], journal()),
    ],
)
def test_a_row_that_does_not_tell_the_truth_is_found(rows, seen):
    verdict = judge(rows, seen, put_in=PUT_IN)

    assert (verdict.is_well, len(verdict.wrong)) == (False, 1)


def test_who_owes_something_gets_one_digest():
    rows = [row(key=f"digest:{number}", message_id=f"<{number}@portal.example>") for number in (1, 2)]
    seen = journal(taken=1)
    seen.add({"event": "accepted", "at": 2.0, "to": "a@office.example", "id": "<2@portal.example>"})

    verdict = judge(rows, seen, put_in={}, owing=["a@office.example", "b@office.example"])

    assert verdict.doubled == ["a@office.example: 2 digests on one day"]
    assert verdict.lost == ["b@office.example: owes something and was not written to"]


def faults_of(seed):
    plan = Plan(seed=seed, share_of_connections=0.2, share_of_letters=0.2)
    letters = [plan.at_letter(f"{n}@office.example", visit) for n in range(300) for visit in range(1, MOST_VISITS + 1)]
    return [plan.at_connection(number) for number in range(300)] + letters


def test_a_seed_repeats_its_faults():
    assert faults_of(1) == faults_of(1)
    assert faults_of(1) != faults_of(2)


def test_every_fault_has_its_turn():
    assert {*faults_of(1)} == {None, *Fault}
    assert {*CONNECTION_FAULTS, *LETTER_FAULTS} == {*Fault}


def test_a_run_ends():
    plan = Plan(seed=1, share_of_letters=1)

    assert plan.at_letter("a@office.example", MOST_VISITS) is not None
    assert plan.at_letter("a@office.example", MOST_VISITS + 1) is None
    assert plan.at_letter(f"{GONE}-1@office.example", MOST_VISITS + 1) == Fault.RCPT_5XX
