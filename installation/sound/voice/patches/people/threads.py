"""The ledger: thin threads of sound, and hardly any."""

from typing import Final

from installation.sound.voice.graph import Node
from installation.sound.voice.patches.patch import Moment, Patch

__all__ = ["Threads"]

_RELEASE: Final = 0.9


class Threads(Patch):
    """Glass under a slow bow, one tone for each thread that is drawn; all are let go at once."""

    name = "threads"
    sounds = ("threads",)

    def build(self) -> Node:
        """Nothing stands."""
        self._next = 0.6
        self._gone = False
        return None

    def step(self, now: Moment) -> None:
        """Draw a thread, or let all go."""
        gone = now["let_go"] > 0.5
        if gone and not self._gone:
            self.studio.events.hush(self.name, _RELEASE)
        self._gone = gone
        self._next -= now.dt * (0.4 + 1.2 * now["density"])
        if gone or self._next > 0.0:
            return
        self._next = self.chance.wait(3.4, 0.5)
        sound = self.chance.one(self.studio.library["threads"])
        degree = self.chance.choice((0, 2, 4, 4, 6, 7, 9, 11))
        pitch = self.studio.tuning.pitch(degree, 4.0 + now.register)
        gain = 0.012 * self.chance.uniform(0.3, 1.0) * (880.0 / pitch) ** 0.5
        self.sound(sound, now, gain, self.chance.uniform(0.0, 4.0), pitch)
