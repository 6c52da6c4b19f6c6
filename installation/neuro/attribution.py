"""Attribution: whose readings each person is answered with, and with what delay.

Readings are kept for eight seconds. The answer to person N is the past state of N's source: normally N
themself a moment ago; during a malfunction somebody else, seconds ago. Wrongly attributed people form one
ring in random order, and each is answered with the readings of the next. A ring is a permutation without a
fixed point (Sattolo, 1986), so nobody in it is answered with their own readings. When the share of wrong
answers falls, the ring drops its last person and leaves the others unchanged, so people return to their own
readings one at a time.

A person who is alone is answered with their own readings from ``delay_max`` ago.

A change of source or delay glides over two seconds and never jumps. Attributions are not published: answers
are as private as readings.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation import portable_math
from installation.neuro.parameters import CHANNELS, LONGEST_DELAY, MOST_PEOPLE
from installation.neuro.people import HIGHEST, LOWEST
from installation.values import Seconds

__all__ = ["GLIDE", "NOTHING", "SPREAD", "Attribution"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Indices = NDArray[np.intp]

GLIDE: Final[Seconds] = 2.0
SPREAD: Final = 2.5 / 11.5
"""A permutation lasts ``renew`` plus or minus this fraction: 9 to 14 s for 11.5 s."""

_STEP: Final[Seconds] = 0.01
_KEPT: Final = 1024
"""Moments kept: eight seconds at a spacing of at least ``_STEP``, with some reserve."""
_LEAP: Final[Seconds] = 0.25
"""A delay that changes by more than this within one frame glides."""
_ZERO, _ONE = np.array(0.0), np.array(1.0)
_LEAST: Final[Seconds] = 1.0
"""A ``renew`` below this keeps the permutation forever."""


class Attribution:
    """Keeps everybody's readings for eight seconds and derives answers from them.

    Args:
        seed: The show's seed. Random numbers depend only on it, the number of the permutation and the person.

    Attributes:
        source: ``(40,)`` index of the person each one is answered with, from 0.
        delay: ``(40,)`` delay of each answer in seconds.
        waits: ``(40,)`` the same with the minimum of each person, as of the last frame.
        renewed: Number of the current permutation, from 0.
    """

    def __init__(self, seed: int) -> None:
        self.source: Indices = np.arange(MOST_PEOPLE)
        self.delay: Floats = np.zeros(MOST_PEOPLE)
        self.waits: Floats = self.delay
        self.renewed = 0
        self._seeds = [
            np.array([portable_math.seed_of(seed, what)], np.uint64)
            for what in ("attribution", "delay", "renew")
        ]
        # Stored twice in a row, so that any run of moments is one slice.
        self._times: Floats = np.full(2 * _KEPT, -np.inf)
        self._ranks: Floats = np.zeros(MOST_PEOPLE)
        self._shares: Floats = np.zeros(MOST_PEOPLE)
        self._draw()
        self._past: Floats = np.full((_KEPT, MOST_PEOPLE, len(CHANNELS)), np.nan)
        self._lines = self._past.reshape(_KEPT * MOST_PEOPLE, len(CHANNELS))
        self._asked: tuple[object, ...] = ()
        self._newest = -1
        self._known = 0
        self._permute = 0.0
        self._left: Seconds | None = None
        self._out: Floats = np.full((MOST_PEOPLE, len(CHANNELS)), np.nan)
        self._offset: Floats = np.zeros((MOST_PEOPLE, len(CHANNELS)))
        self._gliding: Floats = np.full(MOST_PEOPLE, GLIDE)
        self._silent: Flags = np.ones((MOST_PEOPLE, len(CHANNELS)), np.bool_)

    def advance(
        self,
        values: Floats,
        present: Flags,
        now: Seconds,
        dt: Seconds,
        *,
        delays: tuple[Seconds, Seconds],
        permute: float,
        renew: Seconds,
        least: Floats | None = None,
    ) -> Floats:
        """Return the answers of one frame, ``(40, 6)``; NaN where there is no answer.

        Args:
            values: ``(40, 6)`` everybody's readings, NaN where there is none.
            present: ``(40,)`` true for the people present.
            now: Show time in seconds.
            dt: Seconds since the previous frame.
            delays: Minimum and maximum delay in seconds.
            permute: Share of people who are answered with somebody else's readings, 0..1.
            renew: Approximate lifetime of a permutation in seconds; 0 keeps it.
            least: ``(40,)`` minimum delay of each person in seconds; it may change every frame.
        """
        self._remember(values, now)
        self._renew(permute, renew, dt)
        changed = self._attribute(present, delays, permute)
        if not np.count_nonzero(present):
            return self._nobody(changed, dt)
        self.waits = self.delay if least is None else np.maximum(self.delay, least)
        raw = self._recall(now, self.waits)
        raw[~present] = np.nan
        return self._glide(raw, changed, dt)

    def _attribute(self, present: Flags, delays: tuple[Seconds, Seconds], permute: float) -> Flags | None:
        """Update sources and delays; return a mask of the changed ones, None if there are none."""
        asked = present.tobytes(), delays, permute, self.renewed
        if asked == self._asked:
            return None
        self._asked = asked
        source, delay = self._sources(present, permute), self._delays(present, delays, permute)
        changed: Flags = (source != self.source) | (np.abs(delay - self.delay) > _LEAP)
        self.source, self.delay = source, delay
        return changed if np.count_nonzero(changed) else None

    def _remember(self, values: Floats, now: Seconds) -> None:
        if self._newest >= 0 and now - self._times[self._newest] < _STEP:
            return
        self._newest = (self._newest + 1) % _KEPT
        self._known = min(self._known + 1, _KEPT)
        self._times[self._newest] = self._times[self._newest + _KEPT] = now
        self._past[self._newest] = values

    def _renew(self, permute: float, renew: Seconds, dt: Seconds) -> None:
        falling = permute < self._permute
        self._permute = permute
        if permute <= 0.0 or renew < _LEAST:
            self._left = None
            return
        if self._left is None:
            self._left = self._lasts(renew)
        self._left -= dt
        if self._left <= 0.0 and not falling:  # do not reassign people who are returning
            self.renewed += 1
            self._draw()
            self._left = self._lasts(renew)

    def _draw(self) -> None:
        """Draw each person's position in the ring and share of the delay for this permutation."""
        cells = self.renewed * MOST_PEOPLE + np.arange(MOST_PEOPLE, dtype=np.float64)
        self._ranks = portable_math.chance(cells, self._seeds[0])
        self._shares = portable_math.chance(cells, self._seeds[1])

    def _lasts(self, renew: Seconds) -> Seconds:
        drawn = portable_math.chance(np.array([float(self.renewed)]), self._seeds[2])
        return renew * (1.0 + SPREAD * (2.0 * float(drawn[0]) - 1.0))

    def _sources(self, present: Flags, permute: float) -> Indices:
        source = np.arange(MOST_PEOPLE)
        there = np.flatnonzero(present)
        wrong = int(permute * len(there) + 0.5)
        if wrong == 1:  # a ring needs at least two people
            wrong = 2 if permute * len(there) >= 1.0 else 0
        if wrong < 2 or len(there) < 2:
            return source
        order = there[np.argsort(self._ranks[there], kind="stable")]
        first = int(np.argmin(order))
        onward = order[(first + 1) % len(order)] < order[first - 1]
        if onward == (self.renewed % 2 == 1):  # alternate the direction: a different ring
            order = order[::-1]
        ring = order[:wrong]
        source[ring] = np.concatenate([ring[1:], ring[:1]])
        return source

    def _delays(self, present: Flags, delays: tuple[Seconds, Seconds], permute: float) -> Floats:
        low, high = (min(max(delay, 0.0), LONGEST_DELAY) for delay in sorted(delays))
        drawn = low + (high - low) * self._shares
        if np.count_nonzero(present) == 1:
            drawn += (high - drawn) * permute
        return drawn

    def _recall(self, now: Seconds, delay: Floats) -> Floats:
        """Return each source's readings at its delayed time, interpolated between the two nearest moments."""
        start = (self._newest - self._known + 1) % _KEPT
        times = self._times[start : start + self._known]
        moments = now - delay
        after = times.searchsorted(moments, "right")
        after = after.clip(1, max(self._known - 1, 1), after)
        if self._known == 1:
            after[:] = 0
        before = np.maximum(after - 1, 0)
        since = times.take(before)
        gap = times.take(after) - since
        way = moments - since
        same = gap <= 0.0
        gap[same] = 1.0
        way /= gap
        way[same] = 1.0
        way = way.clip(_ZERO, _ONE, way)
        first, second = self._moment(start + before), self._moment(start + after)
        mixed = second - first
        mixed *= way[:, np.newaxis]
        mixed += first
        np.copyto(mixed, second, where=(way >= 1.0)[:, np.newaxis])
        np.copyto(mixed, first, where=(way <= 0.0)[:, np.newaxis])
        return mixed

    def _moment(self, rows: Indices) -> Floats:
        """Return each source's readings in one of the stored moments."""
        return self._lines.take((rows % _KEPT) * MOST_PEOPLE + self.source, axis=0)

    def _nobody(self, changed: Flags | None, dt: Seconds) -> Floats:
        """Handle a frame without people: no answers; the next person to enter glides from where they were."""
        self._silent.fill(True)
        self._gliding += dt
        if changed is not None:
            self._offset[changed] = 0.0
            self._gliding[changed] = 0.0
        return NOTHING

    def _glide(self, raw: Floats, changed: Flags | None, dt: Seconds) -> Floats:
        heard = raw == raw
        before = self._out
        again = heard & self._silent
        begins = changed
        if np.count_nonzero(again):
            again &= before == before
            back = again.any(axis=1)
            begins = back if changed is None else changed | back
        self._gliding += dt
        if begins is not None:
            jump = before[begins] - raw[begins]
            jump[jump != jump] = 0.0
            self._offset[begins] = jump
            self._gliding[begins] = 0.0
        left = 1.0 - _ease(self._gliding / GLIDE)
        out = self._offset * left[:, np.newaxis]
        out += raw
        out = out.clip(LOWEST, HIGHEST, out)
        np.copyto(before, out, where=heard)
        np.logical_not(heard, out=self._silent)
        return out


def _nothing() -> Floats:
    nothing = np.full((MOST_PEOPLE, len(CHANNELS)), np.nan)
    nothing.flags.writeable = False
    return nothing


NOTHING: Final = _nothing()
"""Answers when nobody is answered: all NaN."""


def _ease(share: Floats) -> Floats:
    share = share.clip(_ZERO, _ONE)
    return share * share * (3.0 - 2.0 * share)
