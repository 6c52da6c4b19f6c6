"""The ``[[send]]`` of a show: numbers of signals and parameters as messages, where they have changed.

Signals and parameters are read after the frame's routes, into a store of their own, and go through the same
modulators as a route. What is compared is what would stand on the wire (a float of 32 bits, a whole number of
a MIDI message), so that nothing is sent twice because of digits that nobody receives.

Nothing private leaves: a private signal is not sent at all; of a parameter that one moves its base is sent.
"""

import math
from collections.abc import Sequence
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
Flags = NDArray[np.bool_]


@dataclass(slots=True, eq=False)
class _Stream:
    """One ``[[send]]``.

    Attributes:
        spec: As the file states it.
        lanes: Its lanes, one for each number.
        at: Show time at which it was sent last.
    """

    spec: SendSpec
    lanes: list[int]
    at: Seconds = -math.inf


@dataclass(slots=True)
class _Wire:
    """What each lane becomes on the wire, and what it was there.

    Attributes:
        factor, low, high: What a number is multiplied by, and its range after that.
        whole: Whether it is rounded to a whole number.
        trigger: Whether it sends when it rises.
        owner: Index of its stream.
        sent: What was sent last; NaN before the first.
        up: Whether it was above the middle in the frame before; of triggers.
    """

    factor: Floats
    low: Floats
    high: Floats
    whole: Flags
    trigger: Flags
    owner: Indices
    sent: Floats
    up: Flags

    @classmethod
    def of(cls, streams: Sequence[_Stream]) -> "_Wire":
        """Return that of streams which have sent nothing yet."""
        owner = np.zeros(sum(len(one.lanes) for one in streams), np.intp)
        for index, stream in enumerate(streams):
            owner[stream.lanes] = index
        sents = [streams[index].spec.sent for index in owner.tolist()]
        return cls(
            factor=np.array([one.factor for one in sents], np.float64),
            low=np.array([one.low for one in sents], np.float64),
            high=np.array([one.high for one in sents], np.float64),
            whole=np.array([one.whole for one in sents], np.bool_),
            trigger=np.array([streams[index].spec.on == "rise" for index in owner.tolist()], np.bool_),
            owner=owner,
            sent=np.full(len(owner), np.nan),
            up=np.zeros(len(owner), np.bool_),
        )

    def take(self, values: Floats) -> Floats:
        """Return the lanes' values as they would stand on the wire."""
        scaled = np.clip(values * self.factor, self.low, self.high)
        return np.where(self.whole, np.rint(scaled), scaled.astype(np.float32))


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
        self._wire = _Wire.of(())
        self._kept: list[int] = []
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
            wire = self._wire.take(self._lanes.values)
        due = self._due(wire, frame.time)
        done = due[self._wire.owner]
        self._wire.sent[done] = wire[done]
        numbers, public = wire.tolist(), np.flatnonzero(self._public(due)).tolist()
        return [self._message(self._streams[n], numbers, frame) for n in public]

    def _due(self, wire: Floats, now: Seconds) -> Flags:
        """Return which streams have something to send."""
        state, active, count = self._wire, self._lanes.active, len(self._streams)
        up = active & (self._lanes.values >= _MIDDLE)
        news = np.where(state.trigger, up & ~state.up, wire != state.sent) & active
        state.up = up
        whole = np.bincount(state.owner[~active], minlength=count) == 0
        fresh = np.bincount(state.owner[news], minlength=count) > 0
        late = [n for n in self._kept if now - self._streams[n].at >= self._streams[n].spec.keep_alive]
        fresh[late] = True
        due: Flags = fresh & whole
        return due

    def _public(self, due: Flags) -> Flags:
        """Return the streams that may leave the stage; those that are private are counted."""
        private = self._signals.private[self._sources]
        if not private.any():
            return due
        self._secret[self._own] = private
        lanes = self._secret[self._lanes.sources]
        secret = np.bincount(self._wire.owner[lanes], minlength=len(due)) > 0
        for n in np.flatnonzero(due & secret).tolist():
            spec = self._specs[n]
            remedy = "send what the interface makes of all people"
            where = f"to {spec.to}, at {spec.where}"
            self._refusals.note("private readings are not sent out", where, remedy)
        return due & ~secret

    def _message(self, stream: _Stream, numbers: Sequence[float], frame: Frame) -> Message:
        """Return what a stream sends now."""
        spec, sent, group = stream.spec, stream.spec.sent, frame.index + 1
        stream.at = frame.time
        if spec.on == "rise":
            return Message(sent.address, sent.values, spec.to, group=group)
        told: tuple[Scalar, ...] = tuple([numbers[lane] for lane in stream.lanes])
        if sent.whole:
            told = tuple([int(number) for number in told])
        return Message(sent.address, sent.values + told, spec.to, stream=not sent.event, group=group)

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
        before, wire_before, lanes_before = self._streams, self._wire, self._lanes
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
        ends = np.add.accumulate(counts)
        for spec, end, count in zip(self._specs, ends, counts, strict=True):
            self._streams.append(_Stream(spec, self._lanes.lane[end - count : end].tolist()))
        self._wire = _Wire.of(self._streams)
        self._kept = [
            n for n, spec in enumerate(self._specs) if spec.keep_alive > 0.0 and spec.on == "change"
        ]
        self._go_on(before, wire_before)
        events = [spec for spec in self._specs if spec.on == "rise" or spec.sent.event]
        waiting = {source for spec in events for source in spec.sources}
        self._heard = [
            (int(source), int(index))
            for name, source, index in zip(declared, self._sources, self._own, strict=True)
            if name in waiting
        ]
        signals.rises.listen(source for source, _ in self._heard)
        self._version = tree.version

    def _go_on(self, before: Sequence[_Stream], wire: _Wire) -> None:
        """Let streams go on where those to the same place stood.

        A trigger on a parameter begins with what that is now: that it stands high is no rise.
        """
        known, olds = self._tree.parameters(), list(before)
        for stream in self._streams:
            old = next((one for one in olds if _same(one.spec, stream.spec)), None)
            if old is not None and len(old.lanes) == len(stream.lanes):
                olds.remove(old)
                stream.at = old.at
                self._wire.sent[stream.lanes] = wire.sent[old.lanes]
                self._wire.up[stream.lanes] = wire.up[old.lanes]
            elif stream.spec.on == "rise" and stream.spec.source in known:
                self._wire.up[stream.lanes] = self._tree.get_shown(stream.spec.source)[0] >= _MIDDLE


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
