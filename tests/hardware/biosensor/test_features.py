"""What raw biosignals say, against signals of known truth."""

import numpy as np
import pytest

from hardware.biosensor.features import BANDS, Beat, PulseBank, RunningScale, band_powers, pulse_quality
from hardware.biosensor.features.pulse import GOOD
from tests.hardware.biosensor.made import Floats, eeg, ppg

RATE = 100.0


def heard(signal: Floats, full: float = 1.0) -> tuple[list[Beat], PulseBank]:
    """The beats of a signal that comes ten times a second."""
    bank = PulseBank(1, RATE, full)
    found = []
    for at in range(0, len(signal), 10):
        bank.feed(0, signal[at : at + 10])
        found += bank.look()
    return found, bank


@pytest.mark.parametrize("bpm", [48, 60, 72, 95, 130])
def test_each_beat_is_found_once_and_its_rate_is_right(bpm: int) -> None:
    signal, beats = ppg(bpm, 40.0, RATE)
    found, _ = heard(signal)
    times = np.array([one.time for one in found])
    wanted = beats[(beats > 8.0) & (beats < 39.0)]
    near = [float(np.abs(times - beat).min()) for beat in wanted]
    assert sum(one < 0.08 for one in near) >= len(wanted) - 1
    assert abs(int(((times > 8.0) & (times < 39.0)).sum()) - len(wanted)) <= 1
    assert np.median([one.bpm for one in found if one.bpm == one.bpm]) == pytest.approx(bpm, rel=0.03)


def test_the_rate_stands_in_noise_of_half_the_pulse() -> None:
    found, _ = heard(ppg(72, 40.0, RATE, noise=0.5)[0])
    assert np.nanmedian([one.bpm for one in found]) == pytest.approx(72, rel=0.04)


@pytest.mark.parametrize("seed", range(8))
def test_noise_a_bare_sensor_and_one_at_its_end_give_no_reading(seed: int) -> None:
    noise = 0.5 + 0.02 * np.random.default_rng(seed).standard_normal(3000)
    for signal in (noise, np.full(3000, 0.5), np.where(noise > 0.5, 1.0, 0.9)):
        found, bank = heard(signal)
        assert not [one for one in found if one.bpm == one.bpm]
        assert bank.quality[0] < GOOD


def test_a_movement_silences_the_reading_and_it_comes_back() -> None:
    signal, _ = ppg(72, 40.0, RATE)
    signal[2000:2080] += np.linspace(0.0, 0.4, 80)
    found, _ = heard(signal)
    times = np.array([one.time for one in found])
    assert not ((times > 20.9) & (times < 24.0)).any()
    assert ((times > 30.0) & (times < 39.0)).sum() >= 9


@pytest.mark.parametrize("seed", [68, 73, 101, 130])
def test_lost_samples_do_not_halve_the_rate_for_good(seed: int) -> None:
    chance = np.random.default_rng(seed)
    signal = ppg(88, 60.0, RATE, seed=seed)[0]
    kept = np.ones(len(signal), np.bool_)
    for start in chance.integers(0, 2000, 6):
        kept[start : start + chance.integers(20, 200)] = False
    found, bank = heard(signal[kept])
    assert bank.quality[0] >= GOOD
    assert found[-1].bpm == pytest.approx(88, rel=0.05)


def test_a_seat_that_changes_hands_leaves_no_trace_on_it_or_on_others() -> None:
    bank = PulseBank(2, RATE)
    pulse, noise = ppg(72, 60.0, RATE)[0], 0.5 + 0.02 * np.random.default_rng(5).standard_normal(3000)
    for at in range(0, len(pulse), 10):
        bank.feed(0, pulse[at : at + 10])
        bank.feed(1, pulse[at : at + 10])
        bank.look()
    bank.forget(0)
    found = []
    for at in range(0, len(noise), 10):
        bank.feed(0, pulse[at : at + 10])
        bank.feed(1, noise[at : at + 10])
        found += [(at / RATE, beat) for beat in bank.look()]
    assert len([1 for now, beat in found if beat.row == 0 and now > 8.0]) > 20, "the next person is read"
    assert not [1 for now, beat in found if beat.row == 1 and now > 8.0], "nobody has no heart"


def test_quality_is_of_each_row_and_a_gap_has_none() -> None:
    good = ppg(60, 6.0, RATE)[0]
    rows = np.stack([good, np.full(600, np.nan), good])
    quality = pulse_quality(rows, RATE)
    assert quality[0] == quality[2] > GOOD
    assert quality[1] == 0.0


def test_a_rhythm_lands_in_its_band_with_its_power() -> None:
    powers = band_powers(eeg(20.0, 4.0)[np.newaxis], 256.0)[0]
    named = dict(zip(BANDS, powers, strict=True))
    assert max(named, key=lambda one: named[one]) == "alpha"
    # A sine of amplitude a has the power a^2 / 2.
    assert named["alpha"] == pytest.approx(200.0, rel=0.1)
    assert named["delta"] < 40.0, "drift of 0.2 Hz is no delta"


def test_each_person_has_their_own_scale() -> None:
    scale = RunningScale(2)
    chance = np.random.default_rng(3)
    for _ in range(40):
        placed = scale.place(np.array([1.0, 500.0]) * (1.0 + 0.1 * chance.standard_normal()))
    assert placed[0] == pytest.approx(placed[1])
    assert scale.place(np.array([2.0, np.nan]))[0] == 1.0
    assert np.isnan(scale.place(np.array([np.nan, 500.0]))[0])
    scale.forget(1)
    assert np.isnan(scale.place(np.array([1.0, 500.0]))[1])
