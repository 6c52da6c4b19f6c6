"""The rise and fall by which a lamp shows which one it is: calm, and over after a while.

Half a rise and half a fall a second at most: far inside the flash law, which the lamps' guard keeps after it
all the same.
"""

from typing import Final

from installation.values import Seconds

__all__ = ["LASTS", "PERIOD", "share", "swell"]

PERIOD: Final[Seconds] = 4.0
"""From dark to full and back."""
LASTS: Final[Seconds] = 12.0
"""Three times."""
_EASE: Final[Seconds] = 1.0


def share(age: Seconds) -> float | None:
    """How much of its own a lamp shows, 0..1, the rest being what it would show; None when it is over.

    Args:
        age: Seconds since it was asked for.
    """
    if not 0.0 <= age < LASTS:
        return None
    return min(1.0, age / _EASE, (LASTS - age) / _EASE)


def swell(age: Seconds) -> float:
    """The light, 0..1: dark at the beginning and at the end."""
    height = 1.0 - abs(2.0 * (age / PERIOD % 1.0) - 1.0)
    return height * height * (3.0 - 2.0 * height)
