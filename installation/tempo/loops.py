"""Gesture loops: what a hand did with controls and parameters, played again and again.

A loop counts in beats, from one bar to sixteen; without a tempo it counts in seconds. What it plays are
touches like those of a hand. Whoever moves one of its parameters meanwhile, a hand or a cue, keeps it until
the next pass of the loop begins.
"""

import math
from bisect import bisect_left, insort
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from installation.values import Address, Beat, Seconds

__all__ = ["LONGEST", "MOST_BARS", "MOST_TOUCHES", "SLOTS", "Loop", "Touch"]

SLOTS: Final = 8
MOST_BARS: Final = 16
LONGEST: Final[Seconds] = 120.0
"""Longest loop without a tempo; then it closes by itself."""
MOST_TOUCHES: Final = 20_000
"""Touches of one loop; further ones are not recorded."""

_SHORTEST: Final[Seconds] = 0.2
_LATE: Final = 0.25
"""Beats by which a press may be late and still mean the bar that has just begun."""
_LEAP: Final = 2.0
"""Beats in one frame from which the clock has leapt: the loop begins again where it has leapt to."""

State = Literal["empty", "armed", "recording", "playing", "overdub", "waiting", "stopped"]


@dataclass(frozen=True, slots=True, order=True)
class Touch:
    """One touch: where in the loop, of what, and its values.

    Attributes:
        at: Beats or seconds since the loop begins.
        order: Number of the touch: later ones follow at the same place.
        address: Of a parameter or a control.
        values: As they were after the touch, natural units.
    """

    at: float
    order: int
    address: Address = field(compare=False)
    values: tuple[float, ...] = field(compare=False)


