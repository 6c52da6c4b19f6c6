"""Single sounds: samples played once, each at its place, bounded in number.

They are mixed here and not in signalflow's graph: all of a block's sounds are read between their samples by
one call each, which takes a third of the time of a player, its gains and its panning for each of them.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from installation.sound import BLOCK, RATE, STATIONS
from installation.sound.voice.graph import FRONT

__all__ = ["MOST", "Events", "Sound", "across"]

MOST: Final = 40
"""Most sounds at a time; one more takes the place of the quietest."""
_FADE: Final = 0.02
"""Seconds in which a sound that has to go fades."""
_STEPS: Final = np.arange(BLOCK, dtype=np.float64)
_AFTER: Final = np.arange(1, BLOCK + 1, dtype=np.float32)

Single = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sound:
    """Mono samples with a pitch of their own.

    Attributes:
        samples: (n,).
        pitch: Hz at rate 1; 0 where it has none.
        over: Samples for each one at RATE. They are read between samples in straight lines, which is
            audible (-32 dB) at 6 kHz: bright sounds that change their pitch are made finer.
    """

    samples: Single
    pitch: float = 0.0
    over: int = 1

    @property
    def length(self) -> int:
        """Samples."""
        return self.samples.size

    def seconds(self, rate: float = 1.0) -> float:
        """How long it sounds."""
        return self.length / (RATE * self.over * rate)


@dataclass(slots=True, eq=False)
class _Playing:
    samples: Single
    rate: float
    """Samples for each one at RATE."""
    gain: float
    gains: Single
    """(stations,)."""
    left: int
    """Blocks until it has ended."""
    owner: str
    whole: int = 0
    """The last sample before the place at which the next block begins."""
    share: float = 0.0
    """How far behind that sample the block begins, 0..1."""
    going: bool = False
    """Whether it fades because it has to go."""
    fade: float = 0.0
    """What its level then loses with each sample at RATE."""
    level: float = 1.0


class Events:
    """All sounds that play now."""

    def __init__(self) -> None:
        self._playing: list[_Playing] = []
        self.stolen = 0
        """How many had to make room."""
        self._changed = True
        self._rates, self._gains = np.empty((0, 1)), np.empty((len(STATIONS), 0), np.float32)
        self._window = np.zeros((0, 0), np.float32)
        self._rows = np.empty((0, 1), np.intp)

    def __len__(self) -> int:
        return len(self._playing)

    def play(self, sound: Sound, gain: float, place: float, rate: float = 1.0, owner: str = "") -> None:
        """Begin a sound with the next block.

        Args:
            sound: What.
            gain: Factor; below -80 dB nothing is played.
            place: Station, from 0 to their number, around the listeners; between two it is panned with equal
                power.
            rate: Factor on its speed and pitch.
            owner: Patch that ``hush`` may name.
        """
        if gain < 1e-4:
            return
        standing = [one for one in self._playing if not one.going]
        if len(standing) >= MOST:
            self._end(min(standing, key=lambda one: one.gain * min(one.left, 40)))
            self.stolen += 1
        count = len(STATIONS)
        first = math.floor(place) % count
        share = (place - math.floor(place)) * math.pi / 2
        gains = np.zeros(count, np.float32)
        gains[first], gains[(first + 1) % count] = gain * math.cos(share), gain * math.sin(share)
        left = math.ceil(sound.seconds(rate) * RATE / BLOCK) + 1
        self._playing.append(_Playing(sound.samples, rate * sound.over, gain, gains, left, owner))
        self._changed = True

    def render(self) -> Single | None:
        """All of them as they sound in the next block, (stations, BLOCK); None for nothing."""
        playing = self._playing
        if not playing:
            return None
        if self._changed:
            self._arrange()
        window, shares = self._window, []
        for row, one in zip(window, playing, strict=False):
            samples, span = one.samples, int(one.share + one.rate * BLOCK) + 2
            piece = samples[one.whole : one.whole + span]
            row[: piece.size] = piece
            row[piece.size : span] = 0.0
            shares.append(one.share)
            place = one.share + one.rate * BLOCK
            whole = int(place)
            one.whole, one.share = one.whole + whole, place - whole
        places = _STEPS * self._rates
        places += np.array(shares)[:, None]
        whole_places = places.astype(np.intp)
        places -= whole_places
        whole_places += self._rows
        flat = window.ravel()
        heard = flat.take(whole_places, mode="clip")
        whole_places += 1
        following = flat.take(whole_places, mode="clip")
        following -= heard
        following *= places.astype(np.float32)
        heard += following
        for index, one in enumerate(playing):
            if one.going:
                way = np.float32(one.level) - np.float32(one.fade) * _AFTER
                heard[index] *= np.maximum(way, np.float32(0.0))
                one.level = max(one.level - one.fade * BLOCK, 0.0)
        mixed: Single = np.dot(self._gains, heard)
        self._forget()
        return mixed

    def _arrange(self) -> None:
        """Put together what changes only when sounds begin or end."""
        self._changed = False
        playing = self._playing
        self._rates = np.array([[one.rate] for one in playing])
        self._gains = np.stack([one.gains for one in playing], axis=1)
        widest = int(float(self._rates.max()) * BLOCK) + 4
        rows, width = self._window.shape
        if rows < len(playing) or width < widest:
            self._window = np.zeros((max(rows, len(playing), MOST), max(width, widest)), np.float32)
            rows, width = self._window.shape
        self._rows = np.arange(len(playing), dtype=np.intp)[:, None] * width

    def _forget(self) -> None:
        """Let go what has ended."""
        for one in self._playing:
            one.left -= 1
        kept = [one for one in self._playing if one.left > 0]
        if len(kept) < len(self._playing):
            self._playing, self._changed = kept, True

    def hush(self, owner: str | None = None, seconds: float = _FADE) -> None:
        """Fade all sounds of a patch, or all."""
        for one in self._playing:
            if not one.going and owner in (None, one.owner):
                self._end(one, seconds)

    def _end(self, one: _Playing, seconds: float = _FADE) -> None:
        one.fade = 1.0 / (seconds * RATE)
        one.left = min(one.left, math.ceil(seconds * RATE / BLOCK) + 1)
        one.going = True


def across(x: float) -> float:
    """Place on the stations across the picture for x = 0..1 from its left."""
    return min(max(x, 0.0), 1.0) * (FRONT - 1)
