"""monome grids and arcs against a serialosc on real sockets."""

import socket
import time
from collections.abc import Iterator

import pytest

from hardware.monome import MonomeSettings, MonomeSurface
from hardware.monome.device import ring_levels
from hardware.monome.look import device_kinds
from installation.contract import AdapterError, Message, Reading
from installation.devices import SurfaceSupervisor
from tests.hardware.monome.serialosc import Grid, Serialosc, encode

PATIENCE = 40.0
"""Seconds after which a test gives up waiting; it never decides what is right."""


@pytest.fixture
def serialosc() -> Iterator[Serialosc]:
    made = Serialosc()
    yield made
    made.close()


@pytest.fixture
def monome(serialosc: Serialosc) -> Iterator[MonomeSurface]:
    made = MonomeSurface("grid", MonomeSettings(serialosc=serialosc.port.number))
    made.open()
    yield made
    made.close()


def gather(monome: MonomeSurface, count: int) -> list[Reading]:
    found: list[Reading] = []
    end = time.monotonic() + PATIENCE
    while len(found) < count:
        assert time.monotonic() < end, found
        found += (one for one in monome.receive(0.05) if not one.address.endswith("/connected"))
    return found


def play(monome: MonomeSurface, grid: Grid, done: object) -> None:
    """Run the adapter until the lights of a device are as wanted."""
    end = time.monotonic() + PATIENCE
    while not done():  # type: ignore[operator]
        assert time.monotonic() < end, grid.seen
        monome.receive(0.02)


def lit(grid: Grid) -> dict[tuple[int, int], int]:
    return {(x, y): grid.levels[y][x] for y in range(16) for x in range(16) if grid.levels[y][x]}


def test_keys_are_readings_and_lights_have_sixteen_levels(
    monome: MonomeSurface, serialosc: Serialosc
) -> None:
    grid = serialosc.plug("m0001", "monome 128")
    play(monome, grid, lambda: grid.target and not lit(grid) and len(grid.seen) > 10)
    assert grid.prefix == "/photophore"
    grid.press(3, 0, 1)
    grid.press(3, 0, 0)
    assert [(one.address, one.values) for one in gather(monome, 2)] == [
        ("/monome/grid/key/3/0", (1.0,)),
        ("/monome/grid/key/3/0", (0.0,)),
    ]
    monome.feedback([Message("/monome/grid/key/3/0", (1.0, 0)), Message("/monome/grid/key/15/7", (0.4, 0))])
    play(monome, grid, lambda: lit(grid) == {(3, 0): 15, (15, 7): 6})
    monome.feedback([Message("/monome/grid/key/3/0", (0.0, 0))])
    play(monome, grid, lambda: lit(grid) == {(15, 7): 6})


def test_arc_sends_steps_and_shows_a_level(monome: MonomeSurface, serialosc: Serialosc) -> None:
    arc = serialosc.plug("m0002", "monome arc 4")
    play(monome, arc, lambda: arc.rings and not any(map(any, arc.rings.values())) and len(arc.seen) > 8)
    arc.turn(1, -1)
    arc.turn(0, 200)
    first, second = gather(monome, 2)
    assert (first.address, first.values) == ("/monome/arc/delta/1", (63 / 127,))
    assert second.values == (1.0,)
    monome.feedback([Message("/monome/arc/knob/1", (0.5, 0))])
    play(monome, arc, lambda: arc.rings[0] == ring_levels(0.5))
    assert arc.rings[0].index(15) == 0, "half a turn from the bottom is the top"


