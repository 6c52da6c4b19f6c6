"""The MIDI output: one port of a device or of another program, found by its name whenever it is there."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Annotated

import msgspec

from hardware.midi.backend import Api, open_ports
from hardware.midi.out.codec import ALL_DEVICES, Format, encode
from hardware.midi.ports import Output, Port, Ports
from hardware.midi.sender import MidiSender
from installation.contract import AdapterError, Message, Seconds, Settings, TargetStatus

__all__ = ["LATEST", "LONGEST", "SCAN", "MidiOutput", "MidiOutputSettings"]

SCAN: Seconds = 1.0
"""How often ports are listed while the wanted one is not there, or to notice that it has gone."""
LATEST: Seconds = 1.0
"""An event that waits for its port for so long is dropped: a GO that comes late does harm."""
LONGEST = 1024
"""Events that wait for a port at most."""

_REMEDY = "docs/send.md lists what MIDI has"


class MidiOutputSettings(Settings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a venue file says about MIDI out.

    Attributes:
        port: Part of the port's name, in any case; a device is found by it wherever it is plugged in.
        api: Service that the port belongs to; ``auto`` takes the first that answers.
        client: Name under which other programs see this one.
        msc_device: Device ID of MIDI Show Control; 127 is all devices.
        msc_format: Kind of equipment that MIDI Show Control is meant for.
    """

    port: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    api: Api = "auto"
    client: Annotated[str, msgspec.Meta(min_length=1, max_length=32)] = "photophore-out"
    msc_device: Annotated[int, msgspec.Meta(ge=0, le=127)] = ALL_DEVICES
    msc_format: Format = "lighting"


class MidiOutput(MidiSender):
    """Sends MIDI to one port; shows send to it by the name of the adapter.

    A port that is not there is waited for. What a stream said last is said again when it comes back; events
    are not.
    """

    kind = "midi-out"
    Settings = MidiOutputSettings
    settings: MidiOutputSettings

    def __init__(
        self,
        name: str,
        settings: MidiOutputSettings,
        ports: Callable[[Api, str], tuple[Ports, str]] = open_ports,
    ) -> None:
        super().__init__(name, settings, settings.api, settings.client, ports)
        self._output: Output | None = None
        self._port = ""
        self._others = 0
        self._trouble = ""
        self._waiting: deque[tuple[Seconds, list[bytes]]] = deque()
        self._last: dict[str, list[bytes]] = {}
        self._merged = 0
        self._lost_before = 0

    @property
    def detail(self) -> str:
        """Which port it sends to, or which it waits for."""
        ports = self._ports
        if ports is None:
            return "closed"
        more = f" and not to {self._others} more of that name" if self._others else ""
        sends = f"to {self._port}{more}" if self._output is not None else self._state
        return f"{ports.api}: {sends}; through {ports.library}"

    @property
    def health(self) -> tuple[TargetStatus, ...]:
        """How the port fares."""
        return (
            TargetStatus(
                name=self.name,
                address=f"midi {self._port or self.settings.port}",
                state="up" if self._output is not None else self._state,
                sent=self.counters.sent,
                merged=self._merged,
                dropped=self.counters.dropped,
            ),
        )

    @property
    def _state(self) -> str:
        return self._trouble or f"waiting for a port named {self.settings.port!r}"

    def close(self) -> None:
        """Leave the port and the service; events that wait are dropped and counted."""
        super().close()
        self.counters.dropped += len(self._waiting)
        self._waiting.clear()
        self._lost_before = 0

    def objection(self, message: Message) -> str:
        """Return why a message is none that MIDI has; empty if it is one."""
        try:
            self._encode(message)
        except ValueError as error:
            return f"{error}; {_REMEDY}"
        return ""

    def _encode(self, message: Message) -> list[bytes]:
        """Return the bytes of a message. Raises ValueError."""
        return encode(message.address, message.values, self.settings.msc_device, self.settings.msc_format)

    def send(self, messages: Sequence[Message]) -> None:
        """Send messages in order. Raises AdapterError when closed, or when the service is gone."""
        self._opened()
        now = time.monotonic()
        for message in messages:
            try:
                data = self._encode(message)
            except ValueError as error:
                self.counters.errors += 1
                self.refusals.note("not a MIDI message", str(error), _REMEDY)
                continue
            if message.stream:
                self._merged += self._output is None and message.address in self._last
                self._last[message.address] = data
            if self._output is not None:
                self._write(self._output, data)
            elif not message.stream:
                if len(self._waiting) == LONGEST:
                    self._waiting.popleft()
                    self._drop()
                self._waiting.append((now, data))
        self.tend()

    def tend(self) -> Seconds:
        """Look for the port now and then, and drop events that wait for it too long."""
        if self._ports is None:
            return SCAN
        now = time.monotonic()
        while self._waiting and now - self._waiting[0][0] > LATEST:
            self._waiting.popleft()
            self._drop()
        if now >= self._next_scan or (self._output is not None and not self._output.alive):
            self._scan(self._ports, now)
        return max(0.0, self._next_scan - now)

    def _scan(self, ports: Ports, now: Seconds) -> None:
        """Leave a port that has gone, and take it when it is there. AdapterError without the service."""
        self._next_scan = now + SCAN
        lost, self._lost_before = ports.dropped - self._lost_before, ports.dropped
        self.counters.dropped += lost
        if self._output is not None and not self._output.alive:
            self._leave()
        found = self._wanted(ports)
        if self._output is not None or not found:
            return
        self._others = len(found) - 1
        try:
            self._output = ports.open_output(found[0])
        except AdapterError as error:
            self._trouble = str(error)
            return
        self._port, self._trouble = found[0].name, ""
        for data in self._last.values():
            self._write(self._output, data)
        while self._waiting:
            self._write(self._output, self._waiting.popleft()[1])

    def _wanted(self, ports: Ports) -> list[Port]:
        """Return the ports of the wanted name, one that is named exactly so first."""
        name = self.settings.port.strip().casefold()
        found = [port for port in ports.outputs() if name in port.name.casefold()]
        return sorted(found, key=lambda port: (port.name.casefold() != name, port))

    def _write(self, output: Output, data: Sequence[bytes]) -> None:
        for one in data:
            output.send(one)
        self.counters.sent += 1

    def _drop(self) -> None:
        self.counters.dropped += 1
        self.refusals.note("could not be sent in time", self._state, "plug the device in, or correct `port`")

    def _leave_all(self) -> None:
        self._leave()

    def _leave(self) -> None:
        if self._output is not None:
            self._output.close()
            self._output = None
            self._port = ""
