"""What every patch has: a place in the graph, a level, inputs, and a step."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from installation.ipc.feeds.sound import Ring
from installation.sound.voice.chance import Chance
from installation.sound.voice.events import Events, Sound
from installation.sound.voice.graph import Graph, Node, control
from installation.sound.voice.sounds import Library
from installation.sound.voice.tuning import Tuning
from installation.values import Seconds

__all__ = ["Moment", "Patch", "Studio"]


@dataclass(frozen=True, slots=True)
class Studio:
    """What patches work with.

    Attributes:
        bend: Nodes of factors on pitch: sharp and flat, both 1 while nothing is out of tune.
    """

    seed: int
    graph: Graph
    events: Events
    library: Library
    tuning: Tuning
    bend: tuple[Node, Node]


@dataclass(slots=True)
class Moment:
    """How things stand at one step.

    Attributes:
        time: Seconds since the voice began.
        dt: Seconds since the last step.
        level: Factor on the patch's level, faded.
        inputs: Values of the patch's inputs by name.
        register: Octaves by which pitches are higher.
        detune: Cents by which voices may be off.
        ahead: Seconds.
        rings: New ones, with this step's only.
    """

    time: Seconds
    dt: Seconds
    level: float = 0.0
    inputs: Mapping[str, float] = field(default_factory=dict)
    register: float = 0.0
    detune: float = 0.0
    ahead: Seconds = 0.0
    rings: tuple[Ring, ...] = ()

    def __getitem__(self, name: str) -> float:
        return self.inputs[name]


class Patch:
    """One kind of sound. It is made when its level rises above 0 and closed when that has ended.

    Args:
        studio: What it works with.
        visit: How many times the patch has been made before: so that no cycle is like the one before.
    """

    name: ClassVar[str]
    sounds: ClassVar[tuple[str, ...]] = ()
    """Kinds of the library that it plays."""

    def __init__(self, studio: Studio, visit: int = 0) -> None:
        self.studio = studio
        self.chance = Chance(studio.seed, f"{self.name}/{visit}")
        self.age: Seconds = 0.0
        self._gate, self._opened = control(0.0)
        self._bed: Node = None
        bed = self.build()
        if bed is not None:
            self._bed = bed * self._opened
            studio.graph.play(self._bed)

    def build(self) -> Node:
        """Make its continuous part, of all stations' channels; None if it has single sounds only."""
        return None

    def step(self, now: Moment) -> None:
        """Go on by ``now.dt``."""

    def advance(self, now: Moment) -> None:
        """Set the level, and step."""
        if self.age > 0.0:  # what follows a control begins where that stands at its first block: at 0
            self._gate.set_value(now.level)
        self.age += now.dt
        self.step(now)

    def close(self) -> None:
        """Leave the graph. Its level has been 0 for a while."""
        if self._bed is not None:
            self.studio.graph.stop(self._bed)
            self._bed = None

    def sound(
        self, sound: Sound, now: Moment, gain: float, place: float, pitch: float = 0.0, rate: float = 1.0
    ) -> None:
        """Play a single sound of this patch.

        Args:
            sound: What.
            now: Where its level is from.
            gain: Factor beside that.
            place: Station; see ``Events.play``.
            pitch: Hz; 0 leaves the sound's own.
            rate: Factor on its speed.
        """
        if pitch > 0.0 and sound.pitch > 0.0:
            rate *= pitch / sound.pitch
        if now.detune > 0.0:
            rate *= 2.0 ** (now.detune * self.chance.uniform(-1.0, 1.0) / 1200.0)
        self.studio.events.play(sound, gain * now.level, place, min(max(rate, 0.05), 8.0), self.name)
