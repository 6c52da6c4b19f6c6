"""Single sounds: buffers played once, each at its place, bounded in number."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from installation.sound import BLOCK, RATE, STATIONS
from installation.sound.voice.graph import FRONT, Graph, Node, sf

__all__ = ["MOST", "Events", "Sound", "across"]

MOST: Final = 40
"""Most sounds at a time; one more takes the place of the quietest."""
_FADE: Final = 0.02
"""Seconds in which a sound that has to go fades."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A buffer with a pitch of its own.

    Attributes:
        buffer: signalflow's.
        length: Samples.
        pitch: Hz at rate 1; 0 where it has none.
        over: Samples for each one at RATE. The player reads between samples in straight lines, which is
            audible (-32 dB) at 6 kHz: bright sounds that change their pitch are made finer.
    """

    buffer: Node
    length: int
    pitch: float = 0.0
    over: int = 1

    @staticmethod
    def of(samples: npt.NDArray[np.float32], pitch: float = 0.0, over: int = 1) -> "Sound":
        """Make a sound of mono samples at ``over`` times RATE."""
        buffer = sf.Buffer(1, len(samples))
        buffer.data[0] = samples  # its constructor would copy number by number
        return Sound(buffer, len(samples), pitch, over)

    def seconds(self, rate: float = 1.0) -> float:
        """How long it sounds."""
        return self.length / (RATE * self.over * rate)


@dataclass(slots=True)
class _Playing:
    gain: float
    left: int
    """Blocks until it has ended."""
    mixed: Node
    gains: Node
    output: Node
    owner: str
    going: bool = False


class Events:
    """All sounds that play now.

    Args:
        graph: Where they play.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._playing: list[_Playing] = []
        self.stolen = 0
        """How many had to make room."""

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
        here, there = gain * math.cos(share), gain * math.sin(share)
        player = sf.BufferPlayer(sound.buffer, rate * sound.over, loop=0)
        if first == count - 1:
            gains = sf.ChannelArray([there, *[0.0] * (count - 2), here])
        else:
            gains = sf.ChannelArray([here, there])
        mixed = player * gains
        output = sf.ChannelOffset(first, mixed) if 0 < first < count - 1 else mixed
        self._graph.play(output)
        left = math.ceil(sound.seconds(rate) * RATE / BLOCK) + 1
        self._playing.append(_Playing(gain, left, mixed, gains, output, owner))

    def advance(self) -> None:
        """Forget what has ended: once after each block."""
        kept = []
        for one in self._playing:
            one.left -= 1
            if one.left > 0:
                kept.append(one)
            else:
                self._graph.stop(one.output)
        self._playing = kept

    def hush(self, owner: str | None = None, seconds: float = _FADE) -> None:
        """Fade all sounds of a patch, or all."""
        for one in self._playing:
            if not one.going and owner in (None, one.owner):
                self._end(one, seconds)

    def _end(self, one: _Playing, seconds: float = _FADE) -> None:
        one.mixed.set_input("input1", one.gains * sf.Line(1.0, 0.0, seconds))
        one.left = min(one.left, math.ceil(seconds * RATE / BLOCK) + 1)
        one.going = True


def across(x: float) -> float:
    """Place on the stations across the picture for x = 0..1 from its left."""
    return min(max(x, 0.0), 1.0) * (FRONT - 1)
