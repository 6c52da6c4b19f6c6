"""Synchrony of signals whose answer is known, and against scipy."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from installation.neuro.synchrony import PERIOD, SEGMENT, SEGMENTS, Synchrony, order
from tests.parts import lacking

Floats = NDArray[np.float64]
ROWS = 46
WINDOW = round(SEGMENT * SEGMENTS / PERIOD)


def taken(phases: Floats, series: Floats | None = None) -> Synchrony:
    """A synchrony that has taken ``(samples, people)``."""
    synchrony = Synchrony(ROWS)
    series = np.full(phases.shape, np.nan) if series is None else series
    for phase, values in zip(phases, series, strict=True):
        rows = np.full((2, ROWS), np.nan)
        rows[0, : len(phase)], rows[1, : len(values)] = phase, values
        synchrony.take(*rows)
    synchrony.look()
    return synchrony


def first(count: int) -> NDArray[np.bool_]:
    return np.arange(ROWS) < count


def steady(rates: Floats, starts: Floats, samples: int = WINDOW) -> Floats:
    phases: Floats = np.arange(samples)[:, np.newaxis] * PERIOD * rates + starts
    return phases


def test_people_of_one_rate_are_locked_whatever_their_phases_and_two_rates_are_not() -> None:
    starts = np.array([0.0, 0.3, 0.7, 0.1])
    synchrony = taken(steady(np.array([0.2, 0.2, 0.2, 0.35]), starts))

    assert synchrony.locking[:3, :3] == pytest.approx(np.ones((3, 3)), abs=1e-9)
    assert abs(synchrony.locking[3, :3]).max() < 0.05
    assert synchrony.mean_locking(first(3)) == pytest.approx(1.0)
    assert synchrony.mean_locking(first(4)) == pytest.approx(0.5, abs=0.05)
    assert synchrony.locking_to(0, first(3)) == pytest.approx(1.0)


def wandering(chance: np.random.Generator, people: int, samples: int = WINDOW) -> Floats:
    """Phases that hold for a segment and are then anywhere: nobody knows of anybody."""
    jumps = np.repeat(chance.random((SEGMENTS, people)), samples // SEGMENTS, axis=0)
    return steady(np.full(people, 0.25), np.zeros(people), samples) + jumps


def test_the_bias_of_a_short_window_is_removed() -> None:
    chance = np.random.default_rng(3)
    raw, clean = [], []
    for _ in range(12):
        phases = wandering(chance, 12)
        synchrony = taken(phases)
        vectors = np.exp(2j * np.pi * phases)
        plain = np.abs(vectors.T @ vectors.conj() / len(phases)) ** 2
        upper = np.triu_indices(12, 1)
        raw.append(plain[upper].mean())
        clean.append(synchrony.locking[upper].mean())

    assert float(np.mean(raw)) == pytest.approx(1 / SEGMENTS, abs=0.02)
    assert float(np.mean(clean)) == pytest.approx(0.0, abs=0.02)


def test_the_bias_is_what_surrogates_have_that_are_drawn() -> None:
    chance = np.random.default_rng(4)
    phases = steady(np.array([0.2, 0.23]), np.zeros(2)) + 0.1 * chance.normal(size=(WINDOW, 2))
    apart = np.exp(2j * np.pi * (phases[:, 0] - phases[:, 1])).reshape(SEGMENTS, -1)
    turned = np.exp(2j * np.pi * chance.random((4000, SEGMENTS, 1)))
    drawn = np.mean(np.abs((apart * turned).mean(axis=(1, 2))) ** 2)
    plain = np.abs(apart.mean()) ** 2
    expected = (plain - drawn) / (1 - 1 / SEGMENTS)

    assert taken(phases).locking[0, 1] == pytest.approx(expected, abs=0.01)


def test_locking_is_that_of_scipys_hilbert_transform() -> None:
    try:
        from scipy.signal import hilbert
    except ImportError:
        lacking("scipy")
    chance = np.random.default_rng(5)
    phases = steady(np.full(6, 0.25), chance.random(6), 3 * WINDOW)
    phases += np.cumsum(0.004 * chance.normal(size=phases.shape), axis=0) * np.array([0, 0.5, 1, 2, 4, 8])
    judged = np.unwrap(np.angle(hilbert(np.cos(2 * np.pi * phases), axis=0)), axis=0) / (2 * np.pi)
    mine, theirs = taken(phases[WINDOW : 2 * WINDOW]), judged[WINDOW : 2 * WINDOW]
    vectors = np.exp(2j * np.pi * theirs)
    plain = np.abs(vectors.T @ vectors.conj() / WINDOW) ** 2

    upper = np.triu_indices(6, 1)
    assert plain[upper].max() > 0.9
    assert plain[upper].min() < 0.3
    assert mine.locking[upper] == pytest.approx(plain[upper], abs=1 / SEGMENTS)
    assert mine.locking == pytest.approx(taken(theirs).locking, abs=0.1)


def test_correlation_with_all_others_is_what_numpy_says() -> None:
    chance = np.random.default_rng(6)
    common = np.cumsum(chance.normal(size=WINDOW))
    series = 70 + common[:, np.newaxis] * np.linspace(0, 1, 7) + chance.normal(size=(WINDOW, 7)) * 3
    found = taken(np.full(series.shape, np.nan), series).correlations(first(7))

    scaled = (series - series.mean(axis=0)) / series.std(axis=0)
    for person in range(7):
        others = np.delete(scaled, person, axis=1).mean(axis=1)
        assert found[person] == pytest.approx(np.corrcoef(scaled[:, person], others)[0, 1], abs=1e-9)


def test_who_moves_alike_correlates_and_one_who_moves_against_them_does_not() -> None:
    wave = np.sin(np.arange(WINDOW) * 0.13)
    series = np.stack([wave, 3 * wave + 9, 0.1 * wave - 2, -wave], axis=1)
    synchrony = taken(np.full(series.shape, np.nan), series)

    assert synchrony.correlations(first(3)) == pytest.approx([1.0, 1.0, 1.0])
    assert synchrony.correlations(first(4))[3] == pytest.approx(-1.0)
    assert synchrony.mean_correlation(first(3)) == pytest.approx(1.0)
    flat = np.stack([wave, np.ones(WINDOW)], axis=1)
    assert math.isnan(taken(np.full(flat.shape, np.nan), flat).mean_correlation(first(2)))


def test_order_is_1_together_and_0_opposed() -> None:
    assert order(np.full(7, 0.3)) == pytest.approx(1.0)
    assert order(np.arange(8) / 8) == pytest.approx(0.0, abs=1e-12)
    assert order(np.array([0.0, 0.25, np.nan])) == pytest.approx(math.sqrt(0.5))
    assert math.isnan(order(np.array([0.4, np.nan])))


def test_gaps_do_not_count_and_who_was_there_too_short_is_not_known() -> None:
    phases = steady(np.full(3, 0.2), np.zeros(3))
    phases[::3, 1] = np.nan
    phases[: WINDOW // 2 + 1, 2] = np.nan

    synchrony = taken(phases)

    assert synchrony.locking[0, 1] == pytest.approx(1.0)
    assert np.isnan(synchrony.locking[0, 2])


def test_what_is_older_than_the_window_is_forgotten() -> None:
    apart = steady(np.array([0.2, 0.36]), np.zeros(2))
    together = steady(np.full(2, 0.2), np.zeros(2))

    assert taken(np.concatenate([apart, together])).locking[0, 1] == pytest.approx(1.0)
    assert len(taken(np.full((2 * WINDOW, 2), np.nan)).locking) == 0
