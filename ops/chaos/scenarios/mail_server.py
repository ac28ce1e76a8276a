"""Each fault of the mail server by itself: what becomes of the mails, and whether it counts as a try."""

from collections import Counter

from ops.chaos.faults import CONNECTION_FAULTS, Fault, Plan
from ops.chaos.outcome import Outcome, Size, scenario
from ops.chaos.rows import Row, hurry
from ops.chaos.verdict import judge
from ops.chaos.world import World

EACH, LAST = 4, 2
MOST_ROUNDS = 12
WAITS = {("pending", 0)}
LATER = {("deferred", 1)}
UNKNOWN = {("unknown", 0)}
# The state and the tries of a mail that met the fault (security section 2).
AFTERWARDS = {
    Fault.REFUSED: WAITS,
    Fault.BANNER_HANGS: WAITS,
    Fault.BANNER_DROPS: WAITS,
    Fault.BANNER_421: WAITS,
    Fault.RCPT_4XX: LATER,
    Fault.RCPT_5XX: {("failed", 1)},
    Fault.RCPT_421: LATER,
    Fault.RCPT_HANGS: LATER,
    Fault.RCPT_DROPS: LATER,
    Fault.DATA_HANGS: LATER,
    Fault.DATA_DROPS: LATER,
    Fault.DOT_4XX: LATER,
    Fault.DOT_5XX: {("failed", 1)},
    Fault.DOT_421: LATER,
    Fault.TAKEN_DROPS: UNKNOWN,
    Fault.TAKEN_HANGS: UNKNOWN,
    Fault.LEFT_DROPS: UNKNOWN,
    Fault.LEFT_HANGS: UNKNOWN,
}
ONCE_MORE = (Fault.TAKEN_DROPS, Fault.TAKEN_HANGS, Fault.LEFT_DROPS, Fault.LEFT_HANGS)


@scenario("mail-server")
def mail_server(database: str, size: Size) -> Outcome:
    """One round against a server that always fails in the same way, then rounds against one that is well."""
    outcome = Outcome()
    with World(database) as world:
        for fault in Fault:
            prefix = fault.name.lower().replace("_", "-")
            world.processes.run("some", prefix, LAST, EACH, world.keys_path)
            if fault in CONNECTION_FAULTS:
                world.start_sink(Plan(every_connection=fault))
            else:
                world.start_sink(Plan(every_letter=fault))
            if fault == Fault.REFUSED:
                world.stop_sink()
            world.processes.run("send_once")
            _look(outcome, fault, [row for row in world.rows() if row.key.startswith(f"{prefix}:")])
            _send_the_rest(world)
        outcome.verdict = judge(world.rows(), world.journal(), put_in=world.put_in())
    outcome.told.append(f"{len(Fault)} faults, each against {EACH} mails and {LAST} that are somebody's last chance")
    return outcome


def _look(outcome: Outcome, fault: Fault, rows: list[Row]):
    """A sender may stop after a few broken lines: mails it did not come to are as they were."""
    wanted = AFTERWARDS[fault]
    found = Counter((row.state, row.attempts) for row in rows if not row.is_last_chance)
    outcome.expect(any(found[each] for each in wanted), f"{fault}: {dict(found)}, but none is {sorted(wanted)}")
    outcome.expect(set(found) <= wanted | WAITS, f"{fault}: {dict(found)}")
    if fault in ONCE_MORE:
        last = Counter((row.state, row.times_sent_again) for row in rows if row.is_last_chance)
        outcome.expect(
            {state for state, _ in last} <= {"pending", "deferred"} and any(times == 1 for _, times in last),
            f"{fault}: last chances do not wait to be sent once more: {dict(last)}",
        )


def _send_the_rest(world: World):
    world.start_sink(Plan())
    for _ in range(MOST_ROUNDS):
        hurry(world.address)
        world.processes.run("send_once")
        if world.is_all_final(1):
            return
