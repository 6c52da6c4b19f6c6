"""The signal store: named streams of one number each, with their age.

Signals declared by the show or a device are permanent; others (any OSC message, any unmapped controller) are
temporary: at most ``capacity`` of them are kept, and the one that has been silent longest is dropped first.
So a
hostile sender can exhaust neither memory nor the place of a mapped signal.
"""

import math
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.logs import Refusals
from installation.signal.rises import Rises
from installation.values import Address, Reading, Seconds

__all__ = ["CAPACITY", "Signals"]

Floats = NDArray[np.float64]

CAPACITY: Final = 4096
"""Maximum number of undeclared signals."""

_FULL = "the longest silent one was dropped; use fewer addresses in the sender"


class Signals:
    """All signals of a show, in float arrays.

    Args:
        capacity: Maximum number of undeclared signals.
        refusals: Notified of input that does not become a value; a new one if None.

    Attributes:
        values: Latest value by index; NaN until the first. The array is replaced when it grows.
        times: Show time of the latest value; -inf until the first.
        confidence: 0..1, as stated by the source; 1 if not stated.
        private: True where the value must never leave the stage.
        rises: Values for consumers of rises.
        refusals: Input that did not become a value, with reasons.
    """

    def __init__(self, capacity: int = CAPACITY, refusals: Refusals | None = None) -> None:
        self.values: Floats = np.zeros(0)
        self.times: Floats = np.zeros(0)
        self.confidence: Floats = np.zeros(0)
        self.private: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self.rises = Rises()
        self.refusals = refusals if refusals is not None else Refusals("signals")
        self._capacity = capacity
        self._full = f"more than {capacity} signals that the show does not name"
        self._index: dict[Address, int] = {}
        self._pins: dict[Address, int] = {}
        self._dynamic: OrderedDict[Address, int] = OrderedDict()
        self._free: list[int] = []
        self._unlisted: set[Address] = set()
        self._listing = 0
        self._listed: tuple[int, bytes] = (-1, b"")
        self._public: dict[Address, int] = {}
        self._grow(64)

    def declare(self, address: Address, components: int = 1, private: bool = False) -> int:
        """Create a permanent signal, and return its index. Declaring it again returns the same index.

        Component i > 0 is a separate signal, ``<address>/<i>``; only the first index is returned.
        """
        for component in range(1, components):
            self.declare(f"{address}/{component}", 1, private)
        index = self._index.get(address)
        if index is None:
            index = self._take(address)
        self._dynamic.pop(address, None)
        self._pins[address] = self._pins.get(address, 0) + 1
        self.private[index] |= private
        return index

    def hide(self, addresses: Iterable[Address]) -> None:
        """List these nowhere, because there is a parameter of the same address and meaning."""
        self._unlisted.update(addresses)
        self._listing += 1

    def declared(self, address: Address) -> bool:
        """Whether the show or the program names a signal of this address."""
        return address in self._pins

    def release(self, addresses: Iterable[Address]) -> None:
        """Undo one ``declare`` of each address; a signal that is no longer declared may be dropped."""
        for address in addresses:
            left = self._pins.get(address, 0) - 1
            if left > 0:
                self._pins[address] = left
            elif left == 0:
                del self._pins[address]
                self._dynamic[address] = self._index[address]
        self._evict()

    def write(self, index: int, value: float, now: Seconds, confidence: float = 1.0) -> None:
        """Set the latest value of a signal at show time ``now``; non-finite values are rejected."""
        if math.isfinite(value):
            self.values[index] = value + 0.0
            self.times[index] = now
            self.confidence[index] = confidence
        else:
            self.refusals.note("a value that is not finite", self._name_of(index), "send finite numbers")

    def receive(self, reading: Reading, now: Seconds) -> None:
        """Store a reading that is not for a parameter: argument i > 0 goes to ``<address>/<i>``.

        A number may be sent as text; other text is rejected. ``now`` is the frame's show time, so that a
        replay gives the
        same ages.
        """
        for position, given in enumerate(reading.values):
            address = reading.address if position == 0 else f"{reading.address}/{position}"
            value = _number(given) if isinstance(given, str) else float(given)
            if value is None:
                what = "a private signal" if reading.private else f"{address} got the text {given!r}"
                self.refusals.note("a signal holds numbers only", what, "send a number")
                continue
            index = self._index.get(address)
            if index is None:
                index = self._take(address)
                self._dynamic[address] = index
                self._evict()
                if address not in self._index:  # no room
                    continue
            elif address in self._dynamic:
                self._dynamic.move_to_end(address)
            if reading.private:
                self.private[index] = True
            if index in self.rises.listened and math.isfinite(value):
                self.rises.note(index, self.values.item(index), value)
            self.write(index, value, now)

    def hear(self, address: Address) -> float:
        """Return the value for consumers of rises: usually the latest value; NaN if it never had one."""
        index = self._index.get(address)
        if index is None:
            return math.nan
        return self.rises.heard.get(index, self.values.item(index))

    def get(self, address: Address) -> float | None:
        """Return the latest value, or None if the signal does not exist or never had one."""
        index = self._index.get(address)
        value = math.nan if index is None else float(self.values[index])
        return None if math.isnan(value) else value

    def age(self, now: Seconds) -> Floats:
        """Return seconds of show time since each signal's latest value; infinite if it never had one."""
        return now - self.times

    def public_indices(self) -> Mapping[Address, int]:
        """Return the index of each signal that may leave the stage; the same object until that changes."""
        listed = self._listing, self.private.tobytes()
        if listed != self._listed:
            self._listed, private = listed, self.private.tolist()
            self._public = {
                address: index
                for address, index in sorted(self._index.items())
                if not private[index] and address not in self._unlisted
            }
        return self._public

    def names(self) -> tuple[Address, ...]:
        """Return the addresses of all signals that may leave the stage, sorted."""
        return tuple(self.public_indices())

    def index(self, address: Address) -> int | None:
        """Return a signal's index in the arrays, or None. An undeclared one may lose it to another later."""
        return self._index.get(address)

    def public(self) -> dict[Address, float]:
        """Return the latest values of all signals that have one and are not private, sorted by address."""
        values = self.values.tolist()
        return {a: values[i] for a, i in self.public_indices().items() if not math.isnan(values[i])}

    def shown(self) -> Floats:
        """Return the latest values by index for publication: NaN where they are private."""
        return np.where(self.private, math.nan, self.values) if self.private.any() else self.values

    def _take(self, address: Address) -> int:
        if not self._free:
            self._grow(len(self.values))
        index = self._free.pop()
        self._index[address] = index
        self._listing += 1
        return index

    def _evict(self) -> None:
        while len(self._dynamic) > self._capacity:
            address, index = self._dynamic.popitem(last=False)
            del self._index[address]
            self._listing += 1
            self.rises.forget(index)
            self.values[index] = math.nan
            self.times[index] = -math.inf
            self.confidence[index] = 1.0
            private, self.private[index] = bool(self.private[index]), False
            self._free.append(index)
            hidden = "a private signal" if private else address
            self.refusals.note(self._full, hidden, _FULL)

    def _name_of(self, index: int) -> str:
        if self.private[index]:
            return "a private signal"
        return next((address for address, one in self._index.items() if one == index), "")

    def _grow(self, by: int) -> None:
        size = len(self.values)
        self.values = np.concatenate([self.values, np.full(by, np.nan)])
        self.times = np.concatenate([self.times, np.full(by, -np.inf)])
        self.confidence = np.concatenate([self.confidence, np.ones(by)])
        self.private = np.concatenate([self.private, np.zeros(by, np.bool_)])
        self._free = list(range(size + by - 1, size - 1, -1)) + self._free


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
