"""The meters of what leaves."""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from installation.ipc.feeds.sound import Setup
from installation.sound.desk.chain import Powers, offset
from installation.sound.desk.controls import Meters
from installation.sound.desk.limiter import TruePeak
from installation.sound.desk.measure import Window, decibels, loudness

__all__ = ["Meter"]

Floats = NDArray[np.float64]


class Meter:
    """Loudness, true peak and sound level of some channels.

    Args:
        setup: Its calibration.
        rows: Channels that are measured, from 0, and the direction of each.
    """

    def __init__(self, setup: Setup, rows: Mapping[int, float]) -> None:
        self._momentary = Window(0.4)
        self._short = Window(3.0)
        self._second = Window(1.0, 2)
        self._peaks = Window(3.0)
        self.listen(setup, rows)

    def listen(self, setup: Setup, rows: Mapping[int, float]) -> None:
        """Measure other channels from now on, with another calibration."""
        self._rows = sorted(rows)
        self._offset = offset(setup)
        self._powers = Powers([rows[row] for row in self._rows], math.isfinite(self._offset))
        self._true_peak = TruePeak(len(self._rows))

    def push(self, out: NDArray[np.float32]) -> None:
        """Measure one block, (channels, BLOCK)."""
        block = out[self._rows].astype(np.float64)
        powers = self._powers.process(block)
        self._momentary.push(powers[:1])
        self._short.push(powers[:1])
        if len(powers) > 1:
            self._second.push(powers[1:])
        self._peaks.push(self._true_peak.process(block).max(keepdims=True))

    def read(self, reduction: float, scrubbed: int) -> Meters:
        """Return what was measured.

        Args:
            reduction: Decibels by which the chain turns down.
            scrubbed: Samples that were silenced.
        """
        c, a = (decibels(float(one)) + self._offset for one in self._second.mean())
        return Meters(
            momentary=loudness(float(self._momentary.mean()[0])),
            short_term=loudness(float(self._short.mean()[0])),
            true_peak=2.0 * decibels(self._peaks.peak()),
            reduction_db=reduction,
            dba=a,
            dbc=c,
            scrubbed=scrubbed,
        )
