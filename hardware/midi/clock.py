"""MIDI clock and time code, as one reading each: words that a person can read in ``watch``.

MIDI 1.0 Detailed Specification, "System Real Time", "System Common" (song position pointer) and "MIDI Time
Code" (quarter frame).
"""

from collections.abc import Sequence
from typing import Final

from hardware.midi.jack_worker import CLOCK
from hardware.midi.ports import Stamped
from installation.contract import Address, Reading, Seconds

__all__ = ["ADDRESS", "arrival", "clock_reading", "is_clock"]

ADDRESS: Final[Address] = "/midi/clock"
"""Of every such reading: a word, the port's part of an address, and a number where there is one."""

_WORDS: Final = {0xF8: "tick", 0xFA: "start", 0xFB: "continue", 0xFC: "stop"}
_POSITION, _QUARTER_FRAME = 0xF2, 0xF1


def is_clock(data: Sequence[int]) -> bool:
    """Whether a message belongs to MIDI clock or time code."""
    return bool(data) and data[0] in CLOCK


def arrival(data: Sequence[int], now: Seconds) -> Seconds:
    """Return when a message arrived: what the service says, or ``now``."""
    return data.time if isinstance(data, Stamped) else now


def clock_reading(data: Sequence[int], port: str, time: Seconds, source: str) -> Reading | None:
    """Return the reading of a message for which ``is_clock`` holds; None if it was cut off.

    Args:
        data: One whole message.
        port: The port's part of an address.
        time: Of arrival.
        source: Name of the adapter.
    """
    values: tuple[str | int, ...] | None = None
    if data[0] in _WORDS:
        values = (_WORDS[data[0]], port)
    elif data[0] == _POSITION and len(data) == 3:
        values = ("position", port, (data[1] & 0x7F) | (data[2] & 0x7F) << 7)
    elif data[0] == _QUARTER_FRAME and len(data) == 2:
        values = ("quarter-frame", port, data[1] & 0x7F)
    return None if values is None else Reading(ADDRESS, values, time, source)
