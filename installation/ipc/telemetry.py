"""The data that the stage and the panel put on the bus for each other, and its encoding.

======================  ===========================================================  ==================
key                     payload                                                      when
======================  ===========================================================  ==================
``tree/description``    JSON of ``Description``; kept, so that late readers get it   when the tree changes
``tree/values``         ``u64`` version, then float32 effective values in slot order  on change, 1..30 Hz
``stage/telemetry``     JSON of ``StageStatus``                                        2 Hz
``picture/jpeg``        one JPEG                                                     while it is watched
``panel/written``       MessagePack of ``Written``: what clients of the panel write  <= 60 Hz, when written
======================  ===========================================================  ==================

The last is the panel's, the others are the stage's. The picture is watched while the name ``watching`` is
alive on the bus. Numbers are little-endian.
"""

import logging
import struct
from collections.abc import Mapping
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from installation.ipc.bus import Bus, Subscription
from installation.parameter.parameter import Kind, Parameter
from installation.parameter.tree import Tree
from installation.status import StageStatus
from installation.values import HOST, Address, Reading, Seconds

__all__ = [
    "DESCRIPTION",
    "PICTURE",
    "TELEMETRY",
    "VALUES",
    "WATCHING",
    "WRITTEN",
    "Description",
    "Node",
    "Publisher",
    "Written",
    "describe",
    "pack_values",
    "unpack_values",
]

DESCRIPTION: Final = "tree/description"
VALUES: Final = "tree/values"
TELEMETRY: Final = "stage/telemetry"
PICTURE: Final = "picture/jpeg"
WRITTEN: Final = "panel/written"
WATCHING: Final = "watching"

log = logging.getLogger(__name__)

_LARGEST: Final = float(np.finfo(np.float32).max)
_VERSION = struct.Struct("<Q")
_VALUE_PERIOD: Final[Seconds] = 1 / 30
_SLACK: Final[Seconds] = 0.002
_AGAIN: Final[Seconds] = 1.0
"""Values that stand still are put again after so long: by their version a panel sees what it has missed."""
_TELEMETRY_PERIOD: Final[Seconds] = 0.5
_PICTURE_PERIOD: Final[Seconds] = 0.2
_WAITING: Final = 64
"""Most batches of written values between two frames; beyond it the oldest are lost."""


