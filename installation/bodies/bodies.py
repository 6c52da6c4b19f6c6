"""Bodies through time: who is there, how they move, settle, gather and rest."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation import portable_math
from installation.bodies import table
from installation.bodies.privilege import gain, privilege
from installation.bodies.quorum import group_sizes
from installation.bodies.wall import RADIUS, crowd, figure, in_motion, nearness, on_wall, sizes
from installation.values import Seconds

__all__ = ["Bodies", "Laws"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

STILL: Final = 0.15
"""Metres a second below which a body counts as still."""
SETTLE_BEGINS: Final[Seconds] = 8.0
SETTLE_WHOLE: Final[Seconds] = 20.0
LET_GO: Final[Seconds] = 4.0
QUORUM_STILL: Final[Seconds] = 6.0
QUORUM_REACH: Final = 2.0
"""Metres between two who stand together."""
GLOW_TIME: Final[Seconds] = 4.0
"""How long the glow of a quorum takes to rise or fall."""
REMEMBERED: Final[Seconds] = 24 * 3600.0
"""How long a resting place is kept."""

_COMES: Final[Seconds] = 0.3
_LEAVES: Final[Seconds] = 1.5
_FOLLOWS: Final[Seconds] = 0.045
_SPEEDS: Final[Seconds] = 0.08
_STARTS: Final = 0.012
"""Metres by which an answer may lag behind before it catches up faster: more than sway and jitter."""
_LEAP: Final = 0.6
"""Metres in one frame: more is another person."""
_FASTEST: Final = 2.0
"""Heights a second that an answer moves at most."""
_NOTHING: Final = 1e-50
"""Less than any number in the table but 0, which has 32 bits."""
_APART: Final = 0.4
"""Metres between two resting places; a nearer one takes the older one's place."""


@dataclass(frozen=True, slots=True)
class Laws:
    """How the room answers in this frame.

    Attributes:
        aspect: Width of the picture in heights.
        metres_per_height: Metres of the piece that a picture height stands for.
        reform: 0 = answers follow privilege, 1 = everybody is answered alike.
        quorum: How many stand together.
        response: Factor on how strongly everybody is answered.
        section: How floor becomes wall: 0 = depth is height .. 1 = height is height (``bodies.wall``).
    """

    aspect: float = 16 / 9
    metres_per_height: float = 2.25
    reform: float = 1.0
    quorum: int = 3
    response: float = 1.0
    section: float = 0.0


