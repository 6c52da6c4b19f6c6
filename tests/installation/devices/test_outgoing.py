"""What goes out of the stage, by a real small output: OSC over UDP on the loopback."""

import socket
import threading
import time
from collections.abc import Sequence
from typing import Any

import pytest

from installation import osc
from installation.contract import (
    AdapterError,
    ControlSurface,
    Message,
    MessageOutput,
    Reading,
    Settings,
)
from installation.devices import MessageSupervisor, SurfaceSupervisor, adapters, outgoing
from tests.waiting import until

PATIENCE = 20.0


class OscSettings(Settings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where it sends.

    Attributes:
        port: UDP port on the loopback.
    """

    port: int


class OscOut(MessageOutput):
    """Sends messages as OSC."""

    kind = "osc-out"
    Settings = OscSettings
    settings: OscSettings

    def __init__(self, name: str, settings: OscSettings) -> None:
        super().__init__(name, settings)
        self.away = threading.Event()
        self.stuck = threading.Event()
        self.opened = 0
        self._socket: socket.socket | None = None

    def open(self) -> None:
        if self.away.is_set():
            raise AdapterError("no such console", "switch it on")
        self.opened += 1
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.connect(("127.0.0.1", self.settings.port))

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def send(self, messages: Sequence[Message]) -> None:
        if self.stuck.is_set():
            while self.stuck.is_set():
                time.sleep(0.005)
        if self.away.is_set() or self._socket is None:
            raise AdapterError("the console is gone", "look at its cable")
        for message in messages:
            self._socket.send(osc.encode(message.address, *message.values))
            self.counters.sent += 1


class Pads(ControlSurface):
    """A row of pads with lights, in memory."""

    kind = "pads"
    Settings = Settings

    def __init__(self) -> None:
        super().__init__("pads", Settings())
        self.away = threading.Event()
        self.lights: list[dict[str, tuple[Any, ...]]] = []
        self.threads: set[str] = set()
        self._woken = threading.Event()

    def open(self) -> None:
        if self.away.is_set():
            raise AdapterError("is not plugged in", "plug it in")
        self.lights.append({})  # a device that was switched on is dark

    def close(self) -> None:
        """Nothing is held."""

    def receive(self, timeout: float) -> Sequence[Reading]:
        self.threads.add(threading.current_thread().name)
        if self.away.is_set():
            raise AdapterError("was pulled out", "plug it in")
        self._woken.wait(timeout)
        self._woken.clear()
        return []

    def wake(self) -> None:
        self._woken.set()

    def feedback(self, messages: Sequence[Message]) -> None:
        self.threads.add(threading.current_thread().name)
        for message in messages:
            self.lights[-1][message.address] = message.values


def say(*numbers: int) -> list[Message]:
    return [Message("/cue", (number,)) for number in numbers]


@pytest.fixture
def console():
    """A UDP socket that listens."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind(("127.0.0.1", 0))
        made.settimeout(PATIENCE)
        yield made


@pytest.fixture
def out(console, monkeypatch):
    """An output that is kept alive."""
    monkeypatch.setattr(adapters, "_FIRST_WAIT", 0.01)
    made = MessageSupervisor(OscOut("console", OscSettings(port=console.getsockname()[1])))
    yield made
    made.adapter.stuck.clear()
    made.stop(PATIENCE)


def heard(console: socket.socket, count: int) -> list[object]:
    found: list[object] = []
    for _ in range(count):
        (message,) = osc.decode(console.recv(2048))
        found.append(message.arguments[0])
    return found


def test_messages_go_out_in_order_and_the_last_before_the_end(console, out) -> None:
    out.start()
    out.put(say(1, 2), time.monotonic())
    out.put(say(3), time.monotonic())
    assert heard(console, 3) == [1, 2, 3]
    out.put(say(4), time.monotonic())
    out.stop(PATIENCE)
    assert heard(console, 1) == [4]
    assert out.report().state == "closed"
    assert out.report().tx == 4


def test_a_console_that_comes_back_is_opened_again_and_hears_nothing_late(
    console, out, caplog, monkeypatch
) -> None:
    caplog.set_level("INFO")
    monkeypatch.setattr(outgoing, "LATEST", 0.05)
    adapter: Any = out.adapter
    adapter.away.set()
    out.start()
    until(lambda: out.report().state == "down")
    assert out.report().detail.startswith("no such console")
    out.put(say(1, 2), time.monotonic() - 0.06)  # a GO that nobody could hear in time
    adapter.away.clear()
    until(lambda: out.report().state == "up" and out.report().dropped == 2)
    out.put(say(3), time.monotonic() + PATIENCE)
    assert heard(console, 1) == [3]
    adapter.away.set()
    out.put(say(4), time.monotonic() + PATIENCE)
    until(lambda: out.report().state == "down")
    adapter.away.clear()
    until(lambda: out.report().state == "up")
    assert adapter.opened == 2
    lines = [line for line in caplog.messages if line.startswith("adapter console")]
    assert [line.split(":")[0].rpartition(" ")[2] for line in lines] == ["down", "up", "down", "up"]


def test_a_device_that_hangs_holds_up_nobody_and_its_queue_is_bounded(console, out) -> None:
    adapter: Any = out.adapter
    out.start()
    until(lambda: out.report().state == "up")
    adapter.stuck.set()
    out.put(say(0), time.monotonic())
    until(lambda: not out._queue)  # it has taken the first one and hangs on it
    for number in range(1, 5001):  # this would never end if anything here waited for the device
        out.put(say(number), time.monotonic() + PATIENCE)
    assert len(out._queue) == outgoing.LONGEST_QUEUE
    assert out.report().dropped == 5000 - outgoing.LONGEST_QUEUE
    adapter.stuck.clear()
    assert heard(console, 3) == [0, 5001 - outgoing.LONGEST_QUEUE, 5002 - outgoing.LONGEST_QUEUE]


def test_a_bug_of_an_output_is_told_and_stops_nothing(out, console, caplog) -> None:
    adapter: Any = out.adapter
    good, adapter.send = adapter.send, lambda _messages: 1 / 0
    out.start()
    out.put(say(1), time.monotonic())
    until(lambda: "division by zero" in caplog.text)
    adapter.send = good
    until(lambda: out.report().state == "up")
    out.put(say(2), time.monotonic() + PATIENCE)
    assert heard(console, 1) == [2]


def test_a_surface_shows_the_newest_of_each_address_and_all_of_it_when_it_comes_back(monkeypatch) -> None:
    monkeypatch.setattr(adapters, "_FIRST_WAIT", 0.01)
    monkeypatch.setattr(outgoing, "MOST_STATES", 2)
    pads = Pads()
    surface = SurfaceSupervisor(pads, lambda _readings: None)
    surface.show([Message("/pad/1", (1,)), Message("/pad/2", (0,)), Message("/pad/1", (0,))])
    surface.start()
    until(lambda: bool(pads.lights) and pads.lights[-1] == {"/pad/1": (0,), "/pad/2": (0,)})
    surface.show([Message("/pad/2", (1,)), Message("/pad/3", (1,))])  # one more than it is told of
    until(lambda: pads.lights[-1] == {"/pad/1": (0,), "/pad/2": (1,)})
    assert pads.counters.dropped == 1

    pads.away.set()
    pads.wake()
    until(lambda: surface.report().state == "down")
    surface.show([Message("/pad/1", (1,))])
    pads.away.clear()
    until(lambda: len(pads.lights) == 2 and pads.lights[-1] == {"/pad/1": (1,), "/pad/2": (1,)})
    surface.stop(PATIENCE)
    assert pads.threads == {"input pads"}


def level(number: float, address: str = "/level") -> Message:
    return Message(address, (number,), stream=True)


def test_a_stream_has_one_place_in_the_queue_and_is_never_late(console, out, monkeypatch) -> None:
    monkeypatch.setattr(outgoing, "LATEST", 0.05)
    long_ago = time.monotonic() - 10.0
    out.put([level(1.0), *say(7), level(2.0), level(9.0, "/other"), level(3.0)], long_ago)
    assert len(out._queue) == 3
    out.start()
    assert heard(console, 2) == [3.0, 9.0]
    until(lambda: out.report().dropped == 1)  # the event was late


def test_a_later_value_of_a_stream_does_not_overtake_an_event_at_its_address(console, out) -> None:
    out.put([level(1.0), Message("/level", (2.0,)), level(3.0)], time.monotonic() + PATIENCE)
    out.start()
    assert heard(console, 3) == [1.0, 2.0, 3.0]


def test_when_the_queue_is_full_streams_make_room_for_events(console, out, monkeypatch) -> None:
    monkeypatch.setattr(outgoing, "LONGEST_QUEUE", 4)
    now = time.monotonic() + PATIENCE
    out.put(say(1, 2), now)
    out.put([level(10.0, "/a"), level(11.0, "/b")], now)
    out.put(say(3, 4), now)
    out.start()
    assert heard(console, 4) == [1, 2, 3, 4]
    assert out.report().dropped == 2


def test_an_output_is_tended_without_messages_and_its_targets_are_told(out) -> None:
    adapter: Any = out.adapter
    calls: list[float] = []
    adapter.tend = lambda: calls.append(time.monotonic()) or 0.01
    out.start()
    until(lambda: len(calls) > 20)
    assert out.adapter.targets == ("console",)
    assert out.report().targets == ()
