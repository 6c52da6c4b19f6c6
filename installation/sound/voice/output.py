"""The end of the voice: silence where it is wanted, no offset, and nothing that is no number."""

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from installation.ipc.feeds.sound import Drive
from installation.show.soundscape import SilenceSpec
from installation.sound import BLOCK, RATE, STATIONS
from installation.sound.voice.feedback import Feedback
from installation.sound.voice.graph import Graph

__all__ = ["Output"]

_DARK: Final = 0.020
"""Seconds in which sound ends for a blackout: with the block that it waits for, below 30 ms."""
_CALM: Final = 1.5
"""Seconds in which it ends in a panic."""
_POLE: Final = float(np.exp(-2.0 * np.pi * 5.0 / RATE))
_POWERS: Final = _POLE ** np.arange(BLOCK)
_ROOTS: Final = 1.0 / _POWERS
_RISE: Final = np.asarray(0.5 - 0.5 * np.cos(np.pi * np.arange(1, BLOCK + 1) / BLOCK), np.float32)
_FALL: Final = 1.0 - _RISE
_CEILING: Final = 0.9
"""Peak of a station: a bound, not a limiter; the desk limits."""
_HIGHEST: Final = np.float32(_CEILING)


class Output:
    """Fades, and what a block must pass before it leaves.

    Args:
        silence: How long intended silences take to begin and to end.
        graph: The graph.
        seed: Of the feedback.
    """

    def __init__(self, silence: SilenceSpec, graph: Graph, seed: int) -> None:
        self._feedback = Feedback(graph, seed)
        self.silence = silence
        self.silent = False
        """Whether silence is wanted."""
        self.refused = 0
        """Blocks that were not finite, and were replaced by silence, into which the one before fades."""
        self.refused_last = 0
        """How many of them came one after the other, up to the last block."""
        self._gain = 0.0
        self._last, self._high = np.zeros(len(STATIONS)), np.zeros(len(STATIONS))
        self._steps = np.zeros((len(STATIONS), BLOCK))

    @property
    def ended(self) -> bool:
        """Whether silence has been reached."""
        return self.silent and self._gain <= 0.0

    def before(self, feedback: float) -> None:
        """Prepare what the next block hears of the past: nothing in silence."""
        self._feedback.before(0.0 if self.silent else feedback)

    def after(self, block: npt.NDArray[np.float32], drive: Drive) -> npt.NDArray[np.float32]:
        """Finish a block."""
        # The sum of squares is one call; it may overflow where the samples themselves do not.
        if not (math.isfinite(np.vdot(block, block)) or np.isfinite(block).all()):
            self.refused += 1
            self.refused_last += 1
            block = np.outer(self._last, _FALL).astype(np.float32)  # what is no number must not click either
        elif self.refused_last:
            self.refused_last = 0
            block *= _RISE
        block = self._without_offset(block)
        self._feedback.after(block)
        self.silent = drive.dark or drive.calm or drive.silent
        if self._gain != (0.0 if self.silent else 1.0):
            block *= self._fade(drive)
        elif self.silent:
            block = np.zeros_like(block)
        np.maximum(block, -_HIGHEST, out=block)
        return np.minimum(block, _HIGHEST, out=block)

    def _fade(self, drive: Drive) -> npt.NDArray[np.float32]:
        """Gains of the block's samples on the way to what is wanted, with soft ends."""
        if drive.dark:
            seconds = _DARK
        elif drive.calm:
            seconds = _CALM
        else:
            seconds = self.silence.fade if drive.silent else self.silence.rise
        step = (-1.0 if self.silent else 1.0) / (seconds * RATE)
        gains = np.clip(self._gain + step * np.arange(1, BLOCK + 1), 0.0, 1.0)
        self._gain = float(gains[-1])
        return np.asarray(gains * gains * (3.0 - 2.0 * gains), np.float32)

    def _without_offset(self, block: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """A high-pass of first order at 5 Hz: y[n] = x[n] - x[n-1] + a y[n-1], for a whole block at once."""
        steps = self._steps
        np.subtract(block[:, 1:], block[:, :-1], out=steps[:, 1:])
        steps[:, 0] = block[:, 0] - self._last
        self._last = block[:, -1].astype(float)
        steps *= _ROOTS
        steps[:, 0] += _POLE * self._high
        np.add.accumulate(steps, axis=1, out=steps)
        steps *= _POWERS
        self._high = steps[:, -1].copy()
        return steps.astype(np.float32)
