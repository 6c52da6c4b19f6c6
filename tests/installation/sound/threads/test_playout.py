"""The render thread with a device that takes sound in real time: what it does when the setup changes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import numpy as np

from installation.errors import AdapterError
from installation.ipc.feeds.sound import Drive, Setup
from installation.sound import BLOCK, RATE
from installation.sound.devices import Device, Inventory, Library
from installation.sound.parts import Parts
from installation.sound.reference import Reference
from installation.sound.threads.playout import Pace, Playout
from installation.sound.threads.urgency import Urgency
from tests.installation.sound.live.server import until
from tests.installation.sound.live.sine_process import Level, Sine


class Opened:
    """An output in real time."""

    channels, capacity = 2, 2048

    def __init__(self, name: str) -> None:
        self.device = Device(index=0, name=name, api="ALSA", outputs=2)
        self._began, self._samples = time.monotonic(), 0
        self.ahead = 0

    def room(self) -> int:
        played = round((time.monotonic() - self._began) * RATE) + self.ahead
        return self.capacity - max(0, self._samples - played)

    def write(self, block: np.ndarray) -> bool:
        self._samples += block.shape[1]
        return False

    def close(self) -> None:
        """Nothing to close."""


class Devices:
    """Two outputs, of which some are lost."""

    streams = 0
    wanted_back = False

    def __init__(self) -> None:
        self.lost: set[str] = set()
        self.opened: list[Opened] = []

    def inventory(self) -> Inventory:
        both = tuple(Device(index=n, name=name, api="ALSA", outputs=2) for n, name in enumerate("ab"))
        return Inventory(devices=both, output=0)

    def renew(self) -> bool:
        return True

    def output(self, name: str, channels: int, latency: float) -> Opened:
        del channels, latency
        if name in self.lost:
            raise AdapterError(f"{name} cannot be opened")
        self.opened.append(Opened(name))
        return self.opened[-1]


@contextmanager
def playing(devices: Devices, parts: Parts, urgency: Urgency | None = None) -> Iterator[Playout]:
    made = Playout(cast("Library", devices), parts, Reference(), urgency)
    made.start()
    try:
        yield made
    finally:
        made.stop(5.0)


def sine() -> Parts:
    return Parts(Sine, cast("Any", lambda _channels: Level()))


def level(playout: Playout, name: str) -> float:
    """Wait until this output plays and the desk has measured dB(A), and return it."""

    def found() -> bool:
        playout.take(Drive(frame=1, time=0.0, at=time.monotonic(), values={"/voice/level": 0.0}))
        meters = playout.meters
        return playout.device == name and meters is not None and meters.dba == meters.dba

    until(found, f"{name} plays with the limits of the new setup")
    assert playout.meters is not None
    return playout.meters.dba


def test_a_name_that_no_device_has_is_told_before_a_voice_is_made() -> None:
    def made(_setup: Setup) -> Any:
        raise AssertionError("making it takes seconds, in which the status says `opening`")

    with playing(Devices(), Parts(made, cast("Any", None))) as playout:
        playout.set_up(Setup(output="alpha"))
        until(lambda: playout.state == "down", "it says so")
        assert playout.reason.startswith("there is no output device 'alpha'")


class Watching(Urgency):
    """Notes what it is told; changes no scheduling."""

    def __init__(self) -> None:
        super().__init__(lambda _priority: "none", lambda _priority: None)
        self.begun = 0
        self.most = 0.0

    def begin(self, now: float) -> None:
        super().begin(now)
        self.begun += 1

    def watch(self, empty: float, now: float) -> None:
        super().watch(empty, now)
        self.most = max(self.most, empty)


def test_how_empty_the_buffer_is_is_watched_from_the_beginning() -> None:
    devices, watching = Devices(), Watching()
    with playing(devices, sine(), watching) as playout:
        playout.set_up(Setup(output="a"))
        until(lambda: playout.meters, "it plays")
        assert watching.begun == 1
        assert watching.most == 1.0
        watching.most = 0.0
        devices.opened[-1].ahead = Opened.capacity * 2 // 3
        until(lambda: watching.most > 0.6, "two thirds were played at once")
        watching.begin(time.monotonic())
        playout.set_up(Setup(output="none"))
        until(lambda: not watching.hurried, "where nothing plays there is no hurry")


def test_limits_that_change_with_the_output_hold_on_the_new_one() -> None:
    """The sound level is measured where the setup states one: so the desk knows the new setup."""
    with playing(Devices(), sine()) as playout:
        playout.set_up(Setup(output="a"))
        until(lambda: playout.meters, "a plays")
        playout.set_up(Setup(output="b", dba=70.0))
        assert level(playout, "b") < 90.0


def test_limits_that_change_while_the_output_is_lost_hold_when_it_is_back() -> None:
    devices = Devices()
    with playing(devices, sine()) as playout:
        playout.set_up(Setup(output="a"))
        until(lambda: playout.meters, "a plays")
        devices.lost.add("b")
        playout.set_up(Setup(output="b"))
        until(lambda: playout.state == "down", "b is lost")
        playout.set_up(Setup(output="b", ceiling=-40.0))
        playout.set_up(Setup(output="b", ceiling=-40.0, dba=70.0))
        until(lambda: playout.state == "down", "b is lost still")
        devices.lost.clear()
        assert level(playout, "b") < 90.0


class Clocked:
    """A device of 60 ms that may stand still, as a busy server, and then takes at once what it missed."""

    def __init__(self) -> None:
        self.held, self.gaps = 0.0, 0

    def plays(self, seconds: float) -> None:
        """Let it take so much."""
        if self.held < seconds:
            self.gaps += 1
        self.held = max(self.held - seconds, 0.0)

    def write(self) -> None:
        """Give it a block."""
        self.held += BLOCK / RATE


def paced(
    device: Clocked, pace: Pace, begin: float, end: float, standing: tuple[float, float] = (0.0, 0.0)
) -> None:
    """Write to it each millisecond as far as there is room."""
    missed = 0.0
    for step in range(round(begin * 1000), round(end * 1000)):
        now = step / 1000
        if standing[0] <= now < standing[1]:
            missed += 0.001
        else:
            # It catches up at once, but renders in pieces of what it was given.
            while missed > 0.0:
                piece = min(missed, max(device.held, BLOCK / RATE))
                device.plays(piece)
                missed -= piece
                while device.held <= 0.06 and not pace.holds(now):
                    device.write()
                    pace.wrote()
            device.plays(0.001)
        while device.held <= 0.06 and not pace.holds(now):
            device.write()
            pace.wrote()


def test_a_device_that_stood_still_has_a_full_buffer_again_soon() -> None:
    device, pace = Clocked(), Pace(0.06, 0.0)
    paced(device, pace, 0.0, 2.0, standing=(0.5, 1.5))
    before = device.gaps
    paced(device, pace, 2.0, 6.0)

    assert device.held > 0.05
    assert device.gaps - before <= 1


def test_a_device_that_takes_everything_is_held_back() -> None:
    pace = Pace(0.06, 0.0)
    blocks = 0
    for step in range(10_000):
        while not pace.holds(step / 1000):
            pace.wrote()
            blocks += 1

    assert blocks * BLOCK / RATE < 2.0 * 10.0 + 1.0
