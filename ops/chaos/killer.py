"""Kills senders while they send."""

import random
import time
from dataclasses import dataclass, field

from .processes import connected
from .world import World

# Kills are spread over this part of the mails, so that there is always something left to send.
SPREAD = 0.8
LONGEST_AIM = 0.03


@dataclass
class Killer:
    """Kills whoever has a connection to the mail server, at moments the seed chooses from how much has been sent."""

    world: World
    kills: int
    mails: int
    seed: int
    done: int = field(default=0, init=False)

    def __post_init__(self):
        self._dice = random.Random(f"{self.seed} kills")  # noqa: S311
        self._at = sorted(self._dice.random() * SPREAD * self.mails for _ in range(self.kills))
        self._follower = self.world.follower()

    def until_all_are_done(self, *, seconds: float) -> None:
        """Or until there was nothing more to kill for so long."""
        until = time.monotonic() + seconds
        while self.done < self.kills and time.monotonic() < until:
            self.world.replace_ended_senders()
            if self._follower.look() >= self._at[self.done] and self._kill_one():
                self.done += 1
                until = time.monotonic() + seconds
            else:
                self.world.hurry_now_and_then()
                time.sleep(0.005)
        self.world.replace_ended_senders()

    def _kill_one(self) -> bool:
        time.sleep(self._dice.random() * LONGEST_AIM)
        alive = {process.pid: process for process in self.world.senders.values() if process.is_alive()}
        sending = connected(alive, self.world.sink_port)
        if not sending:
            return False
        victim = alive[self._dice.choice(sending)]
        victim.kill()
        victim.join()
        return True
