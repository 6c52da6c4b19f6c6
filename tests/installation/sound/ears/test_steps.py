"""What is worked out in few steps gives what plain formulas give."""

import numpy as np
import pytest

from installation.sound import BLOCK, RATE
from installation.sound.ears.beat import Beat
from installation.sound.ears.likeness import _modulations, _pitches
from installation.sound.ears.onsets import BACK, Flux, Picker
from installation.sound.ears.spectrum import BANDS, FRAME, Spectrum, window


def test_the_past_is_folded_as_by_remainders() -> None:
    beat, past = Beat(), np.random.default_rng(1).standard_normal(1504)
    tempi = np.array([60.3, 117.0, 178.9])
    ages = np.arange(1503, -1, -1)
    folded = beat._fold(past, tempi)

    for tempo, found in zip(tempi, folded, strict=True):
        period = RATE / BLOCK * 60.0 / tempo
        plain = np.zeros(48)
        places = ((ages + 1.3) * 48 / period).astype(int) % 48
        np.add.at(plain, places, np.exp(-ages / (4.0 * RATE / BLOCK)) * past)
        wanted = plain + 0.5 * (np.roll(plain, 1) + np.roll(plain, -1))
        assert found == pytest.approx(wanted, abs=1e-9)


def test_a_pitch_is_the_autocorrelation_of_magnitudes_over_that_of_the_window() -> None:
    magnitudes = np.zeros(FRAME // 2 + 1)
    magnitudes[3:75] = np.random.default_rng(2).random(72)
    alike = np.fft.irfft(magnitudes)
    own = np.fft.irfft(np.abs(np.fft.rfft(window(), 2 * FRAME)) ** 2)
    wanted = alike[120:601] / alike[0] / (own[120:601] / own[0])

    assert magnitudes[3:75] @ _pitches() / magnitudes.sum() == pytest.approx(wanted, rel=1e-3, abs=1e-5)


def test_modulations_are_the_spectrum_under_a_hann_window() -> None:
    amplitude = np.random.default_rng(3).standard_normal(256)
    found = (amplitude @ _modulations()).reshape(-1, 2)
    wanted = np.fft.rfft(amplitude * np.hanning(256))[1:28]

    assert found[:, 0] + 1j * found[:, 1] == pytest.approx(wanted, abs=1e-4)


@pytest.mark.parametrize("count", range(1, 9))
def test_a_rise_is_that_over_the_largest_of_the_2nd_to_5th_hop_before(count: int) -> None:
    random, flux = np.random.default_rng(count), Flux(8)
    past = np.full((BACK, BANDS), np.log(1e-11))
    added = 0.15e-7 + 1e-11
    for _ in range(4):
        powers = (10.0 ** random.uniform(-7, -2, ((count + 1) // 2, BANDS))).astype(np.float32)
        rises = flux.rise(powers, count)
        hops = np.log(powers + added)[(np.arange(count) + count % 2) // 2]
        logs = np.concatenate([past, hops])
        before = [logs[hop : hop + 4].max(0) for hop in range(count)]
        risen = np.maximum(hops - before, 0.0)

        assert rises[:, 0] == pytest.approx(risen.mean(1), abs=1e-4)
        assert rises[:, 4] == pytest.approx(0.3 * rises[:, 0] + 0.7 * rises[:, 1], abs=1e-5)
        past = logs[-BACK:]


def test_hops_that_come_together_are_picked_as_one_by_one() -> None:
    random = np.random.default_rng(4)
    rises = (0.1 * random.random(600) + 2.0 * (random.random(600) > 0.97)).tolist()
    together, single = Picker(), Picker()
    some = [together.pick(rises[at : at + 6]) for at in range(0, 600, 6)]
    each = [[single.pick([rise]) for rise in rises[at : at + 6]] for at in range(0, 600, 6)]

    assert some == [any(one) for one in each]
    assert 3 < sum(some) < 60


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_powers_do_not_depend_on_how_many_frames_come_at_a_time(count: int) -> None:
    frames = np.random.default_rng(5).standard_normal((2, 4, FRAME)).astype(np.float32)
    offset = np.array([0.1, -0.2], np.float32)
    spectrum, other = Spectrum(2, 4), Spectrum(2, 4)
    spectrum.powers(frames[:, ::-1], offset)  # leaves something behind in every lane
    together = spectrum.powers(frames[:, :count], offset)
    single = [other.powers(frames[:, at : at + 1], offset)[:, 0] for at in range(count)]
    bins = np.fft.rfft((frames[0, count - 1] - offset[0]) * window()) / FRAME

    assert together == pytest.approx(np.stack(single, axis=1), rel=1e-4)
    assert spectrum.newest == pytest.approx(np.abs(bins) ** 2, rel=1e-2, abs=1e-9)
