"""What each scene sounds like: how loud, in which bands, and how it moves. No golden waveforms."""

from collections.abc import Callable
from itertools import combinations, pairwise

import numpy as np
import pytest

from installation.bench.voice.loudness import bands, loudness
from installation.show.load import load_show
from installation.show.soundscape import PartSpec, Soundscape, default_soundscape
from installation.sound import RATE
from tests.installation.sound.voice.hearing import alone, drive, opened, play, stretch

# Place in the score, and range of the loudness of 6 s there in LUFS.
SCENES = {
    "sea-sparkle": (62.0, -48.0, -27.0),
    "mosaic": (160.0, -46.0, -31.0),
    "strata": (290.0, -46.0, -31.0),
    "critics": (412.0, -42.0, -31.0),
    "malfunction": (584.0, -40.0, -23.0),
    "rally": (716.0, -29.0, -22.0),
    "choice": (830.0, -45.0, -33.0),
    "repair": (885.0, -43.0, -29.0),
    "stories": (1040.0, -48.0, -33.0),
    "symbiosis": (1250.0, -48.0, -31.0),
    "mycelium": (1500.0, -60.0, -37.0),
    "night": (1720.0, -64.0, -39.0),
}
EDGES = tuple(20.0 * 2.0**octave for octave in range(11))
SECONDS = 6.0


def heard(scene: str) -> np.ndarray:
    return stretch(SCENES[scene][0], SECONDS)


@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_is_as_loud_as_it_should_be(scene: str) -> None:
    samples = heard(scene)
    _, low, high = SCENES[scene]

    assert np.isfinite(samples).all()
    assert np.abs(samples).max() < 0.7
    assert low <= loudness(samples) <= high


def test_no_two_scenes_have_the_same_spectrum() -> None:
    """Acts can be told apart by where their power lies, at rest: each pair differs by 6 dB in some band."""
    shares = {scene: 10.0 * np.log10(bands(heard(scene), EDGES) + 1e-6) for scene in SCENES}
    for one, other in combinations(shares, 2):
        assert np.abs(shares[one] - shares[other]).max() > 6.0, (one, other)


def test_strata_has_all_its_sound_above() -> None:
    low, high = bands(heard("strata"), (20.0, 700.0, 20_000.0))

    assert high > 4.0 * low


def test_a_low_mark_of_strata_stays_below_its_ceiling() -> None:
    """From 4:15 to 5:05: its floor has not risen, and a mark comes every 15 to 30 s."""
    samples = stretch(255.0, 50.0)
    spectrum = np.fft.rfft(samples.sum(0))
    low = np.fft.irfft(np.where(np.fft.rfftfreq(samples.shape[1], 1 / RATE) < 200.0, spectrum, 0.0))
    marks = levels(low[None])

    assert np.median(levels(samples)) > marks.max() > np.median(marks) + 20.0


def test_roots_have_theirs_below() -> None:
    low, high = bands(heard("mycelium"), (20.0, 600.0, 20_000.0))

    assert low > 5.0 * high


def test_small_life_sings_higher_than_the_crowd_talks() -> None:
    assert bands(heard("mosaic"), (20.0, 1500.0, 20_000.0))[1] > 0.2
    assert bands(heard("rally"), (20.0, 200.0, 1500.0, 20_000.0))[1] > 0.7


