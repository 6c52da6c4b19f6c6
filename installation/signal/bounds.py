"""The last check on every value that leaves the chain: finite, in range, not faster than allowed; counted.

It is not the guard, which bounds flashes in the picture and the lamps and knows nothing of parameters.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from installation.signal.modulators.modulator import clamp
from installation.values import Seconds

__all__ = ["FREE", "SLEW", "BoundsCounters", "bound", "reach"]

Floats = NDArray[np.float64]

SLEW = 120.0
"""Ranges a second that a routed parameter may move: the whole range in half a frame of a 60 Hz display, so
it shows only where frames are shorter, and makes what one frame can do independent of the frame rate."""

FREE = 1.001
"""Ranges a frame from which on a value may go anywhere within its limits, so that nobody need look: from the
highest value a step of more than the whole range leads to the lowest or below it, also in rounded numbers,
because the lowest is one of them. The thousandth is more than rounding can take from a range and a step."""


@dataclass(slots=True)
class BoundsCounters:
    """How often the bounds had to act since the start, one count per value and frame."""

    not_finite: int = 0
    out_of_range: int = 0
    too_fast: int = 0


def bound(
    values: Floats,
    base: Floats,
    before: Floats,
    limits: tuple[Floats, Floats],
    step: Floats | None,
    counters: BoundsCounters,
    counted: int | None = None,
) -> None:
    """Make values lawful, in place.

    Args:
        values: What the routes made, natural units.
        base: Takes the place of a value that is not finite.
        before: The lawful values of the frame before.
        limits: Least and greatest of each.
        step: How far each may be from ``before``; infinite for kinds that have no in-between; None where
            nothing that is in range could be too far.
        counters: Where to count.
        counted: How many of the first values count; None for all.
    """
    finite = np.isfinite(values)
    if np.count_nonzero(finite) != len(values):
        counters.not_finite += int(np.count_nonzero(~finite[:counted]))
        np.copyto(values, base, where=~finite)
    counters.out_of_range += _clamp(values, *limits, counted)
    if step is not None:
        counters.too_fast += _clamp(values, before - step, before + step, counted)


def _clamp(values: Floats, low: Floats, high: Floats, counted: int | None) -> int:
    """Clamp in place; returns how many of the first values were outside."""
    below, above = values < low, values > high
    outside = int(np.count_nonzero(below)) + int(np.count_nonzero(above))
    if outside:
        if counted is not None and counted < len(values):
            outside = int(np.count_nonzero(below[:counted])) + int(np.count_nonzero(above[:counted]))
        clamp(values, low, high)
    return outside


def reach(span: Floats, steady: NDArray[np.bool_], slew: float, dt: Seconds) -> Floats:
    """How far each value may move in one frame; anywhere if ``steady`` or in a frame of no length."""
    return np.where(steady | (dt <= 0), np.inf, span * (slew * dt))
