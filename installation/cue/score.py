"""The score: cues with a place in time play by themselves, cycle after cycle.

The score's clock is the cue clock. It runs from the moment when a cue with a place is played, by hand or by
``start``; a GO elsewhere in the score moves it there. A cue without a place, played by hand, and a panic stop
it: whoever takes over by hand keeps the show.
"""

import math
from typing import Final

from installation.cue.cuelist import CueList
from installation.show.model import CueSpec, ScoreSpec
from installation.values import Seconds

__all__ = ["RETURN_AFTER", "Presence", "Score"]

RETURN_AFTER: Final[Seconds] = 4.0
"""How long somebody has to be in an empty room until the score is seen again: the room answers first."""
_BEFORE: Final[Seconds] = -1.0
"""Before the first cue of a cycle."""
_APART: Final[Seconds] = 0.05
"""Seconds by which a score that is led may differ from the one that leads it."""


class Presence:
    """Tells an empty room from one in which there is somebody.

    Attributes:
        empty: Whether the room is empty. One in which nobody was ever seen is not: perhaps nothing sees.
    """

    def __init__(self) -> None:
        self.empty = False
        self._absent: Seconds = -math.inf
        self._present: Seconds = 0.0

    def begin(self, empty: bool) -> None:
        """Begin anew: people did something, or a restarted stage found the room empty."""
        self.empty, self._present = empty, 0.0
        self._absent = 0.0 if math.isfinite(self._absent) or empty else -math.inf

    def advance(self, dt: Seconds, present: int, after: Seconds) -> bool:
        """One frame; True when ``empty`` has changed.

        Args:
            dt: Seconds of show time.
            present: People in the room.
            after: Seconds without anybody that make it empty.
        """
        if present:
            self._absent, self._present = 0.0, self._present + dt
        else:
            self._absent, self._present = self._absent + dt, 0.0
        before = self.empty
        self.empty = self._present < RETURN_AFTER if before else self._absent >= after
        return self.empty != before