def levels(samples: np.ndarray, seconds: float = 0.05) -> np.ndarray:
    step = int(seconds * RATE)
    parts = samples[:, : samples.shape[1] // step * step].reshape(len(samples), -1, step)
    return 10.0 * np.log10((parts.astype(float) ** 2).mean(2).sum(0) + 1e-14)


@pytest.mark.parametrize("scene", ["sea-sparkle", "mosaic", "stories", "mycelium", "symbiosis"])
def test_a_scene_has_events_and_no_steady_buzz(scene: str) -> None:
    spread = np.percentile(levels(heard(scene)), [10, 90])

    assert spread[1] - spread[0] > 4.0


def test_backfire_is_one_low_pressure_without_a_bang() -> None:
    with opened(alone("pressure", pressure__shock=1.0)) as voice:
        voice.drive(drive("here"))
        samples = play(voice, 9.0)

    assert bands(samples, (5.0, 30.0, 35.0, 70.0, 20_000.0))[2] > 0.98
    level = levels(samples, 0.1)
    assert np.diff(level[: int(level.argmax())])[2:].max() < 20.0
    assert np.abs(samples[:, 2 * RATE :]).max() < 1e-5, "the rule: backfire lasts for at most 2 s"
    loud = np.flatnonzero(level > level.max() - 20.0)
    assert np.array_equal(loud, np.arange(loud[0], loud[-1] + 1)), "it is one"


def test_the_crowd_stops_where_motion_locks() -> None:
    with opened(alone("crowd", crowd__density=1.0)) as voice:
        voice.drive(drive("here"))
        before = play(voice, 5.0)
        table = alone("crowd", crowd__density=1.0, crowd__lock=1.0)
        voice.adopt(table)
        after = play(voice, 1.6)

    assert loudness(before[:, -RATE:]) > -32.0
    assert loudness(after[:, -RATE:]) < -60.0


def test_voices_stop_one_after_the_other_in_order() -> None:
    heard_ = []
    for rows in (0.0, 0.3, 0.6, 0.9, 1.0):
        with opened(alone("fan", fan__edge=1.0, fan__rows=rows)) as voice:
            voice.drive(drive("here"))
            heard_.append(loudness(play(voice, 2.5)[:, -RATE:]))

    assert all(before - after > 1.0 for before, after in pairwise(heard_))
    assert heard_[-1] < -90.0


def test_two_chords_beat_slower_as_the_gap_closes() -> None:
    rates = []
    for gap in (1.0, 0.5):
        with opened(alone("comma", comma__gap=gap)) as voice:
            voice.drive(drive("here"))
            samples = play(voice, 14.0)[1, 4 * RATE :].astype(float)
        rates.append(beat(samples, 60.0, 180.0))
    with opened(alone("comma", comma__gap=0.0)) as voice:
        voice.drive(drive("here"))
        samples = play(voice, 4.0)
    assert rates[0] == pytest.approx(2.0 * rates[1], rel=0.25)
    assert 0.5 < rates[0] < 2.5
    assert np.abs(samples).max() > 0.001


def beat(samples: np.ndarray, low: float, high: float) -> float:
    """Rate in Hz of the strongest beat of what lies between two frequencies."""
    spectrum = np.fft.rfft(samples)
    f = np.fft.rfftfreq(len(samples), 1.0 / RATE)
    spectrum[(f < low) | (f > high)] = 0.0
    envelope = (
        np.abs(np.fft.irfft(spectrum, len(samples)))[: len(samples) // 2400 * 2400].reshape(-1, 2400).max(1)
    )
    slow = np.abs(np.fft.rfft((envelope - envelope.mean()) * np.hanning(len(envelope)), 4096))
    rates = np.fft.rfftfreq(4096, 0.05)
    slow[(rates < 0.4) | (rates > 4.0)] = 0.0
    return float(rates[slow.argmax()])


def test_divide_sings_in_two_places_and_two_tunings() -> None:
    with opened(alone("divide", divide__gap=0.5)) as voice:
        voice.drive(drive("here"))
        samples = play(voice, 16.0)

    left, right = (peaks(samples[station]) for station in (0, 4))
    power = (samples[:, 5 * RATE :].astype(float) ** 2).mean(1)
    assert power[[0, 4]].min() > 10.0 * power[2]
    shared = [one for one in left if np.abs(1200.0 * np.log2(right / one)).min() < 20.0]
    assert len(shared) < 0.5 * len(left)


def peaks(samples: np.ndarray) -> np.ndarray:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    f = np.fft.rfftfreq(len(samples), 1.0 / RATE)
    inside = (f > 200.0) & (f < 1100.0)
    found = []
    spectrum = np.where(inside, spectrum, 0.0)
    for _ in range(10):
        index = int(spectrum.argmax())
        found.append(f[index])
        spectrum[np.abs(f - f[index]) < 8.0] = 0.0
    return np.array(found)


def test_repair_comes_to_rest() -> None:
    with opened(alone("repair", repair__healed=1.0, repair__haste=1.0)) as voice:
        voice.drive(drive("here"))
        first = play(voice, 5.0)
        play(voice, 13.0)
        last = play(voice, 4.0)

    assert loudness(first[:, RATE:]) > -45.0
    assert loudness(last) < loudness(first) - 20.0


def test_fireflies_fall_into_step() -> None:
    def together(order: float) -> float:
        """How much of their sound lies within the loudest third of a cycle."""
        with opened(alone("fireflies", fireflies__order=order)) as voice:
            voice.drive(drive("here"))
            play(voice, 12.0)
            samples = play(voice, 12.0)
        power = 10.0 ** (levels(_above(samples), 0.25) / 10.0)
        return float(max(np.roll(power, shift)[:20].sum() for shift in range(48)) / power.sum())

    assert together(0.95) > together(0.2) + 0.2


def _above(samples: np.ndarray) -> np.ndarray:
    spectrum = np.fft.rfft(samples, axis=1)
    spectrum[:, np.fft.rfftfreq(samples.shape[1], 1.0 / RATE) < 700.0] = 0.0
    return np.fft.irfft(spectrum, samples.shape[1], axis=1)


def test_a_murmur_has_no_words_but_the_pace_of_speech() -> None:
    """Its level moves at the rate of syllables, 2 to 9 Hz, more than faster or slower."""
    with opened(alone("stories")) as voice:
        voice.drive(drive("here"))
        level = levels(play(voice, 12.0), 0.01)
    spectrum = np.abs(np.fft.rfft(10.0 ** (level / 20.0) - np.mean(10.0 ** (level / 20.0)))) ** 2
    f = np.fft.rfftfreq(len(level), 0.01)
    assert spectrum[(f > 1.5) & (f < 9.0)].sum() > 2.0 * spectrum[f > 12.0].sum()


def test_parameters_move_what_they_name() -> None:
    quiet, loud = [], []
    for factor, found in ((0.1, quiet), (1.5, loud)):
        with opened(alone("weather")) as voice:
            voice.drive(drive("here", {"/voice/weather/level": factor}))
            found.append(loudness(play(voice, 5.0)[:, RATE:]))
    assert loud[0] - quiet[0] == pytest.approx(20.0 * np.log10(15.0), abs=3.0)


def test_detune_spreads_the_tones() -> None:
    def width(cents: float) -> float:
        with opened(alone("fan", fan__edge=1.0)) as voice:
            voice.drive(drive("here", {"/voice/detune": cents}))
            samples = play(voice, 5.0)[:, 2 * RATE :]
        return float(peaks(samples.sum(0)).max())

    assert abs(1200.0 * np.log2(width(100.0) / width(0.0))) > 40.0


def test_the_default_table_names_scenes_and_states_of_the_shipped_show() -> None:
    show, table = load_show(), default_soundscape()

    assert set(table.scenes) == set(show.scenes)
    assert show.interface is not None
    assert set(table.states) <= {one.name for one in show.interface.states}


@pytest.mark.parametrize("build", [lambda: stretch(741.0, 8.0), lambda: stretch(1433.0, 7.0)])
def test_the_blacks_of_the_score_are_silent(build: Callable[[], np.ndarray]) -> None:
    assert np.abs(build()).max() == 0.0


def test_a_patch_that_leaves_does_not_fall_back_to_its_first_inputs() -> None:
    """Voices that order has stopped stay silent while their patch fades out of the next scene."""
    part = alone("fan", fan__edge=1.0, fan__rows=1.0).scenes["here"]
    table = Soundscape(scenes={"here": part, "there": PartSpec("there", 6.0)})
    with opened(table) as voice:
        voice.drive(drive("here"))
        play(voice, 1.5)
        voice.drive(drive("there"))
        assert loudness(play(voice, 2.0)) < -90.0
