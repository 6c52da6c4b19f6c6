"""The process without devices: what it tells, and what it does when the sound system hangs."""

import logging
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import numpy as np
import pytest

from installation.errors import AdapterError
from installation.ipc.bus import LocalBus, LocalHub
from installation.ipc.feeds.sound import DRIVE, HEARD, REPORT, SETUP, Drive, Heard, Setup, SoundFile, Speaker
from installation.sound import BLOCK, STATIONS
from installation.sound.desk import Controls
from installation.sound.devices import Device, Inventory, Library, Output
from installation.sound.parts import Parts
from installation.sound.process import STUCK, Process
from installation.sound.room_ears import RoomEars
from installation.sound.sources import Sources
from installation.sound.threads.playout import LATENCY
from installation.status import SoundStatus, sounding
from tests.installation.sound.live.server import until
from tests.installation.sound.live.sine_process import Level, Sine


class Hanging:
    """Devices of a sound system that answers no call, until it is let go."""

    streams = 0
    wanted_back = spent = False

    def __init__(self) -> None:
        self.let_go = threading.Event()

    def inventory(self) -> Inventory:
        one = Device(index=0, name="stuck", api="ALSA", outputs=2, inputs=2)
        return Inventory(devices=(one,), output=0, input=0)

    def renew(self) -> bool:
        return True

    def lose(self, stream: Any) -> None:
        stream.close()

    def output(self, *_: Any) -> None:
        self.let_go.wait()
        raise AdapterError("stuck cannot be opened")

    input = output


@pytest.fixture
def hub() -> LocalHub:
    return LocalHub()


@pytest.fixture
def devices() -> Iterator[Hanging]:
    made = Hanging()
    yield made
    made.let_go.set()


def process(hub: LocalHub, devices: Hanging, left: list[int]) -> Process:
    parts = Parts(Sine, lambda _channels: Level())
    return Process(LocalBus(hub), cast("Library", devices), parts, left.append)


def test_a_call_that_never_returns_ends_the_process(
    hub: LocalHub, devices: Hanging, caplog: pytest.LogCaptureFixture
) -> None:
    stage = LocalBus(hub)
    stage.put(SETUP, msgspec.msgpack.encode(Setup()), keep=True)
    left: list[int] = []
    running = process(hub, devices, left)
    try:
        began = running.playout.beat
        assert running.step(began + 9.0)
        assert left == []
        with caplog.at_level(logging.ERROR):
            running.step(max(running.playout.beat, running.listening.beat) + 20.0)
        assert set(left) == {STUCK}
        assert "the sound system does not answer" in caplog.text
    finally:
        devices.let_go.set()
        running.close()


def test_it_reports_a_device_that_cannot_be_opened_and_tells_our_loudness_all_the_same(
    hub: LocalHub, devices: Hanging
) -> None:
    stage = LocalBus(hub)
    reports, heard = stage.subscribe(REPORT), stage.subscribe(HEARD)
    devices.let_go.set()
    running = process(hub, devices, [])
    try:
        stage.put(SETUP, msgspec.msgpack.encode(Setup()))
        drive = Drive(frame=1, time=0.0, at=0.0, values={"/voice/level": -12.0, "/voice/mute": 1.0})
        stage.put(DRIVE, msgspec.msgpack.encode(drive))
        clock = [running.playout.beat]

        def told() -> SoundStatus | None:
            clock[0] += 1.0
            running.playout.beat = running.listening.beat = clock[0]
            running.step(clock[0])
            found = [msgspec.msgpack.decode(one, type=SoundStatus) for _, one in reports.drain()]
            return found[-1] if found and found[-1].state == "down" else None

        said = until(told, "it is down")
        assert isinstance(said, SoundStatus)
        assert said.reason == "stuck cannot be opened"
        assert (said.level_db, said.muted) == (-12.0, "mute")
        hops = [msgspec.msgpack.decode(one, type=Heard) for _, one in heard.drain()]
        assert hops
        assert all(one.values == {} and one.output == 0.0 for one in hops)
    finally:
        running.close()


