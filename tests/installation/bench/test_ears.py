import numpy as np
import pytest

from installation.bench.ears.score import Score, match, tempo_is
from installation.bench.ears.signals import KINDS, RATIOS, noise, onset_sounds, tempo_sounds
from installation.sound import RATE


def test_times_are_paired_once_within_the_tolerance() -> None:
    assert match([1.0, 2.0, 3.0], [1.04, 2.06, 3.0]) == Score(2, 3, 3)
    assert match([1.0, 1.01], [1.0]) == Score(1, 2, 1)
    assert match([1.0, 1.04], [1.02, 1.05]) == Score(2, 2, 2)
    assert match([], [1.0]).f == 0.0
    assert match([], []).f == 1.0


def test_the_f_measure_is_that_of_all_counts() -> None:
    both = Score(8, 10, 10) + Score(2, 10, 5)

    assert both.f == pytest.approx(2 * 10 / 35)
    assert both.precision == pytest.approx(0.5)
    assert both.recall == pytest.approx(10 / 15)


@pytest.mark.parametrize(
    ("found", "verdict"),
    [(104.0, "right"), (97.0, "right"), (105.0, "wrong"), (50.0, "octave"), (302.0, "octave")],
)
def test_a_tempo_is_right_within_4_percent(found: float, verdict: str) -> None:
    assert tempo_is(found, 100.0) == verdict


def test_each_onset_sound_is_loud_where_it_says_that_a_note_begins() -> None:
    sounds = list(onset_sounds(seconds=3.0, seed=5))
    assert len(sounds) == len(KINDS) * len(RATIOS)
    for sound in sounds:
        assert len(sound.onsets) > 2
        if ", 40 dB" not in sound.name or sound.group in ("soft", "mixed", "plucks"):
            continue
        for at in sound.onsets:
            begin = round(at * RATE)
            before, after = sound.samples[begin - 480 : begin], sound.samples[begin : begin + 960]
            assert np.mean(after**2) > 4.0 * np.mean(before**2)


def test_tempo_sounds_say_the_tempo_of_their_beats() -> None:
    for sound in tempo_sounds(seconds=16.0, tempi=(60, 150)):
        assert 60.0 / np.mean(np.diff(sound.beats[-5:])) == pytest.approx(sound.tempo, rel=0.02)


def test_noise_has_its_slope() -> None:
    for colour, wanted in (("white", 0.0), ("pink", -3.0), ("room", -6.0)):
        spectrum = np.abs(np.fft.rfft(noise(colour, 1 << 17, np.random.default_rng(1)))) ** 2
        pitch = np.fft.rfftfreq(1 << 17, 1.0 / RATE)
        low, high = (spectrum[(pitch > edge) & (pitch < 2.0 * edge)].mean() for edge in (500.0, 4000.0))
        assert 10.0 * np.log10(high / low) / 3.0 == pytest.approx(wanted, abs=0.3)
