"""Two beats and four planners at once: each person still gets one digest."""

from ops.chaos.faults import Plan
from ops.chaos.outcome import PATIENCE, Outcome, Size, scenario
from ops.chaos.verdict import judge
from ops.chaos.world import World

PEOPLE, WAVES, PLANNERS = 400, 8, 4


@scenario("planners")
def planners(database: str, size: Size) -> Outcome:
    """People come in waves, and with each all planners and both beats race for them."""
    outcome = Outcome()
    people = min(size.mails, PEOPLE) // WAVES * WAVES
    with World(database) as world:
        world.start_sink(Plan())
        world.start_senders()
        world.processes.start("beat", world.folder / "second-beat")
        for _ in range(PLANNERS):
            world.processes.start("planner")
        for wave in range(WAVES):
            world.processes.run("people", people // WAVES, world.owing_path, wave)
        world.wait_until(lambda: world.is_all_final(people), seconds=PATIENCE)
        rows = world.rows()
        outcome.verdict = judge(rows, world.journal(), put_in={}, owing=world.owing())
        alive = sum(process.is_alive() for process in world.processes.named("planner"))
        world.expect_senders_alive(outcome)
    outcome.told.append(f"{people} people, each waited for by {PLANNERS} planners and 2 beats")
    outcome.expect(alive == PLANNERS, f"{PLANNERS - alive} planners fell over")
    outcome.expect(all(row.state == "sent" for row in rows), "not all were sent")
    return outcome