class Bodies:
    """At most 64 bodies, each in a column of the table that it keeps until it has gone.

    Attributes:
        table: ``(5, 128, 4)`` float32, laid out as ``table`` says: what shaders read.
        settle, still, glow, presence, privilege: ``(64,)`` by column.
    """

    def __init__(self) -> None:
        most = table.MOST_BODIES
        self.table = np.zeros((table.ROWS, table.COLUMNS, 4), np.float32)
        self.presence: Floats = np.zeros(most)
        self.still: Floats = np.zeros(most)
        self.settle: Floats = np.zeros(most)
        self.glow: Floats = np.zeros(most)
        self.privilege: Floats = np.ones(most)
        self._source = np.full(most, -1, np.int64)
        self._at: Floats = np.zeros((most, 2))
        self._velocity: Floats = np.zeros((most, 2))
        self._answer: Floats = np.zeros((most, 2))
        self._answer_velocity: Floats = np.zeros((most, 2))
        self._answered = np.zeros(most, np.bool_)
        self._pointing = np.zeros((most, 2), np.bool_)
        self._places: list[tuple[float, float, Seconds]] = []
        self._now: Seconds = 0.0
        self._own = _numbers(most)
        self._deserted_under: Laws | None = None

    @property
    def count(self) -> int:
        """Bodies that are there."""
        return int(np.count_nonzero(self.presence > 0.5))

    @property
    def at(self) -> Floats:
        """``(64, 2)`` where each body is on the floor, in picture heights, y towards the wall.

        Of no meaning where presence is 0.
        """
        return self._at

    @property
    def stillness(self) -> float:
        """Share of the bodies that have stood still for two seconds, 0..1."""
        there = self.presence > 0.5
        return float(np.mean(self.still[there] > 2.0)) if there.any() else 0.0

    @property
    def places(self) -> list[tuple[float, float, Seconds]]:
        """Resting places: x and y in shares of the floor, and age in seconds."""
        return [(x, y, self._now - since) for x, y, since in self._places]

    def remember(self, places: list[tuple[float, float, Seconds]]) -> None:
        """Take over resting places of an earlier run, as ``places`` gave them."""
        kept = [one for one in places if 0.0 <= one[2] < REMEMBERED]
        self._places = [(x, y, self._now - age) for x, y, age in kept[-table.MOST_PLACES :]]
        self._deserted_under = None

    def advance(
        self, seen: Floats, answers: Floats, dt: Seconds, laws: Laws, pointing: Flags | None = None
    ) -> None:
        """One frame.

        Args:
            seen: ``(n, 2)`` where each source is, in shares of the floor, y towards the wall; NaN where
                nobody is.
            answers: ``(n, 2)`` where each is answered; NaN where it is not.
            dt: Since the frame before.
            laws: How the room answers.
            pointing: ``(n, 2)`` whether what is seen, and what is answered, points at the wall: its place is
                one in the picture then, y up. None for nobody.
        """
        self._now += dt
        scale = np.array([laws.aspect, 1.0])
        known: Flags = np.isfinite(seen[:, 0]) & np.isfinite(seen[:, 1])
        if laws == self._deserted_under and not known.any():
            return  # nothing would change
        self._assign(known, seen * scale)
        held = self._source >= 0
        here = np.zeros_like(held)
        here[held] = known[self._source[held]]
        wanted, wanted_answer = self._at.copy(), self._answer.copy()
        wanted[here] = seen[self._source[here]] * scale
        answered = here.copy()
        answered[here] = np.isfinite(answers[self._source[here]]).all(axis=1)
        if pointing is not None:
            self._pointing[here] = pointing[self._source[here]]
        wanted_answer[answered] = answers[self._source[answered]] * scale
        leap = _LEAP / laws.metres_per_height
        starts = _STARTS / laws.metres_per_height
        self._velocity = _follow(self._at, self._velocity, wanted, dt, leap)
        fresh = answered & ~self._answered  # the first answer begins where it is, without a stroke
        self._answer[fresh] = wanted_answer[fresh]
        self._answered = answered
        self._answer_velocity = _follow(self._answer, self._answer_velocity, wanted_answer, dt, leap, starts)
        self._come_and_go(here, dt, laws)
        self._settle(dt, laws)
        self._gather(here, dt, laws)
        self.privilege = privilege(self._at[:, 0] / laws.aspect, laws.reform)
        self._write(laws, answered)
        self._deserted_under = laws if self._deserted() else None

    def _deserted(self) -> bool:
        """Whether nobody is there, nor anything that is left of anybody."""
        if self._places or (self._source >= 0).any():
            return False
        left = self.presence, self.settle, self.glow, self._velocity, self._answer_velocity
        return not any((np.abs(one) > _NOTHING).any() for one in left)

    def _assign(self, known: Flags, at: Floats) -> None:
        """Give a free column to each source that has just come."""
        for source in np.flatnonzero(known).tolist():
            if source in self._source:
                continue
            free = np.flatnonzero(self._source < 0)
            if not len(free):
                return
            column = int(free[0])
            self._source[column] = source
            self._at[column] = self._answer[column] = at[source]
            self._velocity[column] = self._answer_velocity[column] = 0.0
            self.still[column] = self.settle[column] = self.glow[column] = 0.0
            self._answered[column] = False

    def _come_and_go(self, here: Flags, dt: Seconds, laws: Laws) -> None:
        times = np.where(here, _COMES, _LEAVES)
        step = dt / times
        self.presence = np.clip(self.presence + np.where(here, step, -step), 0.0, 1.0)
        for column in np.flatnonzero((self._source >= 0) & ~here & (self.presence <= 0.0)).tolist():
            if self.settle[column] > 0.5:
                self._rest(self._at[column], laws)
            self._source[column] = -1
            self.settle[column] = self.still[column] = self.glow[column] = 0.0

    def _rest(self, at: Floats, laws: Laws) -> None:
        """Remember a place, in heights, instead of those within ``_APART`` of it."""
        x, y = min(max(float(at[0]) / laws.aspect, 0.0), 1.0), min(max(float(at[1]), 0.0), 1.0)
        apart = _APART / laws.metres_per_height
        kept = [
            one for one in self._places
            if ((one[0] - x) * laws.aspect) ** 2 + (one[1] - y) ** 2 >= apart * apart
        ]  # fmt: skip
        self._places = [*kept, (x, y, self._now)][-table.MOST_PLACES :]

    def _settle(self, dt: Seconds, laws: Laws) -> None:
        speed = np.sqrt((self._velocity * self._velocity).sum(axis=1)) * laws.metres_per_height
        quiet = speed < STILL
        self.still = np.where(quiet & (self._source >= 0), self.still + dt, 0.0)
        grown = (self.still - SETTLE_BEGINS) / (SETTLE_WHOLE - SETTLE_BEGINS)
        rising = np.clip(grown, 0.0, 1.0)
        # What has grown stays while the body is still; each movement takes a quarter of it a second.
        self.settle = np.where(quiet, np.maximum(self.settle, rising), self.settle - dt / LET_GO)
        self.settle = np.clip(self.settle, 0.0, 1.0)

    def _gather(self, here: Flags, dt: Seconds, laws: Laws) -> None:
        self._places = [one for one in self._places if self._now - one[2] < REMEMBERED]
        at, counts = self._at, here & (self.still >= QUORUM_STILL)
        present = int(np.count_nonzero(here))
        if present < laws.quorum and self._places:
            earlier = np.array([one[:2] for one in self._places]) * [laws.aspect, 1.0]
            at = np.concatenate([at, earlier])
            counts = np.concatenate([counts, np.ones(len(earlier), np.bool_)])
        sizes = group_sizes(at, counts, QUORUM_REACH / laws.metres_per_height)[: len(self._at)]
        wanted = (sizes >= max(laws.quorum, 1)).astype(np.float64)
        step = dt / GLOW_TIME
        self.glow = self.glow + np.clip(wanted - self.glow, -step, step)

    def _write(self, laws: Laws, answered: Flags) -> None:
        most, out, metres = table.MOST_BODIES, self.table, laws.metres_per_height
        fewer = crowd(float(self.presence.sum()), laws.aspect, metres, laws.section)
        upright: Floats = np.where(self._pointing, 0.0, laws.section)
        near = nearness(np.stack([self._at[:, 1], self._answer[:, 1]], axis=1), metres)
        size = sizes(near, upright, fewer, self._own[:, np.newaxis])
        seen, said = upright[:, 0], upright[:, 1]
        out[table.PLACE, :most, :2] = on_wall(self._at, size[:, 0], seen, metres)
        out[table.PLACE, :most, 2:] = in_motion(self._velocity, seen)
        state = (self.presence, self.settle, np.minimum(self.still, 1e4), self.glow)
        out[table.STATE, :most] = np.stack(state, axis=1)
        out[table.ANSWER, :most, :2] = on_wall(self._answer, size[:, 1], said, metres)
        out[table.ANSWER, :most, 2:] = in_motion(self._answer_velocity, said)
        weaker = 1.0 + (near[:, 1] - 1.0) * said
        level = gain(self.privilege) * self.presence * answered * laws.response * weaker
        out[table.LEVEL, :most] = np.stack(
            [level, RADIUS / metres * size[:, 0], self.privilege, self._own], axis=1
        )
        out[table.FIGURE, :most, :2] = figure(size[:, 0], seen, metres)
        out[table.FIGURE, :most, 2] = seen
        out[table.FIGURE, :most, 3] = np.abs(self._answer_velocity[:, 1]) * said
        self._write_places(laws)
        used = np.flatnonzero(self.presence > 0.0)
        last = int(used[-1]) + 1 if len(used) else 0
        out[table.PLACE, table.SUMMARY] = last, self.count, len(self._places), self.glow.max()
        out[table.FIGURE, table.SUMMARY] = 1.0 / metres, laws.section, 0.0, 0.0

    def _write_places(self, laws: Laws) -> None:
        out, metres, count = self.table, laws.metres_per_height, len(self._places)
        out[:, table.PLACES : table.SUMMARY] = 0.0
        if not count:
            return
        known = np.array(self._places)
        floor, age = known[:, :2] * (laws.aspect, 1.0), self._now - known[:, 2]
        upright = np.full(count, laws.section)
        size = sizes(nearness(floor[:, 1], metres), upright, 1.0)
        columns = slice(table.PLACES, table.PLACES + count)
        out[table.PLACE, columns, :2] = on_wall(floor, size, upright, metres)
        out[table.STATE, columns, 0] = 1.0 - age / REMEMBERED
        out[table.STATE, columns, 2] = np.minimum(age, 1e5)


