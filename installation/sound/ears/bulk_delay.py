"""How late our own output comes back in the microphones: devices' latencies and the way through the room.

The generalised cross-correlation with phase transform (Knapp & Carter 1976) of the lower band, averaged over
some seconds.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.sound import BLOCK, RATE

__all__ = ["LONGEST", "BulkDelay"]

LONGEST: Final = 0.45
"""Longest delay in seconds that is found."""

_EVERY: Final = 8
"""Samples that become one: 6 kHz, of which the lower half counts."""
_RATE: Final = RATE // _EVERY
_BLOCKS: Final = 384
"""Blocks that are compared, 2 s."""
_SIZE: Final = 16_384
"""Of the transform of these 12,288 samples: delays up to 4,096 do not wrap around."""
_PERIOD: Final = 94
"""Blocks between two looks: half a second."""
_KEPT: Final = 0.5
"""Share of the old correlation that is kept at each look."""
_CLEAR: Final = 8.0
"""How many times the peak is above the mean of its surroundings, for a delay to be believed."""
_EARLIER: Final = 0.5
"""Share of the peak that an earlier arrival needs to count as the beginning."""

Floats = NDArray[np.float32]


class BulkDelay:
    """Finds the delay of a reference in a microphone.

    Attributes:
        found: The delay in samples of ``RATE`` that was found last; None before there is one.
    """

    def __init__(self) -> None:
        self.found: int | None = None
        self._heard: Floats = np.zeros((_BLOCKS, BLOCK // _EVERY), np.float32)
        self._played: Floats = np.zeros((_BLOCKS, BLOCK // _EVERY), np.float32)
        self._average: Floats = np.zeros(round(LONGEST * _RATE), np.float32)
        self._count = 0

    def process(self, microphone: Floats, reference: Floats) -> bool:
        """Take one block of each, ``(BLOCK,)``. Returns whether it has looked again; ``found`` may be new."""
        place = self._count % _BLOCKS
        for held, block in ((self._heard, microphone), (self._played, reference)):
            held[place] = block.reshape(-1, _EVERY).sum(axis=1)
        self._count += 1
        if self._count % _PERIOD:
            return False
        self._look()
        return True

    def _look(self) -> None:
        if not self._played.any() or not self._heard.any():
            return
        oldest = self._count % _BLOCKS
        heard, played = (
            np.fft.rfft(np.roll(one, -oldest, axis=0).ravel(), _SIZE) for one in (self._heard, self._played)
        )
        cross = heard * np.conj(played)
        size = np.abs(cross)
        cross /= size + 1e-3 * size.max() + 1e-20
        correlation = np.abs(np.fft.irfft(cross)[: len(self._average)]).astype(np.float32)
        self._average *= _KEPT
        self._average += (1.0 - _KEPT) * correlation
        peak = float(self._average.max())
        if peak > _CLEAR * float(self._average.mean()):
            self.found = int(np.argmax(self._average >= _EARLIER * peak)) * _EVERY
