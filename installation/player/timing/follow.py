"""Which MIDI clock is followed, of those that are heard, and where it stands."""

import logging
from typing import Final

from installation.logs import Refusals
from installation.tempo import HOLD, BeatClock, ClockFollower
from installation.values import Frame, Reading, Seconds

__all__ = ["Followers"]

_MOST: Final = 16
"""Ports with a clock that are told apart."""
_HELD: Final[Seconds] = 0.5
"""Time without a tick after which the clock counts as missing."""
_RATIOS: Final = (0.25, 4.0)
_SAME: Final = 0.02
"""Share by which a tempo may differ and still be the same."""

log = logging.getLogger(__name__)


class Followers:
    """The MIDI clocks of all ports; one of them is followed until it stops coming.

    Args:
        refusals: Told when it does, and of what cannot be used.

    Attributes:
        current: Port of the one that is followed; None if none is.
        lost: Port of the last one that was lost, until another is followed; empty if none was.
    """

    def __init__(self, refusals: Refusals) -> None:
        self.current: str | None = None
        self.lost = ""
        self._refusals = refusals
        self._clocks: dict[str, ClockFollower] = {}
        self._heard: dict[str, Seconds] = {}
        self._ratio = 1.0
        self._placed = False
        self._held = False
        self._fresh: dict[str, Seconds] = {}
        """Time of the last tick of each port, of those that came in this frame."""

    @property
    def bpm(self) -> float | None:
        """Tempo of the one that is followed; None until it is known."""
        bpm = self._clocks[self.current].bpm if self.current is not None else None
        return None if bpm is None else bpm * self._ratio

    @property
    def words(self) -> str:
        """What ``status`` says of it."""
        ratio = f" x{self._ratio:g}" if self._ratio != 1.0 else ""
        return f"midi {self.current}{ratio}" + (", held" if self._held else "")

    def hear(self, reading: Reading, now: Seconds) -> None:
        """Take one message at show time ``now``: a word, the port, and for some a number."""
        word, port, *rest = (*reading.values, "", "")
        if not isinstance(word, str) or not isinstance(port, str):
            return
        clock = self._clocks.get(port)
        if clock is None:
            if len(self._clocks) >= _MOST:
                self._refusals.note(f"more than {_MOST} ports send a MIDI clock", port, "unplug some")
                return
            clock = self._clocks[port] = ClockFollower()
        match word:
            case "tick":
                self._heard[port] = now
                self._tick(port, clock, reading.time)
            case "start":
                clock.start()
            case "continue":
                clock.proceed()
            case "stop":
                clock.stop()
            case "position" if isinstance(rest[0], int | float):
                clock.song_position(int(rest[0]))

    def scale(self, factor: float) -> bool:
        """Change the ratio of our tempo to the clock's; False if that is out of range."""
        low, high = _RATIOS
        if not low <= self._ratio * factor <= high:
            return False
        self._ratio *= factor
        self._placed = False
        return True

    def advance(self, now: Seconds, ticks_only: bool, off: bool, expected: float | None = None) -> str | None:
        """Choose at show time ``now``; return the port that is followed, or None.

        Args:
            now: Show time.
            ticks_only: Whether a clock counts whose transport has never started.
            off: Whether none is followed.
            expected: Tempo of the clock that was followed before a restart: one of that tempo counts too.
        """
        for port, clock in self._clocks.items():
            silent = now - self._heard.get(port, now)
            if port == self.current:
                self._held = silent > _HELD
            if silent > HOLD:
                clock.lose()
                del self._heard[port]
                if port == self.current:
                    self._lose(port)
        if off:
            self.current = None
            self._fresh.clear()
        elif self.current is None:
            usable = (
                port
                for port, clock in self._clocks.items()
                if port in self._heard
                and (clock.started or ticks_only or _near(clock.bpm, expected))
                and clock.bpm is not None
            )
            self.current = next(usable, None) or next(
                (port for port, clock in self._clocks.items() if clock.located), None
            )
            if self.current is not None:
                self.lost, self._placed, self._ratio = "", False, 1.0
                log.info("the tempo follows the MIDI clock of %s", self.current)
        return self.current

    def place(
        self, now: Seconds | None, frame: Frame, bpm: float, meter: int, beat: BeatClock
    ) -> float | None:
        """Bring our beat to the clock's bars; return where the clock stands, None if nothing new is known.

        Args:
            now: When the frame began, on the clock of arrivals; None if nothing arrived.
            frame: The frame.
            bpm: Tempo.
            meter: Beats of a bar.
            beat: Our clock, which stands where the last frame left it.
        """
        clock = self._clocks[self.current or ""]
        ticked = self._fresh.get(self.current or "")
        self._fresh.clear()
        if ticked is None:
            return None
        now = ticked if now is None else now
        if clock.located:
            clock.located = False
            since = (now - ticked - frame.dt) * bpm / 60.0
            beat.locate(clock.count / 24.0 * self._ratio + since, meter)
            self._placed = True
        if clock.bpm is None:
            return None
        target = clock.at(now) * self._ratio
        if not self._placed:
            beat.join(target)
            self._placed = True
        return target

    def _tick(self, port: str, clock: ClockFollower, time: Seconds) -> None:
        refused = clock.out_of_range
        clock.tick(time)
        if clock.out_of_range > refused:
            self._refusals.note("a MIDI clock outside 20 to 300 bpm", port, "set another tempo there")
        self._fresh[port] = time

    def _lose(self, port: str) -> None:
        self.current, self.lost, self._held = None, port, False
        remedy = "the tempo goes on as it was; look at the cable, or start its transport again"
        self._refusals.note("the MIDI clock that was followed has stopped coming", port, remedy)


def _near(bpm: float | None, expected: float | None) -> bool:
    return bpm is not None and expected is not None and abs(bpm / expected - 1.0) <= _SAME