def test_lights_come_within_a_second_and_again_after_each_plugging(serialosc: Serialosc) -> None:
    surface = SurfaceSupervisor(
        MonomeSurface("grid", MonomeSettings(serialosc=serialosc.port.number)), lambda _readings: None
    )
    surface.start()
    try:
        surface.show([Message("/monome/grid/key/0/7", (1.0, 0))])
        grid = serialosc.plug("m0001", "monome 128")
        assert grid.until(lambda: lit(grid) == {(0, 7): 15}) < 2.0, "a second of ours, one of a busy machine"
        serialosc.unplug(grid)
        again = serialosc.plug("m0001", "monome 128")
        assert again.until(lambda: lit(again) == {(0, 7): 15}) < 2.0
        assert again.port.number != grid.port.number
        again.levels = [
            [0] * 16 for _ in range(16)
        ]  # its power went, and serialosc saw nothing but its return
        serialosc._tell("/serialosc/add", again)
        again.until(lambda: lit(again) == {(0, 7): 15})
    finally:
        surface.stop(10.0)
    again.until(lambda: not lit(again))


def test_serialosc_that_is_started_later_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monome = MonomeSurface("grid", MonomeSettings(serialosc=port))
    monome.open()
    for _ in range(3):
        monome.receive(0.2)
    assert monome.detail.endswith("no answer yet")
    server = Serialosc(port)
    grid = server.plug("m0001", "monome 64")
    try:
        play(monome, grid, lambda: "monome 64 m0001" in monome.detail)
    finally:
        monome.close()
        server.close()


def test_device_that_is_named_no_more_is_gone(monome: MonomeSurface, serialosc: Serialosc) -> None:
    grid = serialosc.plug("m0001", "monome 128")
    play(monome, grid, lambda: "m0001" in monome.detail)
    serialosc.unplug(grid, told=False)
    found: list[Reading] = []
    end = time.monotonic() + PATIENCE
    while not found and time.monotonic() < end:
        found += monome.receive(0.1)
    assert [(one.address, one.values) for one in found] == [("/monome/grid/connected", (0.0,))]
    assert monome.detail.endswith("no device")


def test_blinking_is_switched_by_us(monome: MonomeSurface, serialosc: Serialosc) -> None:
    grid = serialosc.plug("m0001", "monome 128")
    monome.feedback([Message("/monome/grid/key/0/0", (1.0, 1))])
    for _ in range(3):
        play(monome, grid, lambda: lit(grid) == {(0, 0): 15})
        play(monome, grid, lambda: not lit(grid))


def test_what_is_not_understood_is_told(monome: MonomeSurface, serialosc: Serialosc) -> None:
    grid = serialosc.plug("m0001", "monome 128")
    play(monome, grid, lambda: grid.target and grid.prefix == "/photophore")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for data in (b"rubbish", encode("/photophore/grid/key", 1, 1, 1), encode("/serialosc/device", 1)):
            stranger.sendto(data, ("127.0.0.1", grid.target))
    grid.port.send(grid.target, "/photophore/grid/key", 1)
    grid.press(1, 1, 1)
    assert [one.address for one in gather(monome, 1)] == ["/monome/grid/key/1/1"]
    monome.feedback([Message("/monome/grid/key/99/0", (1.0,)), Message("/monome/grid/key/0/0", ("on",))])
    told = {one.reason for one in monome.refusals.report()}
    assert "an answer of serialosc that is not understood" in told
    assert "a message of a device that is not understood" in told
    assert "feedback to no control" in told
    assert "feedback that is no level" in told
    assert monome.counters.dropped >= 1


def test_host_that_is_no_address_is_an_adapter_error() -> None:
    with pytest.raises(AdapterError, match="cannot reach"):
        MonomeSurface("grid", MonomeSettings(host="256.1.1.1")).open()


def test_devices_can_be_listed_without_being_taken(monome: MonomeSurface, serialosc: Serialosc) -> None:
    grid = serialosc.plug("m0001", "monome 128")
    play(monome, grid, lambda: grid.target and grid.prefix == "/photophore")
    before = grid.target
    end = time.monotonic() + PATIENCE
    while (found := device_kinds(port=serialosc.port.number)) != ["monome 128"]:
        assert time.monotonic() < end, found
    assert grid.target == before


def test_no_serialosc_is_none() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert device_kinds(port=port) is None
