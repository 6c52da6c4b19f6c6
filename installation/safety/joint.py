"""Picture and lamps together: the mean of both obeys the law too, although each learns of the other late.

S = 0.5 x (mean of the picture) + 0.5 x (light of the room). Both guards let each side rise at most once a
second, but a picture and a room that rise and fall in turn would make four transitions of S in one second.
Neither side may be asked to wait before it falls, and neither knows what the other does now: the lamps hear
of a picture two frames and a tick after it was shown, the picture of the lamps a tick and a frame later.

Both sides keep the exact history of S up to the last moment that they know both of, and run the same
machine on it (``_Sum``).
What each may do beyond that moment:

*Creep.* A side that has no leave may rise only a little (``LAMPS``, ``PICTURE``) above its own lowest level
since the last moment that both are known to know of. It is never pushed down: what it has, it keeps. When S
has fallen from a peak less than T_ref old, that lowest level is taken since the peak.

*The lamps* have no leave but creep, so a large rise of the room climbs by ``LAMPS`` per round trip, about
its whole range in a second; the moment is the one that the picture has acknowledged, so that the picture
never misses more than one such step. *The picture* has leave to jump (a) when no peak of S is less than
T_ref old and it has not moved up since the moment, or (b) when it goes on with a rise and nothing can have
fallen since by so much as to be seen, were the lamps to go out this instant.

Claim: a counter that marks S from a tenth on finds no two rises within T_ref, therefore at most three
transitions in any second. Proof. Let it mark rises at t1 < t2 <= t1 + T_ref. Between them it marks a fall,
so S has a low at u, a tenth below the highest point since t1, and from u to t2 one side, X, goes up by a
tenth or more. That is more than a creep, so at some r in (u, t2] X is allowed more than a creep above its
level at u. (1) X = lamps: then its moment lies after u, and it knows S until u exactly: the rise at t1 (a
tenth is more than ``SUM``), its peak, and the fall. It therefore counts its lowest level since the peak,
which lies before u. (2) X = picture, leave (a): if the moment q lies after t1, it knows the rise, and its
peak is less than T_ref old. If not, S came from its low before t1 with at most ``SUM`` known and the creep
of both unknown: less than a tenth together. (3) X = picture, leave (b): at most ``DROP``, less than a
tenth, was lost between any peak and any low since. (4) X = picture without leave: as the lamps. What both
creep while S rests comes to less than a tenth as well.

The margins, for the profile ``standard``: 0.5 x 0.060 + 0.5 x 0.080 + 0.024 = 0.094. Where the lamps are
out or dim (below a tenth), leave (b) holds, and a picture that rises is not touched at all.

The picture's own level is known to the processor two frames late, so the last two lines of its rule are
decided on the graphics card (``Limit``). Times are those at which a frame was handed to the window and
packets to the network: how long a projector or a node takes after that is not known here.
"""

import math
import struct
from collections import deque
from collections.abc import Iterable
from itertools import chain, islice
from typing import Final, NamedTuple

from installation.safety.law import FlashLaw
from installation.safety.report import GuardReport
from installation.values import Seconds

__all__ = ["FREE", "SPARE", "LampsEnd", "Limit", "PictureEnd"]

LAMPS: Final = 0.75
PICTURE: Final = 1.0
SUM: Final = 0.3
DROP: Final = 1.1
"""In steps h of the law: creep of each side; a rise or fall of the sum; a loss that nobody sees."""

DIP: Final = 0.125
"""In steps: how far the picture may have sunk in the one frame that is not known yet, to go on rising."""

SPARE: Seconds = 0.05
"""Added to T_ref: moments are known to a frame or two."""

_KEPT: Final = 512
_SENT: Final = 24
_HEAD = struct.Struct("<4sBdI")
_SAMPLE = struct.Struct("<df")
_MAGIC: Final = b"PJT1"


class Limit(NamedTuple):
    """What the picture's guard has to keep in its next frame, whose last one nobody has read yet.

    When the mean of the last frame lies within ``least..most`` the frame is free. Otherwise its mean may be
    at most the larger of the last one and ``min(low, last) + creep``.
    """

    low: float
    least: float
    most: float
    creep: float

    def cap(self, last: float) -> float:
        """The most that the frame's mean may be when the last frame's was ``last``."""
        if self.least <= last <= self.most:
            return math.inf
        return max(last, min(self.low, last) + self.creep)


_ANY: Final = 1e9
"""More than any mean, and finite, because it goes to the graphics card."""

FREE: Final = Limit(0.0, -1.0, _ANY, 0.0)
"""No lamps: nothing to keep."""


