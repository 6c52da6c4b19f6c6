"""Korg nanoKONTROL2: LED Mode External, by an exchange of SysEx.

Its buttons light themselves unless LED Mode is External, a byte of the scene it plays with. The exchange asks
for that scene, sets the byte and sends the scene back; nothing is stored, so it ends when the device is
unplugged.
Bytes: Korg, nanoKONTROL2 MIDI Implementation 1.00, "Current Scene Data Dump" and its parameter table.
"""

from collections.abc import Sequence
from typing import Literal

__all__ = ["ANSWER", "REMEDY", "ExternalLeds", "pack", "unpack"]

ANSWER = 0.3
"""Seconds in which the device answers; it takes some 20 ms."""

REMEDY = "set LED Mode to External in Korg's editor, or unplug it and plug it in again"
"""What to do where the exchange fails."""

_CHANNELS = 16
_PRODUCT = (0x00, 0x01, 0x13, 0x00)
_REQUEST = (0x1F, 0x10, 0x00)
_DUMP = (0x7F, 0x7F, 0x02, 0x03, 0x05, 0x40)
_BEGIN = 13
_PACKED = 388
_SCENE = 339
_LED_MODE = 2
_EXTERNAL = 1
_ACK, _NAK = 0x23, 0x24
_TRIES = 2


def unpack(data: Sequence[int]) -> bytes:
    """Return 8-bit bytes: of each eight, the first holds the top bits of the next seven, lowest first."""
    found = bytearray()
    for start in range(0, len(data), 8):
        top, *rest = data[start : start + 8]
        found += bytes(one | (top >> index & 1) << 7 for index, one in enumerate(rest))
    return bytes(found)


def pack(data: Sequence[int]) -> bytes:
    """Return 7-bit bytes, the reverse of ``unpack``."""
    found = bytearray()
    for start in range(0, len(data), 7):
        part = data[start : start + 7]
        found.append(sum((one >> 7) << index for index, one in enumerate(part)))
        found += bytes(one & 0x7F for one in part)
    return bytes(found)


def _message(channel: int, *data: int) -> bytes:
    return bytes((0xF0, 0x42, 0x40 | channel, *_PRODUCT, *data, 0xF7))


class ExternalLeds:
    """One exchange with one device.

    The device answers on its global channel only, 1 unless somebody changed it: that is asked first, then
    all.

    Attributes:
        state: ``asking``, ``writing``, ``done`` or ``failed``.
        reason: Why it failed.
    """

    def __init__(self) -> None:
        self.state: Literal["asking", "writing", "done", "failed"] = "asking"
        self.reason = ""
        self._tries = 0
        self._sent = b""
        self._due = 0.0

    @property
    def over(self) -> bool:
        """Whether nothing more will be sent."""
        return self.state in ("done", "failed")

    @property
    def due(self) -> float:
        """When ``tick`` has something to do, in the seconds of its caller."""
        return self._due

    def begin(self, now: float) -> list[bytes]:
        """Return what to send first."""
        self._due = now + ANSWER
        return [_message(0, *_REQUEST)]

    def tick(self, now: float) -> list[bytes]:
        """Return what to send because no answer came; nothing before ``due``."""
        if self.over or now < self._due:
            return []
        self._tries += 1
        if self._tries >= _TRIES:
            self._fail("it does not answer")
            return []
        self._due = now + ANSWER
        if self.state == "writing":
            return [self._sent]
        return [_message(channel, *_REQUEST) for channel in range(_CHANNELS)]

    def hear(self, data: Sequence[int], now: float) -> list[bytes]:
        """Take one SysEx message of the device, and return what to send."""
        if self.over or len(data) < 10 or data[1] != 0x42 or tuple(data[3:7]) != _PRODUCT:
            return []
        channel = data[2] & 0x0F
        if self.state == "asking" and tuple(data[7:_BEGIN]) == _DUMP:
            return self._change(data[_BEGIN:-1], channel, now)
        if self.state == "writing" and data[8] == _ACK:
            self.state = "done"
        elif data[8] == _NAK:
            self._tries += 1
            if self._tries >= _TRIES:
                self._fail("it refused its scene (NAK)")
            else:
                self._due = now + ANSWER
                return [self._sent] if self._sent else self.begin(now)
        return []

    def _change(self, packed: Sequence[int], channel: int, now: float) -> list[bytes]:
        scene = bytearray(unpack(packed))
        if len(packed) != _PACKED or len(scene) != _SCENE:
            self._fail(f"its scene has {len(scene)} bytes instead of {_SCENE}")
            return []
        if scene[_LED_MODE] == _EXTERNAL:
            self.state = "done"
            return []
        scene[_LED_MODE] = _EXTERNAL
        self.state, self._tries, self._due = "writing", 0, now + ANSWER
        self._sent = _message(channel, *_DUMP, *pack(scene))
        return [self._sent]

    def _fail(self, reason: str) -> None:
        self.state, self.reason = "failed", reason