def _follow(
    at: Floats, velocity: Floats, wanted: Floats, dt: Seconds, leap: float, starts: float = np.inf
) -> Floats:
    """Move ``at`` towards ``wanted`` in place.

    Args:
        at: ``(n, 2)`` places in heights.
        velocity: ``(n, 2)`` of them, in heights a second.
        wanted: ``(n, 2)`` where they should be.
        dt: Seconds since the frame before.
        leap: Heights; what is farther away is jumped to, without velocity.
        starts: Heights; the farther the way is than this, the sooner the velocity follows.

    Returns:
        The new velocity.
    """
    if dt <= 0.0:
        return velocity
    gap = wanted - at
    far = (gap * gap).sum(axis=1)
    away = np.sqrt(far) > leap
    share = dt / (_FOLLOWS + dt)
    moved = np.where(away[:, np.newaxis], 0.0, gap * share)
    at += np.where(away[:, np.newaxis], gap, moved)
    speeds = (_SPEEDS / (1.0 + far / (starts * starts)))[:, np.newaxis]
    now = velocity + (moved / dt - velocity) * (dt / (speeds + dt))
    speed = np.sqrt((now * now).sum(axis=1))
    bounded: Floats = now * np.minimum(1.0, _FASTEST / np.maximum(speed, 1e-9))[:, np.newaxis]
    return bounded


def _numbers(count: int) -> Floats:
    return portable_math.chance(
        np.arange(count, dtype=np.float64), np.array([portable_math.seed_of(0, "body")], np.uint64)
    )
