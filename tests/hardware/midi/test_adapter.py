"""The MIDI input against a service of our own, which does what we say."""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from hardware.midi import MidiInput, MidiSettings, adapter, backend, lights
from hardware.midi.adapter import QUEUE
from hardware.midi.ports import Port, Sink
from installation.contract import AdapterError, Message, surface


class Line:
    def __init__(self, service: "Service", name: str, sink: Sink) -> None:
        self.service, self.name, self.sink = service, name, sink
        self.alive = True

    def close(self) -> None:
        if self.service.lines.get(self.name) is self:
            del self.service.lines[self.name]


class Out:
    def __init__(self, key: str) -> None:
        self.key = key
        self.alive = True
        self.closed = False
        self.sent: list[bytes] = []

    def send(self, data: bytes) -> None:
        assert not self.closed
        self.sent.append(data)

    def close(self) -> None:
        self.closed = True


class Service:
    """Ports that come and go as a test says."""

    api = "fake"
    library = "fake 1.0"
    dropped = 0

    def __init__(self, *present: str) -> None:
        self.present = list(present)
        self.targets: list[str] = []
        self.opened: list[Out] = []
        self.lines: dict[str, Line] = {}
        self.tries: list[str] = []
        self.broken: set[str] = set()
        self.gone = False

    def ports(self) -> list[Port]:
        """A number behind a blank is the system's, as ALSA gives it."""
        if self.gone:
            raise AdapterError("the service went away")
        return [Port(key.rpartition(" ")[0] or key, key) for key in self.present]

    def connect(self, port: Port, sink: Sink) -> Line:
        self.tries.append(port.key)
        if port.key in self.broken:
            raise AdapterError("busy")
        return self.offer(port.key, sink)

    def offer(self, name: str, sink: Sink) -> Line:
        self.lines[name] = Line(self, name, sink)
        return self.lines[name]

    def outputs(self) -> list[Port]:
        return [Port(key.rpartition(" ")[0] or key, key) for key in self.targets]

    def open_output(self, port: Port) -> Out:
        if port.key in self.broken:
            raise AdapterError("busy")
        self.opened.append(Out(port.key))
        return self.opened[-1]

    def close(self) -> None:
        self.closed = True

    def play(self, name: str, *data: int) -> None:
        self.lines[name].sink(data)


Maker = Callable[..., tuple[MidiInput, Service]]


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch) -> Iterator[Maker]:
    """Adapters whose clock stands at the second they ask for, so that every call of receive scans."""
    made: list[MidiInput] = []
    monkeypatch.setattr(adapter, "SCAN", 0.0)

    def maker(*present: str, **settings: object) -> tuple[MidiInput, Service]:
        service = Service(*present)
        midi = MidiInput(
            "desk",
            msgspec.convert(settings, MidiSettings),
            lambda _api, _client: (service, "other: not there"),
        )
        midi.open()
        made.append(midi)
        return midi, service

    yield maker
    for midi in made:
        midi.close()


def connections(midi: MidiInput) -> list[tuple[str, float]]:
    """Which devices came (1) and went (0)."""
    read = midi.receive(0.0)
    return [(one.address, float(one.values[0])) for one in read if one.address.endswith("/connected")]


def heard(midi: MidiInput) -> list[tuple[str, Sequence[object]]]:
    read = midi.receive(0.0)
    return [(one.address, one.values) for one in read if not one.address.endswith("/connected")]


def test_every_port_is_heard_by_default(make: Maker) -> None:
    midi, service = make("Knob:ctl", "Pad:out")
    service.play("Knob:ctl", 0xB0, 1, 127)
    service.play("Pad:out", 0x90, 60, 127)
    assert heard(midi) == [("/midi/knob-ctl/cc/1", (1.0,)), ("/midi/pad-out/note/60", (1.0,))]
    assert midi.detail == "fake: Knob:ctl, Pad:out; through fake 1.0 (other: not there)"


def test_only_the_named_device_is_heard(make: Maker) -> None:
    _, service = make("nanoKONTROL2:nanoKONTROL2 MIDI 1 20:0", "Pad:out", device="NANOkontrol")
    assert service.tries == ["nanoKONTROL2:nanoKONTROL2 MIDI 1 20:0"]