def test_hops_in_which_only_the_beat_runs_on_are_not_sent_but_the_end_of_a_rise_is(
    hub: LocalHub, devices: Hanging
) -> None:
    stage = LocalBus(hub)
    heard = stage.subscribe(HEARD)
    running = process(hub, devices, [])
    try:
        for number, (onset, steady) in enumerate(
            [(0.0, False), (0.0, True), (0.7, False), (0.0, True), (0.0, True)]
        ):
            running._heard(Heard(at=float(number), values={"onset": onset}, pace=2.0, steady=steady))
        told = [msgspec.msgpack.decode(one, type=Heard) for _, one in heard.drain()]

        assert [(one.at, one.values["onset"]) for one in told if one.values] == [
            (0.0, 0.0),
            (2.0, 0.7),
            (3.0, 0.0),
        ]
    finally:
        running.close()


def test_a_message_that_cannot_be_read_is_left_out(hub: LocalHub, devices: Hanging) -> None:
    stage = LocalBus(hub)
    running = process(hub, devices, [])
    try:
        stage.put(SETUP, b"\xc1")
        stage.put(DRIVE, b"nonsense")
        assert running.step(running.playout.beat)
    finally:
        running.close()


def test_a_blackout_of_the_keeper_holds_until_the_stage_has_had_its_say(
    hub: LocalHub, devices: Hanging
) -> None:
    stage = LocalBus(hub)
    running = process(hub, devices, [])

    def frame(at: float, **said: Any) -> Drive:
        stage.put(DRIVE, msgspec.msgpack.encode(Drive(frame=1, time=0.0, at=at, **said)))
        running.step(running.playout.beat)
        return running.playout.drive

    try:
        assert not frame(time.monotonic()).dark
        running.hush()
        running.step(running.playout.beat)
        assert running.playout.drive.dark, "the stage says nothing: it hangs"
        hushed = time.monotonic()
        assert frame(hushed + 0.1).dark, "this frame began before the stage could know"
        assert frame(hushed + 0.5, dark=True).dark
        assert not frame(hushed + 0.6).dark
    finally:
        running.close()


def test_a_speaker_on_a_channel_that_the_device_lacks_leaves_its_part_to_the_others(
    hub: LocalHub, devices: Hanging, caplog: pytest.LogCaptureFixture
) -> None:
    near, far = (
        Speaker(name=f"on {channel}", channel=channel, azimuth=azimuth)
        for channel, azimuth in ((1, -30.0), (40, 30.0))
    )
    narrow = SimpleNamespace(channels=2, device=SimpleNamespace(name="card"))
    running = process(hub, devices, [])
    try:
        running.playout._leave_out(Setup(speakers=(near, far)), cast("Output", narrow))
        desk = running.playout._desk
        assert desk is not None
        made = [
            desk.process(np.full((len(STATIONS), BLOCK), 0.01, np.float32), Controls()) for _ in range(500)
        ]
        assert made[-1].shape == (2, BLOCK)
        assert "no sound from on 40 (channel 40)" in caplog.text
    finally:
        devices.let_go.set()
        running.close()


