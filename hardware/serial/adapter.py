"""The serial input: what a microcontroller prints, line by line, as body sensors or as plain readings."""

import errno
import re
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic
from typing import Annotated, Any, Final

import msgspec
import numpy as np

from hardware.biosensor.bank import KINDS, LEAST_RATE
from hardware.biosensor.seats import First, Places, SeatSettings
from hardware.biosensor.sensors import SeatedInput
from hardware.serial.lines import LineReader, parse
from installation.contract import AdapterError, Reading, Seconds, to_install

__all__ = ["SerialInput", "SerialSettings", "Target", "target"]

_LARGEST_READ: Final = 1 << 16
_SILENCE: Final[Seconds] = 10.0
"""Without a byte for so long, a port is closed and opened again: a USB bridge that hangs looks like that."""
_BODY: Final = re.compile(r"(\d{1,2})/([a-z]+)")
_ADDRESS: Final = re.compile(r"(/[A-Za-z0-9._-]+)+")
_AXES: Final = 3
_SINGLE: Final = frozenset({"acc", "eeg"})

Target = tuple[int, str]
"""Seat from 0 and kind of signal; -1 and an address where it is of no seat; -1 and nothing: left out."""


def target(text: str, seats: int) -> Target:
    """Read what a number of a line is: ``1/ppg``, ``/wind/speed``, or nothing. Raises ValueError."""
    if not text or _ADDRESS.fullmatch(text):
        return -1, text
    found = _BODY.fullmatch(text)
    if found is None or found[2] not in KINDS or not 1 <= int(found[1]) <= seats:
        kinds = ", ".join(KINDS)
        message = f"{text!r} is neither SEAT/KIND (seat 1 to {seats}; {kinds}) nor an address such as /wind"
        raise ValueError(message)
    return int(found[1]) - 1, found[2]


