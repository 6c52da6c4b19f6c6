"""The MIDI input against a service of our own, which does what we say."""

from collections.abc import Callable, Iterator, Sequence

import msgspec
import pytest

from hardware.midi import MidiInput, MidiSettings, adapter, backend
from hardware.midi.adapter import QUEUE
from hardware.midi.ports import Port, Sink
from installation.contract import AdapterError


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


def heard(midi: MidiInput) -> list[tuple[str, Sequence[object]]]:
    return [(found.address, found.values) for found in midi.receive(0.0)]


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


def test_two_devices_of_one_name_are_both_heard(make: Maker) -> None:
    midi, service = make("Knob:Knob MIDI 1 20:0", "Knob:Knob MIDI 1 24:0")
    service.play("Knob:Knob MIDI 1 20:0", 0xB0, 1, 127)
    service.play("Knob:Knob MIDI 1 24:0", 0xB0, 1, 0)
    assert heard(midi) == [("/midi/knob/cc/1", (1.0,)), ("/midi/knob/cc/1", (0.0,))]


def test_port_that_refuses_is_asked_once_until_it_was_unplugged(make: Maker) -> None:
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
