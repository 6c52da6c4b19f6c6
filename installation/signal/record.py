"""Recording and replay of the ticks and the inbox, which determine a show completely.

One line of JSON per frame: ``{"frame", "dt", "inbox": [...]}``. An entry of the inbox is a reading
``{"address", "values", "time", "source"}`` or a command ``{"verb", "arguments", "time", "source"}``.
Private readings are never written.
"""

import json
import math
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import TypeAlias

from installation.errors import ShowError
from installation.paths import open_regular
from installation.values import Command, Finding, Frame, Reading, Scalar, Seconds, Where

__all__ = ["Entry", "Recorded", "open_replay", "record_line", "replay"]

Entry: TypeAlias = Reading | Command

LONGEST_LINE = 1 << 22
"""Maximum line length in characters; a longer line is rejected."""


_LARGEST_WHOLE = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Recorded:
    """One frame of a recording."""

    index: int
    dt: Seconds
    inbox: tuple[Entry, ...]


def record_line(frame: Frame, inbox: Iterable[Entry]) -> str:
    """Return one frame as a line of JSON, without a newline."""
    entries = [_plain(entry) for entry in inbox if not (isinstance(entry, Reading) and entry.private)]
    line = {"frame": frame.index, "dt": frame.dt, "inbox": entries}
    return json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


_NOT_A_FRAME = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)


def replay(lines: Iterable[str], file: str) -> Iterator[Recorded]:
    """Read a recording line by line. Raises ShowError at the first invalid line.

    Args:
        lines: An open text file, or its lines.
        file: Its name, for messages.
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield _frame(line)
            except _NOT_A_FRAME as error:
                message = f"not a frame of a recording ({type(error).__name__}: {str(error)[:80]})"
                hint = 'write {"frame": 0, "dt": 0.016, "inbox": []} on each line'
                raise ShowError([Finding(Where(file, number), message, hint)]) from None


def open_replay(path: Path) -> Generator[Recorded, None, None]:
    """Read a recording from a file. Raises ShowError, also if the file cannot be read."""
    try:
        with TextIOWrapper(open_regular(path), encoding="utf-8") as file:
            yield from replay(iter(lambda: file.readline(LONGEST_LINE + 1), ""), str(path))
    except (OSError, UnicodeDecodeError) as error:
        message = f"cannot be read: {error}"
        raise ShowError([Finding(Where(str(path)), message, "give a file written by `record`")]) from None


def _plain(entry: Entry) -> dict[str, object]:
    if isinstance(entry, Reading):
        own: dict[str, object] = {"address": entry.address, "values": entry.values}
    else:
        own = {"verb": entry.verb, "arguments": entry.arguments}
    return own | {"time": entry.time, "source": entry.source}


def _frame(line: str) -> Recorded:
    if len(line) > LONGEST_LINE:
        raise ValueError("the line is too long")
    data = json.loads(line)
    index, dt = int(data["frame"]), float(data["dt"])
    if not (math.isfinite(dt) and dt >= 0 and 0 <= index <= _LARGEST_WHOLE):
        raise ValueError("frame and dt must be numbers from 0")
    return Recorded(index, dt, tuple(_entry(entry) for entry in data["inbox"]))


def _entry(data: dict[str, object]) -> Entry:
    time, source = data.get("time", 0.0), data.get("source", "")
    if not isinstance(time, (int, float)) or not isinstance(source, str):
        raise TypeError("time is a number and source is text")
    if "verb" in data:
        return Command(_text(data["verb"]), _scalars(data.get("arguments", [])), float(time), source)
    return Reading(_text(data["address"]), _scalars(data["values"]), float(time), source)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("addresses and verbs are text")
    return value


def _scalars(values: object) -> tuple[Scalar, ...]:
    if not isinstance(values, Sequence) or isinstance(values, str):
        raise TypeError("values and arguments are lists")
    if not all(isinstance(value, (int, float, bool, str)) for value in values):
        raise TypeError("values and arguments are numbers, texts and true or false")
    if any(isinstance(value, int) and abs(value) > _LARGEST_WHOLE for value in values):
        raise ValueError("a whole number has at most 64 bits")
    return tuple(values)
