"""The people in the room as bodies in the picture, bound to a show's signals and parameters."""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.bodies import Bodies, Laws
from installation.bodies.privilege import delay, gain, privilege
from installation.neuro.parameters import MOST_PEOPLE
from installation.neuro.people import AT_X, AT_Y
from installation.neuro.room import FEWEST
from installation.parameter import Tree
from installation.player.macros.parameters import RESPONSE
from installation.player.room.commons import REFORM
from installation.signal import Signals
from installation.values import Address, Frame

__all__ = ["SIGNALS", "BodyTracks"]

Floats = NDArray[np.float64]

SIGNALS: Final[tuple[Address, ...]] = (
    "/bodies/count", "/bodies/stillness", "/bodies/settled", "/bodies/quorum",
)  # fmt: skip
"""How many there are; share of them who stand still; how far the most settled one is; the strongest glow."""

_FRESH: Final = 2.0
_AT: Final = [AT_X, AT_Y]


class BodyTracks:
    """Follows everybody who is in the room.

    Args:
        tree: Has ``/strata/reform`` and ``/bodies/response``.
        signals: Where the counts are said.
        laws: Aspect of the picture and scale of the piece.

    Attributes:
        laws: As given.
        bodies: With the table that scenes read.
        seen: ``(40, 2)`` where people are, in shares of the picture; NaN where nobody is.
        gains: ``(40,)`` strength of the answer to each by privilege; 0 where nobody is.
        delays: ``(40,)`` seconds by which privilege delays the answer to each person, for the attribution.
    """

    def __init__(self, tree: Tree, signals: Signals, laws: Laws) -> None:
        self.bodies = Bodies()
        self.seen: Floats = np.full((MOST_PEOPLE, 2), np.nan)
        self.gains: Floats = np.zeros(MOST_PEOPLE)
        self.delays: Floats = np.zeros(MOST_PEOPLE)
        self._tree = tree
        self._signals = signals
        self.laws = self._held = laws
        self._version, self._slot, self._response = -1, -1, -1
        self._says = np.array([signals.declare(address) for address in SIGNALS], np.intp)

    @property
    def reform(self) -> float:
        """How equal the answers are, 0..1."""
        self._bind()
        return float(self._tree.effective[self._slot])

    def _bind(self) -> None:
        tree = self._tree
        if tree.version != self._version:
            self._version, self._slot, self._response = tree.version, tree.slot(REFORM), tree.slot(RESPONSE)

    def advance(self, frame: Frame, values: Floats, times: Floats, answers: Floats | None) -> None:
        """One frame.

        Args:
            frame: Now.
            values: ``(40, 6)`` newest readings.
            times: Show time of each.
            answers: ``(40, 6)`` of the attribution; None where everybody is answered where they are.
        """
        seen = np.where(frame.time - times[:, _AT] <= _FRESH, values[:, _AT], np.nan)
        seen = np.where((seen >= 0.0) & (seen <= 1.0), seen, np.nan)
        reform = self.reform
        answered = seen if answers is None else answers[:, _AT]
        response = float(self._tree.effective[self._response])
        if (reform, response) != (self._held.reform, self._held.response):
            self._held = replace(self.laws, reform=reform, response=response)
        self.bodies.advance(seen, answered, frame.dt, self._held)
        here = np.isfinite(seen).all(axis=1)
        by = privilege(np.where(np.isfinite(seen[:, 0]), seen[:, 0], 0.0), reform)
        self.seen, self.gains, self.delays = seen, gain(by) * here, delay(by)
        self._say(frame)

    def _say(self, frame: Frame) -> None:
        bodies, signals = self.bodies, self._signals
        count = bodies.count
        said = (float(count), bodies.stillness, float(bodies.settle.max()), float(bodies.glow.max()))
        signals.values[self._says] = said
        signals.times[self._says] = frame.time
        signals.confidence[self._says] = 1.0
        signals.private[self._says[1:]] = 0 < count < FEWEST