class _Level:
    """One side over time: pairs of moment and level, which holds until the next."""

    def __init__(self) -> None:
        self._times: deque[Seconds] = deque(maxlen=_KEPT)
        self._levels: deque[float] = deque(maxlen=_KEPT)

    @property
    def until(self) -> Seconds:
        """The last moment that is known; minus infinity before there is any."""
        return self._times[-1] if self._times else -math.inf

    @property
    def last(self) -> float:
        """The newest level; 0 before there is any."""
        return self._levels[-1] if self._levels else 0.0

    def add(self, time: Seconds, level: float) -> None:
        """Append a level that holds from ``time`` on; a time that is not newer is ignored."""
        if time > self.until:
            self._times.append(time)
            self._levels.append(level)

    def since(self, moment: Seconds) -> list[float]:
        """The level in force at a moment, and all after it; black before anything is known."""
        found: list[float] = []
        for time, level in zip(reversed(self._times), reversed(self._levels), strict=True):
            found.append(level)
            if time <= moment:
                break
        else:
            found.append(0.0)
        found.reverse()
        return found

    def between(self, after: Seconds, until: Seconds) -> list[tuple[Seconds, float]]:
        """Pairs of time and level with ``after < time <= until``, oldest first."""
        pairs = zip(reversed(self._times), reversed(self._levels), strict=True)
        found = []
        for time, level in pairs:
            if time <= after:
                break
            if time <= until:
                found.append((time, level))
        found.reverse()
        return found

    def newest(self, count: int) -> list[tuple[Seconds, float]]:
        """The newest ``count`` pairs of time and level, oldest first."""
        pairs = list(islice(zip(reversed(self._times), reversed(self._levels), strict=True), count))
        pairs.reverse()
        return pairs


class _Machine:
    """The machine of ``refractory`` with moments instead of countdowns."""

    def __init__(self, law: FlashLaw, step: float) -> None:
        self._step, self._rounding = step * law.step, law.rounding
        self._rest = law.refractory + SPARE
        self.rising, self.level, self.peak = False, 0.0, -math.inf

    def take(self, time: Seconds, level: float) -> None:
        """The level is this from ``time`` on."""
        if self.rising:
            if level > self.level + self._rounding:
                self.level, self.peak = level, time
            elif level < self.level - self._step:
                self.rising, self.level = False, level
        elif level > self.level + self._step:
            self.rising, self.level, self.peak = True, level, time
        else:
            self.level = min(self.level, level)

    def rests(self, now: Seconds) -> bool:
        """Whether the last peak is less than T_ref old."""
        return now - self.peak <= self._rest


class _Sum:
    """S over what is known of both sides, and two machines on it.

    ``fine`` turns at little and says whether all is quiet. ``coarse`` turns just under a tenth and says
    whether there was a peak and a fall that somebody may have counted.
    """

    def __init__(self, law: FlashLaw) -> None:
        self.fine, self.coarse = _Machine(law, SUM), _Machine(law, DROP)
        self.until, self.now = -math.inf, 0.0
        self._picture, self._lamps = 0.0, 0.0
        self._rest = law.refractory + SPARE
        self._doubts: deque[Seconds] = deque(maxlen=_KEPT)

    def feed(self, picture: _Level, lamps: _Level, until: Seconds) -> None:
        """Take in everything up to a moment that is known of both."""
        if until <= self.until:
            return
        ours = [(time, 0, level) for time, level in picture.between(self.until, until)]
        theirs = [(time, 1, level) for time, level in lamps.between(self.until, until)]
        for time, side, level in sorted(ours + theirs):
            if side:
                self._lamps = level
            else:
                self._picture = level
            self.now = 0.5 * self._picture + 0.5 * self._lamps
            self.fine.take(time, self.now)
            self.coarse.take(time, self.now)
        self.until = until

    def doubt(self, moment: Seconds) -> None:
        """Something was missed: as if there had been a peak and a fall."""
        self._doubts.append(moment)
        self.fine.rising, self.fine.peak = False, max(self.fine.peak, moment)

    def fell(self, now: Seconds) -> Seconds | None:
        """The first peak of those that are less than T_ref old and were fallen from; None without one."""
        while self._doubts and now - self._doubts[0] > self._rest:
            self._doubts.popleft()
        peaks = [*self._doubts][:1]
        if not self.coarse.rising and self.coarse.rests(now):
            peaks.append(self.coarse.peak)
        return min(peaks, default=None)

    @property
    def lost(self) -> float:
        """How far S lies under its last peak."""
        highest = max((one.level for one in (self.fine, self.coarse) if one.rising), default=self.now)
        return max(0.0, highest - self.now)


class LampsEnd:
    """The lamps' side, in the keeper.

    Args:
        law: The venue's profile.
    """

    def __init__(self, law: FlashLaw) -> None:
        self._law = law
        self._sum = _Sum(law)
        self._picture, self._lamps = _Level(), _Level()
        self._known = -math.inf
        self._absent = True

    def hear(self, message: bytes) -> None:
        """Take over what the picture's side says. Raises ValueError for nonsense."""
        present, known, samples = _unpack(message)
        self._absent = not present
        if not present:
            return
        if samples and samples[0][0] > self._picture.until > -math.inf:
            self._sum.doubt(samples[-1][0])  # frames went by unheard
        for time, level in samples:
            self._picture.add(time, level)
        self._known = max(self._known, known)

    def ceiling(self, now: Seconds) -> float:
        """The most that the room's light may be in the tick at ``now``, 0..1."""
        lost = now - self._picture.until > self._law.refractory + SPARE
        if self._absent or lost:  # what is not shown, or stands still, takes no turns
            return math.inf
        self._sum.feed(self._picture, self._lamps, self._picture.until)
        moment = min(self._known, self._picture.until)
        fell = self._sum.fell(now)
        if fell is not None:
            moment = min(moment, fell)
        lowest = min(self._lamps.since(moment))
        return max(self._lamps.last, lowest + LAMPS * self._law.step)

    def put(self, now: Seconds, light: float) -> None:
        """What the room's light really was in the tick at ``now``, 0..1."""
        self._lamps.add(now, light)

    def message(self) -> bytes:
        """What the picture's side has to know."""
        return _pack(True, self._lamps.until, self._lamps.newest(_SENT))


