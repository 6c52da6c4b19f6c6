"""MIDI of the ALSA sequencer through alsa-midi: where USB controllers are on Linux.

One client with two ports: one that listens to controllers, told apart by the address that every event bears,
and one that others can connect to; ``alsa_out`` has one more that sends. A thread of Python reads the
client's file; no library's thread calls us.
"""

import errno
import os
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from ctypes.util import find_library
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hardware.midi.alsa_out import AlsaOutput, AlsaOutputs
from hardware.midi.jack_worker import CLOCK
from hardware.midi.ports import Port, Sink
from installation.contract import AdapterError, to_install

__all__ = ["LIBRARY", "AlsaPorts", "missing"]

LIBRARY = "alsa-midi"
"""The Python package."""

_DEVICE = Path("/dev/snd/seq")
_INSTALL = "sudo apt-get install -y libasound2-plugins"
"""It brings the library itself, which has one name on Debian 12 and another on 13."""
_LISTEN = "listen"


def missing() -> tuple[str, str]:
    """Why the ALSA sequencer cannot be heard and what to do; empty if it can be tried."""
    if find_spec("alsa_midi") is None:
        return f"the Python package {LIBRARY} is not installed", to_install(LIBRARY)
    if find_library("asound") is None:
        return "the ALSA library is not installed", _INSTALL
    if not _DEVICE.exists():
        return f"no {_DEVICE} (kernel module snd-seq)", "sudo modprobe snd-seq"
    if not os.access(_DEVICE, os.R_OK | os.W_OK):
        return f"this user may not open {_DEVICE}", 'sudo adduser "$USER" audio  # then log in again'
    return "", ""


