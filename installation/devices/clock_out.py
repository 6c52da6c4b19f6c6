"""Tells outputs that send a beat where it is, when it is no longer where they think."""

from collections.abc import Sequence
from typing import Final

from installation.contract import Message
from installation.devices.outgoing import MessageSupervisor
from installation.tempo import PHRASE
from installation.values import Beat, Seconds

__all__ = ["ClockOut", "CodeOut"]

_KIND: Final = "midi-clock"
_OFF: Final = 2e-4
"""Beats: 0.1 ms at 120 bpm."""
_ASTRAY: Final[Seconds] = 0.002
"""Difference of a time code that is told at once: a fifth of a quarter frame."""
_AGAIN: Final[Seconds] = 0.5
"""How often it is told all the same: outputs look for ports then."""


class CodeOut:
    """The score's time for the same outputs, which may send it as time code."""

    def __init__(self) -> None:
        self._told: tuple[Seconds, Seconds, float] | None = None
        self._again: Seconds = 0.0

    def tell(
        self,
        outputs: Sequence[MessageSupervisor],
        place: Seconds,
        speed: float,
        moment: Seconds,
        now: Seconds,
    ) -> None:
        """Tell where the score is, if that is not where they think.

        Args:
            outputs: All of the stage.
            place: Time of the score in the frame that has just been played.
            speed: Its seconds per second; 0 while it stands.
            moment: When the frame's time was taken, monotonic seconds.
            now: Monotonic seconds.
        """
        listening = [one for one in outputs if one.adapter.kind == _KIND]
        if not listening:
            return
        told = self._told
        same = told is not None and now < self._again and told[2] == speed
        if same and told is not None and abs(told[1] + (moment - told[0]) * speed - place) < _ASTRAY:
            return
        self._told, self._again = (moment, place, speed), now + _AGAIN
        for one in listening:
            one.put([Message("/tempo/time-code", self._told, stream=True)], now)


class ClockOut:
    """The beat for outputs of kind ``midi-clock``."""

    def __init__(self) -> None:
        self._told: tuple[Seconds, float, float, int] | None = None
        self._again: Seconds = 0.0

    def tell(self, outputs: Sequence[MessageSupervisor], beat: Beat, moment: Seconds, now: Seconds) -> None:
        """Tell the beat of the frame that has just been played.

        Args:
            outputs: All of the stage.
            beat: Of the frame.
            moment: When the frame's time was taken, monotonic seconds.
            now: Monotonic seconds.
        """
        listening = [one for one in outputs if one.adapter.kind == _KIND]
        if not listening:
            return
        said = moment, beat.position, beat.bpm, PHRASE * beat.meter
        told = self._told
        if told is not None and now < self._again and told[2:] == said[2:]:
            expected = told[1] + (moment - told[0]) * beat.bpm / 60.0
            if abs(expected - beat.position) < _OFF:
                return
        self._told, self._again = said, now + _AGAIN
        for one in listening:
            one.put([Message("/tempo/clock", said, stream=True)], now)