class SerialSettings(SeatSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a venue file says about a serial line.

    Attributes:
        port: ``/dev/serial/by-id/...``, which stays the same whatever else is plugged in; ``COM3`` on
            Windows.
        baud: Bits a second, as the microcontroller says.
        columns: What the numbers of a line are, in their order: ``1/ppg`` is the light through the finger of
            who sits at the first seat (kinds: `acc`, `breath`, `ecg`, `eda`, `eeg`, `heart`, `ppg`, `rr`),
            ``/wind/speed`` a signal of that address, and an empty text is left out. An accelerometer has
            three columns of one seat: ``1/acc`` three times.
        names: The same for lines that begin with a name: ``{ pulse = "1/ppg" }`` for ``pulse 512``.
        samples: Lines a second; with names, lines of one name a second.
        full: What a PPG says at the upper end of its range, e.g. 1023; the lower end is 0.
        private: Whether what has an address of its own says something about one person: then it is never
            recorded, watched or published.
        first: Number of the person at the first seat, 1 to 40.
        seats: Where each sensor is, as x, y in the picture, 0..1, y up: one person each.
    """

    port: str
    baud: Annotated[int, msgspec.Meta(ge=300, le=4_000_000)] = 115_200
    columns: Annotated[tuple[str, ...], msgspec.Meta(max_length=64)] = ("1/ppg",)
    names: dict[str, str] = msgspec.field(default_factory=dict)
    samples: Annotated[float, msgspec.Meta(gt=0.0, le=2000.0)] = 100.0
    full: Annotated[float, msgspec.Meta(gt=0.0, le=1e9)] = 1023.0
    private: bool = True
    first: First = 1
    seats: Places = ((0.5, 0.3),)

    def __post_init__(self) -> None:
        """Refuse columns that are nothing. Raises ValueError."""
        super().__post_init__()
        for key, texts in (("columns", self.columns), ("names", self.names.values())):
            for text in texts:
                try:
                    seat, kind = target(text, len(self.seats))
                except ValueError as error:
                    message = f"{key}: {error}"
                    raise ValueError(message) from None
                least = LEAST_RATE.get(kind, 0.0) if seat >= 0 else 0.0
                if self.samples < least:
                    message = f"samples: {kind} needs {least:g} a second or more, not {self.samples:g}"
                    raise ValueError(message)
                if key == "names" and seat >= 0 and kind in _SINGLE:
                    message = f"names: {kind} has several numbers that belong together; use columns"
                    raise ValueError(message)
        odd = next((one for one in self.columns if one.endswith("/acc") and not self._is_whole(one)), None)
        if odd is not None:
            message = f"columns: acc needs three columns of a seat, x, y and z, and of {odd!r} "
            raise ValueError(message + f"there are {self.columns.count(odd)}")

    def _is_whole(self, text: str) -> bool:
        """Whether there are all three columns of an accelerometer."""
        return _BODY.fullmatch(text) is None or self.columns.count(text) == _AXES


class SerialInput(SeatedInput):
    """Reads a serial line of numbers: PPG, skin, breath or any sensor of a microcontroller.

    Body sensors tell ``/person/N/...`` as every sensor does; other numbers tell the address they are given.
    """

    kind = "serial"
    home = "stage"
    extra = "serial"
    modules = ("serial",)
    Settings = SerialSettings
    settings: SerialSettings

    def __init__(self, name: str, settings: SerialSettings) -> None:
        super().__init__(name, settings, settings.full)
        self._port: Any = None
        self._reader = LineReader()
        seats = len(settings.seats)
        self._columns = [target(text, seats) for text in settings.columns]
        self._names = {name: target(text, seats) for name, text in settings.names.items()}
        self._heard: Seconds = 0.0

    @property
    def detail(self) -> str:
        """Which port, how fast, and on how many people there is a sensor."""
        worn = f", {self._worn}" if any(seat >= 0 for seat, _ in self._targets()) else ""
        return f"{self.settings.port}, {self.settings.baud} baud{worn}"

    def _targets(self) -> list[Target]:
        return [*self._columns, *self._names.values()]

    def open(self) -> None:
        """Open the port for us alone. Raises AdapterError."""
        if self._port is not None:
            return
        try:
            import serial
        except ImportError as error:
            hint = to_install("photophore[serial]")
            raise AdapterError("a serial line needs pyserial, which is not installed", hint) from error
        try:
            self._port = serial.Serial(
                self.settings.port, self.settings.baud, timeout=0.05, exclusive=True
            )  # what waits in the driver is of before
            self._port.reset_input_buffer()
        except (OSError, ValueError) as error:
            self._port = None
            raise AdapterError(*_explain(self.settings.port, error)) from error
        self._reader = LineReader()
        self._heard = monotonic()

    def close(self) -> None:
        """Release the port and forget everybody."""
        port, self._port = self._port, None
        if port is not None:
            port.close()
        super().close()

    def wake(self) -> None:
        """Make a waiting ``receive`` return."""
        super().wake()
        port = self._port
        if port is not None:
            with suppress(OSError, TypeError):  # it is being closed, so nobody waits
                port.cancel_read()

    def _gather(self, timeout: Seconds) -> list[Reading]:
        port = self._port
        if port is None:
            raise AdapterError("is not open", "call open first")
        try:
            waiting = min(int(port.in_waiting), _LARGEST_READ)
            data = port.read(waiting or 1) if waiting or timeout > 0.0 else b""
        except OSError as error:
            raise AdapterError(f"{self.settings.port} was unplugged: {error}", "look at its cable") from error
        now = monotonic()
        if data:
            self._heard = now
        elif now - self._heard > _SILENCE:
            why = f"{self.settings.port} has said nothing for {_SILENCE:g} s"
            raise AdapterError(why, "look at the sensor, and at `baud`")
        dropped = self._reader.dropped
        lines = self._reader.feed(data)
        self.counters.dropped += self._reader.dropped - dropped
        return self._take(lines, now)

    def _take(self, lines: Sequence[bytes], now: Seconds) -> list[Reading]:
        """Take lines: samples of one kind and seat go to the bank together."""
        samples: dict[Target, list[list[float]]] = {}
        found: list[Reading] = []
        for line in lines:
            parsed = parse(line)
            named = self._given(parsed) if parsed is not None else None
            if named is None:
                self.counters.dropped += 1
                shown = line[:40].decode("ascii", "replace")
                self.refusals.note("a line that is not what `columns` or `names` say", shown, _EXPECTED)
                continue
            self.counters.received += 1
            of_line: dict[Target, list[float]] = {}
            for (seat, what), value in named:
                if seat >= 0:
                    of_line.setdefault((seat, what), []).append(value)
                elif what:
                    private = self.settings.private
                    found.append(Reading(what, (value,), now, self.name, private=private))
            for key, values in of_line.items():
                samples.setdefault(key, []).append(values)
        for (seat, kind), rows in samples.items():
            table = np.array(rows, np.float64).T
            wide = kind == "eeg" or (kind == "acc" and len(table) == 3)
            self._feed(seat, kind, self.settings.samples, table if wide else table[0], now)
        return found

    def _given(self, parsed: tuple[str, tuple[float, ...]]) -> list[tuple[Target, float]] | None:
        """Return what each number of a line is; None if it does not fit."""
        name, values = parsed
        if not name:
            fits = len(values) == len(self._columns)
            return list(zip(self._columns, values, strict=True)) if fits else None
        known = self._names.get(name)
        return [(known, values[0])] if known is not None and len(values) == 1 else None


_EXPECTED: Final = "print as many numbers as `columns` has, or a name of `names` and a number"


def _explain(port: str, error: Exception) -> tuple[str, str]:
    """Return what is wrong with a port, and what to do."""
    code = getattr(error, "errno", None)
    if code == errno.ENOENT:
        from serial.tools.list_ports import comports

        there = ", ".join(sorted(one.device for one in comports())[:8]) or "none"
        return f"there is no {port}", f"plug it in, or name another port; there are: {there}"
    if code == errno.EACCES:
        join = 'sudo adduser "$USER" dialout  # then log in again; elsewhere than on Debian it may be uucp'
        return f"{port} may not be used", join
    if code in (errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK) or "lock" in str(error).lower():
        return f"another program has {port}", "close it (a serial monitor, ModemManager)"
    return f"cannot open {port}: {error}", "look at `port` and `baud`"