class AlsaPorts:
    """One client of the sequencer. Raises AdapterError.

    Args:
        client: Name under which others see us.
    """

    api = "alsa"

    def __init__(self, client: str) -> None:
        try:
            import alsa_midi
        except (ImportError, OSError) as error:  # without libasound.so.2 the dynamic loader says OSError
            reason = f"alsa-midi cannot be used: {error}"
            raise AdapterError(reason, _INSTALL) from error
        self._lost = 0
        self._alsa = alsa_midi
        self._name = client
        self._out: AlsaOutputs | None = None
        try:
            self._client = alsa_midi.SequencerClient(client)
            caps = alsa_midi.WRITE_PORT | alsa_midi.PortCaps.NO_EXPORT
            self._listen = self._client.create_port(_LISTEN, caps)
            self._client.subscribe_port(alsa_midi.SYSTEM_ANNOUNCE, self._listen)
        except alsa_midi.Error as error:
            reason = f"the ALSA sequencer cannot be used: {error}"
            raise AdapterError(reason, f"look whether this user may open {_DEVICE} (group audio)") from error
        self._own = tuple(alsa_midi.Address(self._listen))
        self._lines: dict[tuple[int, int], _Line] = {}
        self._offered: dict[int, Sink] = {}
        self._reason = ""
        self._ending = False
        self._reader = threading.Thread(target=self._read, name="midi-alsa", daemon=True)
        self._reader.start()

    @property
    def dropped(self) -> int:
        """Times that the kernel lost something on its way in, and messages lost on their way out."""
        return self._lost + (0 if self._out is None else self._out.dropped)

    @property
    def library(self) -> str:
        """alsa-midi and its version."""
        return f"{LIBRARY} {version(LIBRARY)}"

    def ports(self) -> Sequence[Port]:
        """Inputs that there are now. Client and port number are the key, the rest is the name."""
        return self._ports(input=True)

    def outputs(self) -> Sequence[Port]:
        """Ports that can be sent to now; key and name as those of ``ports``."""
        return self._ports(output=True)

    def _ports(self, **way: bool) -> Sequence[Port]:
        if self._reason:
            raise AdapterError(f"the ALSA sequencer went away: {self._reason}", "see `dmesg`")
        try:
            found = self._client.list_ports(
                type=self._alsa.PortType.ANY, include_no_export=False, sort=False, **way
            )
        except (self._alsa.Error, UnicodeDecodeError) as error:
            raise AdapterError(
                f"the ALSA sequencer does not list its ports: {error}", "see `dmesg`"
            ) from error
        return [
            Port(f"{one.client_name}:{one.name}", f"{one.client_id}:{one.port_id}")
            for one in found
            if one.client_id not in (self._own[0], self._out.number if self._out is not None else -1)
        ]

    def open_output(self, port: Port) -> AlsaOutput:
        """Send to one port. Raises AdapterError."""
        if self._out is None:
            self._out = AlsaOutputs(self._alsa, self._name)
        return self._out.open(port)

    def connect(self, port: Port, sink: Sink) -> "_Line":
        """Listen to one port. Raises AdapterError."""
        client, _, number = port.key.partition(":")
        address = int(client), int(number)
        line = _Line(address, sink, self._leave)
        self._lines[address] = line
        try:
            self._client.subscribe_port(self._alsa.Address(*address), self._listen)
        except self._alsa.Error as error:
            del self._lines[address]
            reason = f"cannot listen to MIDI port {port.name!r}: {error}"
            raise AdapterError(reason, "close the program that uses it") from error
        return line

    def offer(self, name: str, sink: Sink) -> "_Offer":
        """Open a port of our own. Raises AdapterError."""
        try:
            port = self._client.create_port(name, self._alsa.WRITE_PORT)
        except self._alsa.Error as error:
            raise AdapterError(f"cannot open a MIDI port of our own: {error}", "say offer = false") from error
        self._offered[port.port_id] = sink
        return _Offer(port, self._offered)

    def close(self) -> None:
        """Leave the sequencer."""
        if self._ending:
            return
        self._ending = True
        self._lines.clear()
        self._offered.clear()
        if self._reader.is_alive():
            # An event to ourselves wakes the thread; nobody but it may close what it reads.
            self._client.event_output_direct(
                self._alsa.NoteOffEvent(0), port=self._listen, dest=self._alsa.Address(*self._own)
            )
            self._reader.join(5.0)
        self._client.close()
        if self._out is not None:
            self._out.close()

    def _leave(self, line: "_Line") -> None:
        if self._lines.get(line.address) is line:
            del self._lines[line.address]
        if not self._ending:
            with suppress(self._alsa.Error):  # it was unplugged: the kernel has taken the connection away
                self._client.unsubscribe_port(self._alsa.Address(*line.address), self._listen)

    # ---- the reading thread -----------------------------------------------------------------------------

    def _read(self) -> None:
        while not self._ending:
            try:
                event = self._client.event_input(prefer_bytes=True)
            except self._alsa.ALSAError as error:
                number = abs(error.errnum)
                if number == errno.ENOSPC:
                    # More came than the kernel keeps for us: what is lost may tell of ports, so begin again.
                    self._lost += 1
                    for line in tuple(self._lines.values()):
                        line.alive = False
                    continue
                if number in {errno.EAGAIN, errno.EINTR, errno.ENOENT}:  # ENOENT: nothing that is MIDI 1.0
                    continue
                self._reason = str(error)
                return
            if event is not None:
                self._hear(event)

    def _hear(self, event: Any) -> None:
        alsa = self._alsa
        if isinstance(event, alsa.MidiBytesEvent):
            sink = self._sink(event)
            if sink is not None and _wanted(event.midi_bytes):
                sink(event.midi_bytes)
        elif isinstance(event, alsa.PortSubscribedEvent):
            line = self._lines.get(tuple(event.connect_sender))
            if line is not None and tuple(event.connect_dest) == self._own:
                line.begun = True
        elif isinstance(event, alsa.PortExitEvent | alsa.ClientExitEvent):
            gone = tuple(event.addr)
            if self._out is not None:
                self._out.gone(gone[0], None if isinstance(event, alsa.ClientExitEvent) else gone[1])
            for address, line in tuple(self._lines.items()):
                if address == gone or (isinstance(event, alsa.ClientExitEvent) and address[0] == gone[0]):
                    line.alive = False

    def _sink(self, event: Any) -> Sink | None:
        if event.dest is not None and event.dest.port_id != self._own[1]:
            return self._offered.get(event.dest.port_id)
        line = None if event.source is None else self._lines.get(tuple(event.source))
        return line.sink if line is not None and line.alive and line.begun else None


def _wanted(data: bytes) -> bool:
    """Whether these are a channel message, clock, or a part of SysEx; its later parts begin with data."""
    return bool(data) and (data[0] <= 0xF0 or data[0] == 0xF7 or data[0] in CLOCK)


class _Line:
    """One connection to a controller.

    Attributes:
        begun: Whether the sequencer has told of the connection. What it hands on before that was sent by a
            port that had the same number earlier.
    """

    def __init__(self, address: tuple[int, int], sink: Sink, leave: Callable[["_Line"], None]) -> None:
        self.address = address
        self.alive = True
        self.begun = False
        self.sink: Sink | None = sink
        self._leave = leave

    def close(self) -> None:
        """Stop receiving from the controller. Harmless when called again."""
        if self.sink is not None:
            self.sink = None
            self._leave(self)


class _Offer:
    """The port that others can connect to."""

    alive = True

    def __init__(self, port: Any, offered: dict[int, Sink]) -> None:
        self._port = port
        self._offered = offered

    def close(self) -> None:
        """Remove the port from the sequencer. Harmless when called again."""
        if self._offered.pop(self._port.port_id, None) is not None:
            self._port.close()
