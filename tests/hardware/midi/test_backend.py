"""Real MIDI: a JACK server of our own, a controller of another program, a loop between them."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from hardware.midi import MidiInput, MidiSettings, adapter
from hardware.midi.jack import JackPorts, service
from hardware.midi.rt import RtMidiPorts
from installation.contract import AdapterError, Reading
from tests.hardware.jack import Jack, running
from tests.hardware.knob import Knob

pytestmark = pytest.mark.device

PATIENCE = 40.0
"""Seconds after which a test gives up waiting; it never decides what is right."""
PROBE = 119
"""The control that is played until it is heard; it may come once more when a machine is busy."""


@pytest.fixture
def jack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Jack]:
    monkeypatch.setattr(adapter, "SCAN", 0.05)
    with running(monkeypatch) as server:
        yield server


def gather(midi: MidiInput, count: int) -> list[tuple[str, tuple[Any, ...]]]:
    """So many different readings. JACK hands a buffer on again when a busy machine is late with the next."""
    found: dict[tuple[str, tuple[Any, ...]], None] = {}
    end = time.monotonic() + PATIENCE
    while len(found) < count and time.monotonic() < end:
        heard = (one for one in midi.receive(0.2) if not one.address.endswith(f"/cc/{PROBE}"))
        found |= dict.fromkeys((one.address, one.values) for one in heard)
    return list(found)


def until_heard(midi: MidiInput, name: str, present: bool = True) -> list[Reading]:
    readings: list[Reading] = []
    end = time.monotonic() + PATIENCE
    while (name in midi.detail) is not present and time.monotonic() < end:
        readings.extend(midi.receive(0.05))
    assert (name in midi.detail) is present
    return readings


def until_connected(out: Any, midi: MidiInput) -> None:
    """Play one control until it is heard: JACK drops what is sent before its graph has the connection."""
    end = time.monotonic() + PATIENCE
    found: list[Reading] = []
    while not found and time.monotonic() < end:
        out.send_message([0xB0, PROBE, 0])
        found = list(midi.receive(0.05))
    assert found
    while midi.receive(0.1):
        pass


def test_notes_and_controls_pass_and_a_device_that_returns_is_heard_again(jack: Jack) -> None:
    out = Knob()
    midi = MidiInput("desk", MidiSettings(device="knob", api="jack"))
    midi.open()
    until_heard(midi, "Knob:ctl")
    until_connected(out, midi)
    for message in ([0x90, 60, 127], [0xB0, 16, 127], [0x80, 60, 0]):
        out.send_message(message)
    assert gather(midi, 3) == [
        ("/midi/knob-ctl/note/60", (1.0,)),
        ("/midi/knob-ctl/cc/16", (1.0,)),
        ("/midi/knob-ctl/note/60", (0.0,)),
    ]
    out.send_message([0xF0, *[1] * 300, 0xF7])
    out.unplug()
    until_heard(midi, "Knob:ctl", present=False)
    out = Knob()
    until_heard(midi, "Knob:ctl")
    until_connected(out, midi)
    out.send_message([0xB0, 17, 127])
    assert [address for address, _ in gather(midi, 1)] == ["/midi/knob-ctl/cc/17"]
    midi.close()
    out.unplug()


def test_others_can_connect_to_the_port_that_we_offer(jack: Jack) -> None:
    out = Knob()
    midi = MidiInput("desk", MidiSettings(device="nothing of that name", client="PhotophoreTest"))
    midi.open()
    jack.connect("Knob:ctl", "PhotophoreTest:in")
    until_connected(out, midi)
    out.send_message([0xB0, 1, 127])
    assert [address for address, _ in gather(midi, 1)] == ["/midi/photophoretest/cc/1"]
    midi.close()
    out.unplug()


ROUNDS = int(os.environ.get("PHOTOPHORE_PLUGS", "6"))
"""Times that a controller is plugged in and out; PHOTOPHORE_PLUGS=300 is the long version."""


def test_controllers_that_send_can_be_plugged_and_torn_out_under_load_and_none_is_lost(jack: Jack) -> None:
    midi = MidiInput("desk", MidiSettings(api="jack"))
    midi.open()
    busy = threading.Event()

    def hold_the_interpreter() -> None:
        while not busy.is_set():
            sum(range(100_000))

    load = [threading.Thread(target=hold_the_interpreter) for _ in range(2)]
    for thread in load:
        thread.start()
    dice = random.Random(8)
    try:
        for number in range(ROUNDS):
            name = f"Knob{number % 2}"
            out = Knob(name, rate=50.0)
            until_heard(midi, f"{name}:ctl")
            address, end = f"/midi/{name.lower()}-ctl/cc/1", time.monotonic() + PATIENCE
            while not any(one.address == address for one in midi.receive(0.2)):
                assert time.monotonic() < end, f"round {number}: the port of {name} is lost"
            time.sleep(dice.uniform(0.0, 0.2))  # so that it goes at any point of a period
            out.unplug(torn=number % 3 != 0)
            until_heard(midi, f"{name}:ctl", present=False)
            midi.receive(0.0)  # what it sent before it went
            assert not midi.receive(0.06), f"round {number}: a closed port is heard"
    finally:
        busy.set()
        for thread in load:
            thread.join()
        midi.close()


def test_controller_that_returns_between_two_scans_is_heard_again(
    jack: Jack, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = Knob()
    midi = MidiInput("desk", MidiSettings(device="knob", api="jack"))
    midi.open()
    until_heard(midi, "Knob:ctl")
    until_connected(out, midi)
    monkeypatch.setattr(adapter, "SCAN", 6.0)
    midi.receive(0.1)  # the next look is six seconds away
    out.unplug(torn=True)
    out = Knob()
    time.sleep(1.0)
    monkeypatch.setattr(adapter, "SCAN", 0.05)
    until_connected(out, midi)
    midi.close()
    out.unplug()


def test_message_that_waits_to_be_fetched_is_nobodys_once_its_port_is_closed(jack: Jack) -> None:
    ports = JackPorts("closer")
    out = Knob(rate=200.0)
    end = time.monotonic() + PATIENCE
    while not (there := [port for port in ports.ports() if port.name == "Knob:ctl"]):
        assert time.monotonic() < end
        time.sleep(0.01)
    heard: list[Sequence[int]] = []
    line = ports.connect(there[0], heard.append)
    while not heard:
        assert time.monotonic() < end
        time.sleep(0.01)
    line.close()
    count = len(heard)
    time.sleep(0.3)
    assert len(heard) == count
    ports.close()
    out.unplug()


def test_process_that_dies_is_an_adapter_error_and_the_stage_lives(jack: Jack) -> None:
    midi = MidiInput("desk", MidiSettings(api="jack"))
    midi.open()
    ports = midi._ports
    assert isinstance(ports, JackPorts)
    os.kill(ports._process.pid, signal.SIGSEGV)
    with pytest.raises(AdapterError, match=r"ended \(-11\)"):
        gather(midi, 1)
    midi.close()
    midi.open()
    assert midi.detail.startswith("jack: ")
    midi.close()


def test_process_ends_with_a_stage_that_is_killed(jack: Jack) -> None:
    code = (
        "import time; from hardware.midi.jack import JackPorts; "
        "print(JackPorts('orphan')._process.pid, flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as stage:
        assert stage.stdout is not None
        worker = Path("/proc", stage.stdout.readline().strip())
        assert worker.exists()
        stage.kill()
    end = time.monotonic() + PATIENCE
    while worker.exists() and "State:\tZ" not in (worker / "status").read_text():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_messages_for_which_there_was_no_room_are_counted(jack: Jack) -> None:
    ports = JackPorts("counter")
    ports._hear("dropped", 7)
    assert ports.dropped == 7
    ports.close()


@pytest.mark.skipif(find_spec("rtmidi") is None, reason="python-rtmidi has no wheel for this Python")
def test_rtmidi_as_macos_and_windows_use_it_survives_ports_that_go_while_they_send(jack: Jack) -> None:
    import rtmidi

    ports = RtMidiPorts(rtmidi, rtmidi.API_UNIX_JACK, "other")
    heard: list[Sequence[int]] = []
    out = Knob(rate=2000.0)
    (there,) = (port for port in ports.ports() if port.key == "Knob:ctl")
    for _ in range(15):
        line = ports.connect(there, heard.append)
        end = time.monotonic() + PATIENCE
        while not heard:
            assert time.monotonic() < end
            time.sleep(0.001)
        line.close()
        heard.clear()
        time.sleep(0.005)
        assert not heard
    ports.close()
    out.unplug()


def test_killed_server_is_an_adapter_error_and_a_new_one_is_used(jack: Jack) -> None:
    midi = MidiInput("desk", MidiSettings(api="jack"))
    midi.open()
    jack.stop(hard=True)
    with pytest.raises(AdapterError, match="JACK server went away"):
        gather(midi, 1)
    midi.close()
    with pytest.raises(AdapterError, match="no server is running"):
        midi.open()
    assert service() == ""
    jack.start()
    midi.open()
    assert midi.receive(0.0) == []
    midi.close()


def test_server_that_was_started_again_between_two_looks_is_noticed_because_our_clients_died_with_it(
    jack: Jack,
) -> None:
    midi = MidiInput("desk", MidiSettings(api="jack"))
    midi.open()
    jack.stop()
    jack.start()
    with pytest.raises(AdapterError, match="JACK server went away"):
        gather(midi, 1)
    midi.close()
