"""The voice of a show: a generative soundscape, rendered block by block."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from installation.ipc.feeds.sound import Drive, Ring
from installation.show.soundscape import Soundscape
from installation.sound import BLOCK, RATE
from installation.sound.voice.events import Events
from installation.sound.voice.graph import Graph, control
from installation.sound.voice.mixing import Mixing
from installation.sound.voice.output import Output
from installation.sound.voice.patches import ALL, Moment, Patch, Studio
from installation.sound.voice.sounds import Behind, Library, Make
from installation.sound.voice.tuning import Tuning

__all__ = ["Voice"]

_STEP: Final = 4
"""Blocks from one step of the patches to the next: 21 ms. Flashes ring with the next block."""
_ASLEEP: Final = 3.0
"""Seconds at level 0 after which a patch is closed."""
_MOST_RINGS: Final = 256
_RINGING: Final = ("bells", "hub")
"""Patches that ring with the next block."""
_START: Final = Drive(frame=0, time=0.0, at=0.0)


class Voice:
    """A soundscape that is driven by the frames of a show.

    Equal tables, seeds and drives at equal blocks give equal samples.

    Args:
        soundscape: Which scene has which sound; ``load()`` for the default one.
        seed: Of everything random.
        behind: Runs a function in another thread: there sounds are made, those of the scene first, and a
            patch whose sounds are not ready begins later. Without it they are made before the first block,
            so that blocks are equal.
        make: What makes sounds where ``behind`` runs; without it they are made there.

    Raises:
        RuntimeError: Another voice is open in this process: signalflow has one graph.
    """

    def __init__(
        self, soundscape: Soundscape, seed: int, behind: Behind | None = None, make: Make | None = None
    ) -> None:
        self._graph = Graph()
        self._behind = behind
        self._bend = (control(1.0, 0.3), control(1.0, 0.3))
        self._tuning = Tuning(soundscape.tuning)
        self._events = Events()
        bend = (self._bend[0][1], self._bend[1][1])
        library = self._library = Library(seed, behind, make)
        self._studio = Studio(seed, self._graph, self._events, library, self._tuning, bend)
        self._mixing = Mixing(soundscape, lambda name: library.ready(ALL[name].sounds))
        self._wanted: tuple[Soundscape, str] | None = None
        if behind is None:
            library.want(_kinds(soundscape, ""))
        self._output = Output(soundscape.silence, self._graph, seed)
        self._patches: dict[str, Patch] = {}
        self._asleep: dict[str, float] = {}
        self._visits = dict.fromkeys(ALL, 0)
        self._drive = _START
        self._rings: list[Ring] = []
        self._unrung: list[Ring] = []  # of them, those that the patches that ring have not seen
        self._blocks = 0

    def adopt(self, soundscape: Soundscape) -> None:
        """Go over to an edited table; without ``behind`` patches that no scene had before take a while."""
        if self._behind is None:
            self._library.want(_kinds(soundscape, ""))
        self._mixing.soundscape = soundscape
        self._tuning.adopt(soundscape.tuning)
        self._output.silence = soundscape.silence

    def drive(self, drive: Drive) -> None:
        """Take over the newest state of the show; its flashes ring with the next block."""
        self._drive = drive
        self._rings = [*self._rings, *drive.rings][-_MOST_RINGS:]
        self._unrung = [*self._unrung, *drive.rings][-_MOST_RINGS:]

    def render(self) -> npt.NDArray[np.float32]:
        """The next block, (stations, BLOCK)."""
        time = self._blocks * BLOCK / RATE
        if self._blocks % _STEP == 0:
            self._step(time, _STEP * BLOCK / RATE)
        elif self._unrung:
            for name in _RINGING:
                if name in self._patches:
                    self._patches[name].step(self._moment(name, time, 0.0))
            self._unrung.clear()
        self._output.before(self._mixing.feedback)
        block = self._graph.render()
        single = self._events.render()
        if single is not None:
            block += single
        self._blocks += 1
        return self._output.after(block, self._drive)

    def close(self) -> None:
        """Let another voice be made in this process. Call it once the last block has been faded."""
        self._library.close()
        self._patches.clear()
        self._graph.close()

    @property
    def sounding(self) -> int:
        """Single sounds that play now."""
        return len(self._events)

    @property
    def stolen(self) -> int:
        """Single sounds that had to make room for others so far."""
        return self._events.stolen

    @property
    def refused(self) -> int:
        """Blocks that were not finite, and were replaced by silence."""
        return self._output.refused

    @property
    def refused_last(self) -> int:
        """How many of these came one after the other, up to the last block; 0 if that was good."""
        return self._output.refused_last

    @property
    def levels(self) -> Mapping[str, float]:
        """Level of each patch that is awake."""
        return MappingProxyType({name: self._mixing.level(name) for name in self._patches})

    def _want(self) -> None:
        """Have the sounds of the scene made before those of the others."""
        wanted = (self._mixing.soundscape, self._drive.after)
        if self._wanted is None or wanted[0] is not self._wanted[0] or wanted[1] != self._wanted[1]:
            self._wanted = wanted
            self._library.want(_kinds(*wanted))

    def _step(self, time: float, dt: float) -> None:
        mixing = self._mixing
        if self._behind is not None:
            self._want()
        self._tuning.turn(self._drive.values.get(mixing.soundscape.tuning.season, 0.0))
        mixing.step(self._drive, dt)
        for (constant, _), way in zip(self._bend, (1.0, -1.0), strict=True):
            constant.set_value(2.0 ** (way * mixing.detune / 1200.0))
        if not self._output.silent:
            for name in mixing.heard:
                if name not in self._patches and mixing.level(name) > 0.0:
                    self._patches[name] = ALL[name](self._studio, self._visits[name])
                    self._visits[name] += 1
        for name, patch in list(self._patches.items()):
            patch.advance(self._moment(name, time, dt))
            self._rest(name, mixing.level(name), dt)
        self._rings.clear()
        self._unrung.clear()
        if self._output.ended:
            self._events.hush()

    def _moment(self, name: str, time: float, dt: float) -> Moment:
        mixing = self._mixing
        level = 0.0 if self._output.ended else mixing.level(name)
        seen = self._unrung if name in _RINGING else self._rings
        of_hubs = name == "hub"
        rings = () if self._output.silent else tuple(one for one in seen if bool(one.hub) is of_hubs)
        return Moment(
            time, dt, level, mixing.inputs[name], mixing.register, mixing.detune, mixing.ahead, rings
        )

    def _rest(self, name: str, level: float, dt: float) -> None:
        """Close a patch that has been silent for a while."""
        self._asleep[name] = 0.0 if level > 0.0 else self._asleep.get(name, 0.0) + dt
        if self._asleep[name] > _ASLEEP:
            self._patches.pop(name).close()


def _kinds(soundscape: Soundscape, scene: str) -> Iterator[str]:
    """All sounds that the table's patches play, by kind; those of one scene first."""
    part = soundscape.scenes.get(scene)
    first = set(part.patches) if part is not None else set()
    named = {name for one in soundscape.scenes.values() for name in one.patches}
    for some in (first, named - first):
        for name in ALL:
            if name in some:
                yield from ALL[name].sounds
