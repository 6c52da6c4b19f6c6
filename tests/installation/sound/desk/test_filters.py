import math

import numpy as np
import pytest

from installation.sound import BLOCK, RATE
from installation.sound.desk.filters import (
    CA_WEIGHTING,
    K_WEIGHTING,
    Bank,
    Section,
    System,
    dc_blocker,
    response,
)
from installation.sound.desk.measure import loudness, pink

# IEC 61672-1:2013, table 3: design goals of weightings A and C at nominal frequencies (the exact ones are
# 10^(n / 10) Hz), and the acceptance limits of class 1, above and below.
TABLE = (
    (10.0, -70.4, -14.3, 3.0, math.inf), (12.5, -63.4, -11.2, 2.5, math.inf), (16.0, -56.7, -8.5, 2.0, 4.0),
    (20.0, -50.5, -6.2, 2.0, 2.0), (25.0, -44.7, -4.4, 2.0, 1.5), (31.5, -39.4, -3.0, 1.5, 1.5),
    (40.0, -34.6, -2.0, 1.0, 1.0), (50.0, -30.2, -1.3, 1.0, 1.0), (63.0, -26.2, -0.8, 1.0, 1.0),
    (80.0, -22.5, -0.5, 1.0, 1.0), (100.0, -19.1, -0.3, 1.0, 1.0), (125.0, -16.1, -0.2, 1.0, 1.0),
    (160.0, -13.4, -0.1, 1.0, 1.0), (200.0, -10.9, 0.0, 1.0, 1.0), (250.0, -8.6, 0.0, 1.0, 1.0),
    (315.0, -6.6, 0.0, 1.0, 1.0), (400.0, -4.8, 0.0, 1.0, 1.0), (500.0, -3.2, 0.0, 1.0, 1.0),
    (630.0, -1.9, 0.0, 1.0, 1.0), (800.0, -0.8, 0.0, 1.0, 1.0), (1000.0, 0.0, 0.0, 0.7, 0.7),
    (1250.0, 0.6, 0.0, 1.0, 1.0), (1600.0, 1.0, -0.1, 1.0, 1.0), (2000.0, 1.2, -0.2, 1.0, 1.0),
    (2500.0, 1.3, -0.3, 1.0, 1.0), (3150.0, 1.2, -0.5, 1.0, 1.0), (4000.0, 1.0, -0.8, 1.0, 1.0),
    (5000.0, 0.5, -1.3, 1.5, 1.5), (6300.0, -0.1, -2.0, 1.5, 2.0), (8000.0, -1.1, -3.0, 1.5, 2.5),
    (10_000.0, -2.5, -4.4, 2.0, 3.0), (12_500.0, -4.3, -6.2, 2.0, 5.0), (16_000.0, -6.6, -8.5, 2.5, 16.0),
    (20_000.0, -9.3, -11.2, 3.0, math.inf),
)  # fmt: skip


def loop(sections: list[Section], samples: np.ndarray) -> np.ndarray:
    """The textbook's recursion, sample by sample."""
    for one in sections:
        out, first, second = np.zeros_like(samples), 0.0, 0.0
        for n, x in enumerate(samples):
            out[n] = y = one.b0 * x + first
            first, second = one.b1 * x - one.a1 * y + second, one.b2 * x - one.a2 * y
        samples = out
    return samples


def test_blocks_of_matrices_are_the_recursion() -> None:
    sections = [Section(1.0, -1.9, 0.95, -1.99, 0.9901), Section(0.5, 0.1, 0.0, -0.3, 0.0)]
    system = System.series(sections, [1, 2], [1.0, -2.0])
    samples = np.random.default_rng(1).standard_normal((3, BLOCK * 6))
    bank = Bank(system, 3)
    out = np.concatenate([bank.process(one) for one in np.split(samples, 6, axis=1)], axis=2)

    for channel in range(3):
        assert out[channel, 0] == pytest.approx(loop(sections[:1], samples[channel]), abs=1e-9)
        assert out[channel, 1] == pytest.approx(-2.0 * loop(sections, samples[channel]), abs=1e-9)


def test_energy_is_that_of_the_outputs() -> None:
    samples = np.random.default_rng(1).standard_normal((2, BLOCK))

    assert Bank(CA_WEIGHTING, 2).energy(samples) == pytest.approx(
        (Bank(CA_WEIGHTING, 2).process(samples) ** 2).mean(axis=2)
    )


@pytest.mark.parametrize(("output", "column"), [(1, 1), (0, 2)])
def test_weightings_a_and_c_follow_the_table_of_the_standard(output: int, column: int) -> None:
    exact = [10.0 ** (n / 10.0) for n in range(10, 44)]
    found = 20.0 * np.log10(np.abs(response(CA_WEIGHTING, exact)))[output]

    for row, value in zip(TABLE, found, strict=True):
        error = value - row[column]
        assert -row[4] <= error <= row[3], row
        # Far better than class 1 asks, up to the rounding of the table: 0.05 dB.
        assert abs(error) < (0.1 if row[0] <= 16_000.0 else 0.25), row


def test_k_weighting_is_that_of_the_recommendation() -> None:
    # BS.1770-4, annex 1: a shelf of +4 dB for high tones, a high-pass for low ones, about +0.69 dB at 1 kHz.
    at = 20.0 * np.log10(np.abs(response(K_WEIGHTING, [38.0, 997.0, 10_000.0])))[0]

    assert at[0] == pytest.approx(-6.0, abs=0.3)
    assert at[1] == pytest.approx(0.691, abs=0.005)
    assert at[2] == pytest.approx(4.0, abs=0.05)


def test_the_dc_blocker_blocks_nothing_else() -> None:
    at = 20.0 * np.log10(np.abs(response(dc_blocker(), [0.001, 4.0, 35.0, 1000.0])))[0]

    assert at[0] < -60.0
    assert at[1] == pytest.approx(-3.01, abs=0.02)
    assert at[2] > -0.1
    assert at[3] == pytest.approx(0.0, abs=0.001)


def test_the_calibration_holds_for_real_pink_noise() -> None:
    count = RATE * 20 // BLOCK * BLOCK
    at = np.fft.rfftfreq(count, 1.0 / RATE)
    shape = np.where((at >= 20.0) & (at <= 20_000.0), 1.0 / np.sqrt(np.maximum(at, 1.0)), 0.0)
    phases = np.exp(2j * np.pi * np.random.default_rng(2).random(len(at)))
    noise = np.fft.irfft(shape * phases)
    noise /= noise.std()
    bank = Bank(K_WEIGHTING.beside(CA_WEIGHTING), 1)
    powers = np.mean([bank.energy(one[None])[0] for one in np.split(noise, count // BLOCK)], axis=0)
    lufs, c, a = loudness(powers[0]), *(10.0 * np.log10(powers[1:]))

    assert pink()[0] == pytest.approx(c - lufs, abs=0.05)
    assert pink()[1] == pytest.approx(a - lufs, abs=0.05)
