"""Bells and flashes of a film, in the file that a player gets: real voice, real desk, real encoder."""

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
        fps=30.0, size="160x90", seed=0, settings=(), replay=None, trace=None, sheet=None, **given,
    )  # fmt: skip
    assert render_job(job) == 0


def test_each_flash_rings_within_20_ms_and_never_before_it(flashing: Path, tmp_path: Path) -> None:
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


def test_the_same_show_again_sounds_the_same_to_the_bit(flashing: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        render(flashing, tmp_path / name)
    first, second = ((tmp_path / name / SOUND_FILE).read_bytes() for name in ("one", "two"))
    assert first == second
    samples = np.frombuffer(first[44:], np.uint8)
    assert np.count_nonzero(samples) > 10_000, "and it is not silent"


def test_sound_changes_nothing_of_the_picture(flashing: Path, tmp_path: Path) -> None:
    for name, sound in (("loud", True), ("silent", False)):
        render(flashing, tmp_path / f"{name}.mp4", sound=sound)
    loud, silent = (decoded(tmp_path / f"{name}.mp4") for name in ("loud", "silent"))
    assert loud.pictures == silent.pictures
    assert np.abs(loud.samples).max() > 0.05
    assert silent.samples.shape[1] == 0

    render(flashing, tmp_path / "folder", 0.1, sound=False)
    assert not (tmp_path / "folder" / SOUND_FILE).exists()


def test_sound_alone_needs_no_graphics_and_says_what_is_missing(
    flashing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def forbidden(_size: object) -> None:
        raise AssertionError("a context was asked for")

    monkeypatch.setattr("installation.render.gl.context.Context.create", forbidden)
    render(flashing, None, sound_only=tmp_path / "alone.wav")
    assert "no bell" in capsys.readouterr().err
    with wave.open(str(tmp_path / "alone.wav")) as file:
        assert file.getnframes() == 1.5 * RATE


def test_the_pattern_for_aligning_by_hand_crosses_its_mark_with_a_bell(tmp_path: Path) -> None:
    out = tmp_path / "align.mp4"
    render(paths.presets() / "align", out, seconds=4.4)
    film = decoded(out)
    width = film.frames[0][1].shape[1]
    bar = {round(time, 3): int(luma[20].argmax()) / width for time, luma in film.frames[50:]}
    heard = bells(film.samples)

    assert heard == pytest.approx([2.0, 4.0], abs=0.02)
    assert bar[2.0] == pytest.approx(0.5, abs=0.02)
    assert bar[4.0] == pytest.approx(0.5, abs=0.02)


def test_without_the_extra_the_film_is_silent_and_says_so_once(
    flashing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def lacking(_setup: object) -> None:
        raise ModuleNotFoundError("No module named 'signalflow'", name="signalflow")

    monkeypatch.setattr("installation.cli.render.sound.chain_of", lacking)
    render(flashing, tmp_path / "film.mp4", 0.2)
    said = capsys.readouterr().err
    assert said.count("silent") == 1
    assert "pip install 'photophore[sound]'" in said
    assert decoded(tmp_path / "film.mp4").samples.shape[1] == 0
