"""Never a click: every single sound, and every patch as it begins, is moved, falls silent and ends.

Steps are looked for where nothing around them explains them (``clicks``). What stays: the saturation of the
feedback makes squares of loud bells, which is its sound; so bells ring before it only.
"""

import numpy as np
import pytest

from installation.ipc.feeds.sound import Ring
from installation.show.soundscape import PATCHES, PartSpec, Soundscape
from installation.sound import BLOCK, RATE, STATIONS
from installation.sound.voice import Voice
from installation.sound.voice.sounds import KINDS, made
from tests.installation.sound.clicks import clicks
from tests.installation.sound.voice.hearing import BLOCKS, alone, drive, opened, play

FLASH = Ring(x=0.3, y=0.6, strength=1.0, time=0.0)


def test_the_detector_finds_a_step_in_noise_and_in_a_tone_and_passes_attacks() -> None:
    chance = np.random.default_rng(1)
    time = np.arange(RATE) / RATE
    tone = 0.1 * np.sin(2 * np.pi * 440.0 * time)
    noise = 0.01 * chance.standard_normal(RATE)
    attack = np.where(time > 0.5, chance.standard_normal(RATE) * np.exp(-(time - 0.5) / 0.1), 0.0)
    step = np.where(time > 0.7, 0.001, 0.0)

    assert clicks([tone, noise, 0.1 * attack, noise * (time < 0.3)]) == []
    assert _places([tone, tone + step]) == [pytest.approx(33_600, abs=2)]
    assert _places([noise + 300.0 * step]) == [pytest.approx(33_600, abs=2)]
    assert _places([tone * (time > 0.3005)]) == [pytest.approx(14_424, abs=2)]


def _places(samples: list[np.ndarray]) -> list[int]:
    return [place for _, place, _ in clicks(samples)]


@pytest.mark.parametrize("kind", KINDS)
def test_no_single_sound_has_a_step(kind: str) -> None:
    """At their own rate, and at a quarter of it: a step in what was made at half of it is a soft one."""
    for samples, _ in made(kind, 1):
        whole = np.pad(0.1 * samples.astype(float), 400)
        assert clicks(whole[None]) == [], kind
        assert clicks(_quarter(whole)[None], ratio=16.0) == [], kind


def _quarter(samples: np.ndarray) -> np.ndarray:
    spectrum = np.fft.rfft(samples)
    spectrum[len(spectrum) // 4 :] = 0.0
    return np.fft.irfft(spectrum * np.hanning(2 * len(spectrum))[len(spectrum) :], len(samples))[::4]


@pytest.mark.parametrize("name", PATCHES)
def test_a_patch_begins_moves_and_ends_without_a_click(name: str) -> None:
    inputs = PATCHES[name].inputs.items()
    low = {f"{name}/{key}": one.low for key, one in inputs}
    high = {f"{name}/{key}": one.high for key, one in inputs}
    scenes = {
        "high": PartSpec("high", 0.02, 0.0, {name: 1.0}, high),
        "low": PartSpec("low", 0.02, 0.0, {name: 1.0}, low),
        "off": PartSpec("off", 0.02),
    }
    loud = {"/voice/feedback": 1.0, "/voice/detune": 90.0}
    with opened(Soundscape(scenes=scenes)) as voice:
        parts = []
        for scene, seconds, values, given in (
            ("high", 1.5, {}, {}), ("low", 0.4, {}, {}), ("high", 0.5, {}, {}), ("off", 0.2, {}, {}),
            ("high", 0.5, {}, {}), ("high", 0.1, {}, {"dark": True}), ("high", 0.4, {}, {}),
            ("high", 0.3, {}, {"calm": True}), ("high", 0.3, {f"/voice/{name}/level": 0.0}, {}),
            ("high", 0.3, {f"/voice/{name}/level": 2.0}, {}), ("high", 0.8, loud, {}),
            ("high", 0.1, loud, {"dark": True}), ("high", 0.6, loud, {}), ("high", 0.3, {}, {}),
        ):  # fmt: skip
            voice.drive(drive(scene, values, **given))
            rung = {} if values == loud else dict.fromkeys(range(0, 400, 40), (FLASH,))
            parts.append(play(voice, seconds, rings=rung))

    assert clicks(np.concatenate(parts, axis=1)) == [], name


def test_feedback_begins_without_a_click() -> None:
    with opened(alone("comma")) as voice:
        voice.drive(drive("here"))
        before = play(voice, 2.5)
        voice.drive(drive("here", {"/voice/feedback": 1.0}))
        after = play(voice, 1.0)

    assert clicks(np.concatenate([before, after], axis=1)) == []
    assert np.abs(after[6]).max() > 1e-3, "nothing of the chord stands there: the feedback is heard"


def test_a_patch_begins_at_nothing_whatever_its_table_says() -> None:
    with opened(Soundscape(scenes={"here": PartSpec("here", 0.0, 0.0, {"tide": 1.0}, {})})) as voice:
        voice.drive(drive("here"))
        first = voice.render()

    assert np.abs(first).max() < 1e-9


def test_what_is_no_number_fades_into_silence_and_out_of_it() -> None:
    tone = 0.2 * np.sin(2 * np.pi * 110.0 * np.arange(40 * BLOCK) / RATE)

    def renders(voice: Voice, *broken: int) -> np.ndarray:
        blocks = iter(
            np.tile(tone.astype(np.float32), (len(STATIONS), 1))
            .reshape(len(STATIONS), -1, BLOCK)
            .swapaxes(0, 1)
        )
        number = iter(range(40))

        def block() -> np.ndarray:
            one = next(blocks)
            return np.full_like(one, np.nan) if next(number) in broken else one.copy()

        voice._graph.render = block  # type: ignore[method-assign]
        return play(voice, 40 / BLOCKS)

    with opened(alone("threads")) as voice:
        voice.drive(drive("here", {"/voice/threads/level": 0.0}))
        play(voice, 2.5)
        heard = renders(voice, 20, 21, 30)
        assert voice.refused == 3

    assert np.abs(np.diff(heard[:, BLOCK:], axis=1)).max() < 0.006, "twice what the tone itself does"
    assert np.abs(heard[:, 21 * BLOCK : 22 * BLOCK]).max() < 0.02, "what the high-pass at 5 Hz still holds"
    assert np.abs(heard[:, 25 * BLOCK : 26 * BLOCK]).max() > 0.15
