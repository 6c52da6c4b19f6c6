"""The mix returns into itself: late, filtered, saturated. So it howls, and stays within bounds."""

from typing import Final

import numpy as np
import numpy.typing as npt

from installation.sound import BLOCK, RATE, STATIONS
from installation.sound.voice.chance import Chance, Walk
from installation.sound.voice.graph import Graph, Node, control, sf, spread

__all__ = ["Feedback"]

_LONGEST: Final = 2.5
"""Seconds that are kept."""
_LOUDEST: Final = 0.03
"""Bound of what returns, at each of its stations."""
_GAIN: Final = 1.0
"""Gain at 1, before the filter: around the filter's peak that of the whole loop is then above 1."""
_SIDES: Final = ([0, 1, 2, 7], [2, 3, 4, 5])
"""Stations that each of the two delays hears."""
_TO: Final = ((3, 4, 6), (0, 1, 6))
"""Stations where each is heard: on the other side."""
_ASLEEP: Final = 2.0


class Feedback:
    """Two delays, crossed, of 0.2 to 2 s each; their times wander, so that pitches slide with each turn.

    Each passes a filter whose centre wanders from 180 Hz to 2.5 kHz and a saturation, c tanh(x / c): whatever
    the gain, no station gets more than c = 0.03 of it. With the amount back at 0 it is gone within a second.

    Args:
        graph: The graph.
        seed: Of what wanders.
    """

    def __init__(self, graph: Graph, seed: int) -> None:
        self._graph = graph
        self._chance = Chance(seed, "feedback")
        self._past = np.zeros((len(STATIONS), (int(_LONGEST * RATE) // BLOCK + 1) * BLOCK), np.float32)
        self._at = 0
        self._times = [Walk(self._chance, 5.0) for _ in _SIDES]
        self._centres = [Walk(self._chance, 3.5) for _ in _SIDES]
        self._delays = np.array([0.5, 0.7]) * RATE
        self._heard = sf.Buffer(2, BLOCK)
        self._controls = [(control(0.0, 0.15), control(500.0, 1.2)) for _ in _SIDES]
        self._node: Node = None
        self._idle = 2.0 * _ASLEEP

    def before(self, amount: float) -> None:
        """Prepare what the next block hears of the past.

        Args:
            amount: 0..1.
        """
        dt = BLOCK / RATE
        self._idle = 0.0 if amount > 0.0 else self._idle + dt
        if self._idle > _ASLEEP:
            if self._node is not None:
                self._graph.stop(self._node)
                self._node = None
            return
        begins = self._node is None
        if begins:
            for level, _ in self._controls:
                level[0].set_value(0.0)
            self._node = self._build()
            self._graph.play(self._node)
        for side, (level, centre) in enumerate(self._controls):
            if not begins:  # what follows it begins where it stands at its first block
                level[0].set_value(_GAIN * amount**1.3)
            centre[0].set_value(180.0 * 14.0 ** self._centres[side].step(dt))
            wanted = (0.2 + 1.8 * self._times[side].step(dt) ** 1.5) * RATE
            # At most 6 % faster or slower than time itself: about a semitone.
            delay = self._delays[side]
            then = delay + min(max(wanted - delay, -0.06 * BLOCK), 0.06 * BLOCK)
            self._heard.data[side] = self._read(side, delay, then)
            self._delays[side] = then

    def after(self, block: npt.NDArray[np.float32]) -> None:
        """Remember a block that was heard."""
        self._past[:, self._at : self._at + BLOCK] = block
        self._at = (self._at + BLOCK) % self._past.shape[1]

    def _read(self, side: int, delay: float, then: float) -> npt.NDArray[np.float32]:
        """The past; the delay moves over the block. Interpolated in straight lines."""
        past = self._past[_SIDES[side]]
        places = self._at + np.arange(BLOCK) - np.linspace(delay, then, BLOCK, endpoint=False)
        whole = np.floor(places).astype(int)
        share = (places - whole).astype(np.float32)
        size = past.shape[1]
        heard = past[:, whole % size] * (1.0 - share) + past[:, (whole + 1) % size] * share
        return np.asarray(0.5 * heard.sum(0), np.float32)

    def _build(self) -> Node:
        parts: dict[int, list[Node]] = {}
        heard = sf.BufferPlayer(self._heard, 1.0, loop=1)
        for side, (level, centre) in enumerate(self._controls):
            mono = sf.ChannelSelect(heard, side, side + 1)
            band = sf.SVFilter(mono, "band_pass", centre[1], 0.88)
            loud = sf.Tanh(band * level[1] * (1.0 / _LOUDEST)) * _LOUDEST
            for index, station in enumerate(_TO[side]):
                parts.setdefault(station, []).append(loud * (1.0, 0.8, 0.4)[index])
        return spread(parts)
