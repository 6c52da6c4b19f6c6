"""Blackout and panic: what acts after every route, edge, cue and fade.

Both are told by people, and only people end them. They need nothing but the tree: the player lets them write
the effective values last, so picture, lamps and everybody who is told a value see the same.
"""

import math

from installation.commands import switched
from installation.cue.fade import ease
from installation.parameter.tree import Tree
from installation.values import Seconds

__all__ = ["BLACKOUT", "DARK", "LET_GO", "MASTER", "Blackout", "Panic"]

MASTER = "/master"
"""The parameter that panic holds down."""
BLACKOUT = "/blackout"
"""The switch of the blackout."""
DARK = frozenset({"black", "still"})
"""What detectors must not report as a fault while the room is dark on request."""

LET_GO: Seconds = 1.0
"""Who sets the master after it was let alone for so long takes it up anew, and that ends a panic. A stream of
values that was running already, from a sensor or a fader that trembles, does not."""


class Blackout:
    """A blackout that somebody asked for. Cues and routes can make it dark as well, but not end this one.

    Args:
        tree: Has the switch.

    Attributes:
        on: Whether it is wanted: what the switch was last set to by hand.
    """

    def __init__(self, tree: Tree) -> None:
        self.on = False
        self._tree = tree
        self._touches = 0

    @property
    def asked(self) -> bool:
        """Whether the bases ask for darkness: the master is at 0 or the blackout is on."""
        base, tree = self._tree.base, self._tree
        return bool(base[tree.slot(MASTER)] <= 0.0 or base[tree.slot(BLACKOUT)] >= 0.5)

    def hear(self) -> None:
        """Look whether somebody set the switch; after all that came in, and before cues and fades."""
        slot = self._tree.slot(BLACKOUT)
        touches = int(self._tree.touched[slot])
        if touches != self._touches:
            self._touches = touches
            self.on = bool(self._tree.base[slot] >= 0.5)

    def switch(self, state: bool | str | None = None) -> None:
        """Set the switch by hand, or change it over where nothing is said."""
        now = self.on or self._tree.get_base(BLACKOUT)[0] > 0.5
        self._tree.set(BLACKOUT, (float(switched(state, now)),))
        self.hear()

    def hold(self) -> None:
        """Write the switch, base and effective value: what a cue, a state or a route made of it is undone."""
        if self.on:
            slot = self._tree.slot(BLACKOUT)
            self._tree.base[slot] = self._tree.effective[slot] = 1.0


class Panic:
    """A panic: a ceiling over the master, which falls to 0 and stays there until somebody ends it.

    Args:
        tree: May have a master.

    Attributes:
        stopped: Whether the cue list stands still: from a panic until the next GO.
        ceiling: The most that the master may be now, 0..1.
    """

    def __init__(self, tree: Tree) -> None:
        self.stopped = False
        self.ceiling = 1.0
        self._tree = tree
        self._taken = False
        self._level = 1.0
        self._start, self._end = 1.0, 1.0
        self._passed: Seconds = 0.0
        self._seconds: Seconds = 0.0
        self._now: Seconds = 0.0
        self._touches = self._count()
        self._touched_at: Seconds = -math.inf

    @property
    def on(self) -> bool:
        """Whether it holds: until a GO, or until somebody takes the master anew."""
        return self.stopped and not (self._taken or self._taken_anew())

    @property
    def level(self) -> float:
        """Where the master stood, and is to come back to."""
        return self._level

    def begin(self, seconds: Seconds) -> None:
        """Let the ceiling fall to 0 in so many seconds. A second panic may only hurry the first."""
        self._look()
        if not self.on and self._count() >= 0:
            self._level = float(self._tree.base[self._tree.slot(MASTER)])
        self.stopped, self._taken = True, False
        self._move(0.0, seconds)

    def end(self, seconds: Seconds) -> None:
        """Let the ceiling rise again, as a GO does."""
        self.stopped = False
        self._move(1.0, seconds)

    def advance(self, dt: Seconds, now: Seconds) -> None:
        """One frame, of real show time: nobody can hold it."""
        self._now = now
        self._look()
        if self.ceiling != self._end:
            self._passed += dt
            over = self._passed >= self._seconds
            way = 1.0 if over else ease(self._passed / self._seconds)
            self.ceiling = self._end if over else self._start + (self._end - self._start) * way

    def hold(self) -> None:
        """Press the master's effective value below the ceiling, whatever routes and fades made of it."""
        if self.ceiling < 1.0 and self._count() >= 0:
            slot = self._tree.slot(MASTER)
            self._tree.effective[slot] = min(float(self._tree.effective[slot]), self.ceiling)

    def _look(self) -> None:
        touches = self._count()
        if touches == self._touches:
            return
        if self.stopped and self._taken_anew():
            self._taken = True
            self._move(1.0, 0.0)
        elif self.on:
            self._level = float(self._tree.base[self._tree.slot(MASTER)])
        self._touches, self._touched_at = touches, self._now

    def _taken_anew(self) -> bool:
        return self._count() != self._touches and self._now - self._touched_at >= LET_GO

    def _count(self) -> int:
        """How often the master was set by hand; -1 without one."""
        tree = self._tree
        return int(tree.touched[tree.slot(MASTER)]) if MASTER in tree.parameters() else -1

    def _move(self, end: float, seconds: Seconds) -> None:
        self._start, self._end, self._passed, self._seconds = self.ceiling, end, 0.0, seconds
        if seconds <= 0:
            self.ceiling = end