def test_device_that_is_not_there_is_waited_for(make: Maker) -> None:
    midi, service = make(device="Knob")
    assert midi.detail.startswith("fake: waiting for 'Knob'")
    service.present.append("Knob:ctl")
    midi.receive(0.0)
    service.play("Knob:ctl", 0xB0, 1, 127)
    assert heard(midi) == [("/midi/knob-ctl/cc/1", (1.0,))]


def test_unplugged_device_is_heard_again_under_another_number_because_it_is_bound_by_name(
    make: Maker,
) -> None:
    midi, service = make("Knob:Knob MIDI 1 20:0")
    service.present.clear()
    midi.receive(0.0)
    assert "Knob:Knob MIDI 1 20:0" not in service.lines
    service.present.append("Knob:Knob MIDI 1 28:0")
    midi.receive(0.0)
    service.play("Knob:Knob MIDI 1 28:0", 0xB0, 1, 127)
    assert heard(midi) == [("/midi/knob/cc/1", (1.0,))]


def test_swift_change_of_number_between_two_scans_is_followed(make: Maker) -> None:
    midi, service = make("Knob:Knob MIDI 1 20:0")
    service.present[:] = ["Knob:Knob MIDI 1 28:0"]
    midi.receive(0.0)
    assert set(service.lines) - {"in"} == {"Knob:Knob MIDI 1 28:0"}


def test_device_that_left_and_returned_between_two_scans_is_heard_again(make: Maker) -> None:
    midi, service = make("Knob:ctl")
    first = service.lines["Knob:ctl"]
    first.alive = False
    midi.receive(0.0)
    assert service.lines["Knob:ctl"] is not first
    service.play("Knob:ctl", 0xB0, 1, 127)
    assert heard(midi) == [("/midi/knob-ctl/cc/1", (1.0,))]


def test_what_is_plugged_in_and_out_is_told(make: Maker) -> None:
    midi, service = make("Knob:ctl")
    assert connections(midi) == [("/midi/knob-ctl/connected", 1.0)]
    assert connections(midi) == []

    service.lines["Knob:ctl"].alive = False  # out and in again between two looks

    assert connections(midi) == [("/midi/knob-ctl/connected", 0.0), ("/midi/knob-ctl/connected", 1.0)]
    service.present.clear()
    assert connections(midi) == [("/midi/knob-ctl/connected", 0.0)]


def test_two_devices_of_one_name_are_both_heard(make: Maker) -> None:
    midi, service = make("Knob:Knob MIDI 1 20:0", "Knob:Knob MIDI 1 24:0")
    service.play("Knob:Knob MIDI 1 20:0", 0xB0, 1, 127)
    service.play("Knob:Knob MIDI 1 24:0", 0xB0, 1, 0)
    assert heard(midi) == [("/midi/knob/cc/1", (1.0,)), ("/midi/knob/cc/1", (0.0,))]


def test_port_that_refuses_is_not_asked_at_every_look(make: Maker) -> None:
    midi, service = make()
    service.broken.add("Busy:out")
    service.present.append("Busy:out")
    for _ in range(3):
        midi.receive(0.0)
    assert service.tries == ["Busy:out"]
    assert midi.counters.errors == 1
    assert "busy" in midi.detail
    service.present.clear()
    midi.receive(0.0)
    service.present.append("Busy:out")
    midi.receive(0.0)
    assert service.tries == ["Busy:out", "Busy:out"]


