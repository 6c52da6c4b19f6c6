"""Sounds that begin, found in the hop in which they do.

The detection function is the spectral flux of 32 log mel bands: how far each band stands above its largest
value of the 2nd to the 5th hop before, where it does (after Böck and Widmer's SuperFlux, DAFx 2013, whose
maximum filter is over frequency). To each band 0.15 of its own slow mean is added before the logarithm, so
that the small movements of steady noise count little, and gain does not matter. Its threshold follows the
mean and the mean deviation of the last second; nothing waits for a peak, so nothing is told late.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.sound import BLOCK, RATE
from installation.sound.ears.spectrum import BANDS, CENTRES

__all__ = ["BACK", "PARTS", "Flux", "Picker", "Pickers"]

BACK: Final = 5
"""Hops before, with which a hop is compared, at most."""
_SHARE, _FLOOR = np.float32(0.15), np.float32(1e-11)
_ZERO, _EIGHT, _TENTH = np.float32(0.0), np.float32(8.0), np.float32(0.1)
_HOP: Final = BLOCK / RATE
_MEAN: Final = 1.0
"""Seconds over which a band's mean and the threshold follow."""
_LOW, _HIGH = (int(np.searchsorted(CENTRES, edge)) for edge in (250.0, 2500.0))
_FOR_BEAT: Final = np.array([0.3, 0.7, 0.0, 0.0], np.float32)
"""Low sounds weigh more than others, because they tell the beat from its halves."""
PARTS: Final = (slice(0, _LOW), slice(_LOW, _HIGH), slice(_HIGH, BANDS))
"""Bands below 250 Hz, below 2.5 kHz, above it."""

Single = NDArray[np.float32]


class Flux:
    """The detection function: of all bands, and of those below 250 Hz, below 2.5 kHz, above it.

    Args:
        most: Hops that come at a time, at most.
    """

    def __init__(self, most: int) -> None:
        self._logs = np.full((BACK + most, BANDS), float(np.log(_FLOOR)), np.float32)
        self._mean = np.full(BANDS, 1e-7, np.float32)
        groups = np.zeros((BANDS, 4))
        groups[:, 0] = 1.0
        for number, part in enumerate(PARTS, start=1):
            groups[part, number] = 1.0
        self._groups = (groups / groups.sum(0)).astype(np.float32)
        # A fifth column is what the beat is found in.
        self._groups = np.column_stack([self._groups, self._groups @ _FOR_BEAT])
        self._added = self._mean * _SHARE + _FLOOR
        # Views cost as much as the arithmetic, so those of each number of hops are made once.
        self._steps = _steps(self._logs, most)

    def rise(self, bands: Single, count: int) -> Single:
        """Nepers of power by which the spectrum has risen in the newest ``count`` hops, (count, 5).

        The columns are all bands, low, middle and high ones, and a mean in which low ones weigh most.

        Args:
            bands: ((count + 1) // 2, BANDS): powers of every second hop, the last one's last.
            count: 1..``most``.
        """
        step = self._steps[count - 1]
        frames = np.add(bands, self._added, out=step.frames)
        np.log(frames, out=frames)
        step.own[...] = frames
        if count > 1:
            step.between[...] = step.after
        np.maximum(step.older, step.newer, out=step.pairs)
        risen = np.maximum(step.first, step.last, out=step.risen)
        np.subtract(step.now, risen, out=risen)
        np.maximum(risen, _ZERO, out=risen)
        self._logs[:BACK] = step.kept  # numpy sees where they overlap
        rise: Single = risen.dot(self._groups)
        return rise

    def follow(self, bands: Single, hops: int) -> None:
        """Move the mean of the bands by the newest powers, (BANDS,), which stand for the last ``hops``.

        One loud sound does not hide what comes after it: powers count up to eight times the mean,
        or with a tenth.
        """
        step = np.float32(1.0 - math.exp(-_HOP * hops / _MEAN))
        self._mean += step * (np.minimum(bands, np.maximum(self._mean * _EIGHT, bands * _TENTH)) - self._mean)
        self._added = self._mean * _SHARE + _FLOOR


@dataclass(frozen=True, slots=True)
class _Step:
    """Views for one number of hops.

    Attributes:
        frames: Logarithms of the frames that come.
        own, between: Their own hops, and those before them, of ``now``; ``after``: what these are taken from.
        now: The newest hops.
        older, newer, pairs: Hops before and the next ones; the larger of both.
        first, last: Pairs whose larger one is that of four hops.
        risen: How far ``now`` is above.
        kept: Hops that are the ones before, the next time.
    """

    frames: Single
    own: Single
    between: Single
    after: Single
    now: Single
    older: Single
    newer: Single
    pairs: Single
    first: Single
    last: Single
    risen: Single
    kept: Single


