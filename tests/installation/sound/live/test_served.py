"""Devices of a sound server by their own names: channel for channel, unplugged, and back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from numpy.typing import NDArray

from installation.errors import AdapterError
from installation.sound.devices import Library, scan
from tests.installation.sound.live.server import RATE, Recorder, SoundServer, home, until
from tests.installation.sound.live.test_process import Stage

pytestmark = pytest.mark.device

BLOCK: Final = 256


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    with home() as environment:
        for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "JACK_NO_START_SERVER"):
            monkeypatch.setenv(name, environment[name])
        yield environment


@pytest.fixture
def server(world: dict[str, str]) -> Iterator[SoundServer]:
    made = SoundServer(world)
    made.start()
    yield made
    made.kill()


def tones(count: int) -> NDArray[np.float32]:
    """A block with a tone for each channel: as many periods in a block as the number of the channel."""
    place = np.arange(BLOCK) / BLOCK
    return np.array([0.1 * np.sin(2 * np.pi * (2 + one) * place) for one in range(count)], np.float32)


def strongest(heard: NDArray[np.float32], channel: int, count: int) -> int:
    """Number of the tone that is loudest in a channel; -1 for silence."""
    some = heard[-BLOCK:, channel]
    spectrum = np.abs(np.fft.rfft(some))[2 : 2 + count]
    return int(spectrum.argmax()) if np.abs(some).max() > 1e-3 else -1


@pytest.mark.parametrize(("wanted", "count", "sink"), [("", 3, 4), ("Hall", 8, 8), ("hall.sink", 5, 8)])
def test_each_channel_is_heard_on_its_own_and_nowhere_else(
    world: dict[str, str], server: SoundServer, tmp_path: Path, wanted: str, count: int, sink: int
) -> None:
    """Three channels of the default device are those of the example in docs/sound.md."""
    server.plug("hall.sink", sink, "Hall")
    if not wanted:
        server.prefer("hall.sink")
    library = Library()
    output = library.output(wanted, count, 0.05)
    assert output is not None
    recorder = Recorder(world, tmp_path / "heard.f32", "hall.sink", sink)
    block = tones(count)
    expected = [*range(count), *[-1] * (sink - count)]

    def found() -> bool:
        while output.room() >= BLOCK:
            output.write(block)
        heard = recorder.newest(RATE // 20)
        return len(heard) >= BLOCK and [strongest(heard, one, count) for one in range(sink)] == expected

    try:
        assert output.device.name == "Hall"
        assert output.channels == count
        until(found, f"channels are {expected}")
    finally:
        output.close()
        recorder.close()


def test_what_one_output_plays_is_read_from_its_monitor(world: dict[str, str], server: SoundServer) -> None:
    server.plug("hall", 4, "Hall")
    library = Library()
    output, heard = library.output("Hall", 4, 0.05), library.input("Monitor of Hall", 4, 0.05)
    assert output is not None
    assert heard is not None
    block = tones(4)

    def found() -> bool:
        while output.room() >= BLOCK:
            output.write(block)
        while heard.ready() >= BLOCK:
            read = heard.read(BLOCK)[0].T
            if [strongest(read, one, 4) for one in range(4)] == [0, 1, 2, 3]:
                return True
        return False

    try:
        until(found, "what is played is heard, channel for channel")
        server.kill()
        with pytest.raises(AdapterError, match="Hall was lost"):
            until(lambda: output.room() < 0, "the loss is told")
        with pytest.raises(AdapterError, match="Monitor of Hall was lost"):
            until(lambda: heard.ready() < 0, "the loss is told")
    finally:
        output.close()
        heard.close()


def test_two_devices_of_one_name_are_told_apart(world: dict[str, str], server: SoundServer) -> None:
    server.plug("left", 2, "Box")
    server.plug("right", 2, "Box")
    names = [one.name for one in scan().able("output")]
    assert {"Box (left)", "Box (right)"} <= set(names)


def test_a_named_device_that_is_unplugged_is_waited_for_and_not_played_elsewhere(
    world: dict[str, str], server: SoundServer, tmp_path: Path
) -> None:
    module = server.plug("hall", 2, "Hall")
    stage = Stage(tmp_path / "s", world)
    other = Recorder(world, tmp_path / "other.f32")
    try:
        stage.set_up(output="Hall", input="none")
        stage.state("up")
        until(lambda: stage.said.output == "Hall", "it plays there")
        begin = other.mark()
        server.unplug(module)
        stage.state("down")
        until(lambda: other.mark() - begin > RATE // 2, "the other output is listened to")
        assert not other.heard()[begin:].any(), "nobody named that output"

        server.plug("hall", 2, "Hall")
        stage.state("up")
        again = Recorder(world, tmp_path / "again.f32", "hall")
        try:
            until(lambda: np.abs(again.newest()).max(initial=0.0) > 1e-4, "it is heard there again")
        finally:
            again.close()
        assert stage.process.poll() is None
    finally:
        other.close()
        stage.close()