class Starved(Hanging):
    """Devices of a machine that is too busy for a small buffer: every block comes too late for one."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[float] = []

    def output(self, _name: str, channels: int, latency: float) -> Any:
        self.asked.append(latency)
        starved = latency < 0.06

        class Opened:
            """An output that takes a block every 5 ms."""

            device = self.inventory().devices[0]
            capacity = 1024

            def __init__(self) -> None:
                self.channels = channels
                self.due = 0.0

            def room(self) -> int:
                return BLOCK if time.monotonic() > self.due else 0

            def write(self, block: object) -> bool:
                del block
                self.due = time.monotonic() + 0.005
                return starved

            def close(self) -> None:
                """Nothing to close."""

        return Opened()

    def input(self, *_: Any) -> None:
        raise AdapterError("there is none")


class Plugged(Starved):
    """Devices of a machine with a microphone, which has a block every 5 ms."""

    def input(self, *_: Any) -> Any:
        class Opened:
            """An input."""

            device = self.inventory().devices[0]
            channels = 2

            def __init__(self) -> None:
                self.due = 0.0

            def ready(self) -> int:
                return BLOCK if time.monotonic() > self.due else 0

            def read(self, samples: int) -> tuple[Any, bool]:
                self.due = time.monotonic() + 0.005
                return np.zeros((2, samples), np.float32), False

            def close(self) -> None:
                """Nothing to close."""

        return Opened()


def test_output_and_ears_compute_in_turn(hub: LocalHub) -> None:
    stage = LocalBus(hub)
    stage.put(SETUP, msgspec.msgpack.encode(Setup()), keep=True)
    at_work: list[str] = []
    beside: list[str] = []
    turns: list[str] = []

    def worked(who: str) -> None:
        beside.extend(at_work)
        at_work.append(who)
        time.sleep(0.003)
        at_work.remove(who)
        turns.append(who)

    class Slow(Sine):
        def render(self) -> Any:
            worked("voice")
            return super().render()

    class Ears(Level):
        def hear(self, *given: Any) -> Any:
            worked("ears")
            return super().hear(*given)

    parts = Parts(Slow, lambda _channels: Ears())
    running = Process(LocalBus(hub), cast("Library", Plugged()), parts, list[int]().append)
    try:
        running.step(time.monotonic())
        until(lambda: min(turns.count("voice"), turns.count("ears")) > 40, "both have worked")
    finally:
        running.close()
    assert beside == []


class Wrong(Sine):
    """A voice that has refused some blocks, and has a sample far beyond full scale in each."""

    refused = 7

    def render(self) -> Any:
        made = super().render()
        made[0, 0] = 1e9
        return made


def test_sound_files_that_cannot_be_played_are_told_at_once_and_when_they_can(
    hub: LocalHub, tmp_path: Path
) -> None:
    stage = LocalBus(hub)
    reports = stage.subscribe(REPORT)
    storm = SoundFile(name="storm", file="storm.wav")
    setup = Setup(folder=str(tmp_path), sounds=(storm,))
    stage.put(SETUP, msgspec.msgpack.encode(setup), keep=True)
    parts = Parts(lambda given: Sources(Sine, given), lambda _channels: Level())
    running = Process(LocalBus(hub), cast("Library", Starved()), parts, list[int]().append)
    said = SoundStatus()
    now = time.monotonic()

    def told(wanted: bool) -> bool:
        nonlocal said
        running.step(now)  # no report is due by time
        for _, one in reports.drain():
            said = msgspec.msgpack.decode(one, type=SoundStatus)
        return bool(said.lost) is wanted

    try:
        until(lambda: told(True), "the file that is not there is in the report")
        assert said.lost == {"storm": f"there is no file storm.wav in {tmp_path}"}
        assert f"sound storm is silent: there is no file storm.wav in {tmp_path}" in sounding(said)
        stage.put(SETUP, msgspec.msgpack.encode(msgspec.structs.replace(setup, sounds=())), keep=True)
        until(lambda: told(False), "a show without it")
    finally:
        running.close()


def test_what_was_made_silent_is_told(hub: LocalHub) -> None:
    stage = LocalBus(hub)
    stage.put(SETUP, msgspec.msgpack.encode(Setup()), keep=True)
    parts = Parts(Wrong, lambda _channels: Level())
    running = Process(LocalBus(hub), cast("Library", Starved()), parts, list[int]().append)
    try:

        def told() -> bool:
            running.step(time.monotonic())
            said = running.status()
            return said.refused == 7 and said.scrubbed > 0 and said.input_scrubbed == 0

        until(told, "refused blocks and scrubbed samples are in the status")
        ears = RoomEars(2)
        heard = np.full((2, BLOCK), np.nan, np.float32)
        ears.hear(heard, np.zeros((2, BLOCK), np.float32), running.playout.drive, 0.0)
        running.listening.ears = ears
        assert running.status().input_scrubbed == 2 * BLOCK
    finally:
        running.close()


def test_a_busy_machine_gets_a_deeper_buffer(hub: LocalHub) -> None:
    devices = Starved()
    stage = LocalBus(hub)
    stage.put(SETUP, msgspec.msgpack.encode(Setup()), keep=True)
    running = process(hub, devices, [])
    try:

        def deep() -> bool:
            running.step(running.playout.beat)
            return len(devices.asked) > 2

        until(deep, "the buffer grows")
        asked = devices.asked[:3]
        assert asked == sorted(asked)
        assert asked[0] == LATENCY
        assert asked[2] > 0.06, "deep enough"
        before = running.playout.underruns
        assert before >= 10
        until(lambda: running.playout.state == "up" and running.step(running.playout.beat), "it plays")
        assert len(devices.asked) == 3
    finally:
        running.close()
