"""Real MIDI: a JACK server of our own, a controller of another program, a loop between them."""

import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest

from hardware.midi import MidiInput, MidiSettings, adapter
from hardware.midi.backend import _jack_service
from installation.contract import AdapterError, Reading
from tests.hardware.jack import Jack, running

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


def knob() -> Any:
    import rtmidi

    out = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, name="Knob")
    out.open_virtual_port("ctl")
    return out


def unplug(out: Any) -> None:
    out.close_port()
    out.delete()


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
    out = knob()
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
    unplug(out)
    until_heard(midi, "Knob:ctl", present=False)
    out = knob()
    until_heard(midi, "Knob:ctl")
    until_connected(out, midi)
    out.send_message([0xB0, 17, 127])
    assert [address for address, _ in gather(midi, 1)] == ["/midi/knob-ctl/cc/17"]
    midi.close()
    unplug(out)


def test_others_can_connect_to_the_port_that_we_offer(jack: Jack) -> None:
    out = knob()
    midi = MidiInput("desk", MidiSettings(device="nothing of that name", client="PhotophoreTest"))
    midi.open()
    subprocess.run(["jack_connect", "-s", jack.name, "Knob:ctl", "PhotophoreTest:in"], check=True, timeout=10)
    until_connected(out, midi)
    out.send_message([0xB0, 1, 127])
    assert [address for address, _ in gather(midi, 1)] == ["/midi/photophoretest/cc/1"]
    midi.close()
    unplug(out)


def test_killed_server_is_an_adapter_error_and_a_new_one_is_used(jack: Jack) -> None:
    midi = MidiInput("desk", MidiSettings(api="jack"))
    midi.open()
    jack.stop(hard=True)
    with pytest.raises(AdapterError, match="JACK server went away"):
        gather(midi, 1)
    midi.close()
    with pytest.raises(AdapterError, match="no server is running"):
        midi.open()
    assert _jack_service() == ""
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
