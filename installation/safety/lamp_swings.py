"""The law of colour (``swings``) for lamps, whatever emitters they have, and for the mean of their room.

Each lamp has a ball, as a pixel has, and beside its centre the mixture of the lamp's own emitters that has
this colour. A lamp that would swing too soon is mixed with that, so no emitter is asked for what it cannot
do. The room's mean has a ball of its own; where it would swing too soon, all lamps are dimmed until the mean
is no longer lit.

A lamp's ball does not grow: it has the radius R from the beginning. It lies around the colour with which
its epoch began, or ahead of it where a hue drifts. All of Claim 6 holds for it. Most lamps of most ticks lie
in their ball, so all are only compared with it, without a division, and only what is outside is computed.
"""

import numpy as np
from numpy.typing import NDArray

from installation.safety.lamps.branchless import Rests
from installation.safety.lamps.red import shared, weigh
from installation.safety.law import LUMINANCE, TOLERANCE, FlashLaw
from installation.safety.swings import PLACE, SLACK, Swings, place_of, reach_of
from installation.safety.ticks import Ticks
from installation.values import Seconds

__all__ = ["LampSwings", "RoomSwings"]

_FULL = np.float32(65535)
_BLOCK = 16384
"""Lamps that are compared in one go: what is computed of them stays in the processor's cache."""

_MANY = 0.1
"""From this share of a block on, all of its lamps are mixed in one go."""
_HUGE = np.float32(1e9)

_Rows = list[tuple[int, NDArray[np.float32]]]


