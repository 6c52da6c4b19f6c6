"""MIDI of macOS and Windows through python-rtmidi, which has ready-made packages up to Python 3.12.

What arrives waits in RtMidi's own queue and is fetched by a thread of Python. A callback would be shorter
and must not be used: RtMidi's thread may still be in it when ``cancel_callback`` frees it, which ends the
program by a segmentation fault.
"""

import re
import sys
import threading
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from types import ModuleType
from typing import Any

from hardware.midi.ports import Port, Sink
from hardware.midi.writer import Writer
from installation.contract import AdapterError, Seconds

__all__ = ["LIBRARY", "RtMidiPorts", "lasting"]

LIBRARY = "python-rtmidi"
"""The Python package."""

_FETCH: Seconds = 0.001
"""How often messages are fetched: shorter than the 1 ms that a MIDI cable takes for three bytes."""
_QUEUE = 4096

_NUMBERS = {"alsa": re.compile(r" \d+:\d+$"), "winmm": re.compile(r" \d+$")}
"""What RtMidi appends to names, by service: with the others a number at the end is the device's own."""


def lasting(name: str, api: str) -> str:
    """A port's name without the number that RtMidi appends under this service, if it appends any.

    Under Windows that is the place in the list, which changes with what else is plugged in.
    """
    numbers = _NUMBERS.get(api)
    return name if numbers is None else numbers.sub("", name)


class RtMidiPorts:
    """One service, through one client that lists its ports and one for each port.

    Args:
        rtmidi: The module, imported late because not every machine has it.
        number: RtMidi's number of the service.
        client: Name under which others see us.
    """

    def __init__(self, rtmidi: ModuleType, number: int, client: str) -> None:
        self.api = str(rtmidi.get_api_name(number))
        self._writer = Writer("midi-rt-out")
        self._finder: Any = None
        self._outs: list[_Out] = []
        self._rtmidi = rtmidi
        self._number = number
        self._client = client
        self._lister: Any = rtmidi.MidiIn(number, name=f"{client} list")
        self._lock = threading.Lock()
        self._lines: list[_Line] = []
        self._ending = threading.Event()
        self._fetcher = threading.Thread(target=self._fetch, name="midi-rt", daemon=True)
        self._fetcher.start()

    @property
    def dropped(self) -> int:
        """Messages lost on their way out; of those on their way in RtMidi tells on stderr only."""
        return self._writer.dropped

    @property
    def library(self) -> str:
        """python-rtmidi and its version."""
        try:
            return f"{LIBRARY} {version(LIBRARY)}"
        except PackageNotFoundError:
            return LIBRARY

    def ports(self) -> Sequence[Port]:
        """Inputs that there are now."""
        return [Port(lasting(str(name), self.api), str(name)) for name in self._lister.get_ports()]

    def outputs(self) -> Sequence[Port]:
        """Ports that can be sent to now."""
        if self._finder is None:
            self._finder = self._rtmidi.MidiOut(self._number, name=f"{self._client} list out")
        return [Port(lasting(str(name), self.api), str(name)) for name in self._finder.get_ports()]

    def open_output(self, port: Port) -> "_Out":
        """Send to one port. Raises AdapterError."""
        try:
            out = self._rtmidi.MidiOut(self._number, name=self._client)
            out.open_port(out.get_ports().index(port.key), name="out")
        except (self._rtmidi.RtMidiError, ValueError) as error:
            reason = f"cannot send to MIDI port {port.name!r}: {error}"
            raise AdapterError(reason, "close the program that uses it") from error
        made = _Out(out, self._writer, self._rtmidi.RtMidiError)
        self._outs = [one for one in self._outs if one.open] + [made]
        return made

    def connect(self, port: Port, sink: Sink) -> "_Line":
        """Listen to one port. Raises AdapterError."""
        line = self._line(sink)
        try:
            line.port.open_port(line.port.get_ports().index(port.key), name="in")
        except (self._rtmidi.RtMidiError, ValueError) as error:
            line.close()
            reason = f"cannot listen to MIDI port {port.name!r}: {error}"
            raise AdapterError(reason, "close the program that uses it") from error
        return line

    def offer(self, name: str, sink: Sink) -> "_Line | None":
        """Open a port of our own; None on Windows, which has none. Raises AdapterError."""
        if sys.platform == "win32":
            return None
        line = self._line(sink)
        try:
            line.port.open_virtual_port(name)
        except self._rtmidi.RtMidiError as error:
            line.close()
            reason = f"cannot open a MIDI port of our own: {error}"
            raise AdapterError(reason, "say offer = false") from error
        return line

    def close(self) -> None:
        """Leave the service."""
        self._ending.set()
        self._fetcher.join(5.0)
        for line in tuple(self._lines):
            line.close()
        for out in self._outs:
            out.close()
        self._writer.close()
        if self._finder is not None:
            self._finder.delete()
            self._finder = None
        if self._lister is not None:
            self._lister.delete()
            self._lister = None

    def _line(self, sink: Sink) -> "_Line":
        try:
            port = self._rtmidi.MidiIn(self._number, name=self._client, queue_size_limit=_QUEUE)
        except self._rtmidi.RtMidiError as error:
            reason = f"{self.api} does not take another client: {error}"
            raise AdapterError(reason, "look whether it still runs") from error
        # RtMidi itself leaves out active sensing, so its bytes never reach us.
        port.ignore_types(sysex=False, timing=False, active_sense=True)
        line = _Line(port, sink, self._leave)
        with self._lock:
            self._lines.append(line)
        return line

    def _leave(self, line: "_Line") -> None:
        with self._lock:
            self._lines.remove(line)
            line.port.close_port()
            line.port.delete()

    def _fetch(self) -> None:
        while not self._ending.wait(_FETCH):
            with self._lock:
                for line in self._lines:
                    while (event := line.port.get_message()) is not None:
                        line.take(event[0])


class _Out:
    """One client of the service that sends."""

    alive = True
    """RtMidi does not say when a port goes; the list of ports does."""

    def __init__(self, port: Any, writer: Writer, error: type[Exception]) -> None:
        self._port = port
        self._error = error
        self._writer: Writer | None = writer

    @property
    def open(self) -> bool:
        """Whether it was not closed."""
        return self._writer is not None

    def send(self, data: bytes) -> None:
        """Queue one message."""
        if self._writer is not None:
            self._writer.put(self._write, data)

    def close(self) -> None:
        """Stop sending, after what waits. Harmless when called again."""
        if self._writer is not None:
            writer, self._writer = self._writer, None
            writer.put(lambda _data: self._end(), b"")

    def _write(self, data: bytes) -> None:
        try:
            self._port.send_message(data)
        except self._error as error:
            raise OSError(str(error)) from error

    def _end(self) -> None:
        self._port.close_port()
        self._port.delete()


class _Line:
    """One client of the service that listens."""

    alive = True
    """RtMidi does not say when a port goes; the list of ports does."""

    def __init__(self, port: Any, sink: Sink, leave: Callable[["_Line"], None]) -> None:
        self.port = port
        self._sink: Sink | None = sink
        self._leave = leave

    def close(self) -> None:
        """Stop receiving. Harmless when called again."""
        if self._sink is not None:
            self._sink = None
            self._leave(self)

    def take(self, data: Sequence[int]) -> None:
        """One message."""
        sink = self._sink
        if sink is not None:
            sink(data)
