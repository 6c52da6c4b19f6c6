"""MIDI out through JACK, heard by another client; and ports that come and go."""

import time
from collections.abc import Callable

import msgspec
import pytest

from hardware.midi.jack import JackPorts
from hardware.midi.out import MidiOutput, MidiOutputSettings
from hardware.midi.out import adapter as module
from installation.contract import AdapterError, Message
from installation.devices import MessageSupervisor
from tests.hardware import jack
from tests.hardware.midi.test_adapter import Service
from tests.waiting import until

PATIENCE = 20.0


@pytest.mark.device
def test_another_program_hears_notes_controllers_and_show_control_through_jack(monkeypatch) -> None:
    with jack.running(monkeypatch):
        heard: list[bytes] = []
        rig = JackPorts("Rig")
        port = rig.offer("in", lambda data: heard.append(bytes(data)))
        settings = msgspec.convert({"port": "rig", "api": "jack", "msc_device": 3}, MidiOutputSettings)
        out = MessageSupervisor(MidiOutput("rig", settings))
        out.start()
        try:
            until(lambda: bool(out.report().targets) and out.report().targets[0].state == "up")
            assert "Rig:in" in out.report().detail
            probe = [Message("/cc/16/1", (1,))]
            probes = []  # JACK drops what is sent before its graph has the connection
            until(lambda: probes.append(out.put(probe, time.monotonic())) or heard, "it is connected")
            messages = [
                Message("/cc/1/7", (64,)),
                Message("/note/10/36", (127,)),
                Message("/note/10/36", (0,)),
                Message("/msc/go", ("12.5", "1")),
                Message("/nonsense", ()),
                Message("/pitch/1", (0,)),
            ]
            out.put(messages, time.monotonic())
            until(lambda: heard[-1] == b"\xe0\x00\x40", "the last one is heard")
        finally:
            out.stop(PATIENCE)
            if port is not None:
                port.close()
            rig.close()
        assert [one.hex(" ") for one in heard if one != b"\xbf\x01\x01"] == [
            "b0 07 40",
            "99 24 7f",
            "89 24 00",
            "f0 7f 03 02 01 01 31 32 2e 35 00 31 f7",
            "e0 00 40",
        ]
        assert out.report().tx - len(probes) == 5
        assert [one.reason for one in out.adapter.refusals.report()] == ["not a MIDI message"]


Maker = Callable[..., tuple[MidiOutput, Service]]


@pytest.fixture
def make(monkeypatch) -> Maker:
    monkeypatch.setattr(module, "SCAN", 0.0)

    def maker(*present: str, port: str = "Rig") -> tuple[MidiOutput, Service]:
        service = Service()
        service.targets = list(present)
        settings = msgspec.convert({"port": port}, MidiOutputSettings)
        made = MidiOutput("rig", settings, lambda _api, _client: (service, ""))
        made.open()
        return made, service

    return maker


def test_a_port_is_found_by_its_name_and_the_exact_one_first(make) -> None:
    made, service = make("Big Rig:in 1", "Rig2:in", "rig 0", "Other:in", port="rig")
    assert [one.key for one in service.opened] == ["rig 0"]
    assert "not to 2 more of that name" in made.detail
    made.close()
    assert service.opened[0].closed


def test_a_port_that_comes_back_is_told_the_newest_of_streams_and_no_event(make, monkeypatch) -> None:
    made, service = make("Rig:in")
    made.send([Message("/cc/1/7", (1,), stream=True), Message("/note/1/60", (9,))])
    service.opened[0].alive = False
    service.targets = []
    made.tend()
    assert made.health[0].state == "waiting for a port named 'Rig'"
    made.send([Message("/cc/1/7", (2,), stream=True), Message("/cc/1/7", (3,), stream=True)])
    service.targets = ["Rig:in"]
    made.tend()
    assert [one.hex() for one in service.opened[1].sent] == ["b00703"]
    assert made.health[0].state == "up"
    assert made.health[0].merged == 2


def test_an_event_waits_a_second_for_its_port_and_not_longer(make, monkeypatch) -> None:
    made, service = make()
    made.send([Message("/msc/go", ("1",))])
    service.targets = ["Rig:in"]
    made.tend()
    assert len(service.opened[0].sent) == 1

    service.opened[0].alive = False
    service.targets = []
    made.tend()
    monkeypatch.setattr(module, "LATEST", -1.0)
    made.send([Message("/msc/go", ("2",))])
    service.targets = ["Rig:in"]
    made.tend()
    assert service.opened[1].sent == []
    assert made.counters.dropped == 1


def test_what_waits_for_a_port_is_bounded(make, monkeypatch) -> None:
    monkeypatch.setattr(module, "LATEST", 1e9)
    made, service = make()
    for number in range(module.LONGEST + 10):
        made.send([Message("/program/1", (number % 128,))])
    assert made.counters.dropped == 10
    service.targets = ["Rig:in"]
    made.tend()
    assert len(service.opened[0].sent) == module.LONGEST


def test_a_port_that_cannot_be_opened_says_why_and_is_tried_again(make) -> None:
    made, service = make()
    service.broken.add("Rig:in")
    service.targets = ["Rig:in"]
    made.tend()
    assert made.health[0].state == "busy"
    service.broken.clear()
    made.tend()
    assert made.health[0].state == "up"


def test_without_a_service_it_is_down_with_the_reason() -> None:
    def nothing(_api: str, _client: str) -> tuple[Service, str]:
        raise AdapterError("MIDI is unavailable", "start JACK")

    made = MidiOutput("rig", msgspec.convert({"port": "x"}, MidiOutputSettings), nothing)
    with pytest.raises(AdapterError, match="unavailable"):
        made.open()
    assert made.detail == "closed"
