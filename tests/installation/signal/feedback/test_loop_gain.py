import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.signal.feedback.loop_gain import steepness
from installation.signal.modulators.steps import parse_shape
from tests.installation.signal.build import Bench, edge, number, step


def gain_of(*edges: object, frames: int = 200) -> float:
    parameters = [number(f"/{name}", 0.5) for name in "abcdefgh"]
    bench = Bench(parameters, [], feedback=edges)
    bench.run(frames)
    value = bench.signals.get("/neuro/loop-gain")
    assert value is not None
    return value


def test_a_parameter_that_feeds_itself_has_the_edges_gain() -> None:
    assert gain_of(edge("a", "/a", "/a", gain=2.5)) == pytest.approx(2.5)


def test_a_chain_that_closes_no_loop_has_none() -> None:
    assert gain_of(edge("x", "/a", "/b", gain=8), edge("y", "/b", "/c", gain=8)) == 0


@pytest.mark.parametrize("length", [2, 3, 8])
def test_a_ring_has_the_geometric_mean_of_its_gains(length: int) -> None:
    gains = [0.5 + i for i in range(length)]
    ring = [
        edge(f"e{i}", f"/{'abcdefgh'[i]}", f"/{'abcdefgh'[(i + 1) % length]}", gain=gain)
        for i, gain in enumerate(gains)
    ]
    assert gain_of(*ring) == pytest.approx(float(np.prod(gains)) ** (1 / length), rel=1e-3)


def test_of_two_loops_the_stronger_counts() -> None:
    assert gain_of(edge("a", "/a", "/a", gain=0.4), edge("b", "/b", "/b", gain=3)) == pytest.approx(3)


def test_depth_filter_and_coupling_count() -> None:
    steep = (step("remap", 0.25, 0.75),)
    assert gain_of(edge("a", "/a", "/a", gain=2, depth=0.25)) == pytest.approx(0.5)
    assert gain_of(edge("a", "/a", "/a", gain=2, shape=steep)) == pytest.approx(4)
    # Two equal loops, wholly coupled, drive each other: nothing is lost.
    pair = [edge(n, f"/{n}", f"/{n}", gain=2, coupling=1.0) for n in "ab"]
    assert gain_of(*pair) == pytest.approx(2)


def test_an_edge_from_the_picture_closes_no_loop_that_is_known() -> None:
    assert gain_of(edge("a", "/picture/mean", "/a", gain=8), edge("b", "/a", "/b", gain=8)) == 0


@settings(max_examples=25, deadline=None)
@given(
    ends=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.floats(0, 8)), min_size=1, max_size=10),
    coupling=st.sampled_from([0.0, 0.3, 1.0]),
)
def test_it_is_the_spectral_radius(ends: list[tuple[int, int, float]], coupling: float) -> None:
    edges = [
        edge(f"e{i}", f"/{'abcde'[a]}", f"/{'abcde'[b]}", gain=gain, coupling=coupling)
        for i, (a, b, gain) in enumerate(ends)
    ]
    n = len(ends)
    mix = (1 - coupling) * np.eye(n) + (
        coupling / (n - 1) * (1 - np.eye(n)) if n > 1 else coupling * np.eye(n)
    )
    driven = np.array([[float(b == heard) for _, b, _ in ends] for heard, _, _ in ends])
    matrix = driven @ np.diag([gain for _, _, gain in ends]) @ mix
    expected = float(np.abs(np.linalg.eigvals(matrix)).max())

    assert gain_of(*edges) == pytest.approx(expected, rel=0.02, abs=0.02)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((), 1),
        ((step("smooth", 0.5),), 1),
        ((step("invert", True),), 1),
        ((step("remap", 0, 0.1),), 10),
        ((step("scale", 0.25),), 0.25),
        ((step("curve", "s"),), 1.5),
        ((step("delay", 0.5), step("slew", 1.0), step("one-euro", 1.0)), 1),
    ],
)
def test_the_steepest_slope_of_a_filter_is_found(shape: tuple[object, ...], expected: float) -> None:
    steps, _ = parse_shape(shape)  # type: ignore[arg-type]

    assert steepness(steps) == pytest.approx(expected, rel=0.01)
