"""Messages with an address as bytes: ``/cc/1/7`` with 64 is ``B0 07 40``.

Bytes of channel messages: MIDI 1.0 Detailed Specification, "Channel Voice Messages" and "System Real Time
Messages". MIDI Show Control: MMA Recommended Practice RP-002 (MSC 1.0, 1991-07-25), a universal SysEx:
``F0 7F device 02 format command data F7``.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal, TypeAlias

from installation.contract import Scalar

__all__ = ["ALL_DEVICES", "FORMATS", "LONGEST_SYSEX", "Format", "encode"]

LONGEST_SYSEX: Final = 512
"""Bytes of a System Exclusive message: at 31,250 baud it holds up what follows for 0.16 s."""
ALL_DEVICES: Final = 0x7F
"""RP-002, 3.1: the device ID to which everybody listens."""

Format: TypeAlias = Literal[
    "lighting", "moving-lights", "sound", "machinery", "video", "projection", "process", "pyro", "all"
]

FORMATS: Final[Mapping[Format, int]] = {
    "lighting": 0x01,
    "moving-lights": 0x02,
    "sound": 0x10,
    "machinery": 0x20,
    "video": 0x30,
    "projection": 0x40,
    "process": 0x50,
    "pyro": 0x60,
    "all": 0x7F,
}
"""RP-002, 4.1: kinds of equipment."""

# RP-002, 4.3.
_COMMANDS: Final = {
    "go": 0x01, "stop": 0x02, "resume": 0x03, "timed-go": 0x04, "load": 0x05, "all-off": 0x08,
    "restore": 0x09, "reset": 0x0A, "go-off": 0x0B,
}  # fmt: skip
_LONGEST: Final = 128  # RP-002, 2.2: bytes of a whole message
_FRAME_RATE: Final = 25  # RP-002, 3.2: time type 01
_TIME_TYPE: Final = 0b01 << 5
_REAL_TIME: Final = {"start": 0xFA, "continue": 0xFB, "stop": 0xFC}


def encode(
    address: str, values: Sequence[Scalar], device: int = ALL_DEVICES, kind: Format = "lighting"
) -> list[bytes]:
    """Return a message as MIDI messages; most are one, ``/cc14`` is two.

    Args:
        address: ``/note/CHANNEL/NOTE``, ``/cc/CHANNEL/CONTROLLER``, ``/cc14/CHANNEL/CONTROLLER``,
            ``/program/CHANNEL``, ``/pitch/CHANNEL`` (channels from 1), ``/start``, ``/continue``, ``/stop``,
            ``/msc/COMMAND``, ``/sysex``.
        values: The number that it takes, 0..127 (``/cc14`` 0..16383, ``/pitch`` -8192..8191). Of ``/msc``:
            cue, list and path, and the seconds of ``timed-go`` before them. Of ``/sysex``: one text, the
            bytes of a whole message in hexadecimal, from F0 to F7.
        device: Device ID of MSC, 0..127.
        kind: Format of MSC.

    Raises:
        ValueError: There is no such message, or it does not take these values.
    """
    _, name, *numbers = address.split("/")
    if name == "msc" and len(numbers) == 1:
        return [_msc(numbers[0], values, device, kind)]
    if name == "sysex" and not numbers:
        return [_sysex(values)]
    if name in _REAL_TIME and not numbers:
        return [bytes([_REAL_TIME[name]])]
    made = _VOICE.get(name)
    wanted = 2 if name in ("note", "cc", "cc14") else 1
    if (
        made is None
        or len(numbers) != wanted
        or not all(one.isascii() and one.isdecimal() for one in numbers)
    ):
        message = f"no MIDI message has the address {address[:60]}"
        raise ValueError(message)
    channel, *rest = (int(one) for one in numbers)
    if not 1 <= channel <= 16:
        message = f"{address}: a channel is 1..16"
        raise ValueError(message)
    if len(values) != 1:
        message = f"{address} takes one number, not {len(values)}"
        raise ValueError(message)
    return made(address, channel - 1, rest, values[0])


def _sysex(values: Sequence[Scalar]) -> bytes:
    """Return a whole System Exclusive message (MIDI 1.0, "System Exclusive Messages": data bytes 00..7F)."""
    text = values[0] if len(values) == 1 else None
    if not isinstance(text, str):
        raise ValueError("/sysex takes one text, the bytes from F0 to F7: F0 7E 7F 06 01 F7")
    try:
        data = bytes.fromhex(text)
    except ValueError:
        data = b""
    if len(data) < 3 or data[0] != 0xF0 or data[-1] != 0xF7 or max(data[1:-1]) > 0x7F:
        message = f"/sysex: F0, bytes 00..7F in hexadecimal, F7; not {text[:40]!r}"
        raise ValueError(message)
    if len(data) > LONGEST_SYSEX:
        message = f"/sysex: {len(data)} bytes; {LONGEST_SYSEX} can be sent"
        raise ValueError(message)
    return data


def _number(address: str, value: Scalar, low: int = 0, high: int = 127) -> int:
    number = value if isinstance(value, int | float) else -1 << 20
    if not low <= number <= high or number != int(number):
        message = f"{address}: a whole number {low}..{high}, not {str(value)[:20]}"
        raise ValueError(message)
    return int(number)


def _note(address: str, channel: int, rest: Sequence[int], value: Scalar) -> list[bytes]:
    note, velocity = _number(address, rest[0]), _number(address, value)
    return [bytes([(0x90 if velocity else 0x80) | channel, note, velocity])]


def _cc(address: str, channel: int, rest: Sequence[int], value: Scalar) -> list[bytes]:
    return [bytes([0xB0 | channel, _number(address, rest[0]), _number(address, value)])]


def _cc14(address: str, channel: int, rest: Sequence[int], value: Scalar) -> list[bytes]:
    """Controllers 0..31 have their low half 32 higher, and the high half comes first ("Control Change")."""
    controller, number = _number(address, rest[0], 0, 31), _number(address, value, 0, 16_383)
    status = 0xB0 | channel
    return [bytes([status, controller, number >> 7]), bytes([status, controller + 32, number & 127])]


def _program(address: str, channel: int, _rest: Sequence[int], value: Scalar) -> list[bytes]:
    return [bytes([0xC0 | channel, _number(address, value)])]


def _pitch(address: str, channel: int, _rest: Sequence[int], value: Scalar) -> list[bytes]:
    """The low half comes first; 8192 is the centre."""
    number = _number(address, value, -8192, 8191) + 8192
    return [bytes([0xE0 | channel, number & 127, number >> 7])]


_VOICE: Final[Mapping[str, Callable[[str, int, Sequence[int], Scalar], list[bytes]]]] = {
    "note": _note,
    "cc": _cc,
    "cc14": _cc14,
    "program": _program,
    "pitch": _pitch,
}


def _msc(command: str, values: Sequence[Scalar], device: int, kind: Format) -> bytes:
    if command not in _COMMANDS:
        message = f"MIDI Show Control has no {command[:20]}; it has {', '.join(_COMMANDS)}"
        raise ValueError(message)
    data = b""
    if command == "timed-go":
        if not values:
            raise ValueError("timed-go needs the seconds of its fade")
        data, values = _time(values[0]), values[1:]
    data += b"\0".join(_cue(value) for value in values)
    made = bytes([0xF0, 0x7F, device, 0x02, FORMATS[kind], _COMMANDS[command]]) + data + b"\xf7"
    if len(values) > 3 or len(made) > _LONGEST:
        message = f"{command}: a cue, its list and its path, in {_LONGEST} bytes"
        raise ValueError(message)
    return made


def _cue(value: Scalar) -> bytes:
    """A cue number in ASCII, digits and points (RP-002, 3.1)."""
    text = f"{value:g}" if isinstance(value, float) else str(value)
    if not text or set(text) - set("0123456789."):
        message = f"a cue number has digits and points, not {text[:20]!r}"
        raise ValueError(message)
    return text.encode("ascii")


def _time(value: Scalar) -> bytes:
    """Hours with the time type, minutes, seconds, frames and hundredths of a frame (RP-002, 3.2)."""
    if isinstance(value, str) or not 0.0 <= value < 24 * 3600:
        message = f"timed-go: seconds 0..86399, not {str(value)[:20]}"
        raise ValueError(message)
    hundredths = round(float(value) * _FRAME_RATE * 100)
    frames, part = divmod(hundredths, 100)
    seconds, frame = divmod(frames, _FRAME_RATE)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return bytes([_TIME_TYPE | hour % 24, minute, second, frame, part])
