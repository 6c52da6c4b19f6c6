"""The ALSA sequencer of the kernel, where there is one: a virtual machine has it, a container rarely."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from hardware.midi import MidiInput, MidiSettings, adapter, alsa

pytestmark = pytest.mark.skipif(bool(alsa.missing()[0]), reason=f"no ALSA sequencer: {alsa.missing()[0]}")

PATIENCE = 40.0
"""Seconds after which a test gives up waiting; it never decides what is right."""
PROBE = 119


class Controller:
    """A client of the sequencer as a USB controller is one."""

    def __init__(self, client: str = "Knob", port: str = "Knob MIDI 1") -> None:
        import alsa_midi

        self.alsa = alsa_midi
        self.client = alsa_midi.SequencerClient(client)
        self.port = self.client.create_port(port, alsa_midi.READ_PORT)

    def play(self, *events: Any) -> None:
        for event in events:
            self.client.event_output(event, port=self.port)
        self.client.drain_output()

    def turn(self, control: int, *values: int) -> None:
        self.play(*(self.alsa.ControlChangeEvent(0, control, value) for value in values))

    def unplug(self) -> None:
        self.client.close()


@pytest.fixture
def midi(monkeypatch: pytest.MonkeyPatch) -> Iterator[MidiInput]:
    monkeypatch.setattr(adapter, "SCAN", 0.05)
    made = MidiInput("desk", MidiSettings(api="alsa"))
    made.open()
    yield made
    made.close()


def gather(midi: MidiInput, enough: Callable[[list[Any]], bool]) -> list[tuple[str, Sequence[Any]]]:
    found: list[tuple[str, Sequence[Any]]] = []
    end = time.monotonic() + PATIENCE
    while not enough(found):
        assert time.monotonic() < end, found
        found += [(one.address, one.values) for one in midi.receive(0.02)]
    return found


def until_heard(midi: MidiInput, knob: Controller) -> None:
    end = time.monotonic() + PATIENCE
    found: list[Any] = []
    while not found:
        assert time.monotonic() < end, midi.detail
        knob.turn(PROBE, 0)
        found = [one for one in midi.receive(0.05) if one.address.endswith(f"/{PROBE}")]
    while midi.receive(0.1):
        pass


def test_every_kind_of_message_passes(midi: MidiInput) -> None:
    knob = Controller()
    until_heard(midi, knob)
    make = knob.alsa
    knob.play(
        make.NoteOnEvent(60, 0, 127),
        make.NoteOffEvent(60),
        make.SysExEvent(b"\xf0" + bytes(300) + b"\xf7"),
        make.StartEvent(),
        make.PitchBendEvent(0, 8191),
        make.ControlChangeEvent(0, 16, 127),
    )
    assert gather(midi, lambda found: len(found) == 4) == [
        ("/midi/knob/note/60", (1.0,)),
        ("/midi/knob/note/60", (0.0,)),
        ("/midi/knob/pitch", (1.0,)),
        ("/midi/knob/cc/16", (1.0,)),
    ]
    knob.unplug()


def test_controllers_that_send_can_be_unplugged_and_none_is_lost(midi: MidiInput) -> None:
    for number in range(30):
        knob = Controller(f"Knob{number % 2}")
        until_heard(midi, knob)
        knob.turn(1, *range(20))
        found = gather(midi, lambda found: len(found) == 20)
        assert {address for address, _ in found} == {f"/midi/knob{number % 2}-knob-midi-1/cc/1"}
        knob.turn(2, *range(20))
        knob.unplug()  # the next one has the same number
        if number % 3 == 0:
            end = time.monotonic() + PATIENCE
            while "Knob" in midi.detail:
                assert time.monotonic() < end
                midi.receive(0.02)


def test_others_can_connect_to_the_port_that_we_offer(midi: MidiInput) -> None:
    knob = Controller()
    hidden = knob.client.create_port("other", knob.alsa.READ_PORT | knob.alsa.PortCaps.NO_EXPORT)
    (own,) = (
        port
        for port in knob.client.list_ports(output=True)
        if (port.client_name, port.name) == ("Photophore", "in")
    )
    hidden.connect_to(own)
    knob.client.event_output(knob.alsa.ControlChangeEvent(0, 7, 127), port=hidden)
    knob.client.drain_output()
    assert gather(midi, bool) == [("/midi/photophore/cc/7", (1.0,))]
    knob.unplug()


def test_flood_of_the_kernels_queue_is_survived(midi: MidiInput) -> None:
    knob = Controller()
    until_heard(midi, knob)
    for _ in range(40):
        knob.turn(3, *range(100))
    until_heard(midi, knob)
    knob.turn(4, 127)
    assert gather(midi, lambda found: any(address.endswith("/cc/4") for address, _ in found))
    knob.unplug()


def test_it_can_be_left_and_entered_again(midi: MidiInput) -> None:
    knob = Controller()
    for _ in range(5):
        midi.close()
        midi.open()
        until_heard(midi, knob)
    knob.unplug()


def test_known_controller_is_lit_under_any_number(midi: MidiInput) -> None:
    for _ in range(2):
        knob = Controller("Launch Control XL", "Launch Control XL MIDI 1")
        knob.client.create_port("Launch Control XL MIDI 1", knob.alsa.WRITE_PORT)
        end = time.monotonic() + PATIENCE
        data = b""
        while bytes.fromhex("f0002029021178082f0cf7") not in data:  # its last light, dark
            assert time.monotonic() < end, data.hex(" ")
            midi.receive(0.02)
            event = knob.client.event_input(prefer_bytes=True, timeout=0.02)
            data += getattr(event, "midi_bytes", b"")
        knob.unplug()
