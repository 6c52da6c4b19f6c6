"""Where a sound comes from: gains of the speakers for a direction, and the delay of each speaker.

Vector base amplitude panning in the plane (V. Pulkki, "Virtual Sound Source Positioning Using Vector Base
Amplitude Panning", J. Audio Eng. Soc. 45, 1997): a direction is the weighted sum of those of the two
speakers beside it. The squares of the gains sum to 1, so that each direction is equally loud.
"""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.ipc.feeds.sound import Setup, Speaker
from installation.sound import BLOCK, RATE, STATIONS

__all__ = ["LONGEST", "WIDEST", "History", "Placing", "gains", "speakers_of"]

Floats = NDArray[np.float64]

WIDEST: Final = 150.0
"""Degrees between two neighbours up to which a sound can stand between them. A wider gap has no phantom
source: what is asked for there is given to the nearer speaker."""
_TOGETHER: Final = 1.0
_BLEND: Final = 60.0
LONGEST: Final = 2.0
"""Most seconds of delay of one speaker, and of all sound."""


def speakers_of(setup: Setup, channels: int) -> tuple[Speaker, ...]:
    """Return the speakers of a venue that the device has channels for.

    A venue that names none has one in the middle on a device of one channel, and a pair at -30 and 30
    degrees on the first two channels of any other.
    """
    named = tuple(one for one in setup.speakers if 1 <= one.channel <= channels)
    if named or channels < 1:
        return named
    if channels == 1:
        return (Speaker(name="middle", channel=1, azimuth=0.0),)
    return (
        Speaker(name="left", channel=1, azimuth=-30.0),
        Speaker(name="right", channel=2, azimuth=30.0),
    )


def gains(azimuth: float, speakers: Sequence[float]) -> Floats:
    """Return the factor of each speaker for a sound from a direction.

    Args:
        azimuth: Degrees, positive to the right.
        speakers: Azimuths of the speakers; any number, in any order.

    Returns:
        Factors >= 0 whose squares sum to 1; empty where there is no speaker.
    """
    found = np.zeros(len(speakers))
    places = _places(speakers)
    if not places:
        return found
    for place, share in _between(azimuth % 360.0, [one for one, _ in places]):
        members = places[place][1]
        found[members] += share / math.sqrt(len(members))
    return found


def _places(speakers: Sequence[float]) -> list[tuple[float, list[int]]]:
    """Return directions, ascending in 0..360, each with its speakers: those that stand together share."""
    order = sorted(range(len(speakers)), key=lambda index: (speakers[index] % 360.0, index))
    places: list[tuple[float, list[int]]] = []
    for index in order:
        at = speakers[index] % 360.0
        if places and at - places[-1][0] < _TOGETHER:
            places[-1][1].append(index)
        else:
            places.append((at, [index]))
    if len(places) > 1 and places[0][0] + 360.0 - places[-1][0] < _TOGETHER:
        places[0][1].extend(places.pop()[1])
    return places


def _between(azimuth: float, places: Sequence[float]) -> list[tuple[int, float]]:
    """Return the one or two places that sound, each with its factor."""
    if len(places) == 1:
        return [(0, 1.0)]
    after = next((index for index, at in enumerate(places) if at > azimuth), 0)
    before = (after - 1) % len(places)
    gap = (places[after] - places[before]) % 360.0 or 360.0
    along = (azimuth - places[before]) % 360.0
    if gap > WIDEST:
        turn = min(max((along - gap / 2.0) / _BLEND + 0.5, 0.0), 1.0)
        angle = turn * math.pi / 2.0
        return [(before, math.cos(angle)), (after, math.sin(angle))]
    # Pulkki (1997), equation 9, in coordinates where the first speaker is at 0 degrees.
    one, other = math.sin(math.radians(gap - along)), math.sin(math.radians(along))
    length = math.hypot(one, other)
    return [(before, one / length), (after, other / length)]


class History:
    """The newest samples of the stations, for delays.

    Args:
        rows: Number of stations.
    """

    def __init__(self, rows: int) -> None:
        self._ring: Floats = np.zeros((rows, BLOCK))
        self._next = 0

    def reach(self, samples: int) -> None:
        """Keep at least so many samples before the newest block."""
        rows, length = self._ring.shape
        wanted = (-(-samples // BLOCK) + 1) * BLOCK
        if wanted > length:
            ring = np.zeros((rows, wanted))
            ring[:, wanted - length :] = np.roll(self._ring, -self._next, axis=1)
            self._ring, self._next = ring, 0

    def push(self, block: Floats) -> None:
        """Add a block, (rows, BLOCK)."""
        self._ring[:, self._next : self._next + BLOCK] = block
        self._next = (self._next + BLOCK) % self._ring.shape[1]

    def read(self, delay: int) -> Floats:
        """Return the block as it was ``delay`` samples before the newest one, (rows, BLOCK)."""
        length = self._ring.shape[1]
        first = (self._next - BLOCK - delay) % length
        if first + BLOCK <= length:
            return self._ring[:, first : first + BLOCK]
        split = length - first
        return np.concatenate([self._ring[:, first:], self._ring[:, : BLOCK - split]], axis=1)


class Placing:
    """The stations on the speakers of one setup.

    Args:
        setup: The venue.
        channels: Channels of the device.

    Attributes:
        rows: Channels of the device that are driven, from 0, ascending.
        azimuths: Direction of each of them.
        reach: Most delay in samples.
    """

    def __init__(self, setup: Setup, channels: int) -> None:
        speakers = speakers_of(setup, channels)
        self.rows = tuple(sorted({one.channel - 1 for one in speakers}))
        self.azimuths = tuple(
            next(one.azimuth for one in speakers if one.channel == row + 1) for row in self.rows
        )
        places = [one.azimuth for one in speakers]
        matrix = np.stack([gains(station, places) for station in STATIONS], axis=1)
        self._groups: dict[int, Floats] = {}
        for index, one in enumerate(speakers):
            delay = _samples(one.delay) + _samples(setup.delay)
            group = self._groups.setdefault(delay, np.zeros((len(self.rows), len(STATIONS))))
            group[self.rows.index(one.channel - 1)] += matrix[index] * 10.0 ** (one.gain / 20.0)
        self.reach = max(self._groups, default=0)

    def process(self, history: History) -> Floats:
        """Return the newest block of each driven channel, (rows, BLOCK)."""
        out = np.zeros((len(self.rows), BLOCK))
        for delay, matrix in self._groups.items():
            out += matrix @ history.read(delay)
        return out


def _samples(delay: float) -> int:
    return round(min(max(delay, 0.0), LONGEST) * RATE)
