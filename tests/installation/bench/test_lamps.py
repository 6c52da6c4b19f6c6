import math
import sys

import numpy as np
import pytest

from installation.bench.lamps import beside_a_stage, guard, lateness


def test_an_even_beat_is_never_late_whenever_it_started():
    assert lateness(5.0 + np.arange(100) / 44, 1 / 44) == pytest.approx((0.0, 0.0), abs=1e-9)


def test_one_late_frame_is_the_worst_and_early_ones_do_not_count():
    times = np.arange(1000) / 44
    times[500] += 0.03
    times[600] -= 0.05
    p99, worst = lateness(times, 1 / 44)

    assert worst == pytest.approx(0.03)
    assert p99 == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("calm", [True, False])
def test_the_guard_is_timed_beside_touching_its_channels(calm):
    row = guard(calm, universes=2, rounds=3)

    assert row.ratio > 0
    assert "2 universes" in row.name
    assert "ms a tick" in row.note


@pytest.mark.gl
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc and the kernel's time stamps")
def test_packets_of_a_real_keeper_are_timed_beside_a_real_stage():
    row = beside_a_stage(0.5, busy=(64, 36))

    assert math.isfinite(row.ratio)
    assert 0 <= row.ours < 500
    assert "half a period" in row.note
