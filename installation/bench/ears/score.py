"""How well times and tempi that were found agree with the true ones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Score", "match", "tempo_is"]

Double = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one or several comparisons."""

    hits: int = 0
    found: int = 0
    true: int = 0

    def __add__(self, other: "Score") -> "Score":
        return Score(self.hits + other.hits, self.found + other.found, self.true + other.true)

    @property
    def f(self) -> float:
        """F-measure: the harmonic mean of precision and recall, 0..1; 1 where there was nothing to find."""
        return 2.0 * self.hits / (self.found + self.true) if self.found + self.true else 1.0

    @property
    def precision(self) -> float:
        """Share of the found ones that are true."""
        return self.hits / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of the true ones that were found."""
        return self.hits / self.true if self.true else 1.0


def match(found: Iterable[float], true: Sequence[float] | Double, tolerance: float = 0.05) -> Score:
    """Pair times, each at most once, within ``tolerance`` seconds, as many pairs as possible.

    50 ms is what MIREX and mir_eval take for onsets, 70 ms for beats.
    """
    times, truth = sorted(found), sorted(true)
    hits = at = 0
    for time in times:
        while at < len(truth) and truth[at] < time - tolerance:
            at += 1
        if at < len(truth) and truth[at] <= time + tolerance:
            hits += 1
            at += 1
    return Score(hits, len(times), len(truth))


def tempo_is(found: float, true: float) -> str:
    """``right`` within 4 %, ``octave`` for a double, a half, three times or a third of it, else ``wrong``."""
    for factor, word in (
        (1.0, "right"),
        (2.0, "octave"),
        (0.5, "octave"),
        (3.0, "octave"),
        (1.0 / 3.0, "octave"),
    ):
        if abs(found / (true * factor) - 1.0) <= 0.04 + 1e-9:
            return word
    return "wrong"
