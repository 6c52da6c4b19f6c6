"""The Heart Rate Measurement of Bluetooth's Heart Rate Service 1.0: a pure function of bytes.

Byte 0 are flags: bit 0 the rate has 16 bits, bits 1 and 2 sensor contact (bit 2: known, bit 1: there), bit 3
energy expended follows, bit 4 intervals follow; bits 5 to 7 are reserved. Then the rate (8 or 16 bits),
energy in kilojoules (16 bits) if it is there, and as many intervals (16 bits each, in 1/1024 s, oldest first)
as fit. All little-endian (Bluetooth SIG, Heart Rate Service 1.0, section 3.1; GATT Specification Supplement).
"""

from dataclasses import dataclass
from typing import Final

__all__ = ["MEASUREMENT", "SERVICE", "Measurement", "parse"]

SERVICE: Final = "0000180d-0000-1000-8000-00805f9b34fb"
"""Heart Rate Service."""
MEASUREMENT: Final = "00002a37-0000-1000-8000-00805f9b34fb"
"""Heart Rate Measurement, which notifies."""

_WIDE, _TOUCH, _KNOWS, _ENERGY, _INTERVALS = 0x01, 0x02, 0x04, 0x08, 0x10


@dataclass(frozen=True, slots=True)
class Measurement:
    """One notification.

    Attributes:
        bpm: Beats a minute; 0 where the sensor has no rate.
        contact: Whether it touches skin; None if the sensor cannot tell.
        energy: Kilojoules since it was reset; None if they are not told.
        intervals: Milliseconds between beats, oldest first.
    """

    bpm: int
    contact: bool | None
    energy: int | None
    intervals: tuple[float, ...]


def parse(data: bytes) -> Measurement:
    """Read a notification. Raises ValueError for one that is too short for its flags."""
    if not data:
        message = "an empty measurement"
        raise ValueError(message)
    flags, at = data[0], 1

    def number(width: int) -> int:
        nonlocal at
        part = data[at : at + width]
        if len(part) < width:
            message = f"a measurement of {len(data)} bytes, too short for its flags 0x{flags:02x}"
            raise ValueError(message)
        at += width
        return int.from_bytes(part, "little")

    bpm = number(2 if flags & _WIDE else 1)
    contact = bool(flags & _TOUCH) if flags & _KNOWS else None
    energy = number(2) if flags & _ENERGY else None
    intervals: list[float] = []
    while flags & _INTERVALS and at < len(data):
        intervals.append(number(2) * 1000.0 / 1024.0)
    return Measurement(bpm, contact, energy, tuple(intervals))
