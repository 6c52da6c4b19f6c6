"""Which beats may be accents of light: the flash guard passes one rise a second, so fast ones are left out.

All other beats are for motion.
"""

from typing import Final

from installation.values import Seconds

__all__ = ["LEAST", "Accents", "divider"]

LEAST: Final[Seconds] = 1.05
"""Least time between two accents: the guard passes one rise a second, with a little to spare."""

_DIVIDERS: Final = (1, 2, 4, 8)


def divider(bpm: float) -> int:
    """Return the smallest of 1, 2, 4 and 8 beats that lasts ``LEAST`` seconds; 8 beyond 457 bpm."""
    return next((beats for beats in _DIVIDERS if beats * 60.0 / bpm >= LEAST), _DIVIDERS[-1])


class Accents:
    """Picks the beats that are accents; aligned to the bars, and never two within ``LEAST`` seconds."""

    def __init__(self) -> None:
        self._last: Seconds | None = None

    def falls(self, beat: int, bpm: float, now: Seconds) -> bool:
        """Return whether a beat that begins now is an accent.

        Args:
            beat: Its number, counted from the downbeat of bar 0.
            bpm: Tempo.
            now: Show time in seconds. A tempo or a downbeat that is set by hand can bring the next accent
                early; such a one is left out.
        """
        early = self._last is not None and 0.0 <= now - self._last < LEAST
        if early or beat % divider(bpm):
            return False
        self._last = now
        return True
