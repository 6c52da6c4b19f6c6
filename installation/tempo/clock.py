"""The beat clock: where the music is, as beats counted from a downbeat.

The position never falls, so that no beat is counted twice; whatever asks for an earlier one slows the clock
down until it is right again. It may leap ahead, to a downbeat that somebody sets.
"""

import math
from typing import Final

from installation.values import Seconds

__all__ = ["HIGHEST", "LOWEST", "PHRASE", "BeatClock"]

LOWEST: Final = 20.0
HIGHEST: Final = 300.0
"""Range of the tempo in beats per minute."""

PHRASE: Final = 8
"""Bars of a phrase. A downbeat that is set by hand, or by a sequencer that starts, begins a phrase."""

_BEND: Final = 0.5
"""Greatest change of speed, as a share of it, with which a shift is made up for."""

_ROUNDING: Final = 1e-9
"""Beats: what the sum of many frames is off by is no reason to begin a beat a frame late."""

_MOST: Final = 8
"""Most beats that begin in one frame: 0.25 s at 300 bpm are two."""

_APART: Final = 1.0
"""Beats of distance from the clock that is followed beyond which it is jumped to."""

_LATE: Final = 0.25
"""A downbeat set so many beats after the clock's own means that one: the clock is moved back to it."""


class BeatClock:
    """Counts beats; the same calls give the same positions, bit for bit.

    Attributes:
        position: Beats since the downbeat of bar 0.
        begun: Numbers of the beats that began in the last ``advance``, in order; a leap begins the one it
            leads to, and those it passes over do not count.
    """

    def __init__(self, position: float = 0.0) -> None:
        self.position = position
        self.begun: tuple[int, ...] = ()
        self._shift = 0.0
        self._first: int | None = None
        """First beat that counts as begun after a leap."""
        self._offset = 0.0

    @property
    def shift(self) -> float:
        """Beats that the clock still has to gain; negative if it has to lose some."""
        return self._shift

    def advance(self, dt: Seconds, bpm: float, target: float | None = None) -> None:
        """One frame.

        Args:
            dt: Seconds since the last one.
            bpm: Tempo.
            target: Position of a clock that is followed, in its own count; None runs freely.
        """
        start, step = self.position, max(dt, 0.0) * bpm / 60.0
        most = _BEND * step
        gained = min(max(self._shift, -most), most)
        self._shift -= gained
        self.position += step + gained
        if target is not None:
            self._approach(start, step, target + self._offset)
        whole = round(self.position)
        if abs(self.position - whole) < _ROUNDING:
            self.position = float(whole)
        first, self._first = self._first, None
        if first is None:
            first = math.floor(start) + 1
        whole = math.floor(self.position)
        self.begun = tuple(range(max(first, whole - _MOST + 1), whole + 1))

    def pull(self, beats: float) -> None:
        """Shift the clock by so many beats, within the next beat; at most half a beat is outstanding."""
        before = self._shift
        self._shift = min(max(before + beats, -0.5), 0.5)
        self._offset += self._shift - before

    def align(self, late: float) -> None:
        """Make the moment ``late`` beats ago a beat: the clock is shifted to it the shorter way."""
        phase = (self.position + self._shift - late) % 1.0
        self.pull(-phase if phase < 0.5 else 1.0 - phase)

    def downbeat(self, meter: int, late: float = 0.0) -> None:
        """Make the moment ``late`` beats ago the first downbeat of a phrase.

        Args:
            meter: Beats of a bar.
            late: Beats since then. If the clock's own was less than a quarter of a beat before, it is that.
        """
        phrase = float(PHRASE * meter)
        then = self.position - late
        if then % phrase < _LATE:
            self.pull(-(then % phrase) - self._shift)
        else:
            self._leap(phrase * math.ceil(then / phrase) + late)

    def locate(self, target: float, meter: int) -> None:
        """Go on from ``target``: leap ahead to the next position at the same place in a phrase.

        Args:
            target: Beats since a downbeat, in the count of the clock that is followed from now on.
            meter: Beats of a bar.
        """
        phrase = float(PHRASE * meter)
        self._leap(target + phrase * math.ceil((self.position - target) / phrase))
        self._offset = self.position - target

    def join(self, target: float) -> None:
        """Follow a clock whose bars are not known from ``target`` on: its beats become ours, no bar moves."""
        self._offset = float(round(self.position - target))

    def _leap(self, position: float) -> None:
        position = max(position, self.position)
        self._offset += position - self.position
        self._shift = 0.0
        self.position = position
        self._first = math.floor(position) + (position % 1.0 >= _LATE)

    def _approach(self, start: float, step: float, goal: float) -> None:
        ahead = goal - self.position
        if ahead > _APART:  # time was lost, as in a frame that took very long
            self._leap(goal)
            self._offset -= ahead
        elif ahead < -_APART:
            self._offset += math.floor(-ahead)
        else:
            self.position = min(max(goal, start + (1.0 - _BEND) * step), start + (1.0 + 2.0 * _BEND) * step)
