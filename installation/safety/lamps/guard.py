"""The guard of the lamps: the same law, on the light of every channel, just before the lamps' curve.

Per lamp the rule of ``refractory``, on its luminance as a share of its own full white. For the room the rule
of ``strict`` on the sum, weighted by lumens, which dims all lamps by one factor; the count of ``chase``; and
the ceiling that ``joint`` gives for picture and lamps together. Saturated red is limited as in the picture,
and so are swings of colour (``lamp_swings``), of every lamp and of the room's mean.

What is promised: at most three transitions in any second for every lamp, for the room's sum, and, with the
two ends of ``joint`` in place, for the mean of picture and lamps; and at most three swings of colour.

Darken only: no lamp's luminance exceeds what was asked, and a fall is never delayed, so a blackout is done in
one tick. Coming out of it is guarded like any rise. (Of a red lamp's excess, green and blue take over a part,
as far as the lamp has them; a lamp that has only red stays dark.) An emitter whose luminance nobody has
stated counts as white, so that nothing that is lit goes unseen.

Speed: values lie in rows, one per emitter, in memory that is used again and again; masks act by products
(``branchless``), and channels are reached without addresses where lamps lie in rows (``channels``). A look
that was let through whole and stands is not computed again: no machine moves at a level at which it was
committed, and none caps it, because a fallen lamp that had gone beyond its cap would be a rising one.
"""

import math

import numpy as np
from numpy.typing import NDArray

from installation.safety.lamps.branchless import Branchless
from installation.safety.lamps.channels import Channels
from installation.safety.lamps.chase import Chase
from installation.safety.lamps.red import RedLimit, shared, weigh
from installation.safety.lamps.swings import LampSwings, RoomSwings
from installation.safety.law import UNLIT, FlashLaw
from installation.safety.picture.reference import passed
from installation.safety.report import VISIBLE, GuardReport
from installation.safety.strict import Strict
from installation.values import Seconds

__all__ = ["LampGuard"]

_FULL = np.float32(1 / 65535)
_TINY, _HUGE = np.float32(1e-12), np.float32(1e9)
_FEW = 0.2
"""Up to this share of darkened lamps only theirs are written; beyond it, all of them in one go."""


