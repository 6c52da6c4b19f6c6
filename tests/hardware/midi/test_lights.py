"""Lights of controllers on a real JACK: they come at once, and come again after each plugging."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from hardware.midi import MidiInput, MidiSettings
from hardware.midi.jack import JackPorts
from hardware.midi.ports import Port
from hardware.midi.rt import RtMidiPorts
from installation.contract import Message, Reading
from installation.devices import SurfaceSupervisor
from tests.hardware.jack import Jack, running
from tests.hardware.lit import LitController

pytestmark = pytest.mark.device

PATIENCE = 40.0
"""Seconds after which a test gives up waiting; it never decides what is right."""
PORT = "nanoKONTROL2 [{number}] ({{}}): nanoKONTROL2 MIDI 1"
PLAY, STOP, RECORD = "/midi/nanokontrol2/play", "/midi/nanokontrol2/stop", "/midi/nanokontrol2/record"
PLAY_ON, PLAY_OFF = "b0297f", "b02900"
STOP_ON, STOP_OFF = "b02a7f", "b02a00"


class Heard:
    """Readings that a surface put."""

    def __init__(self) -> None:
        self.found: list[Reading] = []
        self.news = threading.Condition()

    def put(self, readings: object) -> None:
        with self.news:
            self.found += readings  # type: ignore[arg-type]
            self.news.notify_all()

    def until(self, address: str) -> Reading:
        with self.news:
            assert self.news.wait_for(lambda: any(one.address == address for one in self.found), PATIENCE)
            return next(one for one in self.found if one.address == address)


@pytest.fixture
def jack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Jack]:
    with running(monkeypatch) as server:
        yield server


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def surface(jack: Jack, heard: Heard) -> Iterator[SurfaceSupervisor]:
    """The adapter as the stage runs it: in a thread of its supervisor."""
    made = SurfaceSupervisor(MidiInput("desk", MidiSettings(api="jack")), heard.put)
    made.start()
    end = time.monotonic() + PATIENCE
    while made.report().state != "up":
        assert time.monotonic() < end, made.report()
        time.sleep(0.01)
    yield made
    made.stop(10.0)


def korg(number: int, how: str = "ack") -> LitController:
    return LitController("a2j", PORT.format(number=number), how)


def test_lights_come_within_a_second_and_states_again_after_each_plugging(
    surface: SurfaceSupervisor, heard: Heard
) -> None:
    surface.show([Message(PLAY, (1.0, 0, 0.0, 1.0, 0.0))])  # before it is there
    device = korg(20)
    alive = device.until(PLAY_ON, PATIENCE)  # the band of light passes it, or its state
    device.send(0xB0, 41, 127)
    assert heard.until("/midi/nanokontrol2/cc/41").values == (1.0,)
    surface.show([Message(STOP, (1.0, 0))])
    device.until(STOP_ON, PATIENCE, 2)
    surface.show([Message(PLAY, (0.0, 0))])
    device.unplug(torn=True)
    surface.show([Message(RECORD, (1.0, 0))])  # while it is away

    device = korg(28)
    again = device.until(STOP_ON, PATIENCE, 2)  # the band of light, then its state
    device.until("b02d7f", PATIENCE, 2)
    assert device.got[-1] != PLAY_ON
    last = {data[:4]: data for data in device.got if data.startswith("b0")}
    assert last["b029"] == PLAY_OFF
    assert last["b02a"] == STOP_ON
    assert max(alive, again) < 2.0, "a second of ours, and one of a busy machine"
    device.unplug()


def test_scene_is_changed_to_external_leds_before_lights_are_sent(surface: SurfaceSupervisor) -> None:
    device = korg(20)
    device.until(PLAY_OFF, PATIENCE)
    requests = [data for data in device.got if data.startswith("f042") and len(data) == 22]
    scenes = [data for data in device.got if data.startswith("f042") and len(data) > 700]
    assert requests[0] == "f0424000011300" + "1f1000f7"
    assert "f0424200011300" + "1f1000f7" in requests, "global channel 3 is asked after 1 gave no answer"
    assert len(scenes) == 1
    lights = next(index for index, data in enumerate(device.got) if data.startswith("b0"))
    assert device.got.index(scenes[0]) < lights
    assert surface.adapter.refusals.total == 0
    device.unplug()


@pytest.mark.parametrize(("how", "reason"), [("nak", "NAK"), ("silent", "does not answer")])
def test_device_that_refuses_is_told_with_a_remedy_and_lit_anyway(
    surface: SurfaceSupervisor, how: str, reason: str
) -> None:
    device = korg(20, how)
    device.until(PLAY_OFF, PATIENCE)
    (told,) = surface.adapter.refusals.report()
    assert reason in told.reason
    assert "LED Mode" in told.remedy
    device.unplug()


def test_lights_are_dark_after_the_show(surface: SurfaceSupervisor) -> None:
    device = korg(20)
    surface.show([Message(PLAY, (1.0, 0))])
    device.until(PLAY_ON, PATIENCE, 2)
    before = device.got.count(PLAY_OFF)
    surface.stop(10.0)
    device.until(PLAY_OFF, PATIENCE, before + 1)
    device.until("b02d00", PATIENCE, device.got.count("b02d00"))
    last = {data[:4]: data for data in device.got if data.startswith("b0")}
    assert all(data.endswith("00") for data in last.values())
    device.unplug()


def test_light_that_cannot_blink_is_blinked(surface: SurfaceSupervisor) -> None:
    device = korg(20)
    device.until(PLAY_OFF, PATIENCE)
    surface.show([Message(PLAY, (1.0, 1))])
    device.until(PLAY_ON, PATIENCE, 5)
    device.until(PLAY_OFF, PATIENCE, 5)
    device.unplug()


def test_feedback_leaves_at_once(surface: SurfaceSupervisor) -> None:
    device = korg(20)
    surface.show([Message(STOP, (1.0, 0))])
    device.until(STOP_ON, PATIENCE, 2)
    time.sleep(0.2)
    waits = []
    for number in range(20):
        before = device.got.count(PLAY_ON), device.got.count(PLAY_OFF)
        begin = time.monotonic()
        surface.show([Message(PLAY, (float(number % 2 == 0), 0))])
        at = device.until(
            *((PLAY_OFF, PATIENCE, before[1] + 1) if number % 2 else (PLAY_ON, PATIENCE, before[0] + 1))
        )
        waits.append(device.plugged + at - begin)
    assert sorted(waits)[10] < 0.016, waits
    device.unplug()


def reached(ports: JackPorts | RtMidiPorts, name: str) -> Port:
    end = time.monotonic() + PATIENCE
    while not (there := [port for port in ports.outputs() if name in port.name]):
        assert time.monotonic() < end, ports.outputs()
        time.sleep(0.01)
    return there[0]


def test_process_that_does_not_read_makes_nobody_wait(jack: Jack) -> None:
    device = LitController("Box", "{}")
    ports = JackPorts("sender")
    output = ports.open_output(reached(ports, "Box:playback"))
    os.kill(ports._process.pid, signal.SIGSTOP)
    try:
        while not ports.dropped:  # a pipe that blocks would take for ever
            output.send(bytes((0xB0, 1, 0)))
        os.kill(ports._process.pid, signal.SIGCONT)
        end = time.monotonic() + PATIENCE
        while "b00200" not in device.got:  # what JACK cannot take in a period it drops
            assert time.monotonic() < end
            output.send(bytes((0xB0, 2, 0)))
            time.sleep(0.05)
    finally:
        os.kill(ports._process.pid, signal.SIGCONT)
        ports.close()
        device.unplug()


@pytest.mark.skipif(find_spec("rtmidi") is None, reason="python-rtmidi has no wheel for this Python")
def test_rtmidi_as_macos_and_windows_use_it_sends_too(jack: Jack) -> None:
    import rtmidi

    device = LitController("Box", "{}")
    ports = RtMidiPorts(rtmidi, rtmidi.API_UNIX_JACK, "other")
    output = ports.open_output(reached(ports, "Box:playback"))
    end = time.monotonic() + PATIENCE
    while "b00101" not in device.got:  # JACK drops what is sent before its graph has the connection
        assert time.monotonic() < end
        output.send(bytes((0xB0, 1, 1)))
        time.sleep(0.05)
    scene = bytes((0xF0, 0x42, *([0x11] * 400), 0xF7))
    while scene.hex() not in device.got:  # a busy machine misses periods, and JACK what was sent in them
        assert time.monotonic() < end
        output.send(scene)
        time.sleep(0.1)
    output.close()
    output.close()
    output.send(scene)
    ports.close()
    assert ports.dropped == 0
    device.unplug()
