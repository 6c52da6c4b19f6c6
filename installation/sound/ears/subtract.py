"""What the canceller predicts, subtracted as far as it helps: nothing gets louder by it."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.sound import BLOCK, RATE

__all__ = ["TINY", "Output", "energy"]

TINY: Final = 1e-10
"""What keeps quotients of energies finite."""
_RAMP: Final = np.linspace(0.0, 1.0, BLOCK + 1, dtype=np.float32)[1:]

Floats = NDArray[np.float32]


class Output:
    """Subtracts a prediction as far as it helps.

    Energies are averaged over 50 ms. As soon as the rest is louder than the microphone, or a block is quieter
    than its prediction and would become louder, only that share of the prediction is subtracted which the
    microphone contains; and none of it from a block that would be twice as loud.

    Attributes:
        heard, left: Energies of microphone and rest, averaged over a second.
        now: Energy of the microphone, averaged over 50 ms.
        echo: Energy of the prediction, averaged over 50 ms.
        lost: Whether the prediction has not helped for half a second.
    """

    def __init__(self) -> None:
        self.heard = self.left = self.now = self.echo = 0.0
        self.lost = False
        self._rest = self._common = 0.0
        self._share = np.float32(0.0)
        self._useless = 0

    def mix(self, heard: Floats, predicted: Floats, gate: float) -> Floats:
        """Return a block without the prediction, or with the share ``gate`` of it."""
        wanted = self._helpful(heard, predicted)
        ours, all_ = energy(predicted), energy(heard)
        if ours > all_ and energy(heard - wanted * predicted) > all_:
            # A block that has less than our own output in it does not contain what is predicted.
            wanted = share(float(np.dot(heard, predicted)), ours)
        steps = self._share + (wanted - self._share) * _RAMP
        self._share = wanted
        taken = steps * predicted
        rest = heard - taken
        if ours > all_ and energy(rest) > 1.5 * all_:  # no time for a ramp
            taken = wanted * predicted
            rest = heard - taken
        if energy(rest) > 2.0 * max(all_, self.now):
            self._share = np.float32(0.0)
            taken, rest = np.zeros_like(heard), heard.copy()
        self._count(all_, energy(rest))
        return rest + np.float32(min(max(gate, 0.0), 1.0)) * taken if gate > 0.0 else rest

    def rest(self) -> None:
        """Note a block in which we were silent."""
        self._count(0.0, 0.0)
        self.echo = 0.0

    def _helpful(self, heard: Floats, predicted: Floats) -> np.float32:
        """Return the share of the prediction that is to be subtracted, 0..1."""
        self.now = 0.9 * self.now + 0.1 * energy(heard)
        self.echo = 0.9 * self.echo + 0.1 * energy(predicted)
        self._rest = 0.9 * self._rest + 0.1 * energy(heard - predicted)
        self._common = 0.9 * self._common + 0.1 * float(np.dot(heard, predicted))
        if self._rest <= 1.05 * self.now:
            self._useless = 0
            return np.float32(1.0)
        self._useless += 1
        if self._useless >= RATE // BLOCK // 2:
            self.lost, self._useless = True, 0
        return share(self._common, self.echo)

    def _count(self, heard: float, left: float) -> None:
        self.heard += (heard - self.heard) * BLOCK / RATE
        self.left += (left - self.left) * BLOCK / RATE


def share(common: float, predicted: float) -> np.float32:
    """Return how much of a prediction is contained, 0..1, from their product and its energy."""
    return np.float32(min(max(common / (predicted + TINY), 0.0), 1.0))


def energy(block: Floats) -> float:
    """Return the sum of the squares of a block."""
    return float(np.dot(block, block))
