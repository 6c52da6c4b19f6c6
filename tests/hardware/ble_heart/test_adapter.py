"""Bluetooth straps with a stand-in for bleak's client: there is no radio here.

What is real: event loop, tasks, pauses, parser, seats. What is not: BlueZ, radio, a strap.
"""

import asyncio
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any, ClassVar

import msgspec
import pytest

from hardware.ble_heart import MEASUREMENT, BleHeartInput, BleHeartSettings
from hardware.ble_heart.adapter import after, why
from installation.contract import AdapterError, Reading

ONE, TWO = "C8:1A:00:2F:11:90", "C8:1A:00:2F:11:91"
SETTINGS = {"devices": [ONE, TWO], "seats": [[0.2, 0.3], [0.8, 0.3]], "first": 3}


class Strap:
    """Stands in for ``bleak.BleakClient``: the part of its interface that is used."""

    there: ClassVar[set[str]] = set()
    worn: ClassVar[dict[str, "Strap"]] = {}
    tries: ClassVar[dict[str, int]] = {}

    def __init__(self, address: str, *, disconnected_callback: Callable[[Any], None], timeout: float) -> None:
        self.address, self._lost = address, disconnected_callback

    async def connect(self) -> None:
        Strap.tries[self.address] = Strap.tries.get(self.address, 0) + 1
        await asyncio.sleep(0)
        if self.address not in Strap.there:
            raise OSError("Device with address was not found")

    async def start_notify(self, what: str, told: Callable[[object, bytearray], None]) -> None:
        assert what == MEASUREMENT
        self.told = told
        Strap.worn[self.address] = self

    async def disconnect(self) -> None:
        Strap.worn.pop(self.address, None)

    def say(self, data: str) -> None:
        self.told(None, bytearray.fromhex(data))

    def lose(self) -> None:
        self._lost(self)


@pytest.fixture
def straps(monkeypatch: pytest.MonkeyPatch) -> Iterator[BleHeartInput]:
    monkeypatch.setattr("hardware.ble_heart.adapter._FIRST", 0.02)
    for known in (Strap.there, Strap.worn, Strap.tries):
        known.clear()
    Strap.there.add(ONE)
    adapter = BleHeartInput("straps", msgspec.convert(SETTINGS, BleHeartSettings))
    adapter._client = Strap
    adapter.open()
    yield adapter
    adapter.close()
    assert not Strap.worn


def until(adapter: BleHeartInput, done: Callable[[], bool]) -> list[Reading]:
    found, end = list[Reading](), monotonic() + 10.0
    while not done():
        assert monotonic() < end
        found += adapter.receive(0.05)
    return found


def wear(adapter: BleHeartInput, data: str, address: str = ONE) -> list[Reading]:
    """One notification, and what is told of it."""
    Strap.worn[address].say(data)
    end, found = monotonic() + 0.25, list[Reading]()
    while monotonic() < end:
        found += adapter.receive(0.05)
    return found


def test_beats_are_told_at_the_seat_of_the_strap(straps: BleHeartInput) -> None:
    until(straps, lambda: ONE in Strap.worn)
    found = {one.address: one.values[0] for one in wear(straps, "16 4b 00 03 00 03")}
    assert found["/person/3/heart"] == pytest.approx(80.0)
    assert found["/person/3/pulse"] in (0.0, 1.0)
    assert found["/person/3/x"] == 0.2
    assert not [one for one in found if one.startswith("/person/4/")]
    assert straps.detail.startswith("1 of 2 sensors connected (Device with address was not found)")


def test_a_strap_without_intervals_tells_its_rate_and_one_off_the_skin_tells_nothing(
    straps: BleHeartInput,
) -> None:
    until(straps, lambda: ONE in Strap.worn)
    found = {one.address: one.values[0] for one in wear(straps, "06 4b")}
    assert found["/person/3/heart"] == 75.0
    assert "/person/3/pulse" not in found, "when it beats is not known"
    assert all(one.private for one in wear(straps, "06 4c"))
    assert not [one for one in wear(straps, "14 4b 00 04") if one.address.endswith(("heart", "pulse"))]


def test_a_strap_that_is_lost_is_connected_to_again_and_the_other_is_tried_with_pauses(
    straps: BleHeartInput,
) -> None:
    until(straps, lambda: ONE in Strap.worn)
    wear(straps, "16 4b 00 03")
    Strap.worn[ONE].lose()
    until(straps, lambda: Strap.tries[ONE] == 2 and ONE in Strap.worn)
    assert [one for one in wear(straps, "16 4b 00 03") if one.address == "/person/3/heart"], "the same person"
    until(straps, lambda: Strap.tries[TWO] >= 3)
    Strap.there.add(TWO)
    until(straps, lambda: TWO in Strap.worn)
    assert straps.detail.startswith("2 of 2 sensors connected, ")


def test_pauses_grow_to_half_a_minute_and_begin_anew() -> None:
    pauses = [1.0]
    for _ in range(6):
        pauses.append(after(pauses[-1], heard=False))
    assert pauses == [1, 2, 4, 8, 16, 30, 30]
    assert after(30.0, heard=True) == 1.0


def test_nonsense_is_refused_with_its_reason(straps: BleHeartInput) -> None:
    until(straps, lambda: ONE in Strap.worn)
    assert not [one for one in wear(straps, "01 4b") if one.address.endswith("heart")]
    assert any("too short" in one.reason for one in straps.refusals.report())


def test_without_the_library_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "bleak", None)
    adapter = BleHeartInput("straps", msgspec.convert(SETTINGS, BleHeartSettings))
    with pytest.raises(AdapterError, match=r"photophore\[ble\]"):
        adapter.open()


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"devices": ["strap"]}, "no address"),
        ({"devices": [ONE, ONE.lower()], "seats": [[0, 0], [1, 1]]}, "twice"),
        ({"devices": [ONE, TWO]}, "one for each"),
        ({"devices": []}, "devices"),
    ],
)
def test_settings_that_mean_nothing_are_refused(settings: dict[str, Any], reason: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=reason):
        msgspec.convert(settings, BleHeartSettings)


@pytest.mark.parametrize("error", [KeyError("org.bluez.Device1"), AssertionError(), AttributeError("_bus")])
def test_no_error_of_the_library_ends_a_seat(
    straps: BleHeartInput, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def fail(strap: Strap) -> None:
        Strap.tries[strap.address] = Strap.tries.get(strap.address, 0) + 1
        raise error

    proper = Strap.connect
    monkeypatch.setattr(Strap, "connect", fail)
    until(straps, lambda: Strap.tries.get(ONE, 0) >= 2)
    assert type(error).__name__ in straps.detail

    monkeypatch.setattr(Strap, "connect", proper)
    until(straps, lambda: ONE in Strap.worn)
    assert not any(task.done() for task in straps._tasks)


class BleakBluetoothNotAvailableError(Exception):
    """Named as the library's."""


@pytest.mark.parametrize(
    ("error", "said", "remedy"),
    [
        (FileNotFoundError(2, "No such file or directory"), "service is not reached", "systemctl"),
        (OSError("[org.freedesktop.DBus.Error.ServiceUnknown] org.bluez"), "does not run", "systemctl"),
        (
            BleakBluetoothNotAvailableError("No Bluetooth adapters found."),
            "no Bluetooth: No",
            "bluetoothctl show",
        ),
        (OSError("Device with address was not found"), "Device with address was not found", "is it worn"),
    ],
)
def test_a_machine_without_bluetooth_says_so_and_blames_no_strap(
    error: Exception, said: str, remedy: str
) -> None:
    told, hint = why(error)
    assert said in told
    assert remedy in hint
