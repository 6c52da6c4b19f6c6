"""The final check of every value that leaves the chain: finite, in range, limited slew; with counters.

This is not the guard, which limits flashes in picture and lamps and knows nothing of parameters.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from installation.signal.modulators.modulator import clamp
from installation.values import Seconds

__all__ = ["FREE", "SLEW", "BoundsCounters", "bound", "reach"]

Floats = NDArray[np.float64]

SLEW = 120.0
"""Maximum slew of a routed parameter in ranges per second: the whole range in half a frame of a 60 Hz
display. It matters only for shorter frames, and makes the effect of one frame independent of the frame
rate."""

FREE = 1.001
"""Step in ranges per frame from which the slew limit cannot apply, so that it need not be checked: a step of
more than the whole range leads from any value beyond the opposite limit. The excess of one thousandth covers
rounding of range and step."""


@dataclass(slots=True)
class BoundsCounters:
    """How often the bounds acted since the start, counted per value and frame."""

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
    """Apply the bounds to ``values`` in place.

    Args:
        values: Result of the routes, in natural units.
        base: Replaces values that are not finite.
        before: The bounded values of the previous frame.
        limits: Minimum and maximum of each.
        step: Maximum distance of each from ``before``; infinite for kinds that are not continuous; None if no
            value in range can exceed it.
        counters: Counters to update.
        counted: Count only the first so many values; None counts all.
    """
    finite = np.isfinite(values)
    if np.count_nonzero(finite) != len(values):
        counters.not_finite += int(np.count_nonzero(~finite[:counted]))
        np.copyto(values, base, where=~finite)
    counters.out_of_range += _clamp(values, *limits, counted)
    if step is not None:
        counters.too_fast += _clamp(values, before - step, before + step, counted)


def _clamp(values: Floats, low: Floats, high: Floats, counted: int | None) -> int:
    """Clamp in place; return how many of the first values were out of range."""
    below, above = values < low, values > high
    outside = int(np.count_nonzero(below)) + int(np.count_nonzero(above))
    if outside:
        if counted is not None and counted < len(values):
            outside = int(np.count_nonzero(below[:counted])) + int(np.count_nonzero(above[:counted]))
        clamp(values, low, high)
    return outside


def reach(span: Floats, steady: NDArray[np.bool_], slew: float, dt: Seconds) -> Floats:
    """Return the maximum step of each value in one frame; infinite if ``steady`` or if ``dt`` is 0."""
    return np.where(steady | (dt <= 0), np.inf, span * (slew * dt))
