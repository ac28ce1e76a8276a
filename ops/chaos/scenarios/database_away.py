"""PostgreSQL crashes while mail is being sent, and is back after half a minute."""

import time

from ops.chaos.faults import Plan
from ops.chaos.outcome import PATIENCE, Outcome, Size, scenario
from ops.chaos.verdict import judge
from ops.chaos.world import POSTGRESQL, SENDERS, World

MAILS, SECONDS = 1_000, 30


@scenario("database-away", databases=(POSTGRESQL,))
def database_away(database: str, size: Size) -> Outcome:
    """Nobody starts anything again but the database: senders, beat and ticker have to live through it."""
    outcome = Outcome()
    count = min(size.mails, MAILS)
    with World(database) as world:
        world.start_sink(Plan(pace=0.02))
        world.processes.run("mails", count, world.keys_path, size.seed)
        world.start_senders()
        follower = world.follower()
        world.wait_until(lambda: follower.look() >= count // 4, seconds=PATIENCE)
        world.postgresql.stop(ask_with="QUIT")
        before = follower.look()
        time.sleep(SECONDS)
        world.postgresql.start()
        world.wait_until(lambda: world.is_all_final(count), seconds=PATIENCE)
        rows = world.rows()
        outcome.verdict = judge(rows, world.journal(), put_in=world.put_in(), unknown_needs_a_broken_line=False)
        world.expect_senders_alive(outcome)
    outcome.told.append(f"PostgreSQL away for {SECONDS} s after {before} of {count} mails")
    outcome.expect(before < count, "all mails had left before")
    unknown = outcome.verdict.states["unknown"]
    outcome.expect(unknown <= SENDERS, f"{unknown} unknown, though each of {SENDERS} senders had one mail in hand")
    return outcome
