"""MIDI time code out: quarter frames at absolute times, and a full frame wherever the time leaps.

MIDI 1.0 Detailed Specification, "MIDI Time Code": eight messages ``F1 nd``, four to a frame, hold the time of
the first of them; the whole time at once is the SysEx ``F0 7F 7F 01 01 hr mn sc fr F7``, where ``hr`` has the
rate in its bits 5 and 6. Of 29.97 frames a second numbers 0 and 1 are left out in every minute but each tenth
(SMPTE ST 12-1, drop frame).
"""

import math
from typing import Final

__all__ = ["RATES", "QuarterFrames", "numbers_of"]

RATES: Final = {"24": (0, 24.0), "25": (1, 25.0), "29.97": (2, 30000.0 / 1001.0), "30": (3, 30.0)}
"""Number of each rate in a message, and its frames a second."""

_NUMBERS: Final = (24, 25, 30, 30)
_DROP: Final = 2
_PIECES: Final = 8
_LEAP: Final = 8
"""Quarter frames of distance from where it should be beyond which the time has leapt."""
_TEN_MINUTES, _MINUTE = 17_982, 1798
"""Frames of ten minutes and of a minute, drop frame."""


def numbers_of(frame: int, rate: int) -> tuple[int, int, int, int]:
    """Return hours, minutes, seconds and frames of a frame since 0:00; ``rate`` is its number."""
    if rate == _DROP:
        tens, rest = divmod(frame, _TEN_MINUTES)
        frame += 18 * tens + (2 * ((rest - 2) // _MINUTE) if rest >= 2 else 0)
    seconds, frames = divmod(frame, _NUMBERS[rate])
    return seconds // 3600 % 24, seconds // 60 % 60, seconds % 60, frames


class QuarterFrames:
    """One time code. ``steer`` and ``due`` may be called from two threads.

    Args:
        rate: A key of ``RATES``.
    """

    def __init__(self, rate: str) -> None:
        self._rate, self._frames = RATES[rate]
        self._line: tuple[float, float, float] | None = None
        self._next: int | None = None
        self._stood = ""

    def steer(self, time: float, place: float, speed: float) -> None:
        """Set the schedule.

        Args:
            time: Monotonic seconds.
            place: Seconds of the time code then.
            speed: Seconds of it per second; 0 stands still.
        """
        self._line = time, place * 4.0 * self._frames, speed * 4.0 * self._frames

    def end(self) -> list[bytes]:
        """Return what ends it: nothing, since a time code that stops just stops."""
        self._next = None
        return []

    def next_time(self) -> float | None:
        """Return when the next message is due, monotonic seconds; None while it stands still."""
        line = self._line
        if line is None:
            return None
        begins, position, speed = line
        if speed <= 0.0:
            return begins if self._stands(position) != self._stood else None
        number = self._next if self._next is not None else position
        return begins + (number - position) / speed

    def due(self, until: float) -> list[tuple[float, bytes]]:
        """Return what is to be sent before ``until``, in order, each with its time in monotonic seconds."""
        line = self._line
        if line is None:
            return []
        begins, position, speed = line
        if speed <= 0.0:
            stands, self._next = self._stands(position), None
            if stands == self._stood:
                return []
            self._stood = stands
            return [(until, self._whole(int(position) // 4))]
        here = position + (until - begins) * speed
        found: list[tuple[float, bytes]] = []
        if self._next is None or abs(self._next - here) > _LEAP:
            self._next, self._stood = math.ceil(here / _PIECES) * _PIECES, ""
            found.append((until, self._whole(self._next // 4)))
        while self._next < here:
            at = begins + (self._next - position) / speed
            found.append((at, bytes((0xF1, self._piece(self._next)))))
            self._next += 1
        return found

    def _stands(self, position: float) -> str:
        return f"{int(position) // 4}"

    def _piece(self, quarter: int) -> int:
        """Return the data byte of a quarter frame."""
        number = quarter % _PIECES
        hours, minutes, seconds, frames = numbers_of((quarter - number) // 4, self._rate)
        value = (frames, seconds, minutes, hours | self._rate << 5)[number // 2]
        return number << 4 | (value >> 4 if number % 2 else value & 0xF)

    def _whole(self, frame: int) -> bytes:
        hours, minutes, seconds, frames = numbers_of(frame, self._rate)
        return bytes((0xF0, 0x7F, 0x7F, 1, 1, hours | self._rate << 5, minutes, seconds, frames, 0xF7))
