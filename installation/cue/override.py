"""Blackout and panic: applied after all routes, feedback edges, cues and fades.

Both are started and ended by people only. They depend on the tree alone: the player lets them write the
effective values last, so picture, lamps and all listeners see the same values.
"""

import math

from installation.commands import switched
from installation.cue.changes.fade import ease
from installation.parameter.tree import Tree
from installation.show.model import CueSpec, Show
from installation.values import Seconds

__all__ = ["BLACKOUT", "DARK", "LET_GO", "LEVEL", "LOUDNESS", "MASTER", "MUTE", "Blackout", "Panic"]

MASTER = "/master"
"""The parameter that panic limits."""
BLACKOUT = "/blackout"
"""The switch of the blackout."""
LEVEL = "/voice/level"
"""The fader of the sound, in decibels."""
MUTE = "/voice/mute"
"""The switch that silences it."""
LOUDNESS = frozenset({LEVEL, MUTE})
"""What a machine remembers of its room: it is set by hand, and saved into no cue and no preset."""
DARK = frozenset({"black", "still"})
"""What detectors must not report as a fault while the room is dark on request."""

LET_GO: Seconds = 1.0
"""Setting the master after it was untouched for this long ends a panic. A stream of values that was already
running, from a sensor or a jittering fader, does not."""


class Blackout:
    """A blackout set by hand. Cues and routes can also switch it on, but cannot end this one.

    Args:
        tree: The tree with the switch.

    Attributes:
        on: The value last set by hand.
    """

    def __init__(self, tree: Tree) -> None:
        self.on = False
        self._tree = tree
        self._touches = 0

    @property
    def asked(self) -> bool:
        """Whether the bases request darkness: the master is at 0 or the blackout is on."""
        base, tree = self._tree.base, self._tree
        return bool(base[tree.slot(MASTER)] <= 0.0 or base[tree.slot(BLACKOUT)] >= 0.5)

    def held_by(self, show: Show) -> str:
        """Return the signals whose routes hold a blackout that no base asks for; empty if none does.

        Where one of them is private, none is named.

        Neither the switch nor a GO ends such a blackout, only another value of the signal.
        """
        slot = self._tree.slot(BLACKOUT)
        if not self._tree.effective[slot] >= 0.5 > self._tree.base[slot]:
            return ""
        if self._tree.hidden[slot]:  # to name it would tell where somebody's reading is
            return "a private signal"
        return ", ".join(one.source for one in show.routes if one.target == BLACKOUT) or "something else"

    def asked_by(self, cue: CueSpec | None) -> str:
        """Return the words of the current cue if that asks for the blackout, which the next cue ends.

        Empty without a blackout, or where a hand or a route holds it.

        Args:
            cue: The current cue; None before the first.
        """
        dark = self._tree.base[self._tree.slot(BLACKOUT)] >= 0.5 and not self.on
        return cue.words if dark and cue is not None and cue.set.get(BLACKOUT) else ""

    def causes(self, show: Show, cue: CueSpec | None) -> tuple[str, str]:
        """Return what `held_by` and `asked_by` do."""
        return self.held_by(show), self.asked_by(cue)

    def hear(self) -> None:
        """Check whether the switch was set by hand; call after all input, and before cues and fades."""
        slot = self._tree.slot(BLACKOUT)
        touches = int(self._tree.touched[slot])
        if touches != self._touches:
            self._touches = touches
            self.on = bool(self._tree.base[slot] >= 0.5)

    def switch(self, state: bool | str | None = None) -> None:
        """Set the switch by hand; toggle it if no state is given."""
        now = self.on or self._tree.get_base(BLACKOUT)[0] > 0.5
        self._tree.set(BLACKOUT, (float(switched(state, now)),))
        self.hear()

    def hold(self) -> None:
        """Write the switch, base and effective value, overriding cues, states and routes."""
        if self.on:
            slot = self._tree.slot(BLACKOUT)
            self._tree.base[slot] = self._tree.effective[slot] = 1.0


class Panic:
    """A panic: a limit on the master, which falls to 0 and stays there until somebody ends it.

    Args:
        tree: The tree; it need not have a master.

    Attributes:
        stopped: Whether the cue list is stopped: from a panic until the next GO.
        ceiling: The current limit on the master, 0..1.
        seconds: Length of the latest fade of that limit.
    """

    def __init__(self, tree: Tree) -> None:
        self.stopped = False
        self.ceiling = 1.0
        self._tree = tree
        self._taken = False
        self._level = 1.0
        self._start, self._end = 1.0, 1.0
        self._passed: Seconds = 0.0
        self.seconds: Seconds = 0.0
        self._now: Seconds = 0.0
        self._touches = self._count()
        self._touched_at: Seconds = -math.inf

    @property
    def on(self) -> bool:
        """Whether it is active: until a GO, or until the master is taken up by hand."""
        return self.stopped and not (self._taken or self._taken_anew())

    @property
    def level(self) -> float:
        """The master before the panic, to which it returns."""
        return self._level

    def begin(self, seconds: Seconds, going_to: float | None = None) -> None:
        """Lower the limit to 0. A second panic can only shorten the first.

        Args:
            seconds: How long that takes.
            going_to: Where a fade was taking the master, to which it returns: else a panic while the light
                comes back after another one would leave the room dark at the next GO. None without a fade.
        """
        self._look()
        if not self.on and self._count() >= 0:
            standing = float(self._tree.base[self._tree.slot(MASTER)])
            self._level = standing if going_to is None else going_to
        self.stopped, self._taken = True, False
        self._move(0.0, seconds)

    def end(self, seconds: Seconds) -> None:
        """Raise the limit again, as a GO does."""
        self.stopped = False
        self._move(1.0, seconds)

    def advance(self, dt: Seconds, now: Seconds) -> None:
        """Process one frame in show time, which a hold of the cue list does not stop."""
        self._now = now
        self._look()
        if self.ceiling != self._end:
            self._passed += dt
            over = self._passed >= self.seconds
            way = 1.0 if over else ease(self._passed / self.seconds)
            self.ceiling = self._end if over else self._start + (self._end - self._start) * way

    def hold(self) -> None:
        """Clamp the master's effective value to the limit, whatever routes and fades made of it."""
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
        """Return how often the master was set by hand; -1 without a master."""
        tree = self._tree
        return int(tree.touched[tree.slot(MASTER)]) if MASTER in tree.parameters() else -1

    def _move(self, end: float, seconds: Seconds) -> None:
        self._start, self._end, self._passed, self.seconds = self.ceiling, end, 0.0, seconds
        if seconds <= 0:
            self.ceiling = end
