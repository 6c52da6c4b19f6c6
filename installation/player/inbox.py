"""The only input of a frame: readings and commands from all threads, in order of arrival.

Threads put entries; the loop drains them once per frame. The inbox is bounded and drops the oldest entries,
so a flood costs one frame's memory at most. A recording stores the drained entries.
"""

from collections import deque
from collections.abc import Iterable
from operator import attrgetter
from typing import Final, TypeAlias

from installation.commands import COMMANDS
from installation.ipc.feeds.site import FLASH
from installation.logs import Refusals
from installation.values import Address, Command, Reading, Seconds

__all__ = ["CAPACITY", "MIDI_CLOCK", "NOW", "Entry", "Inbox", "stamped"]

NOW: Final[Address] = "/clock/now"
"""A reading without values; its time is when the frame began."""

MIDI_CLOCK: Final[Address] = "/midi/clock"
"""MIDI System Real Time and System Common: a word, the port, and for some a number (``hardware.midi``)."""

CAPACITY = 65_536
"""Maximum number of entries waiting for a frame."""

Entry: TypeAlias = Reading | Command

_MOMENT = attrgetter("time")


class Inbox:
    """A bounded queue from many threads to one frame.

    Args:
        capacity: Maximum entries between two frames; beyond it the oldest are dropped and counted.
        refusals: Notified of dropped entries; a new one if None.
    """

    def __init__(self, capacity: int = CAPACITY, refusals: Refusals | None = None) -> None:
        self.refusals = refusals if refusals is not None else Refusals("inbox")
        self.dropped = 0
        self.taken = 0
        self._told = 0
        self._capacity = capacity
        # deque.append and popleft are atomic under the interpreter lock; no extra lock is needed.
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

    def drain(self, now: Seconds | None = None) -> list[Entry]:
        """Return and remove all entries, oldest first; before them the time of the frame if one needs it."""
        if self.dropped > self._told:
            lost, self._told = self.dropped - self._told, self.dropped
            why = f"more than {self._capacity} entries in one frame, the oldest were dropped"
            self.refusals.note(why, "", "send less often", lost)
        waiting = len(self._entries)
        if not waiting:
            return []
        entries = [self._entries.popleft() for _ in range(waiting)]
        entries.sort(key=_MOMENT)
        self.taken += len(entries)
        return entries if now is None else stamped(entries, now)


_STAMPED: Final = ("/midi/", FLASH)
_TIMED: Final = frozenset(one.name for one in COMMANDS.values() if one.timed)


def stamped(entries: list[Entry], now: Seconds) -> list[Entry]:
    """Return the entries of a frame, with the time of the frame before them if one of them needs it.

    What follows a beat must know when input arrived within a frame. A reading says when the frame began, on
    the clock by which arrivals are stamped; recordings hold it, so that a replay hears the same beat.
    """
    for entry in entries:
        timed = entry.verb in _TIMED if isinstance(entry, Command) else entry.address.startswith(_STAMPED)
        if timed:
            return [Reading(NOW, (), now, "clock"), *entries]
    return entries
