"""The guard of the lamps: the same law, on the light of every channel, just before the lamps' curve.

Per lamp the rule of ``refractory``, on its luminance as a share of its own full white. For the room the rule
of ``strict`` on the sum, weighted by lumens, and on picture and lamps together; both dim all lamps by one
factor. For the room also the count of ``chase``. Saturated red is limited as in the picture.

Picture and lamps together is one window, and it acts on the lamps: what the picture already takes of its cap
is not there for them. When the picture's mean is missing, it counts at its cap: while that window rests, the
room's light may then not rise at all. The picture's last known mean stands in for it meanwhile, so that a
renderer's death alone changes nothing about the lamps.

What is promised: at most three transitions in any second for every lamp and for the room's sum. Less for
picture and lamps together: the lamps cannot darken the picture, so a rise of the picture's own, at most one a
second, may come on top of theirs. Four transitions in one second were measured there.

Darken only: no lamp's luminance exceeds what was asked, and a fall is never delayed, so a blackout is done in
one tick. Coming out of it is guarded like any rise. (Of a red lamp's excess, green and blue take over a part,
as far as the lamp has them; a lamp that has only red stays dark.)
"""

import math

import numpy as np
from numpy.typing import NDArray

from installation.safety.chase import Chase
from installation.safety.law import FlashLaw
from installation.safety.reference import VISIBLE, GuardReport, passed
from installation.safety.refractory import Refractory
from installation.safety.strict import Strict
from installation.values import Seconds

__all__ = ["LampGuard"]

_FULL = np.float32(1 / 65535)


class LampGuard:
    """The guard of one rig.

    Args:
        slots: ``(lamps, n)`` flat indices of each lamp's channels. A lamp with fewer than n repeats its first
            with weight 0.
        weights: ``(lamps, n)`` luminance of each channel at full, a lamp's white being about 1.
        colours: ``(lamps, n, 3)`` linear red, green, blue of each channel.
        room: ``(lamps,)`` share of the room's light, sums to 1.
        law: The venue's profile.
        picture_share: Weight of the picture's mean against the room's in the window of both.
    """

    def __init__(
        self,
        slots: NDArray[np.int64],
        weights: NDArray[np.float32],
        colours: NDArray[np.float32],
        room: NDArray[np.float32],
        law: FlashLaw,
        picture_share: float = 0.5,
    ) -> None:
        self._law = law
        self._slots = slots
        self._weights = np.ascontiguousarray(weights, np.float32) * _FULL
        self._room = np.ascontiguousarray(room, np.float32)
        self._share = picture_share
        self._padded = (slots == slots[:, :1]) & (weights == 0)
        self._padded[:, :1] = False
        self._red = _RedLimit(self._weights, colours, self._padded, law.red)
        self._lamps = Refractory(len(slots), law)
        self._sum, self._both = Strict(law, still=True), Strict(law, still=True)
        self._chase = Chase(self._room)
        self._picture = self._light = self._since = 0.0
        self._frame = -1
        self._report = GuardReport(False, 0.0, 0.0, 0.0, -1)

    def reset(self) -> None:
        """Start cold: the lamps come up from black."""
        self._since = 0.0
        self._light = 0.0
        self._lamps.reset()
        self._sum.reset()
        self._both.reset()

    def apply(
        self,
        light: NDArray[np.uint16],
        picture_mean: float | None,
        dt: Seconds,
        elapsed: Seconds | None = None,
    ) -> NDArray[np.uint16]:
        """Guard one tick of the wire.

        Args:
            light: Linear light of every channel, 0..65535, of any shape; only lamps' channels are changed.
            picture_mean: Mean luminance of the guarded picture, 0..1; None or NaN when it is not known.
            dt: Seconds since the last tick.
            elapsed: Real seconds since the last frame went out, if that is known apart from ``dt``.

        Returns:
            What may be sent: a new array of the same shape.
        """
        dt, cold = passed(self._law, dt, elapsed)
        if cold:
            self.reset()
        self._since += dt
        out = light.copy()
        flat = out.reshape(-1)
        raw = flat[self._slots]
        values = raw.astype(np.float32)
        changed = self._red.apply(values)
        asked = np.einsum("ij,ij->i", values, self._weights)
        caps = self._lamps.caps(dt, self._chase.hold(dt))
        capped = np.minimum(asked, caps)
        room = float(self._room @ capped)
        g = self._dim(room, picture_mean, dt)
        put = capped * np.float32(g)
        risen = self._lamps.commit(put)
        if risen is not None:
            self._chase.commit(risen)
        dark = put < asked
        if changed is not None:
            dark |= changed
        if dark.any():
            self._write(flat, values, asked, put, dark)
        self._frame += 1
        self._tell(asked, room * g)
        return out

    def report(self) -> GuardReport:
        """What was done to the last tick; ``red`` is not measured and 0."""
        return self._report

    def _dim(self, room: float, picture_mean: float | None, dt: Seconds) -> float:
        known = picture_mean is not None and math.isfinite(picture_mean)
        if picture_mean is not None and known:
            self._picture = min(1.0, max(0.0, picture_mean))
        share = self._share
        g = self._law.ramp_at(self._since)
        cap = self._sum.cap(dt)
        both = self._both.cap(dt)
        if math.isfinite(both):
            left = (both - share * self._picture) / (1.0 - share)
            cap = min(cap, left if known else min(left, self._light))
        if room > 0.0 and room * g > cap:
            g = max(0.0, cap / room)
        self._light = room * g
        self._sum.commit(self._light)
        self._both.commit(share * self._picture + (1.0 - share) * self._light)
        return g

    def _write(
        self,
        flat: NDArray[np.uint16],
        values: NDArray[np.float32],
        asked: NDArray[np.float32],
        put: NDArray[np.float32],
        dark: NDArray[np.bool_],
    ) -> None:
        """Scale the lamps that are darkened, and round down."""
        ratio = np.divide(put, asked, out=np.zeros_like(put), where=asked > 0)
        scaled = values[dark] * ratio[dark, None]
        padded = self._padded[dark]
        scaled = np.where(padded, scaled[:, :1], scaled)
        flat[self._slots[dark]] = scaled.astype(np.uint16)

    def _tell(self, asked: NDArray[np.float32], put: float) -> None:
        before = float(self._room @ asked)
        self._report = GuardReport(
            active=before - put > VISIBLE,
            reduction=max(0.0, 1.0 - put / before) if before > 0 else 0.0,
            mean=put,
            red=0.0,
            frame=self._frame,
        )


