"""The score chases MIDI time code, where the show says so (``start = "time-code"``).

What people do comes first: the score stands during a panic, which only people end, and while the cue clock is
held; and once they have stopped it, it stays so until the time code has stopped and comes again.
"""

from typing import Final

from installation.cue.cuelist import CueList
from installation.cue.score import Score
from installation.tempo.time_code import TimeCode
from installation.values import Frame, Reading, Seconds

__all__ = ["Chase"]

_APART: Final[Seconds] = 0.25
"""Distance from the time code from which the score jumps to it, with the look that it has there."""
_SILENT: Final[Seconds] = 0.5
"""Time without a quarter frame after which the time code has stopped, and the score with it."""
_BEND: Final = 0.1
"""Greatest share by which the score's clock is made faster or slower to stay with the time code."""


class Chase:
    """Keeps a score at the place of a time code.

    Args:
        score: The show's.
        cues: Its cue list, which may be stopped or held.

    Attributes:
        rate: Frames a second of the time code; 0 while none comes.
    """

    def __init__(self, score: Score, cues: CueList) -> None:
        self.rate = 0.0
        self._score = score
        self._cues = cues
        self._stops = score.manual_stops
        """Manual stops up to the beginning of the time code."""
        self._code = TimeCode()
        self._heard: Seconds | None = None
        self._port = ""

    def hear(self, port: str, reading: Reading, data: int, now: Seconds) -> None:
        """Take one quarter frame at show time ``now``; of several ports the first one that plays counts."""
        if self._port not in ("", port):
            return
        self._port, self._heard = port, now
        self._code.quarter(data, reading.time)

    @property
    def _left(self) -> bool:
        """Whether people have stopped the score since the time code began."""
        return self._score.manual_stops != self._stops

    def advance(self, frame: Frame, arrivals: Seconds | None) -> bool:
        """One frame, before the score's own; True where the score has jumped.

        Args:
            frame: The frame.
            arrivals: When it began, on the clock of arrivals; None if nothing timed arrived.
        """
        score, code = self._score, self._code
        if self._heard is not None and frame.time - self._heard > _SILENT:
            self._heard, self._port, self.rate = None, "", 0.0
            code.lose()
            if score.chases and not self._left:
                score.stop()
        if self._heard is None:
            self._stops = score.manual_stops
        moment = arrivals if arrivals is not None else code.heard
        if self._heard != frame.time or moment is None or not score.chases:
            return False
        place = code.at(moment)
        if place is None or place >= score.length:
            return False
        self.rate = code.rate
        if self._left or self._cues.panicked.stopped or self._cues.clock.held:
            return False
        apart = place - score.time
        if not score.running or abs(apart) > _APART:
            score.start(place)
            return True
        score.bend(min(max(apart, -_BEND * frame.dt), _BEND * frame.dt))
        return False