class Node(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One parameter or one public signal as the panel shows it.

    Attributes:
        slot: Index of the first component among the values.
        writable: True for parameters, False for signals.
    """

    address: Address
    kind: str
    slot: int
    default: tuple[float, ...] = ()
    minimum: tuple[float, ...] = ()
    maximum: tuple[float, ...] = ()
    unit: str = ""
    description: str = ""
    values: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()
    access: str = "operator"
    tags: tuple[str, ...] = ()
    writable: bool = True

    @property
    def components(self) -> int:
        """Number of its components."""
        return max(1, len(self.default))


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """The whole tree, without its values.

    Attributes:
        version: Changes whenever slots do; values of another version are ignored.
        name: Name of the show.
        osc_ip, osc_port: Address and port at which the stage listens for OSC; port 0 if it does not.
        slots: Number of values.
    """

    version: int
    name: str = ""
    osc_ip: str = HOST
    osc_port: int = 0
    slots: int = 0
    nodes: tuple[Node, ...] = ()


class Written(msgspec.Struct, frozen=True, array_like=True):
    """One value that a client of the panel has written to a parameter, after the panel has allowed it.

    Attributes:
        source: Who: one of ``PANEL_SOURCES``.
        time: Monotonic time of arrival in seconds; the clock is that of the machine, so the stage's too.
    """

    address: Address
    values: tuple[bool | int | float | str, ...]
    time: Seconds
    source: str


_WRITTEN: Final = msgspec.msgpack.Decoder(list[Written])


def describe(
    tree: Tree,
    *,
    version: int,
    name: str = "",
    osc: tuple[str, int] = (HOST, 0),
    signals: Mapping[Address, int] | None = None,
) -> Description:
    """Describe a tree, its parameters first and then the public signals.

    Args:
        tree: The parameters.
        version: Any number that differs from the one before.
        name: Name of the show.
        osc: Address and port that the stage listens at.
        signals: Public signals and their index among the signal values; private ones must not be given.
    """
    nodes = [_node(parameter, tree.slot(address)) for address, parameter in tree.parameters().items()]
    base = len(tree.effective)
    for address, index in (signals or {}).items():
        nodes.append(
            Node(address=address, kind=Kind.FLOAT.value, slot=base + index, default=(0.0,), writable=False)
        )
    slots = base + (1 + max(signals.values()) if signals else 0)
    return Description(
        version=version, name=name, osc_ip=osc[0], osc_port=osc[1], slots=slots, nodes=tuple(nodes)
    )


def _node(parameter: Parameter, slot: int) -> Node:
    return Node(
        address=parameter.address,
        kind=parameter.kind.value,
        slot=slot,
        default=parameter.default,
        minimum=parameter.minimum,
        maximum=parameter.maximum,
        unit=parameter.unit,
        description=parameter.description or parameter.label,
        values=parameter.values,
        labels=parameter.labels,
        access=parameter.access,
        tags=tuple(sorted(parameter.tags)),
    )


def pack_values(version: int, values: NDArray[np.float32]) -> bytes:
    """Encode the payload of ``tree/values``."""
    return _VERSION.pack(version) + values.astype("<f4").tobytes()


def unpack_values(payload: bytes) -> tuple[int, NDArray[np.float32]] | None:
    """Decode version and values; None for invalid bytes."""
    if len(payload) < _VERSION.size or (len(payload) - _VERSION.size) % 4:
        return None
    (version,) = _VERSION.unpack_from(payload)
    return version, np.frombuffer(payload, "<f4", offset=_VERSION.size).astype(np.float32)


class Publisher:
    """The stage's side: ``publish`` is called once per frame and limits the rates itself.

    Args:
        bus: The stage's bus.
        name: Name of the show.
        osc: Address and port that the stage listens at for OSC.
    """

    def __init__(self, bus: Bus, name: str = "", osc: tuple[str, int] = (HOST, 0)) -> None:
        self._bus = bus
        self._name = name
        self._osc = osc
        self._shape: tuple[int, tuple[tuple[Address, int], ...]] | None = None
        self._signals: Mapping[Address, int] | None = None
        self._tree = -1
        self._chosen: NDArray[np.intp] = np.zeros(0, np.intp)
        self._all: NDArray[np.float32] = np.zeros(0, np.float32)
        self._version = 0
        self._last: bytes = b""
        self._values_due: Seconds = 0.0
        self._again_at: Seconds = 0.0
        self._telemetry_at: Seconds = float("-inf")
        self._picture_at: Seconds = float("-inf")
        self._written = bus.subscribe(WRITTEN, capacity=_WAITING)

    def written(self) -> list[Reading]:
        """Return what clients of the panel have written since the last call, as input of the next frame."""
        found: list[Reading] = []
        for _, payload in self._written.drain():
            try:
                batch = _WRITTEN.decode(payload)
            except msgspec.DecodeError as error:
                log.warning("what the panel sends cannot be read: %s", error)
                continue
            found += [Reading(one.address, one.values, one.time, one.source) for one in batch]
        return found

    def publish(
        self,
        now: Seconds,
        tree: Tree,
        signals: Mapping[Address, int] | None = None,
        signal_values: NDArray[np.float64] | None = None,
    ) -> None:
        """Put the description if it has changed, and the values: at most 30 times per second, at least once.

        ``signals`` are the public ones only, with their index in ``signal_values``; a change must be given as
        another object.
        """
        if not self.due(now):
            return
        # A schedule, not an interval: frames at 60 Hz would otherwise just miss every second slot.
        self._values_due = max(self._values_due, now - _VALUE_PERIOD) + _VALUE_PERIOD
        if signals is not self._signals or tree.version != self._tree:
            self._look_again(now, tree, signals)
        payload = pack_values(self._version, self._gather(tree, signal_values))
        if payload != self._last or now >= self._again_at:
            self._last, self._again_at = payload, now + _AGAIN
            self._bus.put(VALUES, payload, keep=True)

    def _look_again(self, now: Seconds, tree: Tree, signals: Mapping[Address, int] | None) -> None:
        """The set of values may have changed: put the description if it has."""
        self._signals, self._tree = signals, tree.version
        shape = (tree.version, tuple((signals or {}).items()))
        if shape != self._shape:
            self._shape = shape
            self._chosen = np.fromiter((signals or {}).values(), np.intp, len(signals or {}))
            base = len(tree.effective)
            self._all = np.zeros(base + (1 + int(self._chosen.max()) if signals else 0), np.float32)
            # A restarted stage counts from 1 again, so the time makes the version unlike any before.
            self._version = int(now * 1e6) + 1
            about = describe(
                tree, version=self._version, name=self._name, osc=self._osc, signals=signals or None
            )
            self._bus.put(DESCRIPTION, msgspec.json.encode(about), keep=True)
            self._last = b""

    @property
    def version(self) -> int:
        """Version of the description that was put last; 0 before the first."""
        return self._version

    def watched_by(self, name: str) -> bool:
        """Return whether a process with this name is on the bus."""
        return name in self._bus.living()

    def put(self, key: str, payload: bytes, *, keep: bool = False) -> None:
        """Put a message of another part of the stage."""
        self._bus.put(key, payload, keep=keep)

    def subscribe(self, pattern: str, *, capacity: int = 64, kept: bool = False) -> Subscription:
        """Subscribe another part of the stage to messages, until the connection is closed."""
        return self._bus.subscribe(pattern, capacity=capacity, kept=kept)

    def due(self, now: Seconds) -> bool:
        """Return whether the next ``publish`` needs the values, so that they are gathered only then."""
        return now >= self._values_due - _SLACK

    def _gather(self, tree: Tree, values: NDArray[np.float64] | None) -> NDArray[np.float32]:
        base = len(tree.effective)
        self._all[:base] = tree.shown()
        if values is not None:  # the slots between them may belong to private signals: zeros
            # values beyond float32 are clamped to its range
            self._all[base:][self._chosen] = np.clip(values[self._chosen], -_LARGEST, _LARGEST)
        return self._all

    def telemetry(self, now: Seconds, said: StageStatus, *, at_once: bool = False) -> None:
        """Put the stage's part of the status: at most twice per second, or ``at_once``."""
        if at_once or now - self._telemetry_at >= _TELEMETRY_PERIOD:
            self._telemetry_at = now
            self._bus.put(TELEMETRY, msgspec.json.encode(said), keep=True)

    @property
    def reachable(self) -> bool:
        """Return whether a panel that starts now could connect."""
        return self._bus.reachable

    def close(self) -> None:
        """Leave the bus."""
        self._bus.close()

    def wants_picture(self, now: Seconds) -> bool:
        """Return whether the picture is watched and the last one is old enough."""
        return now - self._picture_at >= _PICTURE_PERIOD and WATCHING in self._bus.living()

    def picture(self, now: Seconds, jpeg: bytes) -> None:
        """Put one JPEG."""
        self._picture_at = now
        self._bus.put(PICTURE, jpeg)
