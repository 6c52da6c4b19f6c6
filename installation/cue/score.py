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

__all__ = ["COMES", "Score"]

COMES: Final[Seconds] = 4.0
"""How long somebody has to be in an empty room until the score is seen again: the room answers first."""


class Score:
    """Plays the cues of a list that have a place in the score.

    Args:
        spec: Length of a cycle; None for a show without a score, in which nothing plays by itself.
        cues: The list.

    Attributes:
        running: Whether the score's clock runs.
        time: Seconds since the cycle began.
        cycle: Number of cycles that have ended before this one.
    """

    def __init__(self, spec: ScoreSpec | None, cues: CueList) -> None:
        self.running = False
        self.time: Seconds = 0.0
        self.cycle = 0
        self._cues = cues
        self._goes = cues.goes
        self._passed = _BEFORE
        self._absent: Seconds = -math.inf
        """For how long nobody has been in the room; minus infinity until somebody was."""
        self._present: Seconds = 0.0
        self._rests = False
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

    def follow(self, spec: ScoreSpec | None) -> None:
        """Take over the score of an edited show; the clock goes on where it is."""
        self._spec = spec
        self._cues.again = spec is not None
        self.running = self.running and spec is not None

    def act_begins(self, act: int) -> Seconds | None:
        """Return where an act begins: the first place of its cues; None if it has none."""
        places = [cue.at for _, cue in self._placed() if cue.act == act and cue.at is not None]
        return min(places, default=None)

    def start(self, at: Seconds) -> tuple[CueSpec | None, Seconds]:
        """Let the score run from a place on, with the look that it has there.

        Args:
            at: Seconds since the cycle began; beyond its end counts from its beginning again.

        Returns:
            The cue that stands there, None before the first one; and for how long its state has stood.
        """
        self.time = math.fmod(max(at, 0.0), self.length) if self.length else 0.0
        self._goes = self._cues.goes
        self._cues.end_panic()
        self.running = self._spec is not None
        path = self._path()
        self._passed = self._key(path[-1]) if path else _BEFORE
        if not path:
            return None, 0.0
        cue = path[-1][1]
        self._cues.jump(cue.id, path[-2][1].id if len(path) > 1 else None, self.time - _at(path[-1]))
        named = [one for one in path if one[1].state is not None]
        return cue, self.time - _at(named[-1]) if named else 0.0

    def stop(self) -> None:
        """Stop the score's clock; the current cue stands."""
        self.running = False

    def restore(self, time: Seconds, cycle: int) -> None:
        """Go on after a restart, at the cue that stands already."""
        self.time, self.cycle, self.running = time, cycle, self._spec is not None
        self._goes = self._cues.goes
        past = [one for one in self._placed() if _at(one) <= time]
        self._passed = self._key(past[-1]) if past else _BEFORE

    @property
    def resting(self) -> bool:
        """Whether the cue of the empty room stands instead of the score's own."""
        current = self._cues.current
        return self._rests and self.running and current is not None and current.id == self._empty

    def advance(self, dt: Seconds, present: int = 0) -> None:
        """One frame, after the cue list's own.

        Args:
            dt: Seconds of show time.
            present: People in the room.
        """
        self._hear_hands()
        self._look_around(dt, present)
        if not self.running:
            return
        self.time += dt * self._cues.rate
        if self.time >= self.length:
            self.time = math.fmod(self.time, self.length)
            self.cycle += 1
            self._passed = _BEFORE
        for one in self._placed():
            if self._key(one) > self._passed and _at(one) <= self.time:
                self._passed = self._key(one)
                if self._cues.holds(one[1]) and not self.resting:
                    self._cues.follow(one[1].id, self.time - _at(one))

    @property
    def _empty(self) -> str:
        return self._spec.empty if self._spec else ""

    def _look_around(self, dt: Seconds, present: int) -> None:
        """Play the cue of the empty room when nobody is left, and the score's own when somebody has come."""
        if present:
            self._absent, self._present = 0.0, self._present + dt
        else:
            self._absent, self._present = self._absent + dt, 0.0
        spec, order = self._spec, self._cues.order
        if spec is None or not self.running or spec.empty not in order:
            return
        if self.resting and self._present >= COMES:
            path = [one for one in self._path() if one[1].id != spec.empty]
            self._rests = False
            if path:
                self._cues.follow(path[-1][1].id, 0.0)
        elif not self.resting and self._absent >= spec.empty_after and not self._cues.intended:
            self._rests = True
            self._cues.follow(spec.empty, 0.0)

    def _path(self) -> list[tuple[int, CueSpec]]:
        """Return the cues of this cycle up to now whose conditions hold."""
        return [one for one in self._placed() if _at(one) <= self.time and self._cues.holds(one[1])]

    def _hear_hands(self) -> None:
        """A cue that people played moves the clock to its place, or stops it."""
        if self._cues.panicked.stopped:
            self.running = False
        if self._cues.goes == self._goes:
            return
        self._goes = self._cues.goes
        current = self._cues.current
        if self._spec is None or current is None or current.at is None:
            self.running = False
            return
        self.running = True
        self.time = current.at + max(self._cues.elapsed, 0.0)
        self._passed = self._key((self._cues.order.place(current.id), current))

    def _placed(self) -> list[tuple[int, CueSpec]]:
        """Return the cues that have a place, with their numbers in the list, in the order of time."""
        placed = [(n, cue) for n, cue in enumerate(self._cues.order.cues) if cue.at is not None]
        return sorted(placed, key=self._key)

    @staticmethod
    def _key(one: tuple[int, CueSpec]) -> tuple[Seconds, int]:
        return _at(one), one[0]


_BEFORE: Final = (-1.0, -1)
"""Before the first cue of a cycle."""


def _at(one: tuple[int, CueSpec]) -> Seconds:
    return one[1].at or 0.0
