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
from installation.safety.picture.swings import PLACE, SLACK, Swings, place_of, reach_of
from installation.safety.ticks import Ticks
from installation.values import Seconds

__all__ = ["LampSwings", "RoomSwings"]

_FULL = np.float32(65535)
_DARK = np.float32(1e-3)
"""A mixture's share of an emitter that is as good as none; its largest is some ten thousand."""

_MANY = 0.15
"""From this share on, all lamps are mixed in one go."""

_Rows = list[tuple[int, NDArray[np.float32]]]


class LampSwings:
    """The balls of one rig's lamps.

    Places are kept in coordinates of their own (``_coordinates``), in which a ball has the radius 1 and most
    of a lamp's place costs nothing to compute.

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
        radius = reach_of(law) / np.float32(2.0)
        self._inner = radius / (radius + np.float32(SLACK))
        self._axes = _coordinates(float(radius + np.float32(SLACK)))
        self._rests = Rests(law.swing_rest)
        self._since_start: Seconds = 0.0
        self.light = np.zeros((3, lamps), np.float32)
        """Red, green and blue of each lamp, as last asked for and held."""
        self._centre = np.zeros((2, lamps), np.float32)
        self._mixture = np.zeros((emitters, lamps), np.float32)
        self._bright = np.zeros(lamps, np.float32)  # luminance of the mixture
        self._begun = np.zeros(lamps, np.uint32)  # in which tick; 0: no ball yet
        self._away = np.zeros((3, lamps), np.float32)  # from the centre, times the third row
        self._work = np.empty((4, lamps), np.float32)
        self._mask = np.empty((4, lamps), np.bool_)
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

    def apply(self, values: NDArray[np.float32], asked: NDArray[np.float32]) -> NDArray[np.bool_] | None:
        """Hold what would swing too soon.

        Args:
            values: ``(n, lamps)``; changed.
            asked: Luminance of each lamp; lowered where its held colour cannot have it.

        Returns:
            Which lamps changed, or None; good until the next call.
        """
        outside, lit, rests, new = self._mask
        self.holding = False
        if not self._look(values, outside, lit):
            return None
        since = self._rests.free if self._since_start > self._law.refractory + TOLERANCE else 0
        np.greater(self._begun, np.uint32(since), out=rests)
        np.greater(lit, rests, out=new)
        held = np.logical_and(lit, rests, out=lit)
        count = int(np.count_nonzero(held))
        free = np.flatnonzero(np.greater(outside, held, out=outside))
        if count > _MANY * len(held):
            self._hold(values, asked, free)
        elif count:
            self._hold_some(values, asked, np.flatnonzero(held))
        begins = free[new[free]]
        if len(begins):
            self._begin(values, begins)
        self.holding = count > 0
        return held if count else None

    def _look(self, values: NDArray[np.float32], outside: NDArray[np.bool_], lit: NDArray[np.bool_]) -> bool:
        """Which lamps are outside their ball, and which of those are lit; False when none is."""
        one, two, square, _ = self._work
        light, (x, y, whole) = self.light, self._away
        self._weigh(values)
        (green, blue), shares = self._axes
        np.multiply(light[0], shares[0], out=whole)
        np.add(whole, np.multiply(light[1], shares[1], out=one), out=whole)
        np.add(whole, np.multiply(light[2], shares[2], out=two), out=whole)
        np.multiply(light[1], green, out=x)
        np.add(x, np.multiply(light[2], blue, out=one), out=x)
        np.subtract(x, np.multiply(self._centre[0], whole, out=one), out=x)
        np.subtract(light[2], np.multiply(self._centre[1], whole, out=one), out=y)
        np.add(np.multiply(x, x, out=one), np.multiply(y, y, out=two), out=square)
        np.greater(square, np.multiply(whole, whole, out=one), out=outside)
        if not outside.any():
            return False
        np.maximum(np.maximum(light[0], light[1], out=one), light[2], out=one)
        np.greater_equal(one, np.float32(self._law.lit), out=lit)
        return bool(np.logical_and(outside, lit, out=lit).any())

    def _begin(self, values: NDArray[np.float32], which: NDArray[np.intp]) -> None:
        """New balls, each around its lamp's colour, or as far ahead as a hue that drifts will go next.

        The mixture ahead has no emitter below 0, so its colour is one that the lamp can have.
        """
        away = self._away.take(which, axis=1, mode="clip")
        x, y, whole = away
        np.divide(np.float32(1.0), whole, out=whole)
        away[:2] *= whole
        normal = values.take(which, axis=1, mode="clip")
        normal *= whole
        far = np.sqrt(x * x + y * y)
        np.maximum(far, np.float32(1e-6), out=far)
        ahead = np.clip((np.float32(2.5) - far) * np.float32(0.95 / 1.5), np.float32(0.0), np.float32(0.95))
        ahead /= far
        ahead[self._begun.take(which, mode="clip") == 0] = 0.0
        back = self._mixture.take(which, axis=1, mode="clip")
        back -= normal
        for row, mixed in zip(normal, back, strict=True):  # 1 and more is no bound; below, until it is dark
            np.minimum(ahead, (row + _DARK) / np.maximum(mixed, _DARK, out=x), out=ahead)
        back *= ahead
        normal -= back
        np.maximum(normal, np.float32(0.0), out=normal)
        x, y = self._away.take(which, axis=1, mode="clip")[:2] * whole
        ahead += np.float32(1.0)
        for row, moved in zip(self._centre, (x, y), strict=True):
            row[which] = row.take(which, mode="clip") + moved * ahead
        for row, mixed in zip(self._mixture, normal, strict=True):
            row[which] = mixed
        self._bright[which] = weigh(normal, self._weights_of(which))
        self._begun[which] = self._rests.now
        self._rests.use()

    def _hold(self, values: NDArray[np.float32], asked: NDArray[np.float32], free: NDArray[np.intp]) -> None:
        """Mix all lamps that are outside with their balls' centres, but not those of ``free``."""
        kept, light = values.take(free, axis=1, mode="clip"), asked.take(free, mode="clip")
        self._mix(values, asked, self._mixture, self._bright, self._away[2], self._work)
        if len(free):
            for row, mine in zip(values, kept, strict=True):
                row[free] = mine
            asked[free] = light
        self._weigh(values)

    def _hold_some(
        self, values: NDArray[np.float32], asked: NDArray[np.float32], which: NDArray[np.intp]
    ) -> None:
        """The same for a few."""
        mine, light = values.take(which, axis=1, mode="clip"), asked.take(which, mode="clip")
        work = np.empty((4, len(which)), np.float32)
        work[2] = self._work[2].take(which, mode="clip")
        mixture = self._mixture.take(which, axis=1, mode="clip")
        bright, whole = self._bright.take(which, mode="clip"), self._away[2].take(which, mode="clip")
        self._mix(mine, light, mixture, bright, whole, work)
        for row, mixed in zip(values, mine, strict=True):
            row[which] = mixed
        asked[which] = light
        self._weigh(values)

    def _mix(
        self,
        values: NDArray[np.float32],
        asked: NDArray[np.float32],
        mixture: NDArray[np.float32],
        bright: NDArray[np.float32],
        whole: NDArray[np.float32],
        work: NDArray[np.float32],
    ) -> None:
        """Add so much of the mixture that each lies in its ball, in ``asked`` luminance as far as that goes.

        Args:
            values: ``(n, lamps)``; changed.
            asked: Their luminance; changed.
            mixture: ``(n, lamps)`` of the balls' centres.
            bright: Luminance of those.
            whole: Third coordinate of the lamps.
            work: Memory for four rows; in the third, the square of how far they are from the centre.
        """
        part, other, share, luminance = work
        np.sqrt(np.add(share, np.float32(1e-24), out=share), out=share)
        np.divide(np.multiply(whole, self._inner, out=part), share, out=share)
        np.clip(share, np.float32(0.0), np.float32(1.0), out=share)  # faster than the minimum with one number
        np.multiply(np.subtract(np.float32(1.0), share, out=other), whole, out=other)
        np.multiply(asked, share, out=luminance)
        np.add(luminance, np.multiply(other, bright, out=part), out=luminance)
        np.divide(asked, np.add(luminance, np.float32(1e-20), out=luminance), out=luminance)
        np.multiply(share, luminance, out=share)
        np.multiply(other, luminance, out=other)
        most = luminance
        for index, (row, mixed) in enumerate(zip(values, mixture, strict=True)):
            np.multiply(row, share, out=row)
            np.add(row, np.multiply(mixed, other, out=part), out=row)
            np.maximum(most if index else row, row, out=most)
        if most.max() > _FULL:
            full = np.flatnonzero(np.greater(most, _FULL))
            left = _FULL / most.take(full, mode="clip")
            for row in (*values, asked):
                row[full] = row.take(full, mode="clip") * left

    def _weights_of(self, which: NDArray[np.intp]) -> NDArray[np.float32]:
        return self._weights if self._weights.shape[1] == 1 else self._weights.take(which, axis=1)

    def _weigh(self, values: NDArray[np.float32]) -> None:
        """Red, green and blue of the lamps."""
        part = self._work[0]
        for rows, out in zip(self._channels, self.light, strict=True):
            if not rows:
                out.fill(0.0)
            for index, (row, weight) in enumerate(rows):
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
        self._room = shared(room[None])[0]
        self._ball = Swings(1, law, whole=False)
        self._ticks = Ticks()
        self._part, self._share = np.empty(len(room), np.float32), np.empty(len(room), np.float32)
        self._colour = np.zeros((1, 3), np.float32)
        self._place = np.zeros((1, 2), np.float32)

    def reset(self) -> None:
        """Start cold."""
        self._ball.reset()

    def begin(self, dt: Seconds) -> None:
        """Let ``dt`` seconds pass."""
        self._ball.begin(self._ticks.passed(dt))

    def look(self, light: NDArray[np.float32], left: NDArray[np.float32] | None) -> None:
        """What is about to be put out: lamps' colours, and the share of each that is; None is all of them."""
        alike, weight = len(self._room) == 1, left
        if not alike:
            weight = self._room if left is None else np.multiply(left, self._room, out=self._share)
        for channel, row in enumerate(light):
            seen = row if weight is None else np.multiply(row, weight, out=self._part)
            self._colour[0, channel] = seen.sum()
        if alike:
            self._colour *= self._room
        self._place = place_of(self._colour)

    def least(self, unlit: float) -> float:
        """The factor that all lamps need so that the mean's colour does not swing too soon, 0..1."""
        brightest = float(self._colour.max())
        lit = np.array([brightest >= self._law.lit])
        _, held = self._ball.hold(self._place, lit)
        return unlit * self._law.lit / brightest if held[0] else 1.0

    def commit(self, g: float) -> None:
        """All lamps were put out, dimmed by ``g``."""
        lit = np.array([float(self._colour.max()) * g >= self._law.lit])
        self._ball.commit(self._place, lit)


