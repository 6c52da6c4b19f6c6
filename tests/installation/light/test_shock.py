"""Shockwaves in the lamps: by position, ahead of the picture, small."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.light.shock import HIGHEST, LEAD, MEAN, lift
from tests.installation.light.rooms import fixture
from tests.installation.light.test_rig import rig

ASPECT = 16 / 9


def lamps(*places):
    return np.array([[x - 0.05, y - 0.05, x + 0.05, y + 0.05] for x, y in places], np.float32)


def fronts(*rows):
    return np.array([(0.5, 0.5, 10.0, 0.0, 0.8), *rows], np.float64)


def even(count):
    return np.full(count, 1 / count, np.float32)


def test_without_a_front_there_is_nothing_to_add():
    assert lift(lamps((0.5, 0.5)), fronts(), ASPECT, even(1)) is None
    assert lift(lamps(), fronts((0.1, 0.1, 0.5, 1.0, 0.8)), ASPECT, even(1)) is None


def test_a_front_passes_near_lamps_before_far_ones_and_leads_the_picture():
    places = [(0.2, 0.5), (0.4, 0.5), (0.9, 0.5)]
    peaks = []
    for column in range(3):
        levels = [
            lift(lamps(*places), fronts((0.1, 0.5, age, 1.0, 0.8)), ASPECT, even(3))[column, 1]
            for age in np.arange(0, 3, 0.01)
        ]
        peaks.append(np.argmax(np.array(levels) > 0) * 0.01)
    picture = [(x - 0.1) * ASPECT / 0.8 for x, _ in places]

    assert peaks == pytest.approx([max(at - LEAD, 0.0) for at in picture], abs=0.03)
    assert peaks[0] < peaks[1] < peaks[2]


def test_a_lamp_swells_once_and_sinks_again():
    levels = [
        float(lift(lamps((0.5, 0.5)), fronts((0.3, 0.5, age, 1.0, 0.8)), ASPECT, even(1) * 0.1)[0, 2])
        for age in np.arange(0, 3, 0.02)
    ]
    rises = np.diff(levels) > 1e-9
    assert max(levels) == pytest.approx(HIGHEST, rel=0.02)
    assert np.count_nonzero(np.diff(rises.astype(int)) == 1) <= 1
    assert levels[0] == levels[-1] == 0.0


@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 10), st.floats(0, 1), st.floats(0.05, 5)),
        max_size=4,
    ),
    st.integers(1, 60),
    st.integers(0, 99),
)
def test_no_lamp_and_no_room_gets_more_than_stated(rows, count, seed):
    chance = np.random.default_rng(seed)
    share = chance.random(count).astype(np.float32)
    found = lift(lamps(*chance.random((count, 2))), fronts(*rows), ASPECT, share / share.sum())

    if found is not None:
        assert found.min() >= 0.0
        assert found.max() <= HIGHEST + 1e-6
        luminance = found @ np.array([0.2126, 0.7152, 0.0722])
        assert float((luminance * share / share.sum()).sum()) <= MEAN + 1e-6


def test_a_room_that_is_reached_all_at_once_gets_no_more_than_the_mean():
    ring = [(0.5 + 0.2 * np.cos(a) / ASPECT, 0.5 + 0.2 * np.sin(a)) for a in np.arange(0, 6.2, 0.4)]
    means = []
    for age in np.arange(0.0, 1.5, 0.02):
        found = lift(lamps(*ring), fronts((0.5, 0.5, age, 1.0, 0.8)), ASPECT, even(len(ring)))
        means.append(float((found @ np.array([0.2126, 0.7152, 0.0722])).mean()))
    assert max(means) == pytest.approx(MEAN, rel=0.01)


def test_it_comes_before_master_and_blackout_and_lights_no_hazard():
    made = rig(fixture("a", "rgb"), fixture("b", "blinder", channel=10))
    added = np.full((2, 3), 0.1, np.float32)

    def light(**words):
        return made.resolve(1, 0.0, None, lift=added, **words).light[0].astype(float) / 65535

    assert light()[:3] == pytest.approx(0.1, abs=1e-3)
    assert light(master=0.5)[:3] == pytest.approx(0.05, abs=1e-3)
    assert not light(blackout=True).any()
    assert not light()[9:].any()
    over = made.resolve(1, 0.0, np.full((2, 3), 0.95, np.float32), lift=added).light[0]
    assert over.max() == 65535
