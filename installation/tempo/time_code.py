"""MIDI time code in: where a tape, a player or an editor is, from its quarter frames.

MIDI 1.0 Detailed Specification, "MIDI Time Code": eight messages, four to a frame, hold one time, that of the
first of them. All four rates; of 29.97 (drop frame) the numbers are turned into real seconds (SMPTE ST 12-1:
numbers 0 and 1 are left out in every minute but each tenth).
"""

from typing import Final

from installation.values import Seconds

__all__ = ["RATES", "TimeCode", "seconds_of"]

RATES: Final = (24.0, 25.0, 30000.0 / 1001.0, 30.0)
"""Frames a second by their number in a message."""

_DROP: Final = 2
_PIECES: Final = 8
_NUMBERS: Final = (24, 25, 30, 30)
_JUMP: Final[Seconds] = 0.1
"""A time so far from where it was expected is somewhere else, not late."""
_SHARE: Final = 0.1
"""Share of a difference that is taken over at once: messages arrive unevenly."""


def seconds_of(hours: int, minutes: int, seconds: int, frames: int, rate: int) -> Seconds:
    """Return the real time of a time code; ``rate`` is its number in ``RATES``."""
    whole = (hours * 60 + minutes) * 60 + seconds
    number = whole * _NUMBERS[rate] + frames
    if rate == _DROP:
        passed = hours * 60 + minutes
        number -= 2 * (passed - passed // 10)
    return number / RATES[rate]


class TimeCode:
    """Reads quarter frames of one source that plays forwards.

    Attributes:
        rate: Frames a second; 0 before the first whole time.
        heard: Monotonic seconds of the last message; None before it.
    """

    def __init__(self) -> None:
        self.rate = 0.0
        self.heard: Seconds | None = None
        self._pieces: list[int] = []
        self._offset: Seconds | None = None

    def quarter(self, data: int, time: Seconds) -> None:
        """Take one quarter frame.

        Args:
            data: Its data byte: number of the piece, and four bits.
            time: Of arrival, monotonic seconds.
        """
        number, bits = data >> 4 & 0x7, data & 0xF
        self.heard = time
        if number != len(self._pieces):  # some were lost, or it plays backwards
            self._pieces.clear()
            if number:
                return
        self._pieces.append(bits)
        if len(self._pieces) == _PIECES:
            self._take(time)
            self._pieces.clear()

    def at(self, time: Seconds) -> Seconds | None:
        """Return the time code at monotonic ``time``, in seconds; None before the first whole one."""
        return None if self._offset is None else time + self._offset

    def lose(self) -> None:
        """Forget it: nothing comes any more."""
        self._pieces.clear()
        self._offset = None

    def _take(self, time: Seconds) -> None:
        p = self._pieces
        rate = p[7] >> 1 & 0x3
        frames, seconds, minutes = p[0] | (p[1] & 1) << 4, p[2] | (p[3] & 3) << 4, p[4] | (p[5] & 3) << 4
        hours = p[6] | (p[7] & 1) << 4
        if frames >= _NUMBERS[rate] or seconds > 59 or minutes > 59 or hours > 23:
            return
        self.rate = RATES[rate]
        place = seconds_of(hours, minutes, seconds, frames, rate) + (_PIECES - 1) / 4.0 / self.rate
        offset, known = place - time, self._offset
        if known is None or abs(offset - known) > _JUMP:
            self._offset = offset
        else:
            self._offset = known + _SHARE * (offset - known)