def test_port_that_refused_while_it_went_and_came_is_heard_though_it_never_left_the_list(
    make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hub that bounces, or a client of JACK that starts again between two looks."""
    monkeypatch.setattr(adapter, "AGAIN", 0.0)
    midi, service = make()
    service.broken.add("Knob:ctl")
    service.present.append("Knob:ctl")
    midi.receive(0.0)
    service.broken.clear()
    midi.receive(0.0)
    assert "busy" not in midi.detail
    service.play("Knob:ctl", 0xB0, 1, 127)
    assert heard(midi) == [("/midi/knob-ctl/cc/1", (1.0,))]


def test_lost_service_is_an_adapter_error(make: Maker) -> None:
    midi, service = make("Knob:ctl")
    service.gone = True
    with pytest.raises(AdapterError, match="went away"):
        midi.receive(0.0)


def test_service_lost_while_opening_leaves_nothing_open() -> None:
    service = Service()
    service.gone = True
    midi = MidiInput("desk", MidiSettings(), lambda _api, _client: (service, "other: not there"))
    with pytest.raises(AdapterError):
        midi.open()
    assert service.lines == {}
    with pytest.raises(AdapterError, match="not open"):
        midi.receive(0.0)


def test_own_port_takes_what_others_send_there(make: Maker) -> None:
    midi, service = make(client="Living Room")
    service.play("in", 0xB0, 7, 127)
    assert heard(midi) == [("/midi/living-room/cc/7", (1.0,))]


def test_flood_keeps_the_newest_and_counts_the_rest(make: Maker) -> None:
    midi, service = make("Knob:ctl")
    midi.receive(0.0)
    for index in range(QUEUE + 10):
        service.play("Knob:ctl", 0xB0, 1, index % 128)
    readings = midi.receive(0.0)
    assert len(readings) == QUEUE
    assert midi.counters.dropped == 10
    assert readings[-1].values == ((QUEUE + 9) % 128 / 127,)


def test_what_the_service_lost_is_counted_too(make: Maker) -> None:
    midi, service = make("Knob:ctl")
    for service.dropped in (3, 3, 5):
        midi.receive(0.0)
    assert midi.counters.dropped == 5


def test_sysex_and_broken_messages_change_nothing(make: Maker) -> None:
    midi, service = make("Knob:ctl")
    service.play("Knob:ctl", 0xF0, *[1] * 5_000, 0xF7)
    service.play("Knob:ctl", 0xB0, 200, 300)
    service.play("Knob:ctl")
    assert heard(midi) == []
    assert (midi.counters.dropped, midi.counters.errors) == (1, 2)


def test_wake_ends_a_wait(make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    midi, _ = make()
    monkeypatch.setattr(adapter, "SCAN", 30.0)
    midi.receive(0.0)
    midi.wake()
    assert midi.receive(30.0) == []


def test_nothing_to_use_says_of_each_service_why_it_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend.sys, "platform", "linux")
    monkeypatch.setattr(backend.alsa, "find_spec", lambda _name: None)
    monkeypatch.setattr(backend.jack, "service", lambda: "")
    with pytest.raises(
        AdapterError, match=r"unavailable: alsa: .*alsa-midi is not installed; jack: no server is running; "
    ):
        MidiInput("desk", MidiSettings()).open()


def test_service_that_does_not_open_is_passed_over_and_the_reason_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_client: str) -> Service:
        raise AdapterError("it is busy")

    found = [
        backend.Service("first", "one", "", "", refuse),
        backend.Service("second", "two", "", "", lambda _client: Service()),
    ]
    monkeypatch.setattr(backend, "services", lambda: iter(found))
    midi = MidiInput("desk", MidiSettings())
    midi.open()
    assert midi.detail.endswith("through fake 1.0 (first: it is busy)")
    midi.close()


@pytest.mark.parametrize(
    "settings", [{"api": "oss"}, {"client": ""}, {"client": "a:b"}, {"port": 3}, {"device": 1}]
)
def test_bad_settings_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(settings, MidiSettings)


def test_messages_that_are_left_out_are_told_with_their_port(make: Maker) -> None:
    midi, service = make("Knob:ctl")
    service.play("Knob:ctl", 0xF0, 1, 2, 3, 0xF7)
    service.play("Knob:ctl", 0xB0, 200, 1)

    assert heard(midi) == []
    assert [(one.reason, one.example.split(":")[0]) for one in midi.refusals.report()] == [
        ("a message longer than 3 bytes", "from knob-ctl"),
        ("not a MIDI message", "knob-ctl"),
    ]


def test_what_did_not_fit_into_the_queue_is_told(make: Maker) -> None:
    midi, service = make("Knob:ctl")
    for _ in range(adapter.QUEUE + 5):
        service.play("Knob:ctl", 0xB0, 1, 127)

    assert len(heard(midi)) == adapter.QUEUE
    (told,) = midi.refusals.report()
    assert told.count == midi.counters.dropped == 5


KORG = "nanoKONTROL2:nanoKONTROL2 MIDI 1 20:0"
BOX = """format = 1
title = "Box"
address = "box"
ports = ["box"]
sources = ["none: made for a test"]
reassert = "F0 01 02"
init = "B0 7F 01"
exit = "B0 7F 00"

[light.lamp]
kind = "blink"
off = "90 {n} 00"
on = "90 {n} 7F"
blink = "90 {n} 01"

[[control]]
name = "pad/{1..2}"
kind = "pad"
reading = "note/{60,61}"
light = "lamp"
at = [0, 0, 1, 1]
step = [1, 0]

[[control]]
name = "fine"
kind = "fader"
reading = "cc14/3"
at = [0, 2, 1, 1]

[[detect]]
readings = ["pitch"]
means = "the box is in another mode"
remedy = "press its button"
"""


@pytest.fixture
def box(tmp_path: Path, make: Maker) -> tuple[MidiInput, Service]:
    """An adapter that knows one controller, which is not plugged in."""
    (tmp_path / "box.toml").write_text(BOX)
    midi, service = make()
    midi.close()
    midi.equip(surface.Library([("user", tmp_path)]))
    midi.open()
    return midi, service


def settled(midi: MidiInput, out: Out) -> list[str]:
    """Let the band of light pass; what was sent, as hexadecimal digits."""
    end = time.monotonic() + 30.0
    while midi._lights.due != float("inf") and time.monotonic() < end:
        midi.receive(0.05)
    return [data.hex() for data in out.sent]


def test_controller_is_set_up_then_dark_then_crossed_by_light_then_as_it_should_be(
    box: tuple[MidiInput, Service],
) -> None:
    midi, service = box
    midi.feedback([Message("/midi/box/pad/2", (1.0, 1))])
    service.targets.append("Box:in 20:0")
    midi.receive(0.0)
    (out,) = service.opened
    sent = settled(midi, out)
    assert sent[:3] == ["b07f01", "903c00", "903d00"]
    assert sent[3:7] == ["903c7f", "903c00", "903d7f", "903d00"]
    assert sent[7:] == ["903c00", "903d01"]
    assert midi.counters.sent == len(sent)
    assert "lights: Box" in midi.detail
    midi.close()
    assert [data.hex() for data in out.sent[len(sent) :]] == ["903c00", "903d00", "b07f00"]
    assert out.closed


def test_states_are_told_again_under_another_number_and_while_it_was_away(
    box: tuple[MidiInput, Service],
) -> None:
    midi, service = box
    service.targets.append("Box:in 20:0")
    midi.receive(0.0)
    settled(midi, service.opened[0])
    service.targets.clear()
    midi.receive(0.0)
    assert service.opened[0].closed
    midi.feedback([Message("/midi/box/pad/1", (1.0,))])
    service.targets.append("Box:in 28:0")
    midi.receive(0.0)
    assert settled(midi, service.opened[1])[-2:] == ["903c7f", "903d00"]
    midi.feedback([Message("/midi/box/pad/1", (0.0,))])
    assert service.opened[1].sent[-1].hex() == "903c00"


def test_port_that_died_between_two_looks_is_opened_again(box: tuple[MidiInput, Service]) -> None:
    midi, service = box
    service.targets.append("Box:in")
    midi.receive(0.0)
    service.opened[0].alive = False
    midi.receive(0.0)
    assert len(service.opened) == 2


def test_port_that_cannot_be_sent_to_is_asked_once(box: tuple[MidiInput, Service]) -> None:
    midi, service = box
    service.broken.add("Box:in")
    service.targets.append("Box:in")
    for _ in range(3):
        midi.receive(0.0)
    assert midi.counters.errors == 1
    assert [one.reason for one in midi.refusals.report()] == ["busy"]


def test_controller_that_refused_once_is_lit_though_it_never_left_the_list(
    box: tuple[MidiInput, Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lights, "AGAIN", 0.0)
    midi, service = box
    service.broken.add("Box:in")
    service.targets.append("Box:in")
    midi.receive(0.0)
    assert not service.opened
    service.broken.clear()
    midi.receive(0.0)
    assert [one.key for one in service.opened] == ["Box:in"]
    assert "lights: " in midi.detail


def test_lights_can_be_left_alone(make: Maker) -> None:
    midi, service = make(lights=False)
    service.targets.append(KORG)
    midi.receive(0.0)
    assert service.opened == []


def test_port_that_no_file_knows_gets_nothing(make: Maker) -> None:
    midi, service = make()
    service.targets.append("Synth:in")
    midi.receive(0.0)
    assert service.opened == []


def test_message_that_says_that_lights_are_lost_makes_all_come_again(box: tuple[MidiInput, Service]) -> None:
    midi, service = box
    service.present.append("Box:out")
    service.targets.append("Box:in")
    midi.receive(0.0)
    settled(midi, service.opened[0])
    service.opened[0].sent.clear()
    service.play("Box:out", 0xF0, 0x01)
    service.play("Box:out", 0x02, 0x05)
    midi.receive(0.0)
    assert service.opened[0].sent == []
    service.play("Box:out", 0xF7)
    midi.receive(0.0)
    assert [data.hex() for data in service.opened[0].sent] == ["903c00", "903d00"]


def test_sysex_without_an_end_is_bounded_and_told(box: tuple[MidiInput, Service]) -> None:
    midi, service = box
    service.present.append("Box:out")
    midi.receive(0.0)
    service.play("Box:out", 0xF0, *[1] * 4000)
    service.play("Box:out", *[1] * 200)
    assert midi.counters.dropped == 1
    service.play("Box:out", 0xF0, 0x01)
    service.play("Box:out", 0x90, 60, 127)
    assert heard(midi) == [("/midi/box/note/60", (1.0,))]


def test_mode_that_changes_everything_is_told_once_with_a_remedy(box: tuple[MidiInput, Service]) -> None:
    midi, service = box
    service.present.append("Box:out")
    midi.receive(0.0)
    for _ in range(3):
        service.play("Box:out", 0xE0, 0, 64)
    assert len(heard(midi)) == 3
    (told,) = midi.refusals.report()
    assert (told.reason, told.count, told.remedy) == ("the box is in another mode", 1, "press its button")


def test_fine_values_of_a_profile_and_of_maps(box: tuple[MidiInput, Service]) -> None:
    midi, service = box
    service.present.append("Box:out")
    midi.receive(0.0)
    service.play("Box:out", 0xB0, 3, 127)
    service.play("Box:out", 0xB0, 35, 127)
    service.play("Box:out", 0xB0, 4, 127)
    assert heard(midi) == [("/midi/box/cc14/3", (1.0,)), ("/midi/box/cc/4", (1.0,))]
    midi.declare(["/midi/box/cc14/4"])
    service.play("Box:out", 0xB0, 4, 127)
    service.play("Box:out", 0xB0, 36, 127)
    assert heard(midi) == [("/midi/box/cc14/4", (1.0,))]
    service.play("Box:out", 0xB0, 4, 0)
    end = time.monotonic() + 30.0
    found: list[tuple[str, Sequence[object]]] = []
    while not found and time.monotonic() < end:
        found = [(one.address, one.values) for one in midi.receive(0.01)]
    assert found == [("/midi/box/cc14/4", (0.0,))]


def test_feedback_that_fits_nothing_is_told(box: tuple[MidiInput, Service]) -> None:
    midi, _ = box
    midi.feedback(
        [Message("/midi/box/pad/9", (1.0,)), Message("/x", (1.0,)), Message("/midi/box/pad/1", ("a",))]
    )
    told = {one.reason: one.count for one in midi.refusals.report()}
    assert told == {"feedback to no control": 2, "feedback that is no level": 1}


def test_channels_of_a_profile_count_whatever_the_venue_says(make: Maker) -> None:
    midi, service = make("Midi Fighter Twister:out 20:0", KORG, channels=True)
    service.play("Midi Fighter Twister:out 20:0", 0xB1, 5, 127)
    service.play(KORG, 0xB4, 0, 127)
    assert heard(midi) == [("/midi/midi-fighter-twister/2/cc/5", (1.0,)), ("/midi/nanokontrol2/cc/0", (1.0,))]


def test_one_of_two_files_for_a_device_can_be_preferred(make: Maker) -> None:
    port = "X-TOUCH MINI:X-TOUCH MINI MIDI 1"
    for prefer, address in (((), "xtouch-mini"), (("xtouch-mini-mc",), "xtouch-mini-mc")):
        midi, service = make(port, prefer=prefer)
        service.play(port, 0xB0, 16, 1)
        assert heard(midi) == [(f"/midi/{address}/cc/16", (1 / 127,))]
    midi, _ = make(prefer=("xtouch",))
    assert [one.example for one in midi.refusals.report()] == ["xtouch"]
