"""signalflow's audio graph, of which a process can have one, rendered block by block without a device."""

import weakref
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt
import signalflow

from installation.sound import BLOCK, RATE, STATIONS
from installation.sound.voice.chance import Chance

__all__ = ["FRONT", "Control", "Graph", "Node", "control", "noise", "sf", "spread"]

sf: Any = signalflow
"""The library, which we use without its types: they know numbers as nodes, but do not say so."""
Node = Any
"""A node of signalflow, which states no types."""
_LEAST: Final = 1e-12
FRONT: Final = 5
"""Stations across the picture; the others stand behind the listeners."""


class Graph:
    """The process's audio graph.

    Raises:
        RuntimeError: Another one is open in this process; close it first.
    """

    _open: ClassVar["weakref.ref[Graph] | None"] = None

    def __init__(self) -> None:
        other = Graph._open() if Graph._open is not None else None
        if other is not None and other.open:
            raise RuntimeError("another voice is open in this process: close() it first")
        output = sf.AudioOut_Dummy(len(STATIONS), RATE, BLOCK)
        self._graph: Any = sf.AudioGraph(output_device=output, start=False)
        self._buffer = sf.Buffer(len(STATIONS), BLOCK)
        self._finalizer = weakref.finalize(self, self._graph.destroy)
        Graph._open = weakref.ref(self)

    @property
    def open(self) -> bool:
        """Whether it has not been closed."""
        return self._graph is not None

    def play(self, node: Node) -> None:
        """Put a node with as many channels as there are stations, or fewer, into the mix."""
        self._graph.play(node)

    def stop(self, node: Node) -> None:
        """Take it out again, at the next block. Whoever calls has faded it."""
        self._graph.stop(node)

    def render(self) -> npt.NDArray[np.float32]:
        """The next block (stations, BLOCK), as a copy."""
        self._graph.render_to_buffer(self._buffer)
        return np.array(self._buffer.data, np.float32)

    def close(self) -> None:
        """Let another graph be made in this process. A second call does nothing."""
        if self._graph is not None:
            self._graph.clear()
            self._graph = None
            self._finalizer()


class Control:
    """A number that Python sets.

    Args:
        constant: signalflow's node.
    """

    __slots__ = ("_constant",)

    def __init__(self, constant: Node) -> None:
        self._constant = constant

    def set_value(self, value: float) -> None:
        """Set it; 0 becomes 1e-12: what fades to 0 would fade through denormal numbers, which are slow."""
        self._constant.set_value(max(_LEAST, value))


def control(value: float, seconds: float = 0.04) -> tuple[Control, Node]:
    """A number that Python sets and audio follows without a step.

    Args:
        value: Where it begins.
        seconds: Time constant.

    What follows begins where the number stands at the first block, not at ``value``, if it was set before.

    Returns:
        The number, and what follows it: y += (1 - a) (x - y), with
        a = exp(-1 / (RATE seconds)).
    """
    constant = sf.Constant(max(value, _LEAST))
    return Control(constant), sf.Smooth(constant, float(np.exp(-1.0 / (RATE * seconds))))


def noise(chance: Chance, rate: float = 0.0, low: float = -1.0, high: float = 1.0) -> Node:
    """White noise, seeded; with a rate a random line: so many new points a second, at random times.

    Args:
        chance: Source of its seed.
        rate: Hz; 0 for a new number with each sample.
        low: Its range.
        high: Its range.
    """
    node = sf.WhiteNoise(rate, low, high, True, rate > 0.0)
    node.set_seed(chance.node_seed())
    return node


def spread(parts: dict[int, list[Node]]) -> Node:
    """Put mono nodes on their stations: a node of all stations' channels."""
    channels = []
    for station in range(len(STATIONS)):
        nodes = parts.get(station, [])
        channels.append(nodes[0] if len(nodes) == 1 else sf.Sum(nodes) if nodes else sf.Constant(0.0))
    return sf.ChannelArray(channels)
