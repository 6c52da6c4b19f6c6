"""The slow fade up and down by which a lamp is identified.

At most half a rise and half a fall per second: well within the flash law, which the lamps' guard enforces
afterwards in any case.
"""

from typing import Final

from installation.values import Seconds

__all__ = ["LASTS", "PERIOD", "share", "swell"]

PERIOD: Final[Seconds] = 4.0
"""Seconds from dark to full and back."""
LASTS: Final[Seconds] = 12.0
"""Seconds of one identification: three periods."""
_EASE: Final[Seconds] = 1.0


def share(age: Seconds) -> float | None:
    """Return the share of the identify light in a lamp's output, 0..1; None when it is over.

    Args:
        age: Seconds since the request.
    """
    if not 0.0 <= age < LASTS:
        return None
    return min(1.0, age / _EASE, (LASTS - age) / _EASE)


def swell(age: Seconds) -> float:
    """Return the identify light, 0..1, at an age in seconds; 0 at both ends of each period."""
    height = 1.0 - abs(2.0 * (age / PERIOD % 1.0) - 1.0)
    return height * height * (3.0 - 2.0 * height)