def _red_green_blue(
    weights: NDArray[np.float32], colours: NDArray[np.float32], padded: NDArray[np.bool_]
) -> list[NDArray[np.float32]]:
    """``(n, lamps)`` red, green and blue of one step of each emitter; what has no colour is white."""
    lit = colours.transpose(1, 0, 2)
    luminance = (lit @ np.array(LUMINANCE, np.float32))[..., None]
    unit = np.divide(lit, luminance, out=np.ones_like(lit), where=luminance > 0)
    light = np.where(padded, 0.0, np.broadcast_to(weights, padded.shape))
    return [shared((unit[..., channel] * light).astype(np.float32)) for channel in range(3)]


def _coordinates(radius: float) -> tuple[tuple[np.float32, np.float32], NDArray[np.float32]]:
    """Coordinates of u'v' times some sum of the light, made for little work.

    The place of red is their origin, and green lies on the first axis. So the second coordinate is a multiple
    of blue, and all are scaled so that it is blue itself.

    Args:
        radius: What has the length 1, in units of ``place_of``.

    Returns:
        The shares of green and of blue in the first coordinate, and those of red, green and blue in the sum.
    """
    x, y, s = PLACE.astype(np.float64)
    places = np.stack([x - x[0] / s[0] * s, y - y[0] / s[0] * s])
    along = places[:, 1] / np.hypot(*places[:, 1])
    first, second = along @ places, np.array([-along[1], along[0]]) @ places
    rows = np.stack([first, second, radius * s]) / second[2]
    if rows[2, 0] < 0:
        rows = -rows * np.array([[1.0], [-1.0], [1.0]])
    rows = rows.astype(np.float32)
    return (rows[0, 1], rows[0, 2]), rows[2]