class LampGuard:
    """The guard of one rig.

    Args:
        slots: ``(lamps, n)`` flat indices of each lamp's channels. A lamp with fewer than n repeats its first
            with weight 0.
        weights: ``(lamps, n)`` luminance of each channel at full, a lamp's white being about 1.
        colours: ``(lamps, n, 3)`` linear red, green, blue of each channel.
        room: ``(lamps,)`` share of the room's light, sums to 1.
        law: The venue's profile.
    """

    def __init__(
        self,
        slots: NDArray[np.int64],
        weights: NDArray[np.float32],
        colours: NDArray[np.float32],
        room: NDArray[np.float32],
        law: FlashLaw,
    ) -> None:
        self._law = law
        padded = ((slots == slots[:, :1]) & (weights == 0)).T
        padded[:1] = False
        rows = np.ascontiguousarray(weights.T, np.float32)
        rows = np.where((rows <= 0) & ~padded, np.float32(1.0), rows) * _FULL
        self._reach = int(slots.max(initial=-1)) + 1
        self._channels = Channels(np.ascontiguousarray(slots.T, np.int64))
        self._weights = shared(rows)
        room = np.ascontiguousarray(room, np.float32)
        self._room = shared(room[None])[0]
        count = len(slots)
        self._red = RedLimit(self._weights, colours, padded, law.red)
        self._swings = LampSwings(self._weights, colours, padded, law)
        self._colour = RoomSwings(room, law)
        self._lamps = Branchless(count, law)
        self._sum = Strict(law, still=True)
        self._chase = Chase(room)
        self._values = np.empty(rows.shape, np.float32)
        self._asked, self._held, self._part = (np.empty(count, np.float32) for _ in range(3))
        self._dark = np.empty(count, np.bool_)
        self._recoloured: NDArray[np.bool_] | None = None
        self._before = 0.0
        self._seen = np.empty(0, np.uint16)
        self._settled = False
        self._since = 0.0
        self._frame = -1
        self._cause = ""
        self._report = GuardReport(False, 0.0, 0.0, 0.0, -1)

    def reset(self) -> None:
        """Start cold: the lamps come up from black."""
        self._since = 0.0
        self._settled = False
        self._lamps.reset()
        self._swings.reset()
        self._colour.reset()
        self._sum.reset()

    def apply(
        self,
        light: NDArray[np.uint16],
        dt: Seconds,
        elapsed: Seconds | None = None,
        ceiling: float = math.inf,
    ) -> NDArray[np.uint16]:
        """Guard one tick of the wire.

        Args:
            light: Linear light of every channel, 0..65535, of any shape; only lamps' channels are changed.
            dt: Seconds since the last tick.
            elapsed: Real seconds since the last frame went out, if that is known apart from ``dt``.
            ceiling: The most that the room's mean may be, 0..1: what ``joint`` leaves beside the picture.

        Returns:
            What may be sent: a new array of the same shape.

        Raises:
            ValueError: ``light`` has fewer channels than the rig.
        """
        if light.size < self._reach:
            message = f"{light.size} channels for a rig that reaches to channel {self._reach}"
            raise ValueError(message)
        dt, cold = passed(self._law, dt, elapsed)
        if cold:
            self.reset()
        self._since += dt
        out = light.copy()
        flat = out.reshape(-1)
        self._swings.begin(dt)
        self._colour.begin(dt)
        stands = self._settled and np.array_equal(flat, self._seen)
        if not stands:
            self._look(flat)
        held = self._chase.hold(dt)
        self._lamps.begin(dt)
        put, before = self._asked, self._before
        room = before
        if not stands and self._lamps.limit(self._asked, self._held, hold=held) is not None:
            put = self._held
            room = self._in_room(put)
        if not stands:
            self._colour.look(self._swings.light, None if put is self._asked else self._ratio(put))
        g, cause = self._dim(room, ceiling, dt)
        if g != 1.0:
            put = np.multiply(put, np.float32(g), out=self._held)
        whole = put is self._asked
        if not (stands and whole):
            self._chase.commit(self._lamps.commit(put), self._lamps.climbing)
        if whole and not stands:
            self._seen = light.flatten()
        self._settled = whole and not self._swings.holding
        self._write(flat, put)
        self._frame += 1
        self._tell(before, room, room * g, cause, held)
        return out

    def report(self) -> GuardReport:
        """What was done to the last tick; ``red`` is not measured and 0."""
        return self._report

    @property
    def cause(self) -> str:
        """Why the last tick was darkened: start, lamps, chase, room, joint, colour; empty when it was not."""
        return self._cause

    def _in_room(self, levels: NDArray[np.float32]) -> float:
        """The room's light, summed in pairs: the rounding error of a hundred thousand lamps stays at 1e-6."""
        if len(self._room) == 1:
            return float(levels.sum()) * float(self._room[0])
        return float(np.multiply(self._room, levels, out=self._part).sum())

    def _dim(self, room: float, ceiling: float, dt: Seconds) -> tuple[float, str]:
        """The factor for all lamps, and what asked for it."""
        g, cause = self._law.ramp_at(self._since), "start"
        for cap, name in ((self._sum.cap(dt), "room"), (ceiling, "joint")):
            if room > 0.0 and room * g > cap:
                g, cause = max(0.0, cap / room), name
        swing = self._colour.least(UNLIT)
        if swing < g:
            g, cause = swing, "colour"
        self._colour.commit(g)
        self._sum.commit(room * g)
        return g, cause if g < 1.0 else ""

    def _look(self, flat: NDArray[np.uint16]) -> None:
        """What is asked for: channels with their colours limited, luminance of each lamp and of the room."""
        self._channels.read(flat, self._values)
        self._recoloured = self._red.apply(self._values)
        weigh(self._values, self._weights, self._asked, self._part)
        held, reds = self._swings.apply(self._values, self._asked), self._recoloured
        if held is not None:
            self._recoloured = held if reds is None else np.logical_or(held, reds, out=reds)
        self._before = self._in_room(self._asked)

    def _write(self, flat: NDArray[np.uint16], put: NDArray[np.float32]) -> None:
        """Scale the lamps that are darkened, round down, and write them; those whose colour changed, too."""
        recoloured, values = self._recoloured, self._values
        many = recoloured is not None and np.count_nonzero(recoloured) > _FEW * len(put)
        if put is self._asked:
            if many:
                self._channels.write(flat, values)
            elif recoloured is not None:
                which = np.flatnonzero(recoloured)
                self._channels.write_some(flat, which, values.take(which, axis=1, mode="clip"))
            return
        dark = np.less(put, self._asked, out=self._dark)
        if recoloured is not None and not many:
            np.logical_or(dark, recoloured, out=dark)
        ratio = self._ratio(put)
        if many or np.count_nonzero(dark) > _FEW * len(dark):
            np.multiply(values, ratio, out=values)
            self._channels.write(flat, values)
        else:
            which = np.flatnonzero(dark)
            mine = values.take(which, axis=1, mode="clip")
            self._channels.write_some(flat, which, np.multiply(mine, ratio[which], out=mine))

    def _ratio(self, put: NDArray[np.float32]) -> NDArray[np.float32]:
        """What is left of each lamp."""
        ratio = np.clip(self._asked, _TINY, _HUGE, out=self._part)  # faster than maximum with one number
        return np.divide(put, ratio, out=ratio)

    def _tell(self, before: float, capped: float, put: float, cause: str, held: bool) -> None:
        active = before - put > VISIBLE
        if before - capped > capped - put:
            cause = "chase" if held else "lamps"
        self._cause = cause if active else ""
        self._report = GuardReport(
            active=active,
            reduction=max(0.0, 1.0 - put / before) if before > 0 else 0.0,
            mean=put,
            red=0.0,
            frame=self._frame,
        )
