"""Macros and trims bound to a show's tree and signals.

Each frame says how far every macro is off the middle, as the signal ``/macro/NAME/offset``: -1 at 0, 0 in the
dead zone, 1 at 1. Routes carry that to the targets (``routes.py``), after the show's own routes, so bases
stay what cues and hands made of them and a GO does not fight a fader.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.cue.changes.fade import Fades
from installation.cue.cuelist import CueList
from installation.errors import CommandError, nearest
from installation.parameter import Tree
from installation.player.macros.parameters import CUE_RATE
from installation.show.macros import MacroSpec, macros_of
from installation.signal import Signals
from installation.values import Address, Frame, Seconds

__all__ = ["DEAD", "NEUTRAL", "NEUTRAL_IN", "BoundMacros", "offset_of"]

Floats = NDArray[np.float64]

NEUTRAL: Final = 0.5
DEAD: Final = 0.03
"""Half the width of the dead zone: 0.47 to 0.53 is as authored."""
NEUTRAL_IN: Final[Seconds] = 4.0
"""How long the way back to neutral takes."""
_HOME: Final[Seconds] = 0.5
"""A macro that moves slowly comes back to the middle in this time at most."""


def offset_of(value: Floats) -> Floats:
    """Return how far faders are off the middle, -1..1; 0 in the dead zone, from whose edges it rises."""
    away = value - NEUTRAL
    far = np.maximum(np.abs(away) - DEAD, 0.0) / (NEUTRAL - DEAD)
    return np.where(far < 1e-12, 0.0, np.sign(away) * np.minimum(far, 1.0))  # 0.53 is not exactly 0.5 + 0.03


class BoundMacros:
    """The macros and trims of a show.

    Args:
        specs: The show's own; the default set is added.
        tree: Has their parameters.
        signals: Where their offsets are said.
        cues: A cue that names a macro ends its way back to neutral.
    """

    def __init__(self, specs: Iterable[MacroSpec], tree: Tree, signals: Signals, cues: CueList) -> None:
        self._tree, self._signals, self._cues = tree, signals, cues
        self._fades = Fades(tree)
        self._begun = cues.begun
        self._declared: list[Address] = []
        self._offsets: Floats = np.zeros(0)
        self._bases: Floats | None = None
        self._fresh, self._rests = True, False
        self._seen = b""
        self._secret, self._holds = np.zeros(0, np.bool_), np.zeros(0)
        self.specs: tuple[MacroSpec, ...] = ()
        self.follow(specs)

    def follow(self, specs: Iterable[MacroSpec]) -> None:
        """Take over the macros of an edited show; those that stay keep where they are."""
        states = zip(self._offsets.tolist(), self._secret.tolist(), self._holds.tolist(), strict=True)
        before = dict(zip([one.name for one in self.specs], states, strict=True))
        known, self._declared = self._declared, []
        addresses = [one.address for one in self.specs]
        self.specs = macros_of(specs)
        if addresses != [one.address for one in self.specs]:
            self._bases = None
        self._says = np.array([self._declare(one.offset) for one in self.specs], np.intp)
        self._signals.release(known)
        now = [before.get(one.name, (0.0, False, 0.0)) for one in self.specs]
        self._offsets = np.array([offset for offset, _, _ in now])
        self._secret = np.array([secret for _, secret, _ in now], np.bool_)
        self._holds = np.array([holds for _, _, holds in now])
        self._seconds = np.array([one.seconds for one in self.specs])
        self._version = -1

    def advance(self, frame: Frame) -> None:
        """Process one frame, after the cues and before the chain."""
        tree = self._tree
        if self._cues.begun != self._begun:
            self._begun = self._cues.begun
            cue = self._cues.current
            if cue is not None and any(one.address in cue.set for one in self.specs):
                self._fades.stop()
        self._fades.advance(frame.dt)
        rate = tree.slot(CUE_RATE)
        # What the cue clock does is told to everybody, so it does not follow a private signal.
        self._cues.clock.trim = float((tree.base if tree.hidden[rate] else tree.effective)[rate])
        if tree.version != self._version:
            self._version = tree.version
            self._slots = np.array([tree.slot(one.address) for one in self.specs], np.intp)
            self._seen = b""
        base, effective = tree.base[self._slots], tree.effective[self._slots]
        self._signals.times[self._says] = frame.time
        seen = base.tobytes() + effective.tobytes() + tree.hidden[self._slots].tobytes()
        if seen == self._seen and self._rests and not self._secret.any():
            return
        self._seen = seen
        # Routes of this frame have not run yet: what they added in the last one goes on top of today's base.
        values = base if self._bases is None else base + (effective - self._bases)
        self._bases = base
        wanted = offset_of(np.clip(values, 0.0, 1.0))
        self._offsets = wanted if self._fresh else self._moved(wanted, frame.dt)
        self._fresh = False
        self._rests = bool((self._offsets == wanted).all())
        signals = self._signals
        signals.values[self._says] = self._offsets + 0.0
        self._keep(tree.hidden[self._slots], wanted, frame.dt)
        signals.private[self._says] = self._secret

    def neutral(self, name: str | None = None) -> None:
        """Bring one macro or trim, or all, back to the middle in four seconds. Raises CommandError."""
        ends = {one.address: (NEUTRAL,) for one in self.specs if name in (None, one.name, one.address)}
        if not ends:
            message = f"no macro or trim {name!r}; {nearest(str(name), [one.name for one in self.specs])}"
            raise CommandError(message)
        self._fades.start(ends, NEUTRAL_IN)

    def off(self) -> dict[str, float]:
        """Return the macros and trims that are not neutral, with the faders' places, 0..1."""
        if self._version != self._tree.version:
            return {}
        shown = self._tree.shown()[self._slots]
        there = zip(self.specs, shown.tolist(), offset_of(shown).tolist(), strict=True)
        return {one.name: value for one, value, offset in there if offset}

    def _declare(self, address: Address) -> int:
        self._declared.append(address)
        return self._signals.declare(address)

    def _keep(self, hidden: NDArray[np.bool_], wanted: Floats, dt: Seconds) -> None:
        """Find the offsets that are private: also those on their way from where a private signal had them.

        That ends after the time of the longest way: the time of its own would tell where it began.
        """
        longest = 2.0 * np.maximum(self._seconds, _HOME) + _HOME
        self._holds = np.where(hidden, longest, np.maximum(self._holds - dt, 0.0))
        there = (self._holds <= 0.0) & (self._offsets == wanted)
        self._secret = hidden | (self._secret & ~there)

    def _moved(self, wanted: Floats, dt: Seconds) -> Floats:
        """Return the offsets of this frame: at most 1 in ``seconds`` away from the middle, faster back."""
        now = self._offsets
        home = np.abs(wanted) < np.abs(now)
        times = np.where(home, np.minimum(self._seconds, _HOME), self._seconds)
        step = np.where(times > dt, dt / np.maximum(times, 1e-9), 2.0)
        return now + np.clip(wanted - now, -step, step)
