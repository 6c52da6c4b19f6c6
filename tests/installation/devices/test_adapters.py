"""Loading, settings with all errors at their places, and keeping devices alive."""

import threading
import time
from importlib.metadata import EntryPoint
from typing import Annotated, ClassVar

import msgspec
import numpy as np
import pytest

from installation.contract import AdapterError, InputAdapter, LightFrame, LightOutput, Reading, Settings
from installation.devices import adapters
from installation.devices.adapters import Backoff, InputSupervisor, OutputSupervisor, load_adapters
from installation.devices.installed import GROUP
from installation.errors import ShowError
from installation.show.venue_model import AdapterSpec
from installation.values import Where

FRAME = LightFrame(0, 0.0, np.zeros((1, 512), np.uint8))


class Flaky(LightOutput):
    kind = "flaky"

    class Settings(Settings, frozen=True, kw_only=True):
        target: str
        priority: Annotated[int, msgspec.Meta(ge=0, le=200)] = 100
        spans: tuple[int, ...] = ()

    def __init__(self, name, settings):
        super().__init__(name, settings)
        self.broken = ""
        self.calls: list[str] = []

    def open(self):
        self.calls.append("open")
        if self.broken:
            raise AdapterError(self.broken, "plug it in")

    def close(self):
        self.calls.append("close")

    def send(self, frame, now):
        self.calls.append("send")
        if self.broken == "bug":
            raise ZeroDivisionError("a bug of the adapter")
        if self.broken:
            raise AdapterError(self.broken)
        self.counters.sent += 1


class Sensor(InputAdapter):
    kind = "sensor"
    home: ClassVar = "stage"
    Settings = Settings

    def __init__(self, name, settings):
        super().__init__(name, settings)
        self.opened = 0
        self.closed = 0
        self.fail_once = True
        self.given = threading.Event()

    def open(self):
        self.opened += 1

    def close(self):
        self.closed += 1

    def receive(self, timeout):
        if self.fail_once:
            self.fail_once = False
            raise OSError("unplugged")
        self.given.wait(timeout)
        return [Reading("/sensor/x", (1.0,), time.monotonic(), self.name)]

    def wake(self):
        self.given.set()


@pytest.fixture
def installed(monkeypatch):
    points = {
        kind: EntryPoint(kind, f"{__name__}:{name}", GROUP)
        for kind, name in (("flaky", "Flaky"), ("sensor", "Sensor"), ("gone", "Missing"))
    }
    monkeypatch.setattr(adapters, "kinds", lambda: points)


def spec(kind="flaky", **settings):
    places = {key: Where("venue.toml", 10 + at, 5) for at, key in enumerate(settings)}
    return AdapterSpec(
        "one", kind, settings, Where("venue.toml", 9, 1), places | {"kind": Where("venue.toml", 9, 8)}
    )


def flaky():
    return Flaky("one", Flaky.Settings(target="x"))


def settled(supervisor, now):
    """Send until the thread that opens has ended."""
    end = time.monotonic() + 10
    while supervisor._opening is not None and time.monotonic() < end:
        time.sleep(0.001)
        supervisor.send(FRAME, now)


def test_the_adapters_of_one_process_are_built(installed):
    built = load_adapters([spec(target="x", priority=7), spec("sensor")], "keeper")
    assert [type(one) for one in built] == [Flaky]
    assert built[0].settings.priority == 7


def test_all_errors_come_at_once_each_at_its_own_place(installed):
    with pytest.raises(ShowError) as caught:
        load_adapters(
            [spec(tarket="x", priority=300, spans=("a",)), spec("falky"), spec("gone"), spec("zzz")], "keeper"
        )
    found = {str(finding.where): str(finding) for finding in caught.value.findings}
    texts = [str(finding) for finding in caught.value.findings]
    assert "did you mean target?" in found["venue.toml:10:5"]
    assert "<= 200" in found["venue.toml:11:5"]
    assert "Expected `int`, got `str`" in found["venue.toml:12:5"]
    assert any("needs the setting 'target'" in text for text in texts)
    assert any("did you mean flaky?" in text for text in texts)
    assert any("cannot be imported" in text for text in texts)
    assert any("installed are flaky, gone, sensor" in text for text in texts)


def test_back_off_doubles_to_thirty_seconds_and_begins_again():
    backoff = Backoff()
    assert [backoff.next() for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    backoff.reset()
    assert backoff.next() == 1


def test_an_output_that_fails_is_closed_and_opened_again_with_one_line_down_and_one_up(caplog):
    caplog.set_level("INFO")
    adapter = flaky()
    supervisor = OutputSupervisor(adapter)
    supervisor.open(0.0)
    supervisor.send(FRAME, 0.0)
    adapter.broken = "unplugged"
    supervisor.send(FRAME, 1.0)
    assert supervisor.report().state == "down"
    assert supervisor.report().detail == "unplugged"
    for now in (1.1, 2.0, 2.1, 4.2, 8.3):
        supervisor.send(FRAME, now)
        settled(supervisor, now)
    assert adapter.calls.count("open") == 4  # at 0, 2, 4.2 and 8.3: waits of 1, 2 and 4 seconds
    adapter.broken = ""
    supervisor.send(FRAME, 20.0)
    settled(supervisor, 20.0)
    supervisor.send(FRAME, 20.1)
    assert supervisor.report().state == "up"
    lines = [record.getMessage() for record in caplog.records]
    assert [line.split(":")[0] for line in lines] == [
        "adapter one is up",
        "adapter one is down",
        "adapter one is up",
    ]


def test_a_bug_of_an_adapter_is_logged_with_its_traceback_and_stops_nothing(caplog):
    adapter = flaky()
    supervisor = OutputSupervisor(adapter)
    supervisor.open(0.0)
    adapter.broken = "bug"
    supervisor.send(FRAME, 0.0)
    assert caplog.records[0].exc_info is not None
    assert supervisor.report().state == "down"


def test_finish_says_goodbye_and_closes():
    adapter = flaky()
    supervisor = OutputSupervisor(adapter)
    supervisor.open(0.0)
    supervisor.finish(FRAME, 0.0)
    assert adapter.calls == ["open", "send", "send", "send", "close"]
    assert supervisor.report().state == "closed"
    supervisor.send(FRAME, 1.0)
    assert adapter.calls[-1] == "close"


def test_an_input_is_opened_again_after_a_loss_and_its_thread_ends(monkeypatch):
    monkeypatch.setattr(adapters, "_FIRST_WAIT", 0.01)
    adapter = Sensor("one", Settings())
    got = threading.Event()
    supervisor = InputSupervisor(adapter, lambda _readings: got.set())
    supervisor.start()
    adapter.given.set()
    assert got.wait(10)
    assert supervisor.report().state == "up"
    supervisor.stop(10)
    assert adapter.opened == 2
    assert adapter.closed == 2
    assert supervisor.report().state == "closed"
    assert not [thread for thread in threading.enumerate() if thread.name == "input one"]


def test_stopping_an_input_that_never_started_is_harmless():
    adapter = Sensor("one", Settings())
    got = threading.Event()
    supervisor = InputSupervisor(adapter, lambda _readings: got.set())
    before = supervisor.report()
    supervisor.stop()
    assert supervisor.report() == before
    assert (adapter.opened, adapter.closed) == (0, 0)
    assert not [thread for thread in threading.enumerate() if thread.name == "input one"]
    assert not got.is_set()