def _steps(logs: Single, most: int) -> list[_Step]:
    frames = np.zeros(((most + 1) // 2, BANDS), np.float32)
    pairs, risen = np.zeros((most + 2, BANDS), np.float32), np.zeros((most, BANDS), np.float32)
    return [
        _Step(
            frames=frames[: (count + 1) // 2],
            own=logs[BACK : BACK + count][(count - 1) % 2 :: 2],
            between=logs[BACK : BACK + count][count % 2 :: 2],
            after=frames[count % 2 : (count + 1) // 2],
            now=logs[BACK : BACK + count],
            older=logs[: count + 2],
            newer=logs[1 : count + 3],
            pairs=pairs[: count + 2],
            first=pairs[:count],
            last=pairs[2 : count + 2],
            risen=risen[:count],
            kept=logs[count : count + BACK],
        )
        for count in range(1, most + 1)
    ]


class Picker:
    """Decides hop by hop whether a detection function says that a sound begins.

    Args:
        deviations: The threshold is the running mean, this many mean deviations, and ``least``.
        least: Nepers.
        rest: Hops before the next one may begin, unless it rises six times as far: noise that was taken for
            a sound does not hide one.
    """

    __slots__ = (
        "_armed",
        "_deviation",
        "_deviations",
        "_hops",
        "_least",
        "_mask",
        "_mean",
        "_rest",
        "_since",
    )

    def __init__(self, deviations: float = 5.5, least: float = 0.02, rest: int = 9) -> None:
        self._deviations, self._least, self._rest = deviations, least, rest
        self._mean, self._deviation = 0.1, 0.05
        self._since, self._hops, self._armed = rest, 0, True
        self._mask = 0.0

    def pick(self, rises: Sequence[float], hops: int = 1) -> bool:
        """Whether a sound begins in one of these steps of ``hops`` hops; ``rises``: the largest of each."""
        mean, deviation = self._mean, self._deviation
        begins = False
        for rise in rises:
            spread = deviation if deviation > _STEADY else _STEADY  # noqa: FURB136 - a call takes longer
            margin = self._deviations * spread + self._least
            self._since += hops
            if self._armed:
                if (
                    rise > mean + margin
                    and (self._since > self._rest or rise > self._mask)
                    and self._hops > 15
                ):
                    begins, self._armed, self._since, self._mask = True, False, 0, 6.0 * rise
            elif rise < mean + 0.6 * margin:
                self._armed = True
            most = mean + 3.0 * deviation + self._least
            off = (rise if rise < most else most) - mean  # noqa: FURB136 - as above
            self._hops += hops
            step = _STEP * hops if self._hops > 60 else 0.1
            deviation += step * (abs(off) - deviation)
            mean += step * off
        self._mean, self._deviation = mean, deviation
        return begins


_STEADY: Final = 0.025
"""Mean deviation of the flux of steady noise: silence is no reason to hear more."""
_STEP: Final = 1.0 - math.exp(-_HOP / _MEAN)


class Pickers:
    """One ``Picker`` for each column of ``Flux.rise``.

    The three for parts of the spectrum look at the largest of the hops that come together. Of a sound that
    begins late in a hop the window shows next to nothing yet: it is told with the next hop, as strong as it
    is by then.

    Attributes:
        holds: Whether something waits for the next hop, which must come by itself.
    """

    def __init__(self) -> None:
        self._all = Picker()
        self._parts = tuple(Picker() for _ in range(3))
        self._held: Sequence[float] = _NOTHING
        self.holds = False

    def pick(
        self, columns: Sequence[Sequence[float]], bands: Single, newest: Single
    ) -> tuple[bool, Sequence[float]]:
        """Whether a sound begins in one of these hops; strengths 0..1 of what begins, 0 for nothing.

        Args:
            columns: The first four of ``Flux.rise``.
            bands: (BANDS,) powers of the newest: a part that is 35 dB below all is heard by leaking only.
            newest: (channels, BLOCK) samples of the newest hop.
        """
        held, hops = self._held, len(columns[0])
        begun = self._all.pick(columns[0]) or held[0] > 0.0
        risen = [max(held[0], *columns[0]) if begun else 0.0, 0.0, 0.0, 0.0]
        for number, picker in enumerate(self._parts, start=1):
            rise = max(columns[number])
            if picker.pick((rise,), hops) or held[number] > 0.0:
                risen[number] = max(held[number], rise)
        if not any(risen):
            return False, _NOTHING
        self.holds = not self.holds and begins_late(newest)
        self._held = risen if self.holds else _NOTHING
        if self.holds:
            return False, _NOTHING
        least = 3e-4 * float(bands.sum())
        for number, part in enumerate(PARTS, start=1):
            if risen[number] > 0.0 and not bands[part].sum() > least:
                risen[number] = 0.0
        return begun, [1.0 - math.exp(-rise / 1.5) for rise in risen]


_NOTHING: Final = (0.0, 0.0, 0.0, 0.0)
_LATE: Final = 88
"""Samples at the end of a hop, where the window of ``spectrum`` has nearly fallen."""


def begins_late(hop: Single) -> bool:
    """Whether the sound of a hop, (channels, n), begins in its last 88 samples: it is next to nothing before.

    What is compared is the change from sample to sample, so that a hum does not count.
    """
    steps = np.abs(np.diff(hop))
    return float(steps[:, :-_LATE].max()) <= 0.15 * float(steps.max())
