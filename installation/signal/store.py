"""The signals: named streams of one number each, with their age.

Signals that a show or a device declared stay; others (any OSC message, any knob that was never mapped)
come and go: at most ``capacity`` of them, and the one that was silent longest makes room. So a hostile
sender can cost neither memory nor a mapped signal.
"""

import math
from collections import OrderedDict
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from installation.signal.rises import Rises
from installation.values import Address, Reading, Seconds

__all__ = ["Signals"]

Floats = NDArray[np.float64]


class Signals:
    """All signals of a show, in float arrays.

    Args:
        capacity: How many undeclared signals are kept.

    Attributes:
        values: Newest value by index; NaN until the first. The array is replaced when it grows.
        times: Show time of the newest value; -inf until the first.
        confidence: 0..1, as its source states it; 1 if it says nothing.
        private: True where the value must never leave the stage.
        refused: Values dropped because they were not finite numbers.
        evicted: Undeclared signals that made room for others.
        rises: What those hear that wait for a rise.
    """

    def __init__(self, capacity: int = 4096) -> None:
        self.values: Floats = np.zeros(0)
        self.times: Floats = np.zeros(0)
        self.confidence: Floats = np.zeros(0)
        self.private: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self.refused = 0
        self.evicted = 0
        self.rises = Rises()
        self._capacity = capacity
        self._index: dict[Address, int] = {}
        self._pins: dict[Address, int] = {}
        self._dynamic: OrderedDict[Address, int] = OrderedDict()
        self._free: list[int] = []
        self._grow(64)

    def declare(self, address: Address, components: int = 1, private: bool = False) -> int:
        """Make a signal that stays, and return its index. Declaring it again returns the same index.

        Component i > 0 is a signal of its own, ``<address>/<i>``; only its first index is returned.
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

    def release(self, addresses: Iterable[Address]) -> None:
        """Undo one ``declare`` of each address; what nobody declares any more may make room for others."""
        for address in addresses:
            left = self._pins.get(address, 0) - 1
            if left > 0:
                self._pins[address] = left
            elif left == 0:
                del self._pins[address]
                self._dynamic[address] = self._index[address]
        self._evict()

    def write(self, index: int, value: float, now: Seconds, confidence: float = 1.0) -> None:
        """Set the newest value of a signal at show time ``now``; one that is not finite is refused."""
        if math.isfinite(value):
            self.values[index] = value + 0.0
            self.times[index] = now
            self.confidence[index] = confidence
        else:
            self.refused += 1

    def receive(self, reading: Reading, now: Seconds) -> None:
        """Take a reading that is not for a parameter: argument i > 0 goes to ``<address>/<i>``.

        Text is passed over; ``now`` is the frame's show time, so that a replay sees the same ages.
        """
        for position, value in enumerate(reading.values):
            if isinstance(value, str):
                continue
            address = reading.address if position == 0 else f"{reading.address}/{position}"
            index = self._index.get(address)
            if index is None:
                index = self._take(address)
                self._dynamic[address] = index
                self._evict()
                if address not in self._index:  # there is room for none
                    continue
            elif address in self._dynamic:
                self._dynamic.move_to_end(address)
            if reading.private:
                self.private[index] = True
            if index in self.rises.listened and math.isfinite(value):
                self.rises.note(index, self.values.item(index), float(value))
            self.write(index, float(value), now)

    def hear(self, address: Address) -> float:
        """What those hear that wait for a rise: mostly the newest value; NaN where it never had one."""
        index = self._index.get(address)
        if index is None:
            return math.nan
        return self.rises.heard.get(index, self.values.item(index))

    def get(self, address: Address) -> float | None:
        """Newest value, or None if there is no such signal or it never had one."""
        index = self._index.get(address)
        value = math.nan if index is None else float(self.values[index])
        return None if math.isnan(value) else value

    def age(self, now: Seconds) -> Floats:
        """Seconds of show time since each signal's newest value; infinite if it never had one."""
        return now - self.times

    def names(self) -> tuple[Address, ...]:
        """Addresses of all signals that may be shown: every one that is not private, sorted."""
        return tuple(sorted(address for address, index in self._index.items() if not self.private[index]))

    def index(self, address: Address) -> int | None:
        """Index of a signal in the arrays, or None. An undeclared one may lose it to another later."""
        return self._index.get(address)

    def public(self) -> dict[Address, float]:
        """Newest values of all signals that have one and are not private, sorted by address."""
        values = self.values.tolist()
        return {a: values[self._index[a]] for a in self.names() if not math.isnan(values[self._index[a]])}

    def shown(self) -> Floats:
        """Newest values by index as they may be told to anybody: NaN where they are private."""
        return np.where(self.private, math.nan, self.values) if self.private.any() else self.values

    def _take(self, address: Address) -> int:
        if not self._free:
            self._grow(len(self.values))
        index = self._free.pop()
        self._index[address] = index
        return index

    def _evict(self) -> None:
        while len(self._dynamic) > self._capacity:
            address, index = self._dynamic.popitem(last=False)
            del self._index[address]
            self.rises.forget(index)
            self.values[index] = math.nan
            self.times[index] = -math.inf
            self.confidence[index] = 1.0
            self.private[index] = False
            self._free.append(index)
            self.evicted += 1

    def _grow(self, by: int) -> None:
        size = len(self.values)
        self.values = np.concatenate([self.values, np.full(by, np.nan)])
        self.times = np.concatenate([self.times, np.full(by, -np.inf)])
        self.confidence = np.concatenate([self.confidence, np.ones(by)])
        self.private = np.concatenate([self.private, np.zeros(by, np.bool_)])
        self._free = list(range(size + by - 1, size - 1, -1)) + self._free