class _RedLimit:
    """Moves the excess of red to a lamp's green and blue, luminance kept."""

    def __init__(
        self,
        weights: NDArray[np.float32],
        colours: NDArray[np.float32],
        padded: NDArray[np.bool_],
        limit: float,
    ) -> None:
        self._weights = weights
        total = colours.sum(axis=2)
        self._excess = np.where(padded, 0.0, colours[..., 0] - np.float32(limit) * total).astype(np.float32)
        reddish = self._excess > 0
        lit = np.where(padded | reddish, 0.0, 1.0)[..., None] * colours
        self._reddish = reddish
        self._has_red = bool(reddish.any())
        self._to = np.zeros(weights.shape, np.float32)
        for component in (1, 2):
            best = lit[..., component].argmax(axis=1)
            rows = np.flatnonzero(lit[np.arange(len(lit)), best, component] > 0.5)
            self._to[rows, best[rows]] += 0.5

    def apply(self, values: NDArray[np.float32]) -> NDArray[np.bool_] | None:
        """Change ``values`` (lamps, n) in place; which lamps were changed, or None."""
        if not self._has_red:
            return None
        excess = np.einsum("ij,ij->i", values, self._excess)
        over: NDArray[np.bool_] = excess > 0.5  # less than one step of 16 bits is no colour
        if not over.any():
            return None
        rows = np.flatnonzero(over)
        mine = values[rows]
        before = np.einsum("ij,ij->i", mine, self._weights[rows])
        red = np.where(self._reddish[rows], mine, 0.0)
        amount = red.sum(axis=1)
        per_red = np.einsum("ij,ij->i", red, self._excess[rows]) / np.maximum(amount, 1e-9)
        per_move = per_red - np.einsum("ij,ij->i", self._to[rows], self._excess[rows])
        moved = np.minimum(amount, excess[rows] / np.maximum(per_move, 1e-9))
        mine -= red * (moved / np.maximum(amount, 1e-9))[:, None]
        mine += self._to[rows] * moved[:, None]
        after = np.einsum("ij,ij->i", mine, self._weights[rows])
        scale = np.where(after > before, before / np.maximum(after, 1e-12), 1.0)
        values[rows] = mine * scale[:, None]
        return over
