"""The ``[[send]]`` of a show: numbers of signals and parameters as messages, where they have changed.

Signals and parameters are read after the frame's routes, into a store of their own, and go through the same
modulators as a route. What is compared is what would stand on the wire (a float of 32 bits, a whole number of
a MIDI message), so that nothing is sent twice because of digits that nobody receives.

Nothing private leaves: a private signal is not sent at all; of a parameter that one moves its base is sent.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.contract import Message
from installation.logs import Refusals
from installation.parameter.tree import Tree
from installation.show.model import RouteSpec
from installation.show.outgoing.model import SendSpec
from installation.signal.routes import Lanes
from installation.signal.store import Signals
from installation.values import Address, Frame, Scalar, Seconds

__all__ = ["Streams"]

_MIDDLE: Final = 0.5
_OF_TREE: Final = "/parameter"
"""Address in our own store above those of parameters, whose components are single numbers there."""

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(slots=True)
class _Stream:
    """One ``[[send]]``: its lanes, and what it has sent.

    Attributes:
        spec: As the file states it.
        lanes: Its lanes, one for each number.
        sent: The numbers that were sent last; NaN before the first.
        at: Show time at which they were.
        high: Whether its number was above the middle in the frame before; of a trigger.
    """

    spec: SendSpec
    lanes: Indices
    sent: Floats
    at: Seconds = -math.inf
    high: bool = False


class Streams:
    """Makes messages of what has changed.

    Args:
        specs: The streams of a show, checked, in file order.
        tree: Parameters that they read.
        signals: Signals that they read.
        refusals: Told of what is not sent because it is private.
    """

    def __init__(self, specs: Sequence[SendSpec], tree: Tree, signals: Signals, refusals: Refusals) -> None:
        self._tree = tree
        self._signals = signals
        self._refusals = refusals
        self._store = Signals(refusals=refusals)
        self._specs = tuple(specs)
        self._version = -1
        self._streams: list[_Stream] = []
        self._lanes = Lanes((), self._store)
        self._declared: tuple[Address, ...] = ()
        self._bind()

    def close(self) -> None:
        """Release the signals."""
        self._signals.release(self._declared)
        self._declared = ()

    def replace(self, specs: Sequence[SendSpec]) -> None:
        """Take over the streams of an edited show; those that are as before go on."""
        self._specs = tuple(specs)
        self._bind()

    def messages(self, frame: Frame) -> list[Message]:
        """Return what is to be sent after this frame, in file order."""
        if not self._specs:
            return []
        if self._version != self._tree.version:
            self._bind()
        self._copy(frame.time)
        with np.errstate(all="ignore"):
            self._lanes.process(frame.time, frame.dt)
        private = self._signals.private[self._sources]
        self._secret[:] = False
        self._secret[self._own] = private
        group = frame.index + 1
        return [one for stream in self._streams for one in self._of(stream, frame.time, group)]

    def _of(self, stream: _Stream, now: Seconds, group: int) -> Iterator[Message]:
        """Yield the message of one stream; none if there is nothing new."""
        numbers = self._lanes.values[stream.lanes]
        if not self._lanes.active[stream.lanes].all():
            stream.high = False
            return
        spec, sent = stream.spec, stream.spec.sent
        if spec.on == "rise":
            before, stream.high = stream.high, bool(numbers[0] >= _MIDDLE)
            if stream.high and not before and self._may(stream):
                yield Message(sent.address, sent.values, spec.to, group=group)
            return
        wire = np.clip(numbers * sent.factor, sent.low, sent.high)
        wire = np.rint(wire) if sent.whole else wire.astype(np.float32).astype(np.float64)
        late = 0.0 < spec.keep_alive <= now - stream.at
        if (not late and np.array_equal(wire, stream.sent)) or not self._may(stream):
            return
        stream.sent, stream.at = wire, now
        told: tuple[Scalar, ...] = tuple(wire.tolist())
        if sent.whole:
            told = tuple(int(number) for number in wire.tolist())
        yield Message(sent.address, (*sent.values, *told), spec.to, stream=not sent.event, group=group)

    def _may(self, stream: _Stream) -> bool:
        """Whether a stream may leave the stage; private ones are counted."""
        if not self._secret[self._lanes.sources[stream.lanes]].any():
            return True
        where = f"to {stream.spec.to}, at {stream.spec.where}"
        remedy = "send what the interface makes of all people"
        self._refusals.note("private readings are not sent out", where, remedy)
        return False

    def _copy(self, now: Seconds) -> None:
        """Take this frame's numbers over from the signals and the tree."""
        store, signals = self._store, self._signals
        store.values[self._own] = signals.values[self._sources]
        store.times[self._own] = signals.times[self._sources]
        for source, index in self._heard:
            value = signals.rises.heard.get(source)
            if value is not None:
                store.values[index] = value
        store.values[self._cells] = self._tree.shown()[self._slots]
        store.times[self._cells] = now

    def _bind(self) -> None:
        """Find signals and slots again, and go on where unchanged streams stand."""
        tree, signals, store = self._tree, self._signals, self._store
        before, lanes_before = list(self._streams), self._lanes
        known = tree.parameters()
        routes: list[RouteSpec] = []
        self._streams = []
        counts: list[int] = []
        own: dict[Address, None] = {}
        slots: dict[Address, int] = {}
        for spec in self._specs:
            names = []
            for source in spec.sources:
                if source in known:
                    cells = [f"{_OF_TREE}{source}/{n}" for n in range(known[source].kind.components)]
                    slots |= {cell: tree.slot(source) + n for n, cell in enumerate(cells)}
                    names += cells
                else:
                    own[source] = None
                    names.append(source)
            routes += [_route(spec, name) for name in names]
            counts.append(len(names))
        declared = tuple(own)
        self._sources = np.array([signals.declare(one) for one in declared], np.intp)
        signals.release(self._declared)
        self._declared = declared
        self._lanes = Lanes(routes, store)
        self._own = np.array([store.declare(one) for one in declared], np.intp)
        self._cells = np.array([store.declare(one) for one in slots], np.intp)
        self._slots = np.array(list(slots.values()), np.intp)
        self._secret = np.zeros(len(store.values), np.bool_)
        self._lanes.adopt(lanes_before)
        lanes_before.close()
        place = 0
        for spec, count in zip(self._specs, counts, strict=True):
            lanes = self._lanes.lane[place : place + count]
            place += count
            self._streams.append(self._begun(spec, lanes, before))
        events = [spec for spec in self._specs if spec.on == "rise" or spec.sent.event]
        waiting = {source for spec in events for source in spec.sources}
        self._heard = [
            (int(source), int(index))
            for name, source, index in zip(declared, self._sources, self._own, strict=True)
            if name in waiting
        ]
        signals.rises.listen(source for source, _ in self._heard)
        self._version = tree.version

    def _begun(self, spec: SendSpec, lanes: Indices, before: list[_Stream]) -> _Stream:
        """Return a stream that goes on where one to the same place stood, or begins.

        A trigger on a parameter begins with what that is now: that it stands high is no rise.
        """
        for index, old in enumerate(before):
            if _same(old.spec, spec) and len(old.lanes) == len(lanes):
                del before[index]
                return _Stream(spec, lanes, old.sent, old.at, old.high)
        known = self._tree.parameters()
        high = spec.source in known and self._tree.get_shown(spec.source)[0] >= _MIDDLE
        return _Stream(spec, lanes, np.full(len(lanes), np.nan), high=high)


def _same(one: SendSpec, other: SendSpec) -> bool:
    return (one.source, one.to, one.on, one.sent) == (other.source, other.to, other.on, other.sent)


def _route(spec: SendSpec, source: Address) -> RouteSpec:
    """Return the route that a lane of a stream is computed by."""
    return RouteSpec(
        source=source,
        target=spec.sent.address,
        mode="replace",
        shape=spec.shape,
        where=spec.where,
        fallback=spec.fallback,
        stale=spec.stale,
    )