class PictureEnd:
    """The picture's side, in the stage.

    Args:
        law: The venue's profile.
    """

    def __init__(self, law: FlashLaw) -> None:
        self._law = law
        self._sum = _Sum(law)
        self._picture, self._lamps = _Level(), _Level()
        self._shown: deque[tuple[int, Seconds]] = deque(maxlen=16)
        self._frame = -1
        self._now: Seconds = -math.inf

    def hear(self, message: bytes) -> None:
        """Take over what the lamps' side says. Raises ValueError for nonsense."""
        _, _, samples = _unpack(message)
        if samples and samples[0][0] > self._lamps.until > -math.inf:
            self._sum.doubt(samples[-1][0])
        for time, level in samples:
            self._lamps.add(time, level)

    def begin(self, now: Seconds) -> None:
        """A frame is about to be drawn."""
        if self._now == -math.inf:
            self._sum.doubt(now)  # what was before is not known
        self._now = now

    def limit(self, report: GuardReport, frame: int) -> Limit:
        """What the guard has to keep in the frame that it draws now.

        Args:
            report: Of the newest frame whose figures are known.
            frame: The number of the frame that is drawn, counted as in ``report``.
        """
        if frame <= self._frame:
            self._shown.clear()  # the guard was made anew, and counts from 0
        self._report(report)
        self._frame = frame
        law, known = self._law, self._picture.until
        creep = PICTURE * law.step
        if self._lamps.until == -math.inf:
            return Limit(0.0, 1.0, 0.0, creep)  # what the lamps do is not known yet
        moment = min(self._lamps.until, known)
        self._sum.feed(self._picture, self._lamps, moment)
        own = self._picture.since(moment)
        low = min(own)
        fell = self._sum.fell(self._now)
        if fell is not None:
            low = min(self._picture.since(min(moment, fell)))
            return Limit(low, 1.0, 0.0, creep)
        quiet = not self._sum.fine.rests(self._now) and max(own) - low <= creep
        goes_on = self._loss(own, moment) <= DROP * law.step
        if not quiet and not goes_on:
            return Limit(low, 1.0, 0.0, creep)
        least = -1.0 if quiet else own[-1] - DIP * law.step
        return Limit(low, least, _ANY if goes_on else low + creep, creep)

    def presented(self, now: Seconds) -> None:
        """The frame that was drawn last has been handed to the window."""
        self._shown.append((self._frame, now))

    def message(self) -> bytes:
        """What the lamps' side has to know: also up to which moment this side knows both."""
        return _pack(True, self._sum.until, self._picture.newest(_SENT))

    @staticmethod
    def absent() -> bytes:
        """The message of a stage that shows no picture."""
        return _pack(False, -math.inf, [])

    def _report(self, report: GuardReport) -> None:
        while self._shown and self._shown[0][0] <= report.frame:
            frame, time = self._shown.popleft()
            if frame == report.frame:
                self._picture.add(time, report.mean)

    def _loss(self, own: list[float], moment: Seconds) -> float:
        """How far S can have fallen since its peak at most, if the lamps went out now."""
        highest, lost = own[0], 0.0
        for level in own:
            highest = max(highest, level)
            lost = max(lost, highest - level)
        lamps = max(self._lamps.since(moment)) + LAMPS * self._law.step
        return self._sum.lost + 0.5 * lost + 0.5 * lamps


def _pack(present: bool, known: Seconds, samples: Iterable[tuple[Seconds, float]]) -> bytes:
    listed = list(samples)
    head = _HEAD.pack(_MAGIC, present, known, len(listed))
    return head + struct.pack("<" + "df" * len(listed), *chain.from_iterable(listed))


def _unpack(message: bytes) -> tuple[bool, Seconds, list[tuple[Seconds, float]]]:
    if len(message) < _HEAD.size:
        message_ = f"{len(message)} bytes are no message of picture and lamps"
        raise ValueError(message_)
    magic, present, known, count = _HEAD.unpack_from(message)
    if magic != _MAGIC or len(message) != _HEAD.size + count * _SAMPLE.size:
        message_ = f"{len(message)} bytes are no message of picture and lamps"
        raise ValueError(message_)
    samples = [(time, level) for time, level in _SAMPLE.iter_unpack(message[_HEAD.size :])]
    if not all(math.isfinite(time) and math.isfinite(level) for time, level in samples):
        raise ValueError("a level of picture and lamps that is no number")
    return bool(present), known, samples
