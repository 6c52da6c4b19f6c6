import threading
import time
from collections.abc import Callable

import numpy as np
import pytest

from installation.contract import AdapterError, PictureFrame, PictureOutput, Settings
from installation.devices.pictures import PictureOutputs, PictureSupervisor

SIZE = (4, 2)
PATIENCE = 10.0


class Screen(PictureOutput):
    """Keeps what it gets."""

    kind = "screen"
    Settings = Settings

    def __init__(self, rate: float = 0.0) -> None:
        super().__init__("screen", Settings())
        self.most = rate
        self.wants = True
        self.opened = 0
        self.closed = 0
        self.lost = False
        self.gate = threading.Event()
        self.gate.set()
        self.got: list[tuple[int, np.ndarray]] = []

    def open(self) -> None:
        self.opened += 1
        if self.lost:
            raise AdapterError("it is unplugged")

    def send(self, frame: PictureFrame) -> None:
        self.gate.wait(PATIENCE)
        if self.lost:
            raise AdapterError("it is unplugged")
        self.got.append((frame.index, frame.pixels.copy()))
        self.counters.sent += 1

    def close(self) -> None:
        self.closed += 1

    @property
    def rate(self) -> float:
        return self.most

    @property
    def wanted(self) -> bool:
        return self.wants


class Reader:
    """A reader whose pictures arrive one call later; the last row has the frame's number."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.full = False
        self.waiting: list[PictureFrame] = []

    def request(self, index: int, time: float) -> bool:
        if self.full:
            return False
        self.asked.append(index)
        pixels = np.zeros((SIZE[1], SIZE[0], 4), np.uint8)
        pixels[0] = index
        self.waiting.append(PictureFrame(index, time, pixels))
        return True

    def collect(self) -> list[PictureFrame]:
        arrived, self.waiting = self.waiting, []
        return arrived


def until(true: Callable[[], object]) -> bool:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.005)
    return False


@pytest.fixture
def screen() -> Screen:
    return Screen()


def started(screen: Screen) -> PictureSupervisor:
    supervisor = PictureSupervisor(screen, SIZE)
    supervisor.start()
    assert until(lambda: supervisor.report().state == "up" or screen.lost)
    return supervisor


def test_pictures_arrive_upright(screen: Screen) -> None:
    supervisor = started(screen)
    outputs = PictureOutputs(Reader(), [supervisor])
    outputs.put(7, 0.0)
    outputs.put(8, 0.1)

    assert until(lambda: screen.got)
    assert screen.size == SIZE
    assert screen.got[0][0] == 7
    assert (screen.got[0][1][-1] == 7).all()  # what was the lowest row is the last one now
    assert not screen.got[0][1][0].any()
    supervisor.stop()


def test_a_slow_output_drops_and_never_delays(screen: Screen) -> None:
    supervisor = started(screen)
    outputs = PictureOutputs(Reader(), [supervisor])
    screen.gate.clear()
    outputs.put(0, 0.0)
    outputs.put(1, 0.1)
    assert until(lambda: supervisor._next is None)
    for index in range(2, 100):
        outputs.put(index, index / 60)
    screen.gate.set()
    assert until(lambda: len(screen.got) == 2)
    time.sleep(0.05)
    supervisor.stop()

    assert [index for index, _ in screen.got] == [0, 98]  # the newest of those that arrived
    assert supervisor.report().dropped == 97


def test_nothing_is_read_back_for_nobody(screen: Screen) -> None:
    supervisor = started(screen)
    reader = Reader()
    outputs = PictureOutputs(reader, [supervisor])
    screen.wants = False
    for index in range(10):
        outputs.put(index, index / 60)
    assert reader.asked == []
    supervisor.stop()


@pytest.mark.parametrize(("rate", "expected"), [(0.0, 120), (30.0, 60), (24.0, 48), (60.0, 120), (90.0, 120)])
def test_the_rate_is_kept_on_average(rate: float, expected: int) -> None:
    screen = Screen(rate)
    supervisor = started(screen)
    reader = Reader()
    outputs = PictureOutputs(reader, [supervisor])
    noise = np.random.default_rng(5).uniform(-0.001, 0.001, 120)
    for index in range(120):
        outputs.put(index, 10.0 + index / 60 + noise[index])
    supervisor.stop()

    assert abs(len(reader.asked) - expected) <= 2


def test_what_cannot_be_read_back_in_time_is_counted(screen: Screen) -> None:
    supervisor = started(screen)
    reader = Reader()
    reader.full = True
    PictureOutputs(reader, [supervisor]).put(1, 0.0)
    supervisor.stop()

    assert supervisor.report().dropped == 1


def test_a_lost_output_is_closed_told_and_opened_again(
    screen: Screen, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("installation.devices.adapters._FIRST_WAIT", 0.02)
    supervisor = started(screen)
    outputs = PictureOutputs(reader := Reader(), [supervisor])
    screen.lost = True
    outputs.put(1, 0.0)
    outputs.put(2, 0.1)
    assert until(lambda: supervisor.report().state == "down")
    assert supervisor.report().detail == "it is unplugged"
    asked = len(reader.asked)
    outputs.put(3, 0.2)
    assert len(reader.asked) == asked  # nothing is read back for it meanwhile
    screen.lost = False
    assert until(lambda: supervisor.report().state == "up")
    outputs.put(4, 0.3)
    outputs.put(5, 0.4)
    assert until(lambda: any(index == 4 for index, _ in screen.got))
    supervisor.stop()

    assert supervisor.report().state == "closed"
    assert [one.levelname for one in caplog.records].count("WARNING") == 1
