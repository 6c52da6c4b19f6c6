"""Routes and edges that fall silent and speak again land as if each frame looked at all of them afresh."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.parameter import Tree
from installation.signal.landing import Landing, straight
from tests.installation.signal.build import edge, number, route

MODES = ("replace", "add", "multiply", "min", "max")
TARGETS = 3


def one_after_the_other(
    base: list[float], ends: list[tuple[int, str]], values: list[float], active: list[bool]
) -> list[float]:
    work = list(base)
    for (target, mode), value, speaks in zip(ends, values, active, strict=True):
        if speaks:
            match mode:
                case "replace":
                    work[target] = value
                case "add":
                    work[target] += value
                case "multiply":
                    work[target] *= value
                case "min":
                    work[target] = min(work[target], value)
                case "max":
                    work[target] = max(work[target], value)
    return work


@given(data=st.data())
@settings(max_examples=150)
def test_whoever_speaks_lands_in_file_order_in_every_frame(data: st.DataObject) -> None:
    targets, modes = st.integers(0, TARGETS - 1), st.sampled_from(MODES)
    ends = data.draw(st.lists(st.tuples(targets, modes), min_size=1, max_size=14))
    tree = Tree([number(f"/{i}", 0.5) for i in range(TARGETS)])
    routes = [route("/osc/x", f"/{target}", mode) for target, mode in ends]
    landing = Landing(tree, routes, np.arange(len(ends)))
    for _ in range(4):
        values = data.draw(st.lists(st.floats(-2, 2), min_size=len(ends), max_size=len(ends)))
        active = data.draw(st.lists(st.booleans(), min_size=len(ends), max_size=len(ends)))
        work = tree.base[landing.slots]
        landing.combine(work, (np.array(values), None if all(active) else np.array(active)))
        expected = one_after_the_other([0.5] * TARGETS, ends, values, active)

        assert work.tolist() == pytest.approx([expected[slot] for slot in landing.slots.tolist()], abs=1e-12)


@pytest.mark.parametrize(
    ("mode", "expected"), [("multiply", [0.5 * 3, 0.5 * 35]), ("min", [0.5, 0.5]), ("max", [3, 7])]
)
def test_a_run_of_which_some_fall_silent_is_those_that_speak(mode: str, expected: list[float]) -> None:
    tree = Tree([number("/a", 0.5), number("/b", 0.5), number("/c", 0.5)])
    routes = [route("/osc/x", f"/{name}", mode) for name in "aabbbcc"]
    landing = Landing(tree, routes, np.arange(7))
    values = np.array([2.0, 3.0, 5.0, 6.0, 7.0, 8.0, 9.0])
    work = tree.base[landing.slots]
    landing.combine(work, (values, np.array([False, True, True, False, True, False, False])))

    assert work.tolist() == [*expected, 0.5]


def test_an_edges_twin_lands_beside_it_and_rests_with_it() -> None:
    tree = Tree([number("/a", 0.25), number("/b", 0.5)])
    edges = [edge("e", "/a", "/b"), edge("f", "/a", "/b")]
    landing = Landing(tree, [route("/osc/x", "/b", "add")], np.arange(1), edges, np.array([0, 2]))
    values, lanes = np.array([0.1, 0.2, 0.01, 0.02]), (np.array([0.05]), None)

    both = tree.base[landing.slots]
    landing.combine(both, lanes, (values, None))
    one = tree.base[landing.slots]
    landing.combine(one, lanes, (values, np.array([False, False, True, True])))
    none = tree.base[landing.slots]
    landing.combine(none, lanes, (values, np.zeros(4, np.bool_)))

    assert both.tolist() == pytest.approx([0.66, 0.77])
    assert one.tolist() == pytest.approx([0.56, 0.57])
    assert none.tolist() == pytest.approx([0.55, 0.55])


def test_neighbours_in_order_are_a_slice() -> None:
    assert straight(np.array([3, 4, 5])) == slice(3, 6)
    assert isinstance(straight(np.array([3, 5])), np.ndarray)
    assert isinstance(straight(np.array([4, 3])), np.ndarray)
    assert isinstance(straight(np.zeros(0, np.intp)), np.ndarray)
