"""MIDI ports through python-rtmidi: ALSA, JACK, CoreMIDI, WinMM.

Measured on Linux with jackd 1.9.21 and python-rtmidi 1.5.8: making or deleting a client of JACK holds the
interpreter lock for 15 to 45 ms, listing ports 0.1 ms. So one client lists for as long as the adapter is
open, and others are made only when a port appears. When jackd is killed nothing crashes and nothing is
said: the old list stays. What tells is that the service's socket is gone.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from hardware.midi.ports import Connection, Sink
from installation.contract import AdapterError

__all__ = ["Api", "RtMidiPorts", "open_ports"]

Api = Literal["auto", "alsa", "jack"]

_ALSA_SEQUENCER = Path("/dev/snd/seq")
_UNIX_SOCKETS = Path("/proc/net/unix")
_LISTENING = "00010000"  # __SO_ACCEPTCON in the column Flags


def open_ports(api: Api, client: str) -> "RtMidiPorts":
    """The first service that answers. Raises AdapterError with the reason of each that does not."""
    try:
        import rtmidi
    except ImportError as error:
        reason = f"MIDI is unavailable: {error}"
        raise AdapterError(reason, "python-rtmidi has wheels up to Python 3.12; install it there") from error
    reasons = []
    for number in rtmidi.get_compiled_api():
        name = rtmidi.get_api_name(number)
        if number == rtmidi.API_RTMIDI_DUMMY or api not in {"auto", name}:
            continue
        missing = _missing(name)
        if not missing:
            try:
                return RtMidiPorts(rtmidi, number, name, client)
            except rtmidi.RtMidiError as error:
                missing = str(error)
        reasons.append(f"{name}: {missing}")
    reason = "MIDI is unavailable: " + ("; ".join(reasons) or f"{api} is not built into python-rtmidi")
    raise AdapterError(reason, "start JACK or PipeWire, or load the kernel module snd-seq")


class RtMidiPorts:
    """One service, through one client that lists its ports.

    Args:
        rtmidi: The module, imported late because not every machine has it.
        number: RtMidi's number of the service.
        api: Its name.
        client: Name under which others see us.
    """

    def __init__(self, rtmidi: ModuleType, number: int, api: str, client: str) -> None:
        self.api = api
        self._rtmidi = rtmidi
        self._number = number
        self._client = client
        self._service = _jack_service() if api == "jack" else ""
        self._lister: Any = rtmidi.MidiIn(number, name=f"{client} list")

    def names(self) -> list[str]:
        """Inputs that there are now. Raises AdapterError when the service is gone."""
        if self._service and self._service not in _sockets():
            raise AdapterError("the JACK server went away", "start it again")
        return [str(name) for name in self._lister.get_ports()]

    def connect(self, name: str, sink: Sink) -> Connection:
        """Listen to one port. Raises AdapterError."""
        line = self._line(sink)
        try:
            line.port.open_port(line.port.get_ports().index(name), name="in")
        except (self._rtmidi.RtMidiError, ValueError) as error:
            line.close()
            reason = f"cannot listen to MIDI port {name!r}: {error}"
            raise AdapterError(reason, "close the program that uses it") from error
        return line

    def offer(self, name: str, sink: Sink) -> Connection | None:
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
        if self._lister is not None:
            self._lister.delete()
            self._lister = None

    def _line(self, sink: Sink) -> "_Line":
        try:
            return _Line(self._rtmidi.MidiIn(self._number, name=self._client), sink)
        except self._rtmidi.RtMidiError as error:
            reason = f"{self.api} does not take another client: {error}"
            raise AdapterError(reason, "look whether its server still runs") from error


class _Line:
    """One client of the service that listens."""

    def __init__(self, port: Any, sink: Sink) -> None:
        self.port = port
        self._sink: Sink | None = sink
        # RtMidi itself leaves out SysEx, clock and active sensing, so their bytes never reach us.
        port.ignore_types(sysex=True, timing=True, active_sense=True)
        port.set_callback(self._take)

    def close(self) -> None:
        self._sink = None
        if self.port is not None:
            self.port.cancel_callback()
            self.port.close_port()
            self.port.delete()
            self.port = None

    def _take(self, event: tuple[Sequence[int], float], _: object) -> None:
        sink = self._sink
        if sink is not None:
            sink(event[0])


def _missing(api: str) -> str:
    """Why a service cannot be there, found without asking its library, which would write to stderr."""
    if sys.platform.startswith("linux"):
        if api == "alsa" and not _ALSA_SEQUENCER.exists():
            return f"no {_ALSA_SEQUENCER} (kernel module snd-seq)"
        if api == "jack" and not _jack_service():
            return "no server is running"
    return ""


def _jack_service() -> str:
    """The socket that a running JACK server (or PipeWire in its place) listens on; empty if there is none.

    jackd 2 names it ``jack_<server>_<uid>_0`` (libjack's ``JACK_DEFAULT_SERVER`` names the server). The inode
    is part of the answer, so that a server which was started again is another one.
    """
    own = f"jack_{os.environ.get('JACK_DEFAULT_SERVER', 'default')}_"
    names = (own, "pipewire-")
    found = sorted(socket for socket in _sockets() if Path(socket.partition(" ")[2]).name.startswith(names))
    return found[0] if found else ""


def _sockets() -> set[str]:
    """``inode path`` of all listening Unix sockets (proc(5)); empty where the system does not tell."""
    try:
        rows = _UNIX_SOCKETS.read_text(errors="replace").splitlines()[1:]
    except OSError:
        return set()
    columns = (row.split(maxsplit=7) for row in rows)
    return {f"{column[6]} {column[7]}" for column in columns if len(column) == 8 and column[3] == _LISTENING}
