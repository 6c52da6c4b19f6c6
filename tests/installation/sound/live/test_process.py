"""The sound process with a real sound server: heard on the monitor of a null sink, killed, and back."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from installation.ipc.bus import ZenohBus
from installation.ipc.feeds.sound import DRIVE, HEARD, REPORT, SCOPE, SETUP, Drive, Heard, Setup, Speaker
from installation.sound.process import STUCK
from installation.status import SoundStatus
from tests.hardware import jack
from tests.installation.sound.live.server import RATE, Recorder, SoundServer, home, until

pytestmark = pytest.mark.device

PAIR = (Speaker(name="l", channel=1, azimuth=-30.0), Speaker(name="r", channel=2, azimuth=30.0))


class Stage:
    """Stands for the stage: sends frames 60 times a second, and listens.

    Args:
        folder: State folder.
        environment: Of the sound process.
        module: The sound process.
    """

    def __init__(self, folder: Path, environment: dict[str, str], module: str = "sine_process") -> None:
        folder.mkdir()
        self.bus = ZenohBus(folder, listen=True)
        self._heard = self.bus.subscribe(HEARD, capacity=256)
        self._reports = self.bus.subscribe(REPORT, capacity=16)
        self.scopes = self.bus.subscribe(SCOPE, capacity=4)
        self.set_up()
        self.ends: list[int] = []
        self.said = SoundStatus()
        self.hops: list[Heard] = []
        self.now: dict[str, Any] = {}
        self._frame = 0
        self._over = threading.Event()
        given = environment | {"PHOTOPHORE_STATE": str(folder)}
        command = [sys.executable, "-m", f"tests.installation.sound.live.{module}"]
        self.told = folder / "terminal"

        def begin() -> "subprocess.Popen[bytes]":
            with self.told.open("a") as terminal:
                return subprocess.Popen(command, env=given, stdout=subprocess.DEVNULL, stderr=terminal)

        self._begin = begin
        self.process = begin()
        self.log = folder / "sound.log"
        self._thread = threading.Thread(target=self._play)
        self._thread.start()

    def set_up(self, **changes: Any) -> None:
        """Say what the venue has."""
        self.bus.put(SETUP, msgspec.msgpack.encode(Setup(speakers=PAIR, **changes)), keep=True)

    def _play(self) -> None:
        while not self._over.wait(1 / 60):
            if self.process.poll() == STUCK:  # rarely a killed server leaves a call hanging
                self.ends.append(STUCK)
                self.keep()
            self._frame += 1
            values = {"/voice/level": 0.0} | self.now.get("values", {})
            more = {key: value for key, value in self.now.items() if key != "values"}
            drive = Drive(
                frame=self._frame, time=self._frame / 60, at=time.monotonic(), values=values, **more
            )
            self.bus.put(DRIVE, msgspec.msgpack.encode(drive))
            self.hops += [msgspec.msgpack.decode(one, type=Heard) for _, one in self._heard.drain()]
            for _, one in self._reports.drain():
                self.said = msgspec.msgpack.decode(one, type=SoundStatus)

    def keep(self) -> None:
        """Start the process again if it has ended, as the keeper does."""
        if self.process.poll() is not None:
            self.process = self._begin()

    def state(self, state: str) -> object:
        """Wait until the output has a state."""
        return until(lambda: self.said.state == state, f"the output is {state}: {self.said}")

    def close(self) -> None:
        """End everything."""
        self._over.set()
        self._thread.join()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.bus.close()


@pytest.fixture(scope="module")
def world() -> Iterator[dict[str, str]]:
    with home() as environment:
        yield environment


@pytest.fixture(scope="module")
def server(world: dict[str, str]) -> Iterator[SoundServer]:
    made = SoundServer(world)
    made.start()
    yield made
    made.kill()


@pytest.fixture(scope="module")
def recorder(
    world: dict[str, str], server: SoundServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Recorder]:
    del server
    made = Recorder(world, tmp_path_factory.mktemp("rec") / "monitor.f32")
    yield made
    made.close()


@pytest.fixture(scope="module")
def stage(
    world: dict[str, str], recorder: Recorder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    del recorder
    made = Stage(tmp_path_factory.mktemp("state") / "s", world)
    yield made
    made.close()


def sounding(recorder: Recorder, samples: int = RATE // 4) -> NDArray[np.float32]:
    """Wait for so many samples from now on that are not silent, and return them."""
    begin = recorder.mark()

    def found() -> bool:
        return recorder.mark() - begin > samples and bool(np.abs(recorder.newest(samples)).max() > 1e-4)

    until(found, "something is heard")
    return recorder.newest(samples)


def silence(recorder: Recorder, samples: int = RATE // 10) -> NDArray[np.float32]:
    """Wait until as many samples are exactly zero, and return all from the call on."""
    begin = recorder.mark()

    def found() -> bool:
        return recorder.mark() - begin > samples and not recorder.newest(samples).any()

    until(found, "silence")
    return recorder.heard()[begin:]


def pure(heard: NDArray[np.float32]) -> bool:
    """Whether there is a sine of 440 Hz and nothing else; a busy machine may leave a gap now and then."""
    spectrum = np.abs(np.fft.rfft(heard[:, 0] * np.hanning(len(heard))))
    peak = int(spectrum.argmax())
    assert abs(peak * RATE / len(heard) - 440.0) < 5.0
    beside = np.delete(spectrum, np.arange(peak - 8, peak + 9))
    return bool(beside.max() < 1e-3 * spectrum[peak])


def length_of_fall(heard: NDArray[np.float32]) -> float:
    """Seconds from the last sample at full level to the first of exact silence."""
    loud = np.abs(heard).max(axis=1)
    full = loud[: RATE // 100].max()
    last = int(np.flatnonzero(loud > 0.9 * full)[-1])
    end = int(np.flatnonzero(loud > 0.0)[-1]) + 1
    return (end - last) / RATE


EDGE = RATE // 200
"""5 ms: without a fade the sound would stand at its full level there."""


def begins_softly(heard: NDArray[np.float32]) -> bool:
    """Whether the first sound rises from silence."""
    loud = np.abs(heard).max(axis=1)
    first = int(np.flatnonzero(loud)[0])
    return bool(loud[first : first + EDGE].max() < 0.2 * loud[first : first + RATE].max())


def ends_softly(heard: NDArray[np.float32]) -> bool:
    """Whether the last sound falls to silence."""
    loud = np.abs(heard).max(axis=1)
    last = int(np.flatnonzero(loud)[-1]) + 1
    return bool(loud[last - EDGE : last].max() < 0.45 * loud.max())


def test_the_voice_is_heard_on_the_output_without_a_click(stage: Stage, recorder: Recorder) -> None:
    stage.state("up")
    until(lambda: pure(sounding(recorder, RATE // 2)), "nothing but the sine: no gap, no click")
    assert stage.said.output == "default"
    assert stage.said.channels == 2
    assert begins_softly(recorder.heard())


def test_what_the_input_hears_reaches_the_stage(stage: Stage, recorder: Recorder) -> None:
    sounding(recorder)
    until(lambda: stage.said.input_state == "up", "it listens")
    until(lambda: stage.hops and stage.hops[-1].values.get("level", 0.0) > 1e-3, "the monitor is heard")
    until(lambda: stage.hops[-1].output > 0.0, "our own loudness is told")
    at = [one.at for one in stage.hops[-50:]]
    assert at == sorted(at)
    stage.now = {"scope": True}
    until(stage.scopes.drain, "waveform and spectrum come while they are wanted")
    stage.now = {}


def test_mute_blackout_panic_and_cue_silence_the_output_in_their_time(
    stage: Stage, recorder: Recorder
) -> None:
    wanted: tuple[tuple[dict[str, Any], str, float], ...] = (
        ({"values": {"/voice/mute": 1.0}}, "mute", 0.04),
        ({"dark": True}, "blackout", 0.03),
        ({"calm": True}, "panic", 2.0),
        ({"silent": True}, "cue", 0.6),
        ({"values": {"/voice/level": -60.0}}, "", 0.5),
    )
    for now, cause, most in wanted:
        for _ in range(5):  # a gap on a busy machine makes one of them longer, or cuts it off
            stage.now = {}
            sounding(recorder)
            stage.now = now
            heard = silence(recorder)
            if length_of_fall(heard) <= most and ends_softly(heard):
                break
        assert length_of_fall(heard) <= most, cause
        assert ends_softly(heard), f"{cause} clicks"
        until(lambda cause=cause: stage.said.muted == cause, f"the report says {cause!r}")
        stage.now = {}
    sounding(recorder)


def test_a_killed_sound_server_is_reported_and_taken_up_again(
    stage: Stage, server: SoundServer, world: dict[str, str], tmp_path: Path
) -> None:
    server.kill()
    stage.state("down")
    assert stage.said.reason

    server.start()
    again = Recorder(world, tmp_path / "again.f32")
    try:
        stage.state("up")
        heard = sounding(again)
        begun = again.heard()
    finally:
        again.close()
    pure(heard)
    assert begins_softly(begun)
    assert stage.process.poll() is None
    until(lambda: stage.said.input_state == "up", "it listens again")


def test_it_fades_out_when_it_is_told_to_end(stage: Stage, world: dict[str, str], tmp_path: Path) -> None:
    last = Recorder(world, tmp_path / "last.f32")
    try:
        sounding(last)
        stage.process.send_signal(signal.SIGTERM)
        heard = silence(last)
    finally:
        last.close()
    assert ends_softly(heard)
    assert stage.process.wait(20) == 0


def test_without_any_device_it_is_silent_says_so_once_and_costs_nothing(tmp_path: Path) -> None:
    with home() as nobody:  # no server runs there
        stage = Stage(tmp_path / "s", nobody)
        try:
            stage.state("silent")
            until(lambda: stage.said.input_state == "silent", "no input either")
            assert stage.said.load == 0.0
            assert stage.said.voices == 0
            text = stage.log.read_text()
            said = (
                "sound is silent: there is no audio device; start PulseAudio or PipeWire, or plug in a device"
            )
            assert text.count(said) == 1
            assert stage.told.read_text().count(f"info: {said}\n") == 1, "whoever started it reads it"
            assert "warning" not in text
            until(lambda: stage.hops, "our own loudness is told all the same")
            assert stage.hops[-1].values == {}
            assert stage.hops[-1].output == 0.0
        finally:
            stage.close()


def test_when_a_jack_server_goes_another_process_takes_up_what_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To close a stream of a JACK server that has gone ends the process now and then, so nobody closes it."""
    with home() as plain, jack.running(monkeypatch) as server:
        names = ("JACK_DEFAULT_SERVER", "JACK_NO_START_SERVER", "JACK_NO_AUDIO_RESERVATION")
        stage = Stage(tmp_path / "s", plain | {name: os.environ[name] for name in names})
        try:
            stage.set_up(output="system", input="none")
            stage.state("up")
            server.stop(hard=True)
            until(lambda: stage.ends, "the process ends by itself")
            server.start()
            stage.state("up")
            assert stage.said.output == "system"
            assert stage.ends == [STUCK]
            log = stage.log.read_text()
            assert "the JACK server has gone; the sound process starts again" in log
            assert "does not answer" not in log, "it was not ended because it hung in closing"
        finally:
            stage.close()
