"""The MIDI input: every port of that name, now and when it comes back."""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, Literal

import msgspec

from hardware.midi.backend import Api, open_ports
from hardware.midi.messages import reading, slug
from hardware.midi.ports import Connection, Port, Ports
from installation.contract import AdapterError, InputAdapter, Reading, Seconds, Settings, surface

__all__ = ["QUEUE", "SCAN", "MidiInput", "MidiSettings"]

QUEUE = 4096
"""Messages that may wait between two calls of ``receive``; the oldest go first."""

SCAN: Seconds = 1.0
"""How often ports are listed, to notice what was plugged in or out."""

_LARGEST = 3
"""Bytes of the longest message that is not SysEx."""


class MidiSettings(Settings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a venue file says about MIDI in.

    Attributes:
        device: Part of the port's name, in any case; empty or ``*`` is every port.
        api: The system's service, or the first that answers.
        client: Name under which other programs see us.
        channels: Keep the 16 channels apart, as ``/midi/<port>/<channel>/cc/<n>``.
        offer: Open a port of our own that other programs can connect to.
    """

    device: str = "*"
    api: Literal["auto", "alsa", "jack"] = "auto"
    client: Annotated[str, msgspec.Meta(min_length=1, max_length=32, pattern="^[A-Za-z0-9 _-]+$")] = (
        "Photophore"
    )
    channels: bool = False
    offer: bool = True


class MidiInput(InputAdapter):
    """Listens to controllers, bound by name: one that was unplugged is heard again when it returns.

    Values are 0 to 1: ``/midi/<port>/cc/<n>``, ``/note/<n>`` (velocity, 0 when released), ``/pressure``,
    ``/pressure/<n>``, ``/program``, ``/pitch`` (0.5 at rest). SysEx, clock and active sensing are left out.

    Args:
        name: Name of the adapter.
        settings: What the venue says.
        ports: Opens the system's service and says why not another one; tests bring their own.
    """

    kind = "midi"
    home = "stage"
    Settings = MidiSettings
    settings: MidiSettings

    def __init__(
        self, name: str, settings: MidiSettings, ports: Callable[[Api, str], tuple[Ports, str]] = open_ports
    ) -> None:
        super().__init__(name, settings)
        self._open_ports = ports
        self._controllers = surface.Library(())
        self._ports: Ports | None = None
        self._passed_over = ""
        self._dropped = 0
        self._lines: dict[Port, Connection] = {}
        self._refused: dict[Port, str] = {}
        self._own: Connection | None = None
        self._queue: deque[tuple[Seconds, str, Sequence[int]]] = deque(maxlen=QUEUE)
        self._arrived = threading.Event()
        self._next_scan: Seconds = 0.0

    @property
    def detail(self) -> str:
        """Which ports are heard, through which service and library, and why not through another one."""
        ports = self._ports  # asked from other threads than the one that opens and closes
        if ports is None:
            return "closed"
        heard = ", ".join(sorted(port.name for port in tuple(self._lines)))
        words = [f"{ports.api}: {heard or f'waiting for {self.settings.device!r}'}"]
        words += tuple(self._refused.values())
        words.append(f"through {ports.library}" + (f" ({self._passed_over})" if self._passed_over else ""))
        return "; ".join(words)

    def open(self) -> None:
        """Find the service and listen to the ports that are there. Raises AdapterError with the reason."""
        if self._ports is not None:
            return
        self._dropped = 0
        self._controllers = surface.load_controllers()
        self._ports, self._passed_over = self._open_ports(self.settings.api, self.settings.client)
        try:
            if self.settings.offer:
                self._own = self._ports.offer("in", partial(self._take, slug(self.settings.client)))
            self._scan(self._ports, time.monotonic())
        except AdapterError:
            self.close()
            raise

    def close(self) -> None:
        """Leave all ports and the service."""
        for line in self._lines.values():
            line.close()
        self._lines.clear()
        self._refused.clear()
        if self._own is not None:
            self._own.close()
            self._own = None
        if self._ports is not None:
            self._ports.close()
            self._ports = None
        self._queue.clear()

    def wake(self) -> None:
        """Make a waiting ``receive`` return at once."""
        self._arrived.set()

    def receive(self, timeout: Seconds) -> Sequence[Reading]:
        """Everything that has arrived, waiting at most ``timeout`` seconds for the first.

        Raises AdapterError when the service is gone.
        """
        if self._ports is None:
            raise AdapterError("is not open", "call open first")
        now = time.monotonic()
        if now >= self._next_scan:
            self._scan(self._ports, now)
        self._arrived.wait(max(0.0, min(timeout, self._next_scan - now)))
        self._arrived.clear()
        readings = []
        while self._queue:
            stamp, port, data = self._queue.popleft()
            try:
                found = reading(data, port, self.settings.channels, stamp, self.name)
            except ValueError as error:  # mido: not a MIDI message
                self.counters.errors += 1
                self.refusals.note("not a MIDI message", f"{port}: {error}", "look at the cable and driver")
                continue
            if found is not None:
                self.counters.received += 1
                readings.append(found)
        return readings

    def _address(self, port: Port) -> str:
        """Return a port's part of an address: its controller's, or its own name's if no file knows it."""
        profile = self._controllers.recognise(port.name)
        return slug(port.name) if profile is None else profile.address

    def _take(self, port: str, data: Sequence[int]) -> None:
        """Queue one message; runs in a thread of the service."""
        if len(data) > _LARGEST:
            self.counters.dropped += 1
            self.refusals.note("a message longer than 3 bytes", f"from {port}", "SysEx is not used")
        elif len(self._queue) == QUEUE:
            self.counters.dropped += 1
            self.refusals.note(f"more than {QUEUE} messages waited, the oldest went", f"from {port}")
        if len(data) <= _LARGEST:
            self._queue.append((time.monotonic(), port, data))
            self._arrived.set()

    def _scan(self, ports: Ports, now: Seconds) -> None:
        """Leave what has gone, listen to what has come. Bound by name: numbers change at each plugging.

        A port that went and came back between two looks is in the list as before, but its line is dead.
        """
        self._next_scan = now + SCAN
        self.counters.dropped += ports.dropped - self._dropped
        self._dropped = ports.dropped
        device = self.settings.device.strip().casefold()
        wanted = {port for port in ports.ports() if device in {"", "*"} or device in port.name.casefold()}
        for port, line in tuple(self._lines.items()):
            if port not in wanted or not line.alive:
                del self._lines[port]
                line.close()
        for port in self._refused.keys() - wanted:
            del self._refused[port]
        for port in sorted(wanted - self._lines.keys() - self._refused.keys()):
            try:
                self._lines[port] = ports.connect(port, partial(self._take, self._address(port)))
            except AdapterError as error:
                # Not asked again until it was unplugged: what refuses now refuses a second later as well.
                self._refused[port] = str(error)
                self.counters.errors += 1
                self.refusals.note(str(error), self._address(port), "unplug it and plug it in again")
