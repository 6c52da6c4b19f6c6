"""Bodies from frame to frame: who of now is who of before.

Each track says where its body should be by now (constant velocity), and what was found is dealt out greedily,
the nearest pair first. An alpha-beta filter follows (Kalata, IEEE Trans. AES 20, 1984). A track that finds
nothing goes on by itself for ``HOLD`` seconds, slower and slower: so two people may pass behind one another.
Two that meet and turn back while they are one shape can leave with each other's number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, hypot
from typing import Final

from installation.contract import Seconds

__all__ = ["HOLD", "Found", "Track", "Tracks"]

HOLD: Final[Seconds] = 1.5
"""How long a body that is not seen is still believed to be there."""

_SURE: Final = 3
"""Frames in which something must be found before it is a body."""
_DOUBT: Final[Seconds] = 0.25
"""How long something that is no body yet may be unseen."""
_REACH: Final = 0.7
"""Metres from where a body should be, at most; more while it is unseen, by ``_STRAY`` metres a second."""
_STRAY: Final = 0.6
_FARTHEST: Final = 1.6
_OWN: Final = 0.35
"""Nobody new appears within so many metres of a body that was found."""
_FOLLOW: Final = (0.65, 0.20)
"""Alpha and beta of a body alone."""
_FOLLOW_SHARED: Final = (0.20, 0.02)
"""The same of several in one shape, whose places are guesses."""
_FASTEST: Final = 2.5
"""Metres a second at which a track is still believed; people in a gallery walk at 0.4 to 1.5."""
_TIRES: Final[Seconds] = 0.8


@dataclass(frozen=True, slots=True)
class Found:
    """A shape of one frame.

    Attributes:
        x, y: Where it stands, in metres.
        area: Square metres that it covers, upright.
        shared: Whether it is a part of a shape that holds several bodies.
    """

    x: float
    y: float
    area: float
    shared: bool = False


@dataclass(slots=True)
class Track:
    """One body over time.

    Attributes:
        key: Its own, never used again.
        x, y: Metres, now.
        area: Square metres that it usually covers.
        seen: When it was last found.
        speed_x, speed_y: Metres a second.
        hits: In how many frames it was found.
    """

    key: int
    x: float
    y: float
    area: float
    seen: Seconds
    speed_x: float = 0.0
    speed_y: float = 0.0
    hits: int = 1

    @property
    def sure(self) -> bool:
        """Whether it is a body."""
        return self.hits >= _SURE


class Tracks:
    """All bodies that are followed."""

    def __init__(self) -> None:
        self._tracks: list[Track] = []
        self._next = 1
        self._now: Seconds | None = None
        self._dt: Seconds = 0.0

    @property
    def bodies(self) -> list[Track]:
        """Those that are surely there."""
        return [track for track in self._tracks if track.sure]

    def advance(self, now: Seconds) -> None:
        """Move everybody to where they should be at ``now``."""
        before = now if self._now is None else self._now
        self._dt = max(0.0, min(now - before, HOLD))
        self._now = now
        for track in self._tracks:
            slower = exp(-self._dt / _TIRES) if before > track.seen else 1.0
            track.x, track.y = track.x + track.speed_x * self._dt, track.y + track.speed_y * self._dt
            track.speed_x, track.speed_y = track.speed_x * slower, track.speed_y * slower

    def hold(self, now: Seconds) -> None:
        """Nothing can be seen now: everybody stands where they are; who is no body yet is forgotten."""
        self._now = now
        self._tracks = self.bodies
        for track in self._tracks:
            track.seen, track.speed_x, track.speed_y = now, 0.0, 0.0

    def find(self, found: Sequence[Found], now: Seconds) -> int:
        """Deal out what was found at ``now``; call ``advance`` before. Returns how many are new."""
        pairs = [
            (not track.sure, distance, t, f)  # a body that is known takes before anything that is none yet
            for t, track in enumerate(self._tracks)
            for f, one in enumerate(found)
            if (distance := hypot(one.x - track.x, one.y - track.y)) <= self._reach(track, now)
        ]
        taken: set[int] = set()
        given: set[int] = set()
        for _, _, t, f in sorted(pairs):
            if t not in taken and f not in given:
                taken.add(t)
                given.add(f)
                self._follow(self._tracks[t], found[f], now)
        new = [one for f, one in enumerate(found) if f not in given and not self._near(one, now)]
        for one in new:
            self._tracks.append(Track(self._next, one.x, one.y, one.area, now))
            self._next += 1
        self._tracks = [
            track for track in self._tracks if now - track.seen <= (HOLD if track.sure else _DOUBT)
        ]
        return len(new)

    def drop(self, keys: set[int]) -> None:
        """Forget these: they went out."""
        self._tracks = [track for track in self._tracks if track.key not in keys]

    def _reach(self, track: Track, now: Seconds) -> float:
        return min(_FARTHEST, _REACH + _STRAY * max(0.0, now - track.seen))

    def _near(self, one: Found, now: Seconds) -> bool:
        """Whether a body was found so near that this is a part of it."""
        return any(
            track.sure and track.seen == now and hypot(one.x - track.x, one.y - track.y) < _OWN
            for track in self._tracks
        )

    def _follow(self, track: Track, one: Found, now: Seconds) -> None:
        alpha, beta = _FOLLOW_SHARED if one.shared else _FOLLOW
        off_x, off_y = one.x - track.x, one.y - track.y
        track.x, track.y = track.x + alpha * off_x, track.y + alpha * off_y
        if self._dt > 0.0:
            track.speed_x += beta * off_x / self._dt
            track.speed_y += beta * off_y / self._dt
        speed = hypot(track.speed_x, track.speed_y)
        if speed > _FASTEST:
            track.speed_x *= _FASTEST / speed
            track.speed_y *= _FASTEST / speed
        if not one.shared:
            track.area += 0.05 * (one.area - track.area)
        track.seen = now
        track.hits += 1
