"""The monome surface: finds grids and arcs through serialosc, hears and lights them."""

import errno
import selectors
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated

import msgspec

from hardware.monome.device import Device
from installation.contract import (
    HOST,
    AdapterError,
    ControlSurface,
    Message,
    OscError,
    Reading,
    Scalar,
    Seconds,
    Settings,
    osc,
    surface,
)

__all__ = ["LOOK", "PORT", "MonomeSettings", "MonomeSurface"]

PORT = 12_002
"""UDP port of serialosc (monome.org, "serialosc protocol")."""

LOOK: Seconds = 0.5
"""How often serialosc is asked for its devices: what it tells by itself gets lost when it is started
later."""

_LISTED = "see `photophore list controllers`"
_LOST = 4
"""Questions after which a device that is named in no answer is gone."""
_BATCH = 256
_LONGEST = 4096
_MOST = 16

_Port = Annotated[int, msgspec.Meta(ge=1, le=65_535)]


class MonomeSettings(Settings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a venue file says about monome devices.

    Attributes:
        host: Numeric address of the machine that serialosc runs on.
        serialosc: UDP port of serialosc.
        prefix: Beginning of the OSC addresses that the devices are asked to use.
    """

    host: str = HOST
    serialosc: _Port = PORT
    prefix: Annotated[str, msgspec.Meta(pattern="^/[a-z0-9-]{1,32}$")] = "/photophore"


class MonomeSurface(ControlSurface):
    """Hears and lights monome grids and arcs, through serialosc.

    Tells ``/monome/grid/key/<x>/<y>`` (1 while pressed), ``/monome/arc/delta/<n>`` (steps, as an encoder that
    sends 65 for one up), ``/monome/arc/key/<n>``, and ``/monome/<kind>/connected``: that a device came (1) or
    went (0). Two devices of one kind share their signals.
    """

    kind = "monome"
    home = "stage"
    Settings = MonomeSettings
    settings: MonomeSettings

    def __init__(self, name: str, settings: MonomeSettings) -> None:
        super().__init__(name, settings)
        self._controllers: surface.Library | None = None
        self._states: dict[str, dict[str, surface.Shown]] = {}
        self._devices: dict[str, Device] = {}
        self._socket: socket.socket | None = None
        self._wakes: tuple[socket.socket, socket.socket] | None = None
        self._selector: selectors.BaseSelector | None = None
        self._next_look: Seconds = 0.0
        self._changes: list[Reading] = []
        self._answered = False

    @property
    def detail(self) -> str:
        """Which devices there are, or that serialosc is waited for."""
        if self._socket is None:
            return "closed"
        place = f"serialosc at {self.settings.host}:{self.settings.serialosc}"
        found = ", ".join(sorted(f"{one.kind} {one.name}" for one in tuple(self._devices.values())))
        return f"{place}: {found or ('no device' if self._answered else 'no answer yet')}"

    def equip(self, controllers: surface.Library) -> None:
        """Be told which controllers are known, before the first ``open``."""
        self._controllers = controllers

    def open(self) -> None:
        """Take a UDP port of the system's choice. Raises AdapterError."""
        if self._socket is not None:
            return
        if self._controllers is None:
            self._controllers = surface.load_controllers()
        link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            link.setblocking(False)
            link.connect((self.settings.host, self.settings.serialosc))
            here = link.getsockname()[0]
            link.close()
            link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            link.setblocking(False)
            link.bind((here, 0))
        except OSError as error:
            link.close()
            reason = f"cannot reach {self.settings.host}: {(error.strerror or str(error)).lower()}"
            raise AdapterError(reason, "say the numeric address of serialosc's machine") from error
        self._wakes = socket.socketpair()
        for end in self._wakes:
            end.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(link, selectors.EVENT_READ)
        self._selector.register(self._wakes[0], selectors.EVENT_READ)
        self._socket = link
        self._answered = False
        self._changes.clear()
        self._next_look = 0.0

    def close(self) -> None:
        """Make all lights dark and free the port."""
        if self._socket is not None:
            for device in self._devices.values():
                device.lighting.darken()
                self._light(device)
            self._socket.close()
            self._socket = None
        self._devices.clear()
        if self._selector is not None:
            self._selector.close()
            self._selector = None
        if self._wakes is not None:
            for end in self._wakes:
                end.close()
            self._wakes = None

    def wake(self) -> None:
        """Make a waiting ``receive`` return at once."""
        wakes = self._wakes
        if wakes is not None:
            with suppress(OSError):  # full: it will wake; closed: nobody waits
                wakes[1].send(b"x")

    def feedback(self, messages: Sequence[Message]) -> None:
        """Show these values; those of a device that is not plugged in yet once it is."""
        if self._socket is None:
            raise AdapterError("is not open", "call open first")
        known = {one.prefix: one for one in (self._controllers or {}).values() if one.protocol == "monome"}
        for message in messages:
            prefix = "/".join(message.address.split("/", 3)[:3])
            name = message.address[len(prefix) + 1 :]
            if prefix not in known or name not in known[prefix].by_name:
                self.refusals.note("feedback to no control", message.address, _LISTED)
                continue
            try:
                state = surface.shown(message.values)
            except ValueError as error:
                self.refusals.note("feedback that is no level", f"{message.address}: {error}", "send 0 to 1")
                continue
            self._states.setdefault(known[prefix].address, {})[name] = state
            for device in self._devices.values():
                if device.profile is known[prefix]:
                    device.lighting.update(name)
        for device in self._devices.values():
            self._light(device)

    def receive(self, timeout: Seconds) -> Sequence[Reading]:
        """What has arrived, waiting at most ``timeout`` seconds for the first. Raises AdapterError."""
        if self._socket is None or self._selector is None or self._wakes is None:
            raise AdapterError("is not open", "call open first")
        now = time.monotonic()
        if now >= self._next_look:
            self._look(now)
        for device in self._devices.values():
            device.lighting.tick(now)
            self._light(device)
        due = min([now + timeout, self._next_look, *(one.lighting.due for one in self._devices.values())])
        for key, _ in self._selector.select(0.0 if self._changes else max(0.0, due - now)):
            if key.fileobj is self._wakes[0]:
                with suppress(OSError):
                    self._wakes[0].recv(4096)
        readings: list[Reading] = []
        for _ in range(_BATCH):
            try:
                data, place = self._socket.recvfrom(_LONGEST)
            except BlockingIOError:
                break
            except OSError as error:
                if error.errno == errno.ECONNREFUSED:  # nobody is at a port that we sent to: it went
                    continue
                raise AdapterError(f"the socket fails: {error}", "") from error
            self._hear(data, place, readings)
        self.counters.received += len(readings)
        changes, self._changes = self._changes, []
        return [*changes, *readings]

    # ---- serialosc --------------------------------------------------------------------------------------

    def _look(self, now: Seconds) -> None:
        """Ask for the devices, and to be told of changes; forget those that are named no more."""
        self._next_look = now + LOOK
        for name, device in tuple(self._devices.items()):
            if now - device.seen > _LOST * LOOK:
                self._forget(name, now)
        self._ask("/serialosc/list")
        self._ask("/serialosc/notify")

    def _ask(self, address: str) -> None:
        """Send a question with our own place, as ``,si``."""
        if self._socket is not None:
            here, port = self._socket.getsockname()[:2]
            self._send(osc.encode(address, here, port), self.settings.serialosc)

    def _send(self, data: bytes, port: int) -> None:
        if self._socket is None:
            return
        try:
            self._socket.sendto(data, (self.settings.host, port))
        except OSError as error:
            self.counters.dropped += 1
            if error.errno not in (errno.ECONNREFUSED, errno.EAGAIN, errno.ENOBUFS):
                self.counters.errors += 1
                self.refusals.note("a message was not sent", str(error), "look at the network")
        else:
            self.counters.sent += 1

    def _light(self, device: Device) -> None:
        for data in device.lights():
            self._send(data, device.port)

    def _hear(self, data: bytes, place: tuple[str, int], readings: list[Reading]) -> None:
        """Take one packet, of serialosc or of a device."""
        now = time.monotonic()
        try:
            messages = osc.decode(data)
        except OscError as error:
            self.counters.errors += 1
            self.refusals.note(str(error), f"a packet from {place[0]}", "send what serialosc sends")
            return
        for message in messages:
            values = tuple(message.scalars)
            if place[0] != self.settings.host:
                self.counters.dropped += 1
                self.refusals.note("a packet from another machine than serialosc's", place[0], "set host")
            elif message.address.startswith("/serialosc/"):
                self._told(message.address, values, now)
            else:
                self._from_device(message.address, values, place[1], now, readings)

    def _told(self, address: str, values: tuple[Scalar, ...], now: Seconds) -> None:
        """``/serialosc/device``, ``add`` or ``remove``, each with serial number, kind and port."""
        self._answered = True
        match address.rpartition("/")[2], values:
            case "device" | "add", (str(name), str(kind), int(port)) if 0 < port < 65_536:
                self._found(name, kind, port, now, again=address.endswith("add"))
            case "remove", (str(name), *_):
                self._forget(name, now)
            case "add", (str(name), *_):  # without the port: ask for it
                self._forget(name, now)
                self._ask("/serialosc/list")
            case _:
                self.refusals.note("an answer of serialosc that is not understood", address)
                return
        if not address.endswith("device"):
            self._ask("/serialosc/notify")  # it tells once, and wants to be asked again

    def _found(self, name: str, kind: str, port: int, now: Seconds, *, again: bool) -> None:
        """Light a device that is new, or was plugged in again."""
        device = self._devices.get(name)
        if device is None or device.port != port or again:
            profile = self._controllers.recognise(kind, (), "monome") if self._controllers else None
            if profile is None or (device is None and len(self._devices) >= _MOST):
                self.refusals.note("a device that is not understood", kind, _LISTED)
                return
            self._forget(name, now)
            self._changes.append(Reading(f"{profile.prefix}/connected", (1.0,), now, self.name))
            states = self._states.setdefault(profile.address, {})
            device = Device(name, kind, port, profile, states, self.settings.prefix)
            self._devices[name] = device
            if self._socket is not None:
                here, own = self._socket.getsockname()[:2]
                for data in device.greet(here, own):
                    self._send(data, port)
            device.lighting.begin(now)
            self._light(device)
        device.seen = now

    def _forget(self, name: str, now: Seconds) -> None:
        """Leave a device that went."""
        device = self._devices.pop(name, None)
        if device is not None:
            self._changes.append(Reading(f"{device.profile.prefix}/connected", (0.0,), now, self.name))

    def _from_device(
        self, address: str, values: tuple[Scalar, ...], port: int, now: Seconds, readings: list[Reading]
    ) -> None:
        device = next((one for one in self._devices.values() if one.port == port), None)
        if device is None:
            self.counters.dropped += 1
            return
        try:
            found = device.reading(address, values)
        except ValueError as error:
            self.counters.errors += 1
            self.refusals.note("a message of a device that is not understood", str(error), "update serialosc")
            return
        if found is not None:
            readings.append(Reading(f"{device.profile.prefix}/{found[0]}", (found[1],), now, self.name))
