"""When input arrived within a frame: what follows a beat must know it better than by frames.

A reading says when the frame began, on the clock by which arrivals are stamped. It goes through the inbox and
into recordings, so that a replay hears the same beat.
"""

from typing import Final

from installation.commands import COMMANDS
from installation.player.inbox import Entry
from installation.values import Address, Command, Reading, Seconds

__all__ = ["CLOCK", "NOW", "stamped"]

NOW: Final[Address] = "/clock/now"
"""A reading without values; its time is when the frame began."""

CLOCK: Final[Address] = "/midi/clock"
"""MIDI System Real Time and System Common: a word, the port, and for some a number (``hardware.midi``)."""

_TIMED: Final = frozenset(one.name for one in COMMANDS.values() if one.timed)


def stamped(entries: list[Entry], now: Seconds) -> list[Entry]:
    """Return the entries of a frame, with the time of the frame before them if one of them asks for it."""
    for entry in entries:
        timed = entry.verb in _TIMED if isinstance(entry, Command) else entry.address == CLOCK
        if timed:
            return [Reading(NOW, (), now, "clock"), *entries]
    return entries
