import numpy as np
import pytest
from hypothesis import given, settings

from installation.sound import BLOCK, RATE
from installation.sound.desk.limiter import _MOST_BETWEEN, _PHASES, Limiter, TruePeak
from tests.installation.sound.desk.noises import kinds, rough, seeds

CEILING = -3.0


def true_peak(samples: np.ndarray) -> float:
    meter = TruePeak(len(samples))
    most = max(meter.process(one).max() for one in np.split(samples, samples.shape[1] // BLOCK, axis=1))
    return 20.0 * float(np.log10(max(most, 1e-12)))


def limited(samples: np.ndarray, limiter: Limiter) -> np.ndarray:
    blocks = np.split(samples, samples.shape[1] // BLOCK, axis=1)
    return np.concatenate([limiter.process(one) for one in blocks], axis=1)


@settings(max_examples=60)
@given(kinds, seeds)
def test_whatever_comes_no_true_peak_is_above_the_ceiling(kind: str, seed: int) -> None:
    samples = rough(kind, seed, rows=2, blocks=24)
    once = limited(samples, Limiter(2, CEILING, 128))

    # One pass bends what lies between samples by a hair; a second one sees that too.
    assert true_peak(once) <= CEILING + 0.02
    assert true_peak(limited(once, Limiter(2, CEILING, 56))) <= CEILING + 0.0005


@settings(max_examples=20)
@given(kinds, seeds)
def test_a_gain_that_comes_back_fast_is_still_in_time(kind: str, seed: int) -> None:
    once = limited(rough(kind, seed, rows=1, blocks=12), Limiter(1, CEILING, 128, release=20_000.0))

    # What lies between samples is bent more by a gain that moves more; a peak on a sample is exact.
    assert 20 * np.log10(max(np.abs(once).max(), 1e-12)) <= CEILING + 1e-6
    assert true_peak(once) <= CEILING + 1.0


def test_what_is_below_the_ceiling_passes_unchanged_and_in_time() -> None:
    samples = rough("noise", 1, 2, 12) * 0.0
    samples[:, 1000:2000] = 0.5 * np.sin(np.arange(1000) / 7.0)
    limiter = Limiter(2, CEILING, 128)
    out = limited(samples, limiter)

    assert (out[:, limiter.latency :] == samples[:, : -limiter.latency]).all()
    assert limiter.reduction == 0.0


def test_a_loud_tone_leaves_just_at_the_ceiling() -> None:
    samples = np.sin(2 * np.pi * 440.0 * np.arange(RATE // BLOCK * BLOCK) / RATE)[None] * 4.0
    out = limited(samples, Limiter(1, CEILING, 128))

    assert 20 * np.log10(np.abs(out[0, 4800:]).max()) == pytest.approx(CEILING, abs=0.1)


def test_all_channels_are_turned_down_together() -> None:
    samples = np.full((2, BLOCK * 8), 0.1)
    samples[0, 1000:1100] = 1.0
    out = limited(samples, Limiter(2, CEILING, 128))

    assert out[1].min() < 0.08


def test_the_gain_never_jumps() -> None:
    # A signal of ones with a peak on another channel: its output is the gain itself.
    samples = np.ones((2, BLOCK * 200)) * 0.1
    samples[0, 5000] = 100.0
    gain = limited(samples, Limiter(2, CEILING, 128))[1, 200:] / 0.1
    decibels = 20 * np.log10(gain)

    # 43 dB over a lookahead of 128 samples, and back at 20 dB a second.
    assert np.abs(np.diff(decibels)).max() <= 43.1 / 128 + 1e-6
    assert np.diff(decibels).max() <= 20.0 / RATE + 1e-9
    assert gain.min() == pytest.approx(10 ** (CEILING / 20) / 100.0)


@settings(max_examples=30)
@given(kinds, seeds)
def test_a_limiter_that_looks_only_where_a_peak_may_be_gives_what_one_gives_that_always_looks(
    kind: str, seed: int
) -> None:
    samples = rough(kind, seed, rows=2, blocks=24)
    samples *= np.repeat(10.0 ** np.random.default_rng(seed).uniform(-3.0, 0.3, 24), BLOCK)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("installation.sound.desk.limiter._MOST_BETWEEN", np.inf)
        wanted = limited(samples, Limiter(2, CEILING, 128))

    assert np.array_equal(limited(samples, Limiter(2, CEILING, 128)), wanted)


def test_nothing_between_samples_is_larger_than_what_the_limiter_takes_as_a_bound() -> None:
    signs = np.sign(np.random.default_rng(1).standard_normal((1, 400 * BLOCK)))
    phase = np.array(_PHASES[1])[::-1]
    signs[0, 1000:1012] = np.sign(phase)

    assert 0.98 * _MOST_BETWEEN < 10.0 ** (true_peak(signs) / 20.0) < _MOST_BETWEEN


def test_a_peak_between_a_loud_block_and_a_quiet_one_is_seen() -> None:
    samples = np.zeros((1, 6 * BLOCK))
    worst = np.sign(np.array(_PHASES[1])[::-1])
    samples[0, 3 * BLOCK - 11 : 3 * BLOCK + 1] = (
        0.45 * worst
    )  # 0.86 between samples, which the next block sees
    samples[0, 3 * BLOCK] = 0.0
    assert true_peak(samples) > -2.0
    limiter = Limiter(1, CEILING, 128)

    assert true_peak(limited(samples, limiter)) <= CEILING + 0.02
