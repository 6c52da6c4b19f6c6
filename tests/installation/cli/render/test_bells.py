"""Bells and flashes of a film, in the file that a player gets: real voice, real desk, real encoder."""

import json
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from installation import paths
from installation.cli.render.film import SOUND_FILE
from installation.cli.render.job import Job, render_job
from installation.sound import RATE
from tests.sound_films import Floats, decoded

pytestmark = [pytest.mark.gl, pytest.mark.timeout(120)]

EVERY = 35
SPOT = """/*{
  "ISFVSN": "2",
  "INPUTS": [{"NAME": "glow", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0}]
}*/
void main() {
    float frame = floor(TIME * %(fps)s + 0.5);
    float on = step(mod(frame, %(every)s.0), 1.5) * step(%(every)s.0 - 0.5, frame);
    vec2 place = vec2(0.2 + 0.6 * fract(floor(frame / %(every)s.0) * 0.37), 0.5);
    gl_FragColor = vec4(vec3(on * step(distance(isf_FragNormCoord, place), 0.02)), 1.0);
}
"""


def bells(samples: Floats) -> list[float]:
    """Seconds at which a bell begins: where the sound leaps from one millisecond to the next."""
    step = RATE // 1000
    length = samples.shape[1] // step * step
    power = (samples[:, :length].astype(np.float64).reshape(2, -1, step) ** 2).mean(axis=(0, 2))
    before = np.array([power[max(i - 30, 0) : i].max(initial=1e-9) for i in range(len(power))])
    leaps = np.flatnonzero((power > 1e-6) & (power > 6.0 * before)).tolist()
    return [one / 1000 for one, last in zip(leaps, [-1000, *leaps], strict=False) if one - last > 150]


@pytest.fixture
def flashing(small_show: Path) -> Path:
    """A show of one spot that lights up for two frames in every 35, and rings."""
    (small_show / "plain.fs").write_text(SPOT % {"fps": 30, "every": EVERY})
    show = small_show / "show.toml"
    kept = show.read_text().split("[signal.wave]")[0]
    show.write_text("\n".join(line for line in kept.splitlines() if "tint" not in line))
    (small_show / "soundscape.toml").write_text(
        "format = 1\n[scene.one]\nfade = 0.02\npatches = { bells = 1.0 }\n"
    )
    return small_show


def render(show: Path, out: Path | None, seconds: float = 1.5, **given: Any) -> None:
    job = Job(
        show=str(show), venue=None, scene=None, cue=None, shader=None, input=None, out=out, seconds=seconds,
        fps=30.0, size="160x90", seed=0, settings=(), replay=None, sheet=None, **({"trace": None} | given),
    )  # fmt: skip
    assert render_job(job) == 0


def test_each_flash_rings_within_20_ms_and_sound_changes_nothing_else(flashing: Path, tmp_path: Path) -> None:
    render(flashing, tmp_path / "film.mp4", seconds=4.0)
    film = decoded(tmp_path / "film.mp4")
    bright = [int(pixels.max()) > 60 for _, pixels in film.frames]
    pairs = zip(film.frames, bright, [False, *bright], strict=False)
    lit = [time for (time, _), now, before in pairs if now and not before]
    heard = bells(film.samples)

    assert lit == pytest.approx([EVERY / 30 * n for n in (1, 2, 3)])
    assert len(heard) == len(lit)
    late = np.array(heard) - lit
    assert late.min() > -0.001, late  # a millisecond is what ``bells`` can tell
    assert late.max() < 0.02, late

    render(flashing, tmp_path / "silent.mp4", seconds=4.0, sound=False)
    silent = decoded(tmp_path / "silent.mp4")
    assert silent.pictures == film.pictures
    assert silent.samples.shape[1] == 0

    # Again, into a folder: the same sound, but for what AAC makes of it.
    render(flashing, tmp_path / "folder", seconds=1.5)
    with wave.open(str(tmp_path / "folder" / SOUND_FILE)) as file:
        assert file.getnframes() == 1.5 * RATE
        raw = np.frombuffer(file.readframes(RATE * 7 // 5), np.uint8).reshape(-1, 2, 3)
    top = raw[..., 2].astype(np.int8).astype(np.float64) * 256 + raw[..., 1]
    plain, coded = top.T / 32768, film.samples[:, : len(top)]
    assert np.abs(plain).max() > 0.05
    assert np.std(plain - coded) < 0.1 * np.std(plain)

    render(flashing, tmp_path / "mute", 0.1, sound=False)
    assert not (tmp_path / "mute" / SOUND_FILE).exists()


def test_the_pattern_rings_as_a_bar_crosses_its_mark_and_sound_alone_needs_no_graphics(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def forbidden(_size: object) -> None:
        raise AssertionError("a context was asked for")

    monkeypatch.setattr("installation.render.gl.context.Context.create", forbidden)
    sound, trace = tmp_path / "deep" / "align.wav", tmp_path / "align.jsonl"
    render(paths.presets() / "align", None, 4.5, sound_only=sound, trace=trace)
    assert "no bell rings" in capsys.readouterr().err

    frames = [json.loads(line) for line in trace.read_text().splitlines()]
    places = {round(one["time"], 3): one["parameters"]["/scene/align/place"] for one in frames}
    with wave.open(str(sound)) as file:
        assert file.getnframes() == 4.5 * RATE
        raw = np.frombuffer(file.readframes(file.getnframes()), np.uint8).reshape(-1, 2, 3)
    heard = bells((raw[..., 2].astype(np.int8).T / 128).astype(np.float32))
    heard = [at for at in heard if at > 1.0]  # the one of the beginning is still fading in
    assert heard == pytest.approx([2.0, 4.0], abs=0.02)
    assert min(heard) >= 1.999
    bars = [places[at] % 0.5 for at in (2.0, 4.0)]  # two bars, half a picture apart
    assert all(min(bar, 0.5 - bar) < 1e-6 for bar in bars)


def test_without_the_extra_the_film_is_silent_and_says_so_once(
    flashing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def lacking(_setup: object) -> None:
        raise ModuleNotFoundError("No module named 'signalflow'", name="signalflow")

    monkeypatch.setattr("installation.cli.render.sound.chain_apart", lacking)
    render(flashing, tmp_path / "film.mp4", 0.2)
    said = capsys.readouterr().err
    assert said.count("silent") == 1
    assert "pip install 'photophore[sound]'" in said
    assert decoded(tmp_path / "film.mp4").samples.shape[1] == 0
