"""Finds steps and corners in a sound: samples that nothing around them explains."""

import numpy as np
import numpy.typing as npt

__all__ = ["clicks"]

_ORDER = 4
_WIDE = 48
"""Samples on each side that are compared: a millisecond."""
_NEAR = 6
"""Samples on each side that belong to the click itself."""


def clicks(samples: npt.ArrayLike, ratio: float = 12.0, least: float = 1e-4) -> list[tuple[int, int, float]]:
    """Return channel, place and ratio of each sample whose fourth difference stands out of both of its sides.

    A step of s has a fourth difference of 3 s for two samples. An attack has as much behind it as in it,
    noise everywhere, what is cut off before it: none of these counts, but a step in them does.

    Args:
        samples: (channels, n).
        ratio: To the mean of the louder side, which normal noise exceeds nearly never.
        least: Smallest fourth difference that counts.
    """
    bend = np.abs(np.diff(np.asarray(samples, np.float64), _ORDER, axis=1))
    edge = _WIDE + _NEAR
    bend = np.pad(bend, ((0, 0), (edge, edge)))
    power = np.concatenate([np.zeros((len(bend), 1)), np.cumsum(bend * bend, axis=1)], axis=1)
    mean = np.sqrt(np.maximum(power[:, _WIDE:] - power[:, :-_WIDE], 0.0) / _WIDE)
    inner = bend[:, edge:-edge]
    count = inner.shape[1]
    before, after = mean[:, 1 : count + 1], mean[:, edge + _NEAR : edge + _NEAR + count]
    out = inner / np.maximum(np.maximum(before, after), least / ratio)
    found: list[tuple[int, int, float]] = []
    for channel, place in np.argwhere((out > ratio) & (inner > least)).tolist():
        if found and found[-1][0] == channel and place + _ORDER // 2 - found[-1][1] < 2 * _NEAR:
            continue  # of the same one
        found.append((channel, place + _ORDER // 2, float(out[channel, place])))
    return found
