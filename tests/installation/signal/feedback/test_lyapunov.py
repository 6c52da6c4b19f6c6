import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.signal.feedback.lyapunov import FORGETS, log
from tests.installation.signal.build import Bench, edge, number, step

RATE = 60.0
LINEAR = math.log(1e-3)
"""Two runs that are nearer than this differ a little."""


def exponent(bench: Bench, seconds: float) -> float:
    bench.run(round(seconds * RATE))
    value = bench.signals.get("/neuro/lyapunov")
    assert value is not None
    return value


def folded(gain: float, **more: object) -> Bench:
    bench = Bench(
        [number("/a", 0.5)], [], feedback=[edge("a", "/a", "/a", gain=gain, saturation="fold", **more)]
    )
    bench.tree.effective[0] = 0.61803
    return bench


@pytest.mark.parametrize("gain", [0.6, 0.9, 1.1, 1.7, 2.3, 3.1, 5.3, 7.9])
def test_a_folded_loop_of_gain_g_has_exactly_the_exponent_ln_g_a_frame(gain: float) -> None:
    assert exponent(folded(gain), 20) == pytest.approx(max(RATE * math.log(gain), FORGETS), rel=1e-3)


def test_depth_takes_part_of_the_gain() -> None:
    assert exponent(folded(4.6, depth=0.5), 20) == pytest.approx(RATE * math.log(2.3), rel=1e-3)


@pytest.mark.parametrize("frames", [1, 4, 30])
def test_a_delay_of_n_frames_divides_the_exponent_by_n_plus_one(frames: int) -> None:
    bench = folded(2.7, delay_frames=frames)
    chance = np.random.default_rng(3)
    for _ in range(frames + 1):  # not the same in every frame of the delay
        bench.tree.effective[0] = chance.uniform(0.3, 0.7)
        bench.run()

    assert exponent(bench, 40) == pytest.approx(RATE * math.log(2.7) / (frames + 1), rel=0.03)


def test_a_calm_loop_with_a_filter_forgets_as_fast_as_the_filter() -> None:
    own = edge("a", "/a", "/a", gain=0.0, shape=(step("smooth", 0.4),))

    assert exponent(Bench([number("/a", 0.3)], [], feedback=[own]), 20) == pytest.approx(-1 / 0.4, rel=0.02)


def test_a_loop_that_keeps_nothing_forgets_at_once() -> None:
    bench = Bench([number("/a", 0.3)], [], feedback=[edge("a", "/a", "/a")])

    assert exponent(bench, 20) < 0.8 * FORGETS


def chaotic(gain: float) -> Bench:
    """Four delayed, filtered, coupled edges in a ring: what a room is made of."""
    edges = [
        edge(f"e{i}", f"/{i}", f"/{(i + 1) % 4}", gain=gain, saturation="fold", delay=0.3 + 0.17 * i,
             coupling=0.2, depth=0.8, shape=(step("smooth", 0.2),))
        for i in range(4)
    ]  # fmt: skip
    return Bench([number(f"/{i}", 0.45 + 0.03 * i) for i in range(4)], [], feedback=edges)


def separation(gain: float, seconds: float, start: float) -> tuple[list[float], list[float]]:
    """Two runs of one loop, the second nudged once: times and logarithms of how far they are apart."""
    one, other = chaotic(gain), chaotic(gain)
    for bench in (one, other):
        bench.run(round(start * RATE))
    other.tree.effective[:4] += 1e-10
    apart = []
    for _ in range(round(seconds * RATE)):
        one.run()
        other.run()
        difference = one.tree.effective[:4] - other.tree.effective[:4]
        apart.append(0.5 * math.log(float(np.sum(difference**2)) + 1e-300))
    return [i / RATE for i in range(len(apart))], apart


def test_it_is_the_exponent_of_the_real_chain_two_runs_part_as_fast() -> None:
    """Independent of the twin: two whole chains, and a line through the logarithm of their distance."""
    slopes = []
    for start in (20.0, 30.0, 40.0):
        times, apart = separation(4.0, 20.0, start)
        inside = [(t, d) for t, d in zip(times, apart, strict=True) if t > 2 and d < LINEAR]
        slopes.append(float(np.polyfit(*zip(*inside, strict=True), 1)[0]))
    bench = chaotic(4.0)
    bench.run(1200)
    told = [exponent(bench, 1.0) for _ in range(60)]

    assert float(np.mean(told)) == pytest.approx(float(np.mean(slopes)), rel=0.25)
    assert min(told) > 0


def test_below_loop_gain_one_it_is_negative_and_far_above_it_is_positive() -> None:
    assert exponent(chaotic(0.9), 30) < 0
    assert exponent(chaotic(5.0), 30) > 0.2


@given(st.floats(1e-300, 1e300))
def test_the_logarithm_is_right_to_a_ten_millionth(x: float) -> None:
    assert log(x) == pytest.approx(math.log(x), abs=1e-7)
