"""The Bluetooth heart-rate input: sensors by their addresses, one at each seat."""

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Annotated, Any, Final

import msgspec
import numpy as np

from hardware.biosensor.seats import First, Places, SeatSettings
from hardware.biosensor.sensors import SeatedInput
from hardware.ble_heart.measurement import MEASUREMENT, parse
from installation.contract import AdapterError, Reading, Seconds, to_install

__all__ = ["BleHeartInput", "BleHeartSettings", "after", "why"]

_ADDRESS: Final = re.compile(r"(?i)([0-9A-F]{2}:){5}[0-9A-F]{2}|[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}")
_FIRST: Final[Seconds] = 1.0
_LONGEST: Final[Seconds] = 30.0
_CONNECT: Final[Seconds] = 15.0
_SILENT: Final[Seconds] = 8.0
"""Without a notification for so long, a sensor is connected to anew: one comes every second."""
_GOODBYE: Final[Seconds] = 2.0


class BleHeartSettings(SeatSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a venue file says about Bluetooth heart-rate sensors.

    Attributes:
        devices: Address of the sensor of each seat, in the order of ``seats``: ``C8:1A:...`` (on macOS, the
            identifier that it gives the device).
        adapter: Bluetooth adapter of this machine, e.g. ``hci1``; empty takes the first.
        first: Number of the person at the first seat, 1 to 40.
        seats: Where each sits, as x, y in the picture, 0..1, y up: one person each.
    """

    devices: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=16)]
    adapter: str = ""
    first: First = 1
    seats: Places = ((0.5, 0.3),)

    def __post_init__(self) -> None:
        """Refuse what is no address, twice the same, and sensors without a seat. Raises ValueError."""
        super().__post_init__()
        wrong = next((one for one in self.devices if not _ADDRESS.fullmatch(one)), None)
        message = ""
        if wrong is not None:
            message = f"devices: {wrong!r} is no address such as C8:1A:00:2F:11:90"
        elif len({one.upper() for one in self.devices}) < len(self.devices):
            message = "devices: an address is there twice"
        elif len(self.devices) != len(self.seats):
            message = f"devices: {len(self.devices)} for {len(self.seats)} `seats`; one for each"
        if message:
            raise ValueError(message)


class BleHeartInput(SeatedInput):
    """Hears heart-rate straps over Bluetooth Low Energy, each bound to a seat by its address.

    Tells ``/person/N/heart`` and ``pulse`` at each beat that the strap tells of, and what follows from
    intervals: ``rmssd``, ``breath``. Each strap is connected to by itself, and again with growing pauses, so
    that one that is away holds up no other.
    """

    kind = "ble-heart"
    home = "stage"
    extra = "ble"
    modules = ("bleak",)
    Settings = BleHeartSettings
    settings: BleHeartSettings

    def __init__(self, name: str, settings: BleHeartSettings) -> None:
        super().__init__(name, settings)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news: asyncio.Event | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._client: Callable[..., Any] | None = None
        self._failures: tuple[type[BaseException], ...] = (OSError, EOFError, asyncio.TimeoutError)
        self._connected = [False] * len(settings.devices)
        self._why = ""

    @property
    def detail(self) -> str:
        """How many sensors are connected, and on how many people there is one."""
        count = len(self.settings.devices)
        why = f" ({self._why})" if self._why and not all(self._connected) else ""
        return f"{sum(self._connected)} of {count} sensors connected{why}, {self._worn}"

    def open(self) -> None:
        """Begin to connect. Raises AdapterError without the library."""
        if self._loop is not None:
            return
        if self._client is None:
            try:
                from bleak import BleakClient
                from bleak.exc import BleakError
            except (ImportError, OSError) as error:
                hint = f"{to_install('photophore[ble]')}; on Linux BlueZ has to run, too"
                raise AdapterError(f"Bluetooth cannot be used: {error}", hint) from error
            self._client, self._failures = BleakClient, (*self._failures, BleakError)
        loop = asyncio.new_event_loop()
        self._news = asyncio.Event()
        self._loop, self._why = loop, ""
        self._tasks = [loop.create_task(self._follow(at)) for at in range(len(self.settings.devices))]

    def close(self) -> None:
        """Leave all sensors and forget everybody."""
        loop, self._loop = self._loop, None
        if loop is not None:
            for task in self._tasks:
                task.cancel()
            with suppress(*self._failures):
                loop.run_until_complete(asyncio.wait(self._tasks, timeout=_GOODBYE))
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()
        self._tasks = []
        self._connected = [False] * len(self.settings.devices)
        super().close()

    def wake(self) -> None:
        """Make a waiting ``receive`` return."""
        super().wake()
        loop, news = self._loop, self._news
        if loop is not None and news is not None:
            with suppress(RuntimeError):  # it is being closed, so nobody waits
                loop.call_soon_threadsafe(news.set)

    def _gather(self, timeout: Seconds) -> list[Reading]:
        loop, news = self._loop, self._news
        if loop is None or news is None:
            raise AdapterError("is not open", "call open first")
        loop.run_until_complete(_wait(news, timeout))
        return []

    async def _follow(self, number: int) -> None:
        """Keep one sensor connected, with pauses of 1, 2, 4 ... 30 s between tries."""
        pause = _FIRST
        while True:
            heard = False
            try:
                heard = await self._listen(number)
            except Exception as error:  # noqa: BLE001 - what Bluetooth's layers raise ends no seat
                known = isinstance(error, self._failures)
                self._why, hint = why(error) if known else (f"{type(error).__name__}: {error}", _NEAR)
                self.refusals.note(f"a sensor cannot be reached: {self._why}", f"seat {number + 1}", hint)
            finally:
                self._connected[number] = False
            await asyncio.sleep(pause)
            pause = after(pause, heard)

    async def _listen(self, number: int) -> bool:
        """Connect to one sensor and hear it until it is lost; returns whether it said anything."""
        heard = 0.0
        lost = asyncio.Event()

        def told(_sender: object, data: bytearray) -> None:
            nonlocal heard
            heard = monotonic()
            self._measured(number, bytes(data), heard)

        address, adapter = self.settings.devices[number], self.settings.adapter
        options = {"bluez": {"adapter": adapter}} if adapter else {}
        client = (self._client or _nothing)(
            address, disconnected_callback=lambda _client: lost.set(), timeout=_CONNECT, **options
        )
        try:
            await client.connect()
            await client.start_notify(MEASUREMENT, told)
            self._connected[number] = True
            since = monotonic()
            while not lost.is_set() and monotonic() - max(heard, since) < _SILENT:
                await _wait(lost, 1.0, clear=False)
        finally:
            with suppress(Exception):  # it is left anyway
                async with asyncio.timeout(_GOODBYE):
                    await client.disconnect()
        return heard > 0.0

    def _measured(self, number: int, data: bytes, now: Seconds) -> None:
        """Take one notification."""
        try:
            found = parse(data)
        except ValueError as error:
            self.counters.errors += 1
            self.refusals.note(f"no heart rate: {error}", f"seat {number + 1}", "look at the sensor")
            return
        self.counters.received += 1
        self._seats.heard(number, now)
        if found.contact is False or not found.bpm:
            self._bank.lose(number)
        elif found.intervals:
            self._feed(number, "rr", 0.0, np.array(found.intervals), now)
        else:
            self._feed(number, "heart", 0.0, np.array([float(found.bpm)]), now)
        if self._news is not None:
            self._news.set()


_NEAR: Final = "is it worn, charged, near, and connected to nothing else? `bluetoothctl scan on` shows it"


_STACK: Final = "install BlueZ and start it: `sudo systemctl enable --now bluetooth`"
_RADIO: Final = (
    "plug in or switch on a Bluetooth adapter: `bluetoothctl show` lists it, `rfkill list` what blocks it"
)
_NO_STACK: Final = ("ServiceUnknown", "NameHasNoOwner", "not provided by any .service files")
"""In what D-Bus says where BlueZ does not run."""


def why(error: BaseException) -> tuple[str, str]:
    """Return in words why a sensor is not reached, and what to do about it."""
    said = str(error).splitlines()[0] if str(error) else type(error).__name__
    if isinstance(error, FileNotFoundError | ConnectionRefusedError | PermissionError):  # the socket of D-Bus
        return "Bluetooth's service is not reached on this machine", _STACK
    if any(one in str(error) for one in _NO_STACK):
        return "Bluetooth's service does not run on this machine", _STACK
    if type(error).__name__ == "BleakBluetoothNotAvailableError":
        return f"this machine has no Bluetooth: {said}", _RADIO
    return said, _NEAR


def after(pause: Seconds, heard: bool) -> Seconds:
    """Return the pause after this one: twice as long, up to 30 s; after an answer the first."""
    return _FIRST if heard else min(2.0 * pause, _LONGEST)


def _nothing(*_: object, **__: object) -> Any:
    raise AdapterError("is not open", "call open first")


async def _wait(event: asyncio.Event, timeout: Seconds, clear: bool = True) -> None:
    """Wait for an event or so many seconds, and clear it."""
    with suppress(TimeoutError):
        async with asyncio.timeout(timeout):  # `wait_for` may lose a cancellation before Python 3.12
            await event.wait()
    if clear:
        event.clear()
