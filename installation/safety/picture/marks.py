"""The counter of WCAG in every pixel: when does whoever judges the picture mark a rise or a fall here?

``refractory`` says when a pixel may rise, with a step h below the tenth of white from which WCAG counts, so
that there is room for rounding. But a counter dates a rise by the moment at which the light is a tenth
above its lowest point, and that may come long after the machine's beginning: a pixel can rise to 0.088 now
and creep over 0.1 half a second later. Whoever limits which parts of a field change *together* (``groups``)
has to know the counter's moments. So each pixel also runs that counter. It keeps the light of its next
mark:

- awaiting a rise: the lowest light since the last fall + ``counted``;
- awaiting a fall: the highest since the last rise - ``counted``, and not above ``darker``, because a change
  counts only where the darker state is below 0.8.

It begins at black, as the picture does after every start. A counter that begins while points stand
somewhere may mark a first transition of each point that this one does not, because it has not seen where
they came from.

``clear``: no light is left nearer than that to the next mark; what would lie there is lowered to just below.
So rounding (to floats, to half floats, to ``UNIT``) does not decide when a mark falls: a judge's counter and
this one mark in the same frame, also where light stands at a round number. It takes a thousandth of white at
most, half a code of eight bits, where light passes a mark slowly. Only a frame that is dimmed for a mean
(``strict``) or held (``groups``) may put light nearer.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.safety.law import FlashLaw

__all__ = ["UNIT", "Marks"]

UNIT: Final = 2.0**-22
"""``next`` is kept in multiples of this, in 23 bits."""


class Marks:
    """The counters of ``count`` pixels.

    Args:
        count: How many pixels.
        law: The venue's profile.
    """

    def __init__(self, count: int, law: FlashLaw) -> None:
        self._counted = np.float32(law.counted)
        self._darker = np.float32(law.darker)
        self._clear = np.float32(law.clear)
        self._risen = np.empty(count, np.bool_)
        self._next = np.empty(count, np.float32)
        self.reset()

    def reset(self) -> None:
        """Start cold: black, awaiting a rise."""
        self._risen.fill(False)
        self._next.fill(0.0)
        self._next[:] = _kept(self._next + self._counted)

    def clear(self, light: NDArray[np.float32]) -> NDArray[np.float32]:
        """The light with nothing left close to where it would be marked."""
        close = light < self._next + self._clear
        cleared: NDArray[np.float32] = np.where(close, np.minimum(light, self._next - self._clear), light)
        return cleared

    def moves(self, light: NDArray[np.float32]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Where a rise and where a fall would be marked if this were put out."""
        return ~self._risen & (light >= self._next), self._risen & (light <= self._next)

    def commit(self, light: NDArray[np.float32]) -> None:
        """Take over what was put out."""
        rose, fell = self.moves(light)
        above = light + self._counted
        below = np.clip(light - self._counted, self._clear, self._darker)
        self._risen ^= rose | fell
        follows = np.where(self._risen, np.maximum(self._next, below), np.minimum(self._next, above))
        self._next = _kept(np.where(rose, below, np.where(fell, above, follows)))


def _kept(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rounded to the nearest ``UNIT``."""
    kept: NDArray[np.float32] = np.floor(light * np.float32(1 / UNIT) + np.float32(0.5)) * np.float32(UNIT)
    return kept
