"""What `render` promises: frames at exact times, and the same bytes again in another process."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from installation import paths

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

PLAIN_CPU = {
    "PYTHONHASHSEED": "4711",
    "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL",
    "TZ": "Pacific/Chatham",
    "LC_ALL": "C",
}
"""Another world: other hashes, an older processor, another time zone."""


def render(state: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    given = os.environ | {"PHOTOPHORE_STATE": str(state), "NO_COLOR": "1"} | environment
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "installation", "render", *arguments],
        capture_output=True, text=True, env=given, check=False,
    )  # fmt: skip


def test_the_trace_of_a_show_is_the_same_in_every_process(tmp_path: Path) -> None:
    recording = tmp_path / "visit.jsonl"
    entry = {"address": "/mouse/x", "source": "mouse", "time": 0.0}
    lines = [
        {"frame": i, "dt": 0.016 + i % 3 / 1000, "inbox": [entry | {"values": [i % 50 / 50]}]}
        for i in range(240)
    ]
    recording.write_text("\n".join(json.dumps(line) for line in lines))
    traces = [tmp_path / "first.jsonl", tmp_path / "second.jsonl"]

    for trace, world in zip(traces, ({}, PLAIN_CPU), strict=True):
        arguments = ("--replay", str(recording), "--trace", str(trace), "--seconds", "4", "--fps", "60")
        done = render(tmp_path / "state", *arguments, **world)
        assert done.returncode == 0, done.stderr

    first, second = (trace.read_bytes() for trace in traces)
    assert first == second
    frames = [json.loads(line) for line in first.splitlines()]
    assert len(frames) == 240
    assert frames[239]["signals"]["/mouse/x"] == 39 / 50
    assert len({frame["signals"]["/mouse/x"] for frame in frames}) > 20


def test_simulated_people_are_the_same_in_every_process(tmp_path: Path) -> None:
    traces = [tmp_path / "first.jsonl", tmp_path / "second.jsonl"]
    for trace, world in zip(traces, ({}, PLAIN_CPU), strict=True):
        arguments = ("--people", "6", "--set", "/neuro/enter/malfunction=1", "--seconds", "3", "--fps", "30")
        done = render(tmp_path / "state", "--trace", str(trace), *arguments, **world)
        assert done.returncode == 0, done.stderr

    first, second = (trace.read_bytes() for trace in traces)
    assert first == second
    last = json.loads(first.splitlines()[-1])["signals"]
    assert (last["/neuro/people"], last["/neuro/state"]) == (6.0, 2.0)


@pytest.mark.gl
def test_two_renders_are_equal_to_the_byte_and_frame_i_has_the_time_i_over_fps(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]

    for folder, world in zip(folders, ({}, {"PYTHONHASHSEED": "1", "TZ": "Pacific/Chatham"}), strict=True):
        trace = ("--trace", str(folder.with_suffix(".jsonl")))
        size = ("--size", "96x54", "--seconds", "0.5", "--fps", "24")
        done = render(
            tmp_path / "state", "--out", str(folder), *size, *trace, "--set", "/master=0.5", **world
        )
        assert done.returncode == 0, done.stderr

    names = sorted(path.name for path in folders[0].iterdir())
    assert names == [*(f"frame_{index:06d}.png" for index in range(12)), "sound.wav"]
    for name in names:
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes(), name
    frames = [json.loads(line) for line in folders[0].with_suffix(".jsonl").read_text().splitlines()]
    assert [frame["time"] for frame in frames] == [index * (1 / 24) for index in range(12)]
    assert frames[11]["parameters"]["/master"] == 0.5
    assert set(frames[11]["guard"]) == {"active", "cut", "deepest", "mean", "reduction"}


def test_a_setting_beyond_the_range_is_told_with_what_it_became(small_show: Path, tmp_path: Path) -> None:
    arguments = ("--trace", str(tmp_path / "trace.jsonl"), "--seconds", "0.1")
    settings = ("--set", "/scene/one/glow=7", "--set", "/scene/two/glow=0.5")

    done = render(tmp_path / "state", str(small_show), *arguments, *settings)

    assert done.returncode == 0
    assert done.stderr.splitlines() == ["--set: /scene/one/glow takes 0 to 1: 7 became 1"]


@pytest.mark.gl
def test_a_film_and_a_contact_sheet_are_made(small_show: Path, tmp_path: Path) -> None:
    import av

    film, sheet = tmp_path / "film.mp4", tmp_path / "sheet.png"

    done = render(
        tmp_path / "state", str(small_show), "--out", str(film), "--sheet", str(sheet),
        "--size", "96x54", "--seconds", "1", "--fps", "12",
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert sheet.stat().st_size > 1000
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert (stream.width, stream.height) == (96, 54)
        assert sum(1 for _ in container.decode(stream)) == 12


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--set", "master=1", "--out", "x"), "--set master=1"),
        (("--size", "12", "--out", "x"), "--size 12"),
        (("--out", "film.avi"), "film.avi"),
        (("--scene", "nowhere", "--out", "x"), "nowhere"),
    ],
)
def test_what_cannot_be_rendered_is_said_in_words(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = render(tmp_path / "state", *arguments)

    assert done.returncode in {1, 2}
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.gl
def test_a_shader_hears_the_file_at_the_time_of_each_frame(tmp_path: Path) -> None:
    soundfile = pytest.importorskip("soundfile")
    times = np.arange(32_000) / 16_000
    loud = np.where(times < 1.0, 0.0, 0.5 * np.sin(2 * np.pi * 500 * times)).astype("f4")
    soundfile.write(tmp_path / "late.wav", loud, 16_000)
    shader = str(paths.shaders() / "patterns" / "sound.fs")
    heard = ("--audio", str(tmp_path / "late.wav"), "--no-sound")
    common = (*heard, "--size", "96x54", "--fps", "10", "--seconds", "2")

    done = render(tmp_path / "state", "--shader", shader, "--out", str(tmp_path / "film"), *common)

    assert done.returncode == 0, done.stderr
    frames = [Image.open(tmp_path / "film" / f"frame_{index:06d}.png") for index in range(20)]
    bars = [int(np.asarray(one)[30:, :, 2].max()) for one in frames]
    assert max(bars[:11]) < 30  # at 1 s everything that was heard is silent
    assert min(bars[13:]) > 60  # films begin in the dark, and rise


def test_a_film_hears_a_file_with_the_ears_of_a_room_and_sounds_like_it(tmp_path: Path) -> None:
    soundfile = pytest.importorskip("soundfile")
    pytest.importorskip("signalflow")
    clap = np.zeros((72_000, 2), "f4")
    clap[48_000:52_800] = np.random.default_rng(3).uniform(-0.5, 0.5, (4800, 2))
    soundfile.write(tmp_path / "clap.wav", clap, 48_000, subtype="FLOAT")
    made, trace = tmp_path / "made.wav", tmp_path / "trace.jsonl"
    written = ("--sound-only", str(made), "--trace", str(trace), "--set", "/voice/mute=1")
    heard = ("--audio", str(tmp_path / "clap.wav"), "--seconds", "1.5", "--fps", "20")

    done = render(tmp_path / "state", *written, *heard)

    assert done.returncode == 0, done.stderr
    frames = [json.loads(line) for line in trace.read_text().splitlines()]
    peaks = [frame["signals"].get("/ears/peak", 0.0) for frame in frames]
    assert max(peaks[:21]) == 0.0  # the frame at 1 s knows nothing of what begins then
    assert peaks[21] > 0.4
    onsets = [index for index, one in enumerate(frames) if one["signals"].get("/ears/onset", 0.0) > 0.0]
    assert onsets[0] == 21
    samples, rate = soundfile.read(made)
    assert rate == 48_000
    np.testing.assert_allclose(samples, clap, atol=1e-6)