class LampSwings:
    """The balls of one rig's lamps.

    Args:
        weights: ``(n, lamps)`` luminance of one 16-bit step of each emitter.
        colours: ``(lamps, n, 3)`` linear red, green, blue of each emitter.
        padded: ``(n, lamps)`` emitters that are not there.
        law: The venue's profile.
    """

    def __init__(
        self,
        weights: NDArray[np.float32],
        colours: NDArray[np.float32],
        padded: NDArray[np.bool_],
        law: FlashLaw,
    ) -> None:
        self._law = law
        emitters, lamps = padded.shape
        tables = _red_green_blue(weights, colours, padded)
        self._channels: list[_Rows] = [
            [(row, table[row]) for row in range(emitters) if table[row].any()] for table in tables
        ]
        self._weights = weights
        self._radius = reach_of(law) / np.float32(2.0)
        self._rests = Rests(law.swing_rest)
        self._since_start: Seconds = 0.0
        self.light = np.zeros((3, lamps), np.float32)
        """Red, green and blue of each lamp, as last asked for and held."""
        self._centre = np.zeros((2, lamps), np.float32)
        self._mixture = np.zeros((emitters, lamps), np.float32)
        self._begun = np.zeros(lamps, np.uint32)  # in which tick; 0: no ball yet
        size = min(lamps, _BLOCK)
        self._away = np.zeros((3, lamps), np.float32)  # from the centre, times the third row
        self._outside = np.zeros(lamps, np.bool_)
        self._work = np.empty((4, size), np.float32)
        self._mask = np.empty((2, size), np.bool_)
        self.holding = False
        """Whether a lamp was held when they were last looked at."""

    def reset(self) -> None:
        """Start cold: no balls, and no epoch within a second."""
        self._begun.fill(0)
        self._since_start = 0.0

    def begin(self, dt: Seconds) -> None:
        """Let ``dt`` seconds pass."""
        self._rests.begin(dt)
        self._since_start += dt

    def apply(self, values: NDArray[np.float32]) -> NDArray[np.intp] | None:
        """Hold what would swing too soon: changes ``values`` (n, lamps); which lamps changed, or None."""
        lamps, outside, some, begins = values.shape[1], self._outside, 0, []
        free = self._rests.free if self._since_start > self._law.refractory + TOLERANCE else 0
        for start in range(0, lamps, _BLOCK):
            block = slice(start, min(start + _BLOCK, lamps))
            if self._look(values[:, block], block):
                lit, rests = self._mask[:, : block.stop - start]
                np.greater(self._begun[block], np.uint32(free), out=rests)
                new = np.flatnonzero(np.greater(outside[block], rests, out=lit))
                if len(new):
                    begins.append(new + start)
                np.logical_and(outside[block], rests, out=outside[block])
                held = int(np.count_nonzero(outside[block]))
                some += held
                if held > _MANY * (block.stop - start):
                    self._hold(values[:, block], block, outside[block])
                elif held:
                    self._hold_some(values[:, block], block, np.flatnonzero(outside[block]))
        if begins:
            self._begin(values, np.concatenate(begins))
        self.holding = some > 0
        return np.flatnonzero(outside) if some else None

    def _look(self, values: NDArray[np.float32], block: slice) -> bool:
        """Whether any lamps of a block are lit and outside their ball: those in ``_outside``."""
        one, two, square, _ = self._work[:, : block.stop - block.start]
        lit = self._mask[0, : block.stop - block.start]
        light, (x, y, whole), outside = self.light[:, block], self._away[:, block], self._outside[block]
        self._weigh(values, light, block, one)
        for row, out in zip(PLACE, (x, y, whole), strict=True):
            np.multiply(light[0], row[0], out=out)
            np.add(out, np.multiply(light[1], row[1], out=one), out=out)
            np.add(out, np.multiply(light[2], row[2], out=one), out=out)
        np.subtract(x, np.multiply(self._centre[0, block], whole, out=one), out=x)
        np.subtract(y, np.multiply(self._centre[1, block], whole, out=one), out=y)
        np.add(np.multiply(x, x, out=one), np.multiply(y, y, out=two), out=square)
        reach = np.multiply(whole, self._radius + np.float32(SLACK), out=two)
        np.greater(square, np.multiply(reach, reach, out=one), out=outside)
        np.maximum(np.maximum(light[0], light[1], out=one), light[2], out=one)
        np.greater_equal(one, np.float32(self._law.lit), out=lit)
        np.logical_and(outside, lit, out=outside)
        return bool(outside.any())

    def _begin(self, values: NDArray[np.float32], which: NDArray[np.intp]) -> None:
        """New balls, each around its lamp's colour, or as far ahead as a hue that drifts will go next.

        The mixture ahead has no emitter below 0, so its colour is one that the lamp can have.
        """
        x, y, whole = self._away.take(which, axis=1)
        normal = values.take(which, axis=1) / whole
        away = np.stack([x, y]) / whole
        far = np.maximum(np.sqrt(away[0] ** 2 + away[1] ** 2), np.float32(1e-6))
        back = self._mixture.take(which, axis=1) - normal
        near = np.clip((2.5 * self._radius - far) / (1.5 * self._radius), 0.0, 1.0)
        ahead = np.float32(0.95) * self._radius * near / far
        room = np.divide(normal, back, out=np.full_like(normal, _HUGE), where=back > 0)
        ahead = np.minimum(ahead, room.min(axis=0)) * (self._begun.take(which) > 0)
        ahead = ahead.astype(np.float32)
        for row, moved in zip(self._centre, away * (1 + ahead), strict=True):
            row[which] += moved
        for row, mixed in zip(self._mixture, normal - back * ahead, strict=True):
            row[which] = mixed
        self._begun[which] = self._rests.now
        self._rests.use()

    def _hold(self, values: NDArray[np.float32], block: slice, held: NDArray[np.bool_]) -> None:
        """Mix many lamps of a block with their balls' centres: all are computed, those of ``held`` change."""
        one, two, square, most = self._work[:, : block.stop - block.start]
        whole = self._away[2, block]
        np.maximum(np.sqrt(square, out=square), np.float32(1e-12), out=square)
        share = np.divide(np.multiply(whole, self._radius, out=one), square, out=square)
        np.minimum(share, np.float32(1.0), out=share)
        np.maximum(share, np.logical_not(held), out=share)
        self._mix(values, self._mixture[:, block], self._weights_of(block), share, whole, (one, two, most))
        self._weigh(values, self.light[:, block], block, one)

    def _hold_some(self, values: NDArray[np.float32], block: slice, which: NDArray[np.intp]) -> None:
        """The same for a few."""
        whole, square = self._away[2, block].take(which), self._work[2].take(which)
        share = np.minimum(whole * self._radius / np.sqrt(square), np.float32(1.0))
        mine = values.take(which, axis=1)
        weights = self._weights if self._weights.shape[1] == 1 else self._weights[:, block].take(which, 1)
        work = np.empty((3, len(which)), np.float32)
        self._mix(mine, self._mixture[:, block].take(which, axis=1), weights, share, whole, tuple(work))
        for row, mixed in zip(values, mine, strict=True):
            row[which] = mixed
        self._weigh(values, self.light[:, block], block, self._work[0, : values.shape[1]])

    def _mix(
        self,
        values: NDArray[np.float32],
        mixture: NDArray[np.float32],
        weights: NDArray[np.float32],
        share: NDArray[np.float32],
        whole: NDArray[np.float32],
        work: tuple[NDArray[np.float32], ...],
    ) -> None:
        """Keep ``share`` of ``values`` beside their mixture; of the asked luminance what the lamp can do."""
        other, part, most = work
        asked = weigh(values, weights)
        np.multiply(np.subtract(np.float32(1.0), share, out=other), whole, out=other)
        most.fill(1.0)
        for row, mixed in zip(values, mixture, strict=True):
            np.multiply(row, share, out=row)
            np.add(row, np.multiply(mixed, other, out=part), out=row)
            np.maximum(most, row, out=most)
        luminance = np.maximum(weigh(values, weights, other, part), np.float32(1e-12), out=other)
        np.divide(asked, luminance, out=asked)
        np.minimum(asked, np.divide(_FULL, most, out=most), out=most)
        for row in values:
            np.multiply(row, most, out=row)

    def _weights_of(self, block: slice) -> NDArray[np.float32]:
        return self._weights if self._weights.shape[1] == 1 else self._weights[:, block]

    def _weigh(
        self,
        values: NDArray[np.float32],
        light: NDArray[np.float32],
        block: slice,
        part: NDArray[np.float32],
    ) -> None:
        """Red, green and blue of the lamps of a block."""
        for rows, out in zip(self._channels, light, strict=True):
            if not rows:
                out.fill(0.0)
            for index, (row, table) in enumerate(rows):
                weight = table if len(table) == 1 else table[block]
                np.multiply(values[row], weight, out=part if index else out)
                if index:
                    np.add(out, part, out=out)


