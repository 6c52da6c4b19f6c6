"""The only way into a frame: readings and commands from every thread, in time order.

Threads put, the loop drains once a frame. The inbox is bounded and drops the oldest, so a flood costs
memory for one frame and nothing else. What was drained is what a recording stores.
"""

from collections import deque
from collections.abc import Iterable
from operator import attrgetter
from typing import TypeAlias

from installation.logs import Refusals
from installation.values import Command, Reading

__all__ = ["CAPACITY", "Entry", "Inbox"]

CAPACITY = 65_536
"""Entries that wait for a frame at most."""

Entry: TypeAlias = Reading | Command

_MOMENT = attrgetter("time")


class Inbox:
    """A bounded queue from many threads to one frame.

    Args:
        capacity: Entries kept between two frames; beyond it the oldest are dropped and counted.
        refusals: Told of what was dropped; its own when None.
    """

    def __init__(self, capacity: int = CAPACITY, refusals: Refusals | None = None) -> None:
        self.refusals = refusals if refusals is not None else Refusals("inbox")
        self.dropped = 0
        self.taken = 0
        self._told = 0
        self._capacity = capacity
        # deque.append and popleft are atomic under the interpreter lock: no lock of our own is needed.
        self._entries: deque[Entry] = deque(maxlen=capacity)

    def put(self, entry: Entry) -> None:
        """Add one entry. May be called from any thread."""
        if len(self._entries) == self._capacity:
            self.dropped += 1
        self._entries.append(entry)

    def extend(self, entries: Iterable[Entry]) -> None:
        """Add several entries. May be called from any thread."""
        if isinstance(entries, list) and len(self._entries) + len(entries) <= self._capacity:
            self._entries.extend(entries)
            return
        for entry in entries:
            self.put(entry)

    def drain(self) -> list[Entry]:
        """Everything that came since the last call, oldest first."""
        if self.dropped > self._told:
            lost, self._told = self.dropped - self._told, self.dropped
            why = f"more than {self._capacity} entries for one frame, the oldest went"
            self.refusals.note(why, "", "send less often", lost)
        waiting = len(self._entries)
        if not waiting:
            return []
        entries = [self._entries.popleft() for _ in range(waiting)]
        entries.sort(key=_MOMENT)
        self.taken += len(entries)
        return entries