class Loop:
    """One slot.

    Attributes:
        state: ``armed`` waits for a bar to record, ``waiting`` for one to play.
        free: Whether it counts in seconds, as it was recorded without a tempo.
        length: Of a pass, in beats or seconds; 0 while it is not known.
        full: Whether touches were left out.
    """

    def __init__(self) -> None:
        self.clear()

    @property
    def addresses(self) -> frozenset[Address]:
        """What the loop holds touches of."""
        return frozenset(one.address for one in self._touches)

    def clear(self) -> None:
        """Forget everything."""
        self.state: State = "empty"
        self.free = False
        self.length = 0.0
        self.full = False
        self._touches: list[Touch] = []
        self._count = 0
        self._start = 0.0
        self._last = 0.0
        self._pass = 0
        self._over: set[Address] = set()
        """Addresses that somebody else moves until the next pass."""
        self._taken: set[Address] = set()
        """Addresses that this pass of an overdub has touched."""

    @property
    def touches(self) -> tuple[Touch, ...]:
        """What it plays, in order."""
        return tuple(self._touches)

    @property
    def records(self) -> bool:
        """Whether touches are recorded now."""
        return self.state in ("recording", "overdub")

    @property
    def plays(self) -> bool:
        """Whether it moves anything now."""
        return self.state in ("playing", "overdub")

    def record(self, beat: Beat, time: Seconds, *, known: bool, bars: int | None = None) -> None:
        """Press record: begin, end, or overdub, as the state has it.

        Args:
            beat: Musical time now.
            time: Show time now.
            known: Whether the tempo means something; else a loop without ``bars`` is as long as it is.
            bars: Length, 1 to 16; None until the next press.
        """
        match self.state:
            case "empty":
                self.free = not known and bars is None
                self.length = 0.0 if bars is None else float(bars * beat.meter)
                self._start = time if self.free else _next_bar(beat)
                self.state = "recording" if self.free else "armed"
                self._last = self._start
            case "armed":
                self.clear()
            case "recording":
                self._close(beat, time)
            case "playing":
                self.state = "overdub"
                self._taken.clear()
            case "overdub":
                self.state = "playing"
            case "waiting" | "stopped":
                self.play(beat, time, on=True)
                self.state = "overdub" if self.free else self.state

    def play(self, beat: Beat, time: Seconds, *, on: bool | None = None) -> None:
        """Play from its beginning, or stop at once; None changes over. An empty loop stays as it is."""
        if self.state in ("empty", "armed", "recording"):
            return
        if on is None:
            on = self.state == "stopped"
        if not on:
            self.state = "stopped"
        elif self.state == "stopped":
            self._begin(time if self.free else _next_bar(beat))
            self.state = "playing" if self.free else "waiting"

    def stop(self) -> None:
        """Stop at once; a first take that was not finished is forgotten."""
        if self.state in ("armed", "recording"):
            self.clear()
        elif self.state != "empty":
            self.state = "stopped"

    def touch(self, address: Address, values: tuple[float, ...]) -> None:
        """Somebody touched a parameter or a control: record it, and leave it to them for this pass."""
        if self.plays:
            self._over.add(address)
        if not self.records:
            return
        if len(self._touches) >= MOST_TOUCHES:
            self.full = True
            return
        if self.state == "overdub" and address not in self._taken:
            self._taken.add(address)  # what was seen in this pass is what the next one plays
            self._touches = [t for t in self._touches if t.address != address or t.at < self._last]
        self._count += 1
        insort(self._touches, Touch(self._last, self._count, address, values))

    def take(self, addresses: Collection[Address]) -> None:
        """Leave these addresses to whoever moves them, until the next pass."""
        if self.plays:
            self._over.update(addresses)

    def advance(self, beat: Beat, time: Seconds, moving: Collection[Address] = ()) -> Iterator[Touch]:
        """One frame, before its touches; return what to play, the newest touch of each address.

        Args:
            beat: Musical time now.
            time: Show time now.
            moving: Addresses that a fade moves now: a pass that begins leaves them alone.
        """
        here = time if self.free else beat.position
        if self.state in ("armed", "waiting") and here >= self._start:
            self._begin(self._start)
            self.state = "recording" if self.state == "armed" else "playing"
        if self.state == "recording":
            self._last = here - self._start
            longest = LONGEST if self.free else float(MOST_BARS * beat.meter)
            if self._last >= (self.length or longest):
                self.length = self.length or longest
                self.state = "playing"
                self._last, self._pass = self.length, 0
        if not self.plays:
            return iter(())
        return iter(self._due(here, moving).values())

    def _due(self, here: float, moving: Collection[Address]) -> dict[Address, Touch]:
        length, due = self.length, dict[Address, Touch]()
        if not self.free and here - self._start - (self._pass * length + self._last) > _LEAP:
            self._begin(math.floor(here))
        passed = here - self._start
        number = math.floor(passed / length)
        place = passed - number * length
        if number != self._pass:
            due |= self._between(self._last, math.inf)
            self._pass, self._last = number, -1.0
            self._over = set(moving)
            self._taken.clear()
        due |= self._between(self._last, place)
        self._last = place
        return due

    def _between(self, after: float, until: float) -> dict[Address, Touch]:
        first = bisect_left(self._touches, after, key=lambda touch: touch.at)
        found = {}
        for touch in self._touches[first:]:
            if touch.at >= until:
                break
            if touch.address not in self._over:
                found[touch.address] = touch
        return found

    def _begin(self, start: float) -> None:
        self._start, self._pass, self._last = start, 0, 0.0
        self._over.clear()
        self._taken.clear()

    def _close(self, beat: Beat, time: Seconds) -> None:
        """End the first take: now, or with the bar."""
        if self.free:
            self.length = max(time - self._start, _SHORTEST)
            self._last, self._pass = self.length, 0
            self.state = "playing"
        else:
            bars = math.ceil((beat.position - self._start - _LATE) / beat.meter)
            self.length = float(min(max(bars, 1), MOST_BARS) * beat.meter)


def _next_bar(beat: Beat) -> float:
    """Where the next bar begins, or the one that has just begun."""
    return math.ceil((beat.position - _LATE) / beat.meter) * float(beat.meter)
