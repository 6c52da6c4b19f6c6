"""Films and folders with sound: where each sample lands."""

import subprocess
import wave
from pathlib import Path

import numpy as np
import pytest

from installation.cli.render.film import SOUND_FILE, Film, Wave, open_sink
from installation.errors import PhotophoreError
from installation.sound import RATE
from installation.sound.offline import frame_start
from tests.parts import require
from tests.sound_films import CLICK, Floats, decoded, onsets


def clicks(frames: int, fps: float, at: list[int]) -> Floats:
    sound = np.zeros((2, frame_start(frames, fps)), np.float32)
    for frame in at:
        start = frame_start(frame, fps)
        sound[:, start : start + 32] = CLICK * np.hanning(64)[32:]
    return sound


def film(path: Path, fps: float, frames: int, flashes: list[int], *, sound: bool) -> None:
    heard = clicks(frames, fps, flashes)
    with Film(path, fps, sound=sound) as sink:
        for index in range(frames):
            sink.add(np.full((90, 160, 3), 220 if index in flashes else 10, np.uint8))
            sink.hear(heard[:, frame_start(index, fps) : frame_start(index + 1, fps)])


@pytest.mark.parametrize("fps", [24.0, 29.97, 30.0, 60.0])
def test_a_click_stands_at_its_frame_in_the_film(tmp_path: Path, fps: float) -> None:
    path, flashes = tmp_path / "film.mp4", [3, 20, 41]
    film(path, fps, 47, flashes, sound=True)
    seen = decoded(path)

    assert seen.first == 0.0
    assert seen.samples.shape == (2, frame_start(47, fps))
    lit = [time for time, pixels in seen.frames if pixels.mean() > 128]
    heard = [at / RATE for at in onsets(seen.samples)]
    assert len(lit) == len(heard) == 3
    assert np.abs(np.array(lit) - heard).max() < 0.001


def test_sound_does_not_change_the_picture_of_a_film(tmp_path: Path) -> None:
    for name, sound in (("loud", True), ("silent", False)):
        film(tmp_path / f"{name}.mp4", 30.0, 20, [5], sound=sound)
    loud, silent = (decoded(tmp_path / f"{name}.mp4") for name in ("loud", "silent"))
    assert loud.pictures == silent.pictures
    assert silent.samples.shape[1] == 0


def test_ffprobe_says_the_same(tmp_path: Path) -> None:
    require("ffprobe")
    film(tmp_path / "film.mp4", 30.0, 47, [5], sound=True)
    command = ["ffprobe", "-v", "error", "-select_streams", "a", "-of", "csv=p=0"]
    command += ["-show_entries", "stream=codec_name,sample_rate,channels,start_pts,duration_ts"]
    command += [str(tmp_path / "film.mp4")]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["aac,48000,2,0,75200"]


def test_a_folder_gets_a_wav_file_to_the_bit(tmp_path: Path) -> None:
    sound = np.array([[0.0, 0.5, -0.5, 1.0, -1.0, 3.0], [0.0, 2.0**-23, 0.25, -2.0, 0.1, 0.0]], np.float32)
    with open_sink(tmp_path / "folder", 30.0, sound=True) as sink:
        sink.add(np.zeros((4, 4, 3), np.uint8))
        sink.hear(sound[:, :2])
        sink.hear(sound[:, 2:])
    with wave.open(str(tmp_path / "folder" / SOUND_FILE)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 2, 3)
        raw = np.frombuffer(file.readframes(100), np.uint8).reshape(-1, 2, 3)
    signed = np.zeros((*raw.shape[:2], 4), np.uint8)
    signed[..., 1:] = raw
    found = signed.view("<i4")[..., 0].T / float(1 << 31)
    assert np.abs(found - np.clip(sound, -1.0, 1.0)).max() < 2.0**-22
    assert found[0, 3] > 0.9999
    assert found[0, 4] < -0.9999
    assert not (tmp_path / "folder" / SOUND_FILE).stat().st_size % 2


def test_a_folder_of_a_silent_film_has_no_wav_file(tmp_path: Path) -> None:
    with open_sink(tmp_path / "folder", 30.0) as sink:
        sink.add(np.zeros((4, 4, 3), np.uint8))
    assert [one.name for one in (tmp_path / "folder").iterdir()] == ["frame_000000.png"]


def test_sound_alone_is_a_wav_file(tmp_path: Path) -> None:
    with Wave(tmp_path / "deep" / "voice.wav") as sink:
        sink.hear(np.zeros((2, 4800), np.float32))
    with wave.open(str(tmp_path / "deep" / "voice.wav")) as file:
        assert file.getnframes() == 4800


@pytest.mark.parametrize("name", ["film.mp4", "voice.wav"])
def test_a_film_that_is_there_stays_until_the_new_one_is_whole(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name

    def render(level: int) -> None:
        with Film(path, 30.0) if path.suffix == ".mp4" else Wave(path) as sink:
            for _ in range(5):
                sink.add(np.full((90, 160, 3), level, np.uint8))
                sink.hear(np.full((2, 1600), level / 300, np.float32))
            if level == 99:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        render(99)
    assert [one.name for one in tmp_path.iterdir()] == [name], "nothing was there: what there is is kept"
    render(10)
    first = path.read_bytes()
    with pytest.raises(KeyboardInterrupt):
        render(99)
    assert path.read_bytes() == first
    assert f"{name} is as it was" in capsys.readouterr().err
    render(200)
    assert path.read_bytes() != first


def test_frames_of_two_films_are_not_mixed(tmp_path: Path) -> None:
    (tmp_path / "frame_000007.png").touch()
    with pytest.raises(PhotophoreError, match="there are frames of a film in it"):
        open_sink(tmp_path, 30.0)
