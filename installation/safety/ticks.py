"""Time in whole ticks, so that a pixel's rest fits into eight bits on the graphics card.

A tick is 1/128 s, which floats hold exactly: a rest that is counted down by ticks has the same value in the
reference and in the shader's integers. What a frame leaves of a tick is kept for the next one, so no time
is lost: in t seconds more than 128 t - 1 and less than 128 t + 1 ticks pass. A rest is over when more than
128 of them have passed for each of its seconds (``rest_of``). So it is never shorter than the law's, and at
most two ticks longer.
"""

import math
from typing import Final

from installation.safety.law import TOLERANCE, FlashLaw
from installation.values import Seconds

__all__ = ["A_SECOND", "Ticks", "rest_of"]

A_SECOND: Final = 128
"""Ticks in a second."""


def rest_of(law: FlashLaw) -> int:
    """Ticks after which a rest is over: the first count that is more than ``refractory``."""
    return math.ceil((law.refractory + TOLERANCE) * A_SECOND)


class Ticks:
    """Makes whole ticks of steps of any length."""

    def __init__(self) -> None:
        self._left = 0.0

    def passed(self, dt: Seconds) -> int:
        """Ticks that are full ``dt`` seconds later, 0 or more."""
        self._left += dt * A_SECOND
        whole = int(self._left)
        self._left -= whole
        return whole
