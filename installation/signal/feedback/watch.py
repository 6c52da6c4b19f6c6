"""Measures of a running feedback loop: its gain, its Lyapunov exponent, and the governor."""

from collections import deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from installation.parameter.tree import Tree
from installation.signal.feedback.controls import CONTROLS
from installation.signal.feedback.edges import Feedback
from installation.signal.feedback.governor import Governor, Sight
from installation.signal.feedback.loop_gain import LoopGain, steepness
from installation.signal.feedback.lyapunov import SIZE, Exponent, Part
from installation.signal.store import Signals
from installation.status import LoopStatus
from installation.values import Address, Frame, Seconds

__all__ = ["LOOP_GAIN", "LYAPUNOV", "RESEED", "LoopWatch"]

Floats = NDArray[np.float64]

LOOP_GAIN: Address = "/neuro/loop-gain"
LYAPUNOV: Address = "/neuro/lyapunov"
RESEED: Address = "/governor/reseed"

_SAMPLE = 15
"""Frames between two samples of the edges' movement."""
_LOOKS = 8
"""Number of samples: two seconds at 60 fps."""


class LoopWatch:
    """Measures the edges after each frame and writes the results as signals.

    Args:
        feedback: The edges.
        signals: Store of the results; they are declared here, and released by ``close``.

    Attributes:
        exponent: The Lyapunov exponent.
        gain: The loop gain.
        governor: Detects that the loop is stuck.
        swing: Largest movement of any edge between two samples of the last seconds, 0..1 of its range.
    """

    def __init__(self, feedback: Feedback, signals: Signals) -> None:
        self._feedback, self._signals = feedback, signals
        self._told = [signals.declare(address) for address in (LOOP_GAIN, LYAPUNOV, RESEED)]
        self.exponent = Exponent()
        self.governor = Governor()
        self._steep = np.array([steepness(shape) for shape in feedback.shapes], np.float64)
        self._seen: Floats | None = None
        self._moves: deque[float] = deque(maxlen=_LOOKS)
        self._passed: Seconds = 0.0
        self.swing = 0.0

    def bind(self, tree: Tree) -> None:
        """Find all slots in a new version of the tree; call after binding the feedback."""
        feedback = self._feedback
        self.gain = LoopGain(feedback.specs, feedback.slots, self._steep, tree)
        span = tree.span[feedback.targets]
        self._weight: Floats = np.where(span > 0, 1.0 / np.where(span > 0, span, 1.0), 0.0)
        signs = np.where(np.arange(len(span)) % 3 == 1, -1.0, 1.0)
        self._kick: Floats = signs * span * (SIZE / max(float(np.sqrt(len(span))), 1.0))
        self._key = b""

    def wakes(self, frame: Frame) -> bool:
        """Count a frame; True if it is to be measured."""
        self._passed += frame.dt
        due = self.exponent.due(frame.dt)
        return (
            due
            or self._feedback.reseed > 0.0
            or self.gain.moves
            or self._feedback.key != self._key
            or frame.index % _SAMPLE == 0
        )

    def look(self, loop: Floats, twins: Sequence[Floats], frame: Frame, intended: frozenset[str]) -> None:
        """Measure a frame for which ``wakes`` returned True, and write the signals.

        Args:
            loop: Values of the edges' target parameters.
            twins: The twin's values there; the last one is its next input. Rescaled in place.
            frame: The current frame.
            intended: Of ``black`` and ``still``: conditions that the cue wants.
        """
        feedback = self._feedback
        if feedback.key != self._key:
            self._key = feedback.key
            controls = feedback.controls.reshape(len(CONTROLS), feedback.count, -1)[..., 0]
            self.gain.aim(controls[0], controls[1], feedback.active[::2])
        looks = frame.index % _SAMPLE == 0
        if self.exponent.is_due:
            self.exponent.measure(self._parts(loop, twins), self._kick)
        if self.gain.advance() or looks:
            self._tell(frame)
        if looks:
            self._sample(feedback.x[::2])
        if looks or feedback.reseed > 0.0:
            get = self._signals.get
            sight = Sight(get("/picture/mean"), get("/picture/motion"), self.swing, self.gain.value, intended)
            feedback.reseed = self.governor.advance(sight, self._passed)
            self._passed = 0.0
            self._signals.write(self._told[2], feedback.reseed, frame.time)

    def _tell(self, frame: Frame) -> None:
        self._signals.write(self._told[0], self.gain.value, frame.time)
        if self.exponent.value is not None:
            self._signals.write(self._told[1], self.exponent.value, frame.time)

    def status(self) -> LoopStatus:
        """Return the loop's part of ``status``."""
        return LoopStatus(
            gain=round(self.gain.value, 4),
            exponent=round(self.exponent.value or 0.0, 3),
            reseed=round(self.governor.reseed, 3),
            reason=self.governor.reason,
        )

    def adopt(self, old: "LoopWatch") -> None:
        """Take over the state of ``old``."""
        self.exponent, self.governor = old.exponent, old.governor

    def close(self) -> None:
        """Release the signals."""
        self._signals.release((LOOP_GAIN, LYAPUNOV, RESEED))

    def _parts(self, loop: Floats, twins: Sequence[Floats]) -> list[Part]:
        feedback = self._feedback
        parts: list[Part] = [(rows[:, 0::2], rows[:, 1::2], None) for rows in feedback.history.window()]
        parts += [(state[..., 0::2], state[..., 1::2], None) for _, state in feedback.steps.states()]
        return parts + [(loop, twin, self._weight) for twin in twins]

    def _sample(self, x: Floats) -> None:
        """Record how far the edges have moved since the last sample."""
        moved = 0.0 if self._seen is None else float(np.max(np.abs(x - self._seen), initial=0.0))
        self._seen = x.copy()
        self._moves.append(moved)
        self.swing = max(self._moves)
