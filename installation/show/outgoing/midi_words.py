"""MIDI and MIDI Show Control in words, as a show's files have them: ``cc 1 7 64``, ``go 12``.

They become messages with an address, which every MIDI output understands: ``/cc/1/7`` with 64. Numbers are
those of the bytes on the wire (0..127), channels are counted from 1 as on every device.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from installation.clock import read_time
from installation.errors import nearest
from installation.show.outgoing.model import Sent
from installation.values import Scalar

__all__ = ["parse_midi", "parse_msc"]

_BYTE = ("0..127", 0, 127)
# Name: what follows the channel in the address, then what is the value. MIDI 1.0, "Channel Voice Messages".
_FORMS: Final[
    Mapping[str, tuple[tuple[tuple[str, str, int, int], ...], tuple[str, str, int, int] | None]]
] = {
    "note": ((("note", *_BYTE),), ("velocity", *_BYTE)),
    "cc": ((("controller", *_BYTE),), ("value", *_BYTE)),
    "cc14": ((("controller", "0..31", 0, 31),), ("value", "0..16383", 0, 16_383)),
    "program": ((), ("program", *_BYTE)),
    "pitch": ((), ("bend", "-8192..8191", -8192, 8191)),
}
_PLAIN: Final = ("start", "continue", "stop")
"""System Real Time messages; they have no channel."""
_SYSEX: Final = "sysex"
_LONGEST_SYSEX: Final = 512
_CHANNEL: Final = ("channel", "1..16", 1, 16)

_MSC: Final = ("go", "stop", "resume", "timed-go", "load", "all-off", "restore", "reset", "go-off")
_MSC_WITHOUT_CUE: Final = ("all-off", "restore", "reset")
_CUE: Final = re.compile(r"[0-9]+(\.[0-9]+)*")
_LONGEST_CUE: Final = 32
_LONGEST_TIME: Final = 24 * 3600.0


def parse_midi(text: str, *, stream: bool) -> Sent:
    """Read a MIDI message in words.

    Args:
        text: ``note CHANNEL NOTE VELOCITY``, ``cc CHANNEL CONTROLLER VALUE``, ``cc14 ...``, ``program CHANNEL
            PROGRAM``, ``pitch CHANNEL BEND``, ``sysex F0 ... F7``, ``start``, ``continue`` or ``stop``.
        stream: Whether the last number is left out because a signal gives it: 0..1 over the whole range, for
            ``pitch`` -1..1.

    Raises:
        ValueError: It is none of these. What to write follows after ``; ``.
    """
    kind, *numbers = text.split() or [""]
    if kind in _PLAIN:
        if numbers or stream:
            message = f'"{text}": {kind} takes no numbers' + ('; use it with on = "rise"' if stream else "")
            raise ValueError(message)
        return Sent(f"/{kind}")
    if kind == _SYSEX:
        return _sysex(numbers, stream=stream)
    if kind not in _FORMS:
        message = f'"{kind[:20]}" is no MIDI message; {nearest(kind, (*_FORMS, *_PLAIN, _SYSEX))}'
        raise ValueError(message)
    inner, last = _FORMS[kind]
    wanted = (_CHANNEL, *inner) if stream or last is None else (_CHANNEL, *inner, last)
    if len(numbers) != len(wanted):
        form = " ".join((kind, *(name.upper() for name, *_ in wanted)))
        message = f'"{text[:40]}" has {len(numbers)} number{"s" * (len(numbers) != 1)}; write {form}'
        raise ValueError(message)
    read = [_whole(kind, number, one) for number, one in zip(numbers, wanted, strict=True)]
    address = "/".join(("", kind, *map(str, read[: 1 + len(inner)])))
    if not stream or last is None:
        return Sent(address, tuple(read[1 + len(inner) :]))
    factor = float(last[3])
    return Sent(address, (), factor, float(last[2]), factor, whole=True, event=kind in ("note", "program"))


def _sysex(parts: Sequence[str], *, stream: bool) -> Sent:
    """Read a whole System Exclusive message: its bytes in hexadecimal, from F0 to F7."""
    if stream:
        raise ValueError('sysex has no value for a signal; use it with on = "rise"')
    good = all(re.fullmatch(r"[0-9A-Fa-f]{2}", one) for one in parts)
    data = bytes.fromhex("".join(parts)) if good else b""
    if len(data) < 3 or data[0] != 0xF0 or data[-1] != 0xF7 or max(data[1:-1]) > 0x7F:
        message = "sysex: this is no whole message; write F0, bytes 00 to 7F, F7: sysex F0 7E 7F 06 01 F7"
        raise ValueError(message)
    if len(data) > _LONGEST_SYSEX:
        message = f"sysex: {len(data)} bytes; at most {_LONGEST_SYSEX} can be sent"
        raise ValueError(message)
    return Sent("/sysex", (data.hex(" ").upper(),))


def _whole(kind: str, text: str, wanted: tuple[str, str, int, int]) -> int:
    name, words, low, high = wanted
    number = int(text) if re.fullmatch(r"-?[0-9]{1,6}", text) else None
    if number is None or not low <= number <= high:
        message = f"{kind}: {name} is {words}, not {text[:20]}"
        raise ValueError(message)
    return number


def parse_msc(text: str) -> Sent:
    """Read a MIDI Show Control command in words.

    Args:
        text: ``go``, ``go CUE``, ``go CUE LIST``, ``go CUE LIST PATH``; the same with ``stop``, ``resume``,
            ``load`` and ``go-off``; ``timed-go M:SS CUE ...``; ``all-off``, ``restore``, ``reset``.

    Raises:
        ValueError: It is none of these. What to write follows after ``; ``.
    """
    command, *words = text.split() or [""]
    if command not in _MSC:
        message = f'"{command[:20]}" is no command of MIDI Show Control; {nearest(command, _MSC)}'
        raise ValueError(message)
    values: list[Scalar] = []
    if command == "timed-go":
        seconds = read_time(words.pop(0)) if words else None
        if seconds is None or seconds >= _LONGEST_TIME:
            message = 'timed-go: it begins with the time of the fade; write e.g. "timed-go 0:10 12"'
            raise ValueError(message)
        values.append(seconds)
    if command in _MSC_WITHOUT_CUE and words:
        message = f"{command} takes no cue; leave it out"
        raise ValueError(message)
    if command == "load" and not words:
        raise ValueError('load: it needs a cue; write e.g. "load 12"')
    if len(words) > 3:
        message = f"{command}: more than a cue, its list and its path; write {command} CUE LIST PATH"
        raise ValueError(message)
    for word in words:
        if not _CUE.fullmatch(word) or len(word) > _LONGEST_CUE:
            message = f'{command}: "{word[:20]}" is no cue number; it has digits and points, e.g. 12.5'
            raise ValueError(message)
    return Sent(f"/msc/{command}", (*values, *words))
