"""Nobody answers at the broker's address for the whole run: the ticker alone keeps mail going."""

from statistics import median

from ops.chaos.faults import Plan
from ops.chaos.outcome import PATIENCE, Outcome, Size, scenario
from ops.chaos.verdict import judge
from ops.chaos.world import POSTGRESQL, World

MAILS, SECONDS = 500, 150
LATEST = 120
# What a person may notice of it.
LONGEST_WAIT = 0.3


@scenario("redis-away", databases=(POSTGRESQL,))
def redis_away(database: str, size: Size) -> Outcome:
    """Real clock, real intervals: all mails sent, none later than two minutes after it was put in."""
    outcome = Outcome()
    count = min(size.mails, MAILS)
    with World(database, clock="real", with_redis=False) as world:
        world.start_sink(Plan())
        world.start_senders()
        waits = world.folder / "waits"
        world.processes.run("trickle", count, world.keys_path, SECONDS, waits)
        world.wait_until(lambda: world.is_all_final(count), seconds=PATIENCE, hurry=False)
        rows = world.rows()
        outcome.verdict = judge(rows, world.journal(), put_in=world.put_in())
        waited = median(float(line) for line in waits.read_text().split())
    outcome.expect(len(rows) == count, f"{len(rows)} of {count} mails were put in")
    outcome.expect(all(row.state == "sent" for row in rows), "not all were sent")
    late = max((row.seconds_late for row in rows), default=0)
    outcome.told.append(f"the latest mail left {late:.0f} s after it was put in")
    outcome.expect(late <= LATEST, f"a mail left only after {late:.0f} s")
    outcome.told.append(f"putting one in took {waited:.2f} s")
    outcome.expect(waited <= LONGEST_WAIT, "whoever puts in a mail waits for a broker that is away")
    return outcome
