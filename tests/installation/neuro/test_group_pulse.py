"""The pulse of the group: at the rate of five or more, and of nobody in particular."""

import numpy as np
import pytest

from hardware.biosensor import Crowd
from installation.neuro.disclosure import GroupPulse
from installation.neuro.parameters import CHANNELS
from tests.installation.neuro.test_shared import DT, Gallery, told

HEART = CHANNELS.index("heart")


def beats(gallery: Gallery, seconds: float, there: int) -> list[float]:
    """Times of the beats that the room sees."""
    found, was = [], 0.0
    for _ in range(round(seconds / DT)):
        said = gallery.play(DT, there)
        if said.pulse > was:
            found.append(gallery.now)
        was = said.pulse
    return found


def test_it_beats_at_the_rate_of_five_hearts() -> None:
    gallery = Gallery(Crowd(6, 3, walking=0.0))
    beats(gallery, 40.0, 6)
    rate = told(gallery.play(DT))["heart/rate"]
    assert rate == pytest.approx(np.nanmean(gallery.values[:6, HEART]), abs=8.0)
    assert len(beats(gallery, 60.0, 6)) == pytest.approx(rate, abs=5.0)


def test_of_fewer_it_is_simulated_and_depends_on_none_of_them() -> None:
    one, other = (beats(Gallery(Crowd(4, seed, walking=0.0)), 60.0, 4) for seed in (3, 8))
    assert one == other
    assert 50 <= len(one) <= 80


def test_where_nobody_wears_a_sensor_it_is_silent() -> None:
    assert beats(Gallery(Crowd(3, 3)), 20.0, 0) == []


def test_a_beat_lasts_a_tenth_of_a_second_and_a_slow_frame_loses_none() -> None:
    fine = GroupPulse()
    assert sum(fine.advance(60.0, 0.01) for _ in range(500)) == pytest.approx(50, abs=11)
    slow = GroupPulse()
    assert np.sum([slow.advance(60.0, 0.5) for _ in range(20)]) == 10
    assert slow.advance(0.0, 0.5) == 0.0
