"""Three senders are killed again and again while the mail server shows all its moods."""

from ops.chaos.faults import Plan
from ops.chaos.killer import Killer
from ops.chaos.outcome import PATIENCE, Outcome, Size, scenario
from ops.chaos.verdict import judge
from ops.chaos.world import World


@scenario("kills")
def kills(database: str, size: Size) -> Outcome:
    """Digests that the portal plans meanwhile, and mails of the other streams that are put in meanwhile."""
    outcome = Outcome()
    digests = size.mails * 2 // 5
    with World(database) as world:
        world.start_sink(Plan(seed=size.seed, share_of_connections=0.1, share_of_letters=0.06, pace=0.012))
        world.processes.run("people", digests, world.owing_path)
        world.start_senders()
        putting_in = world.processes.start("mails", size.mails - digests, world.keys_path, size.seed)
        killer = Killer(world, size.kills, size.mails, size.seed)
        killer.until_all_are_done(seconds=PATIENCE)
        putting_in.join()
        outcome.expect(killer.done >= size.kills, f"only {killer.done} of {size.kills} kills hit a sender at work")
        world.wait_until(lambda: world.is_all_final(size.mails), seconds=PATIENCE)
        journal = world.journal()
        outcome.verdict = judge(world.rows(), journal, put_in=world.put_in(), owing=world.owing())
        world.expect_senders_alive(outcome)
    outcome.told = [
        f"{killer.done} senders killed while connected to the mail server",
        f"{sum(journal.faults.values())} faults of the mail server, of {len(journal.faults)} kinds",
    ]
    return outcome
