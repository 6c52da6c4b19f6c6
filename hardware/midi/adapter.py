"""MIDI controllers: every port of that name, now and when it comes back; and what their lights show."""

import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Annotated, Literal

import msgspec

from hardware.midi.backend import Api, is_own, open_ports
from hardware.midi.clock import arrival, clock_reading, is_clock
from hardware.midi.heard import HeardPort
from hardware.midi.lights import Lights
from hardware.midi.messages import slug
from hardware.midi.ports import AGAIN, Connection, Port, Ports
from installation.contract import (
    AdapterError,
    Address,
    ControlSurface,
    Message,
    Reading,
    Seconds,
    Settings,
    surface,
)

__all__ = ["QUEUE", "SCAN", "MidiInput", "MidiSettings"]

QUEUE = 4096
"""Messages that may wait between two calls of ``receive``; the oldest go first."""

SCAN: Seconds = 0.25
"""How often ports are listed, to notice what was plugged in or out: lights come within a second of it."""

_SYSEX = 0xF0


class MidiSettings(Settings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a venue file says about MIDI controllers.

    Attributes:
        device: Part of the port's name, in any case; empty or ``*`` is every port.
        api: The system's service, or the first that answers.
        client: Name under which other programs see us.
        channels: Keep the 16 channels apart, as ``/midi/<port>/<channel>/cc/<n>``, for devices that no file
            of ``hardware/controllers`` describes.
        offer: Open a port of our own that other programs can connect to.
        lights: Light the controllers that a file describes.
        prefer: Addresses of controllers that are meant where several files describe one device, such as
            ``xtouch-mini-mc``.
    """

    device: str = "*"
    api: Literal["auto", "alsa", "jack"] = "auto"
    client: Annotated[str, msgspec.Meta(min_length=1, max_length=32, pattern="^[A-Za-z0-9 _-]+$")] = (
        "Photophore"
    )
    channels: bool = False
    offer: bool = True
    lights: bool = True
    prefer: tuple[str, ...] = ()


class MidiInput(ControlSurface):
    """Listens to controllers and lights them, bound by name: one that was unplugged is found again.

    Values are 0 to 1: ``/midi/<port>/cc/<n>``, ``/note/<n>`` (velocity, 0 when released), ``/pressure``,
    ``/pressure/<n>``, ``/program``, ``/pitch`` (0.5 at rest); where a controller's file or a map asks for
    them also ``/cc14/<n>`` and ``/nrpn/<n>``; ``/connected`` tells that it came (1)
    or went (0). Clock and time code are ``/midi/clock``, with their time of arrival; active sensing is left
    out. Feedback is level, blink, red, green and blue to ``/midi/<controller>/<control>``.

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
        self._controllers: surface.Library | None = None
        self._ports: Ports | None = None
        self._passed_over = ""
        self._dropped = 0
        self._lines: dict[Port, tuple[HeardPort, Connection]] = {}
        self._refused: dict[Port, tuple[str, Seconds]] = {}
        self._own: Connection | None = None
        self._lights = Lights(self.counters, self.refusals)
        self._declared: dict[str, set[str]] = {}
        self._queue: deque[tuple[Seconds, HeardPort, bytes]] = deque(maxlen=QUEUE)
        self._plugged: list[Reading] = []
        self._arrived = threading.Event()
        self._next_scan: Seconds = 0.0

    @property
    def detail(self) -> str:
        """Which ports are heard and lit, through which service and library, and why not another."""
        ports = self._ports  # asked from other threads than the one that opens and closes
        if ports is None:
            return "closed"
        heard = ", ".join(sorted(port.name for port in tuple(self._lines)))
        words = [f"{ports.api}: {heard or f'waiting for {self.settings.device!r}'}"]
        lit = self._lights.titles
        words += [f"lights: {', '.join(lit)}"] if lit else []
        words += [reason for reason, _ in tuple(self._refused.values())]
        words.append(f"through {ports.library}" + (f" ({self._passed_over})" if self._passed_over else ""))
        return "; ".join(words)

    def equip(self, controllers: surface.Library) -> None:
        """Be told which controllers are known, before the first ``open``."""
        self._controllers = controllers

    def declare(self, readings: Collection[Address]) -> None:
        """Be told which 14-bit and NRPN readings maps use; may be called from another thread at any time."""
        declared: dict[str, set[str]] = {}
        for address in readings:
            _, _, device, name = (*address.split("/", 3), "", "", "")[:4]
            declared.setdefault(device, set()).add(name)
        self._declared = declared
        for heard, _ in tuple(self._lines.values()):
            heard.declare(declared.get(heard.address, ()))

    def open(self) -> None:
        """Find the service and listen to the ports that are there. Raises AdapterError with the reason."""
        if self._ports is not None:
            return
        self._dropped = 0
        if self._controllers is None:
            self._controllers = surface.load_controllers()
        self._tell_findings(self._controllers)
        self._lights.known = {one.prefix: one for one in self._controllers.values()}
        self._ports, self._passed_over = self._open_ports(self.settings.api, self.settings.client)
        try:
            if self.settings.offer:
                own = HeardPort(slug(self.settings.client), None, self.settings.channels)
                self._own = self._ports.offer("in", partial(self._take, own))
            self._scan(self._ports, time.monotonic())
        except AdapterError:
            self.close()
            raise

    def close(self) -> None:
        """Make the lights dark, and leave all ports and the service."""
        self._lights.close()
        for _, line in self._lines.values():
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

    def feedback(self, messages: Sequence[Message]) -> None:
        """Show these values; those of a controller that is not plugged in yet once it is."""
        if self._ports is None:
            raise AdapterError("is not open", "call open first")
        for message in messages:
            self._lights.show(message)

    def receive(self, timeout: Seconds) -> Sequence[Reading]:
        """Everything that has arrived, waiting at most ``timeout`` seconds for the first.

        Raises AdapterError when the service is gone.
        """
        if self._ports is None:
            raise AdapterError("is not open", "call open first")
        now = time.monotonic()
        if now >= self._next_scan:
            self._scan(self._ports, now)
        self._lights.tick(now)
        fine = [heard.due for heard, _ in self._lines.values() if heard.due is not None]
        due = min(now + timeout, self._next_scan, self._lights.due, *fine)
        if not self._plugged:
            self._arrived.wait(max(0.0, due - now))
        self._arrived.clear()
        plugged, self._plugged = self._plugged, []
        readings: list[Reading] = []
        while self._queue:
            readings += self._read(*self._queue.popleft())
        for heard, _ in self._lines.values():
            readings += heard.flush(time.monotonic(), self.name)
        self.counters.received += len(readings)
        return [*plugged, *readings]

    def _read(self, stamp: Seconds, heard: HeardPort, data: bytes) -> Sequence[Reading]:
        """What one message says."""
        if is_clock(data):
            told = clock_reading(data, heard.address, stamp, self.name)
            return () if told is None else (told,)
        if data[:1] == bytes((_SYSEX,)):
            if heard.profile is not None:
                self._lights.hear(heard.profile, data, stamp)
            return ()
        try:
            readings = heard.readings(data, stamp, self.name)
        except ValueError as error:  # mido: not a MIDI message
            self.counters.errors += 1
            message = f"{heard.address}: {error}"
            self.refusals.note("not a MIDI message", message, "look at the cable and driver")
            return ()
        for one in readings:
            sign = heard.foreign(one.address.split("/", 3)[3])
            if sign is not None:
                self.refusals.note(sign.means, one.address, sign.remedy)
        return readings

    def _take(self, heard: HeardPort, data: Sequence[int]) -> None:
        """Queue one message or a part of one; runs in a thread of the service."""
        if is_clock(data):  # it may come within a SysEx message
            self._keep(heard, bytes(data), arrival(data, time.monotonic()))
        elif (len(data) > 3 or data[:1] == (_SYSEX,)) and not heard.hears_sysex:
            self.counters.dropped += 1
            self.refusals.note("a message longer than 3 bytes", f"from {heard.address}", "SysEx is not used")
        elif not heard.whole(data, partial(self._keep, heard)):
            self.counters.dropped += 1
            self.refusals.note("a message longer than 4096 bytes", f"from {heard.address}", "it is left out")

    def _keep(self, heard: HeardPort, data: bytes, stamp: Seconds | None = None) -> None:
        if len(self._queue) == QUEUE:
            self.counters.dropped += 1
            self.refusals.note(f"more than {QUEUE} messages waited, the oldest went", f"from {heard.address}")
        self._queue.append((time.monotonic() if stamp is None else stamp, heard, data))
        self._arrived.set()

    def _scan(self, ports: Ports, now: Seconds) -> None:
        """Leave what has gone, listen to what has come. Bound by name: numbers change at each plugging.

        A port that went and came back between two looks is in the list as before, but its line is dead.
        """
        self._next_scan = now + SCAN
        self.counters.dropped += ports.dropped - self._dropped
        self._dropped = ports.dropped
        wanted = self._wanted(ports.ports())
        before = {heard.address for heard, _ in self._lines.values()}
        for port, (_, line) in tuple(self._lines.items()):
            if port not in wanted or not line.alive:
                del self._lines[port]
                line.close()
        stayed = {heard.address for heard, _ in self._lines.values()}
        for port in self._refused.keys() - wanted:
            del self._refused[port]
        for port in sorted(wanted - self._lines.keys()):
            _, again = self._refused.get(port, ("", now))
            if now < again:
                continue
            heard = self._heard(port)
            try:
                self._lines[port] = heard, ports.connect(port, partial(self._take, heard))
            except AdapterError as error:
                self.counters.errors += port not in self._refused
                self._refused[port] = str(error), now + AGAIN
                self.refusals.note(str(error), heard.address, "unplug it and plug it in again")
            else:
                self._refused.pop(port, None)
        there_now = {heard.address for heard, _ in self._lines.values()}
        self._tell(before - stayed, there_now - stayed, now)
        if self.settings.lights:
            there = self._wanted(ports.outputs())
            recognised = [(port, found) for port in there if (found := self._profile(port)) is not None]
            self._lights.reach(ports, recognised, now)

    def _tell(self, gone: set[str], come: set[str], now: Seconds) -> None:
        """Tell which devices were plugged out and in, as readings: what follows from it can be replayed."""
        for value, devices in ((0.0, gone), (1.0, come)):
            self._plugged += [
                Reading(f"/midi/{device}/connected", (value,), now, self.name) for device in sorted(devices)
            ]

    def _wanted(self, found: Sequence[Port]) -> set[Port]:
        device = self.settings.device.strip().casefold()
        others = (port for port in found if not is_own(port.name))
        return {port for port in others if device in {"", "*"} or device in port.name.casefold()}

    def _profile(self, port: Port) -> surface.Profile | None:
        return self._controllers.recognise(port.name, self.settings.prefer) if self._controllers else None

    def _heard(self, port: Port) -> HeardPort:
        """A port with its part of an address: its controller's, or its own name's if no file knows it."""
        profile = self._profile(port)
        address = slug(port.name) if profile is None else profile.address
        plain = profile is None or not profile.controls
        channels = self.settings.channels if profile is None or plain else profile.channels
        return HeardPort(address, profile, channels, self._declared.get(address, ()))

    def _tell_findings(self, controllers: surface.Library) -> None:
        for finding in controllers.findings:
            self.refusals.note("a controller's file cannot be used", str(finding), finding.hint)
        for address in self.settings.prefer:
            if address not in controllers:
                self.refusals.note("prefer names no controller", address, "see `photophore list controllers`")