class Score:
    """Plays the cues of a list that have a place in the score.

    Args:
        spec: Length of a cycle; None for a show without a score, in which nothing plays by itself.
        cues: The list.

    Attributes:
        running: Whether the score's clock runs.
        time: Seconds since the cycle began.
        cycle: Number of cycles that have ended before this one.
        resting: Whether the cue of the empty room stands instead of the score's own.
        manual_moves: How often people have moved the score: by a GO, or by ``start``.
        manual_stops: How often people have stopped it: by ``stop``, or by a GO of a cue without a place.
        led: Whether another machine plays the cues: the clock runs here and plays none.
    """

    def __init__(self, spec: ScoreSpec | None, cues: CueList) -> None:
        self.running = False
        self.time: Seconds = 0.0
        self.cycle = 0
        self.resting = False
        self.manual_moves = 0
        self.manual_stops = 0
        self.led = False
        self._cues = cues
        self._go_count = cues.manual.count
        self._bent: Seconds = 0.0
        self._passed = _BEFORE
        """Cues with places up to this time have had their turn."""
        self.follow(spec)

    @property
    def length(self) -> Seconds:
        """Length of a cycle in seconds; 0 for a show without a score."""
        return self._spec.length if self._spec else 0.0

    @property
    def act(self) -> int:
        """Number of the act of the current cue: the last one named up to it; 0 before the first."""
        order, current = self._cues.order, self._cues.current
        place = order.place(current.id) + 1 if current else 0
        named = [cue.act for cue in order.cues[:place] if cue.act is not None]
        return named[-1] if named else 0

    @property
    def empty_after(self) -> Seconds:
        """Seconds without people after which the room counts as empty; infinite where no cue waits for it."""
        return self._spec.empty_after if self._spec and self._spec.empty in self._cues.order else math.inf

    @property
    def empty_cue(self) -> str:
        """Id of the cue of the empty room; empty where there is none."""
        return self._spec.empty if self._spec else ""

    def place_of(self, time: Seconds) -> str:
        """Return the id of the cue that stands at a place of the score; empty before the first one."""
        path = [cue for cue in self._placed() if _at(cue) <= time and self._cues.next.holds(cue)]
        return path[-1].id if path else ""

    def follow(self, spec: ScoreSpec | None) -> None:
        """Take over the score of an edited show; the clock goes on where it is."""
        self._spec = spec
        self._cues.next.loops = spec is not None
        self.running = self.running and spec is not None

    def act_begins(self, act: int) -> Seconds | None:
        """Return where an act begins: the first place of its cues; None if it has none."""
        return min((_at(cue) for cue in self._placed() if cue.act == act), default=None)

    def start(self, at: Seconds) -> tuple[CueSpec | None, Seconds]:
        """Let the score run from a place on, with the look that it has there.

        Args:
            at: Seconds since the cycle began; beyond its end counts from its beginning again.

        Returns:
            The cue that stands there, None before the first one; and for how long its state has stood.
        """
        self.manual_moves += 1
        self._move_to(math.fmod(max(at, 0.0), self.length) if self.length else 0.0)
        self._go_count = self._cues.manual.count
        self.running, self.resting = self._spec is not None, False
        path = self._path()
        if not path:
            self._cues.end_panic()
            return None, 0.0
        before = path[-2].id if len(path) > 1 else None
        self._cues.jump(path[-1].id, before, self.time - _at(path[-1]))
        named = [cue for cue in path if cue.state is not None]
        return path[-1], self.time - _at(named[-1]) if named else 0.0

    @property
    def chases(self) -> bool:
        """Whether its place is that of a time code."""
        return self._spec is not None and self._spec.start == "time-code"

    def bend(self, seconds: Seconds) -> None:
        """Move the running clock a little more or less in this frame; it never goes back."""
        self._bent = seconds

    def stop(self, *, by_hand: bool = False) -> None:
        """Stop the score's clock; the current cue stands."""
        self.running = False
        self.manual_stops += by_hand

    def restore(self, time: Seconds, *, resting: bool = False) -> None:
        """Go on after a restart, at the cue that stands already; ``resting`` if that is the empty room's."""
        self.time = self._passed = time
        self.running, self.resting = self._spec is not None, resting
        self._go_count = self._cues.manual.count

    def coming(self, within: Seconds) -> tuple[str, Seconds] | None:
        """Return the cue that will be played next within some seconds of the cue clock, and in how many."""
        if not self.running or self.resting or self.led:
            return None
        soon = (one for one in self._placed() if self.time < _at(one) <= self.time + within)
        found = next((one for one in soon if self._cues.next.holds(one)), None)
        return (found.id, _at(found) - self.time) if found is not None else None

    def led_to(self, time: Seconds, cycle: int) -> None:
        """Go on from a place that another machine's score has; negative: it does not run there."""
        self.running = self._spec is not None and time >= 0.0
        if self.running and (cycle != self.cycle or abs(time - self.time) > _APART):
            self.time, self.cycle = time, cycle
        self._passed = self.time

    def advance(self, dt: Seconds, empty: bool = False) -> None:
        """One frame, after the cue list's own.

        Args:
            dt: Seconds of show time.
            empty: Whether the room is empty.
        """
        self._take_manual_go()
        if not self.running:
            return
        if self._cues.clock.rate > 0.0 and not self.led:
            self._look_around(empty)
        self.time += max(dt * self._cues.clock.rate + self._bent, 0.0)
        self._bent = 0.0
        if self.time >= self.length:
            self.time, self._passed = math.fmod(self.time, self.length), _BEFORE
            self.cycle += 1
        for cue in () if self.led else self._placed():
            if self._passed < _at(cue) <= self.time and self._cues.next.holds(cue):
                if self.resting:
                    self._cues.fire_events(cue)
                else:
                    self._cues.follow(cue.id, self.time - _at(cue))
        self._passed = self.time

    def _look_around(self, empty: bool) -> None:
        """Play the cue of the empty room, or the score's own again when somebody has come."""
        spec, current = self._spec, self._cues.current
        if spec is None or current is None:
            return
        self.resting = self.resting and current.id == spec.empty
        if empty and not self.resting and current.id != spec.empty and not self._cues.intended:
            self.resting = True
            self._cues.follow(spec.empty, 0.0)
        elif self.resting and not empty:
            self.resting = False
            path = self._path()
            if path and path[-1].id != spec.empty:
                self._cues.follow(path[-1].id, 0.0)

    def _path(self) -> list[CueSpec]:
        """Return the cues of this cycle up to now whose conditions hold."""
        return [cue for cue in self._placed() if _at(cue) <= self.time and self._cues.next.holds(cue)]

    def _move_to(self, time: Seconds) -> None:
        """Move the clock; by more than half a cycle backwards is forwards over its end."""
        if time < self.time - 0.5 * self.length:
            self.cycle += 1
        self.time = self._passed = time

    def _take_manual_go(self) -> None:
        """A cue that people played moves the clock to its place, or stops it."""
        if self._cues.panicked.stopped:
            self.running = False
        if self._cues.manual.count == self._go_count:
            return
        self._go_count = self._cues.manual.count
        self.manual_moves += 1
        self.resting = False
        played = self._cues.order.get(self._cues.manual.cue)
        if self._spec is None or played is None or played.at is None:
            self.stop(by_hand=True)
            return
        self.running = True
        self._move_to(played.at + max(self._cues.clock.elapsed, 0.0))

    def _placed(self) -> list[CueSpec]:
        """Return the cues that have a place, in the order of time; of one time in the order of the list."""
        return sorted((cue for cue in self._cues.order.cues if cue.at is not None), key=_at)


def _at(cue: CueSpec) -> Seconds:
    return cue.at or 0.0