class RoomSwings:
    """The ball of the room's mean colour.

    Args:
        room: ``(lamps,)`` share of the room's light, sums to 1.
        law: The venue's profile.
    """

    def __init__(self, room: NDArray[np.float32], law: FlashLaw) -> None:
        self._law = law
        self._room = room
        self._ball = Swings(1, law, whole=False)
        self._ticks = Ticks()
        self._part, self._share = np.empty(len(room), np.float32), np.empty(len(room), np.float32)
        self._colour = np.zeros((1, 3), np.float32)

    def reset(self) -> None:
        """Start cold."""
        self._ball.reset()

    def begin(self, dt: Seconds) -> None:
        """Let ``dt`` seconds pass."""
        self._ball.begin(self._ticks.passed(dt))

    def look(self, light: NDArray[np.float32], put: NDArray[np.float32], asked: NDArray[np.float32]) -> None:
        """What is about to be put out: lamps' colours, of luminance ``asked``, with that of ``put``."""
        np.multiply(self._room, 1.0, out=self._share)
        if put is not asked:
            np.maximum(asked, np.float32(1e-12), out=self._part)
            np.divide(put, self._part, out=self._part)
            np.multiply(self._share, self._part, out=self._share)
        for channel in range(3):
            self._colour[0, channel] = np.multiply(light[channel], self._share, out=self._part).sum()

    def least(self, unlit: float) -> float:
        """The factor that all lamps need so that the mean's colour does not swing too soon, 0..1."""
        brightest = float(self._colour.max())
        lit = np.array([brightest >= self._law.lit])
        _, held = self._ball.hold(place_of(self._colour), lit)
        return unlit * self._law.lit / brightest if held[0] else 1.0

    def commit(self, g: float) -> None:
        """All lamps were put out, dimmed by ``g``."""
        lit = np.array([float(self._colour.max()) * g >= self._law.lit])
        self._ball.commit(place_of(self._colour), lit)


def _red_green_blue(
    weights: NDArray[np.float32], colours: NDArray[np.float32], padded: NDArray[np.bool_]
) -> list[NDArray[np.float32]]:
    """``(n, lamps)`` red, green and blue of one step of each emitter; what has no colour is white."""
    lit = colours.transpose(1, 0, 2)
    luminance = (lit @ np.array(LUMINANCE, np.float32))[..., None]
    unit = np.divide(lit, luminance, out=np.ones_like(lit), where=luminance > 0)
    light = np.where(padded, 0.0, np.broadcast_to(weights, padded.shape))
    return [shared((unit[..., channel] * light).astype(np.float32)) for channel in range(3)]
