import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.errors import ShowError
from installation.parameter import Kind, Parameter
from installation.show.model import ModulatorSpec
from installation.signal.feedback.controls import feedback_parameters
from tests.installation.signal.build import Bench, edge, number, route, step

GAIN = "/light/seat-1/gain"


def loop(saturation: str, gain: float, base: float = 0.5, **more: Any) -> Bench:
    """A parameter that feeds itself, and nothing else."""
    own = edge("a", "/a", "/a", gain=gain, saturation=saturation, **more)
    return Bench([number("/a", base)], [], feedback=[own])


def two(spec: Any, a: float = 0.75, b: float = 10.0) -> Bench:
    return Bench([number("/a", a), number("/b", b, 0, 20)], [], feedback=[spec])


# ---- What an edge does -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "depth", "expected"),
    [
        ("add", 1.0, 15.0),
        ("add", 0.5, 12.5),
        ("replace", 1.0, 15.0),
        ("replace", 0.5, 12.5),
        ("multiply", 1.0, 15.0),
        ("multiply", 0.5, 12.5),
    ],
)
def test_an_edge_lands_as_its_mode_and_depth_say(mode: str, depth: float, expected: float) -> None:
    bench = two(edge("e", "/a", "/b", gain=1, saturation="clip", mode=mode, depth=depth))
    bench.run()

    assert bench.get("/b") == pytest.approx(expected)
    assert bench.tree.get_base("/b") == (10,)


def test_an_edge_hears_the_frame_before() -> None:
    bench = two(edge("e", "/a", "/b", gain=1, saturation="clip"))
    bench.run()
    bench.tree.set("/a", (0.25,))
    bench.run()
    assert bench.get("/b") == 15

    bench.run()
    assert bench.get("/b") == 5


def test_an_edge_lands_after_all_routes() -> None:
    own = edge("e", "/a", "/b", gain=1, saturation="clip", mode="multiply")
    bench = Bench([number("/a", 0.75), number("/b", 10, 0, 20)], [route("/osc/x", "/b")], feedback=[own])
    bench.feed(x=4.0)
    bench.run()

    assert bench.get("/b") == 6


def test_edges_combine_in_file_order_whatever_their_filters_are() -> None:
    parameters = [number("/a", 0.75), number("/b", 0.2)]
    spoken = [
        edge("x", "/a", "/b", gain=1, saturation="clip", mode="add", shape=(step("smooth", 1.0),)),
        edge("y", "/a", "/b", gain=1, saturation="clip", mode="multiply"),
    ]
    forth = Bench(parameters, [], feedback=spoken)
    back = Bench(parameters, [], feedback=spoken[::-1])
    forth.run()
    back.run()

    assert forth.get("/b") == pytest.approx((0.2 + 0.25) * 1.5)
    assert back.get("/b") == pytest.approx(0.2 * 1.5 + 0.25)


def test_the_filter_hears_0_to_1_as_routes_do() -> None:
    bench = two(edge("e", "/a", "/b", gain=1, saturation="clip", shape=(step("invert", True),)))
    bench.run()
    assert bench.get("/b") == 5

    bench = two(edge("e", "/a", "/b", gain=1, saturation="clip", shape=(step("smooth", 0.5),)))
    bench.run()
    bench.tree.set("/a", (0.25,))
    bench.run(2)
    assert 5 < bench.get("/b") < 15


def test_signals_count_from_0_to_1_and_a_remap_brings_others_there() -> None:
    plain = edge("e", "/osc/x", "/b", gain=1, saturation="clip")
    clamped = edge("e", "/osc/x", "/b", gain=1, saturation="clip", shape=(step("remap", 0, 5),))
    for spec, value, expected in ((plain, 0.75, 15), (plain, 3.0, 20), (clamped, 5.0, 20), (clamped, 0.0, 0)):
        bench = two(spec)
        bench.feed(x=value)
        bench.run()
        assert bench.get("/b") == pytest.approx(expected)


def test_an_edge_whose_signal_never_came_rests_and_wakes_when_it_comes() -> None:
    bench = two(edge("e", "/osc/x", "/b", gain=1, saturation="clip", mode="replace"))
    bench.run(10)
    assert bench.get("/b") == 10

    bench.feed(x=1.0)
    bench.run()
    assert bench.get("/b") == 20


def test_one_component_is_heard_and_one_is_moved() -> None:
    points = [
        Parameter("/p", Kind.POINT, (0.5, 0.75), (0, 0), (1, 1)),
        Parameter("/q", Kind.POINT, (0.5, 0.5), (0, 0), (1, 1)),
    ]
    spec = edge("e", "/p", "/q", gain=1, saturation="clip", source_component=1, component=0)
    bench = Bench(points, [], feedback=[spec])
    bench.run()

    assert bench.tree.get("/q") == (0.75, 0.5)


def test_coupling_mixes_an_edge_with_the_mean_of_the_others() -> None:
    parameters = [number("/a", 0.75), number("/b", 0.5), number("/c", 0.25), number("/t", 0.5)]
    others = [edge(n, f"/{n}", "/nowhere", gain=0) for n in "bc"]
    for coupling, expected in ((0.0, 0.75), (0.5, 0.5 + 0.5 * (0.5 * 0.5 + 0.5 * -0.25)), (1.0, 0.375)):
        own = edge("a", "/a", "/t", gain=1, saturation="clip", coupling=coupling)
        bench = Bench(parameters, [], feedback=[own, *others])
        bench.run()
        assert bench.get("/t") == pytest.approx(expected)


def test_an_edge_that_rests_is_not_among_the_others() -> None:
    parameters = [number("/a", 0.75), number("/b", 0.25), number("/t", 0.5)]
    edges = [
        edge("a", "/a", "/t", gain=1, saturation="clip", coupling=1.0),
        edge("b", "/b", "/nowhere", gain=0),
        edge("c", "/picture/mean", "/nowhere", gain=0, shape=(step("smooth", 0.1),)),
    ]
    bench = Bench(parameters, [], feedback=edges)
    bench.run()

    assert bench.get("/t") == pytest.approx(0.25)


def test_gain_delay_and_coupling_are_parameters() -> None:
    own = edge("e", "/a", "/b", gain=0.5, saturation="clip")
    made = feedback_parameters([own])
    bench = Bench([number("/a", 0.75), number("/b", 10, 0, 20), *made], [], feedback=[own])
    bench.run()
    assert bench.get("/b") == 12.5

    bench.tree.set("/feedback/e/gain", (1.0,))
    bench.run(2)
    assert bench.get("/b") == 15

    bench.tree.set("/feedback/e/delay", (1.0,))
    bench.run(60)
    bench.tree.set("/a", (0.25,))
    bench.run(60)
    assert bench.get("/b") == 15
    bench.run(2)
    assert bench.get("/b") == 5
    assert [(one.address, one.unit, one.maximum) for one in made] == [
        ("/feedback/e/gain", "", (8,)),
        ("/feedback/e/coupling", "", (1,)),
        ("/feedback/e/delay", "s", (10,)),
    ]


def test_an_edge_may_move_another_edges_gain_and_delay() -> None:
    own = edge("e", "/a", "/b", gain=0.0, saturation="clip")
    movers = [
        edge("g", "/a", "/feedback/e/gain", gain=1, saturation="clip", mode="replace"),
        edge("d", "/b", "/feedback/e/delay", gain=1, depth=0.1),
    ]
    parameters = [number("/a", 0.75), number("/b", 10, 0, 20), *feedback_parameters([own])]
    bench = Bench(parameters, [], feedback=[own, *movers])
    bench.run(300)

    assert bench.get("/feedback/e/gain") == 6
    assert bench.get("/b") == 20
    assert math.isfinite(bench.signals.get("/neuro/lyapunov") or 0.0)


# ---- Known maps --------------------------------------------------------------------------------------------


def test_a_folded_loop_is_the_tent_map() -> None:
    bench, x = loop("fold", 3.0), 0.1
    for _ in range(30):
        bench.tree.effective[0] = (x + 1) / 2
        bench.run()
        place = (3.0 * x - 1) / 4
        x = 1 - 4 * abs(place - round(place))
        assert 2 * bench.get("/a") - 1 == pytest.approx(x, abs=1e-9)


@pytest.mark.parametrize("gain", [0.0, 0.5, 0.99])
def test_below_gain_one_a_loop_comes_to_rest(gain: float) -> None:
    bench = loop("tanh", gain, 0.6)
    bench.run(2000)
    rest = bench.get("/a")
    bench.run(50)

    assert bench.get("/a") == pytest.approx(rest, abs=1e-6)


# ---- Bounds ------------------------------------------------------------------------------------------------

WILD = st.floats(allow_nan=True, allow_infinity=True)
SHAPES = [
    (),
    (step("smooth", 0.3),),
    (step("remap", -1, 1, 5, -5, 0),),
    (step("scale", 1e9), step("scale", 1e9)),
    (step("one-euro", 1.0, 5.0), step("delay", 0.05)),
    (step("slew", 2.0), step("quantise", 5)),
    (step("curve", "tanh"), step("envelope", 0.01, 0.2)),
]


@settings(max_examples=60, deadline=None)
@given(
    gains=st.lists(st.floats(0, 8), min_size=6, max_size=6),
    delays=st.lists(st.floats(0, 10), min_size=6, max_size=6),
    couplings=st.lists(st.floats(0, 1), min_size=6, max_size=6),
    saturation=st.sampled_from(["tanh", "fold", "clip"]),
    mode=st.sampled_from(["add", "multiply", "replace"]),
    inputs=st.lists(WILD, min_size=1, max_size=8),
    steps=st.lists(st.floats(0, 0.25), min_size=1, max_size=8),
    base=st.floats(allow_nan=False, allow_infinity=False),
)
def test_whatever_comes_in_and_whatever_the_gains_are_what_goes_out_is_bounded(
    gains: list[float], delays: list[float], couplings: list[float], saturation: str, mode: str,
    inputs: list[float], steps: list[float], base: float,
) -> None:  # fmt: skip
    parameters = [number(f"/{i}", -1, -3 - i, 7) for i in range(3)]
    edges = [
        edge(
            f"e{i}", "/osc/x" if i == 5 else f"/{i % 3}", f"/{(i + 1) % 3}", gain=gains[i], delay=delays[i],
            coupling=couplings[i], saturation=saturation, mode=mode, shape=SHAPES[(i + len(inputs)) % 7],
        )
        for i in range(6)
    ]  # fmt: skip
    bench = Bench(parameters, [route("/osc/x", "/1", "add")], feedback=edges)
    bench.tree.set("/0", (base,))
    slot = bench.signals.declare("/osc/x")
    for index in range(64):
        bench.signals.values[slot] = inputs[index % len(inputs)]  # past the store's own check
        bench.clock.step = steps[index % len(steps)]
        bench.run()
        for i, parameter in enumerate(parameters):
            assert parameter.minimum[0] <= bench.get(f"/{i}") <= parameter.maximum[0]
        for address in ("/neuro/lyapunov", "/neuro/loop-gain", "/governor/reseed"):
            assert math.isfinite(bench.signals.get(address) or 0.0)
    feedback = bench.chain.feedback
    assert np.isfinite(feedback.history.rows).all(), "something that is no number stays in the past"
    bench.signals.values[slot] = 0.5
    bench.clock.step = 1 / 60
    bench.run(40)
    assert all(np.isfinite(state).all() for _, state in feedback.steps.states())


def test_a_million_frames_of_many_loops_stay_within_their_bounds() -> None:
    """250 independent systems of two edges each for 4,000 frames, with gains and delays that jump."""
    systems, frames = 250, 4_000
    chance = np.random.default_rng(7)
    parameters = [number(f"/{i}", 0.5, -1, 2) for i in range(2 * systems)]
    edges = [
        edge(
            f"e{i}", f"/{i}", f"/{i ^ 1}", mode=("add", "multiply", "replace")[i % 3],
            saturation=("tanh", "fold", "clip")[i // 2 % 3], shape=SHAPES[i % 7],
        )
        for i in range(2 * systems)
    ]  # fmt: skip
    made = feedback_parameters(edges)
    bench = Bench([*parameters, *made], [], feedback=edges)
    controls = np.array([bench.tree.slot(one.address) for one in made])
    span = bench.tree.span[controls]
    low, high = np.inf, -np.inf
    with np.errstate(all="ignore"):
        for index in range(frames):
            if index % 40 == 0:
                bench.tree.base[controls] = span * chance.integers(0, 2, len(span)) * chance.random(len(span))
                bench.tree.base[: 2 * systems] = chance.uniform(-1, 2, 2 * systems)
            bench.run()
            now = bench.tree.effective[: 2 * systems]
            low, high = min(low, float(now.min())), max(high, float(now.max()))

    assert systems * frames == 10**6
    assert -1 <= low <= high <= 2
    assert low < -0.9
    assert high > 1.9


# ---- While it runs -----------------------------------------------------------------------------------------


def ring(gain: float = 2.5) -> list[Any]:
    return [
        edge(f"e{i}", f"/{i}", f"/{(i + 1) % 3}", gain=gain, saturation="fold", delay=0.1 * i,
             coupling=0.2, shape=(step("smooth", 0.1),) if i else ())
        for i in range(3)
    ]  # fmt: skip


def test_a_hot_reload_keeps_the_past_and_the_filters() -> None:
    parameters = [number(f"/{i}", 0.4 + 0.1 * i) for i in range(4)]
    one, other = (Bench(parameters, [], feedback=ring()) for _ in range(2))
    for bench in (one, other):
        bench.run(200)
    extra = edge("new", "/3", "/3", gain=0.0)
    other.chain.replace([], [], [extra, *ring()[::-1]])
    other.chain.replace([], [], ring())
    for bench in (one, other):
        bench.run(60)

    assert [one.get(f"/{i}") for i in range(3)] == pytest.approx(
        [other.get(f"/{i}") for i in range(3)], abs=1e-9
    )


def test_new_parameters_in_the_tree_do_not_make_a_loop_jump() -> None:
    parameters = [number(f"/{i}", 0.4 + 0.1 * i) for i in range(3)]
    one, other = (Bench(parameters, [], feedback=ring()) for _ in range(2))
    for bench in (one, other):
        bench.run(200)
    other.tree.add([number("/first")])
    for bench in (one, other):
        bench.run()

    assert [one.get(f"/{i}") for i in range(3)] == [other.get(f"/{i}") for i in range(3)]


def test_edges_to_and_from_a_scene_that_is_not_loaded_wait_for_it() -> None:
    spec = [edge("x", "/scene/s/b", "/a", gain=1, saturation="clip"), edge("y", "/a", "/scene/s/b", gain=1)]
    bench = Bench([number("/a", 0.5)], [], feedback=spec)
    bench.run(3)
    assert bench.get("/a") == 0.5

    bench.tree.add([number("/scene/s/b", 0.75)])
    bench.run(2)
    assert bench.get("/a") == pytest.approx(0.75)
    bench.tree.remove("/scene/s")
    bench.run()
    assert bench.get("/a") == 0.5


def test_a_reload_with_a_mistake_goes_on_as_before() -> None:
    bench = loop("fold", 2.5, 0.6)
    bench.run(10)
    with pytest.raises(ShowError, match="did you mean smooth"):
        bench.chain.replace([], [], [edge("a", "/a", "/a", shape=(step("smoth", 1),))])
    before = bench.get("/a")
    bench.run()

    assert bench.get("/a") != before


def test_the_bounds_count_what_happened_once_and_nothing_for_the_twin() -> None:
    bench = loop("clip", 8.0, 0.9)
    bench.run(10)

    assert bench.chain.counters.out_of_range == 10


# ---- Privacy -----------------------------------------------------------------------------------------------


def hidden(bench: Bench) -> set[str]:
    return {a for a in bench.tree.parameters() if bench.tree.hidden[bench.tree.slot(a)]}


def test_what_an_edge_makes_of_a_private_signal_is_hidden_all_the_way_round() -> None:
    edges = [
        edge("a", "/person/1/breath", "/a", gain=1),
        edge("b", "/a", "/b", gain=1, delay=5.0),
        edge("c", "/c", "/d", gain=1),
    ]
    bench = Bench([number(f"/{n}", 0.3) for n in "abcd"], [], feedback=edges)
    bench.signals.write(bench.signals.declare("/person/1/breath", private=True), 0.5, 0.0)
    bench.run()

    assert hidden(bench) == {"/a", "/b"}


def test_coupled_edges_tell_nothing_when_one_of_them_knows_something_private() -> None:
    edges = [edge("a", "/person/1/breath", "/a", gain=1), edge("b", "/c", "/b", gain=1, coupling=0.1)]
    bench = Bench([number(f"/{n}", 0.3) for n in "abc"], [], feedback=edges)
    bench.signals.write(bench.signals.declare("/person/1/breath", private=True), 0.5, 0.0)
    bench.run()

    assert hidden(bench) == {"/a", "/b"}


def test_a_gain_that_a_private_signal_moves_hides_what_its_edge_moves() -> None:
    own = edge("e", "/a", "/b", gain=1)
    parameters = [number("/a", 0.3), number("/b", 0.3), *feedback_parameters([own])]
    bench = Bench(parameters, [route("/person/1/still", "/feedback/e/gain")], feedback=[own])
    bench.signals.write(bench.signals.declare("/person/1/still", private=True), 0.5, 0.0)
    bench.run()

    assert hidden(bench) == {"/b", "/feedback/e/gain"}


def test_an_edge_that_ever_heard_something_private_keeps_it_for_the_run() -> None:
    edges = [edge("a", "/osc/x", "/a", gain=1), edge("b", "/a", "/a", gain=1)]
    bench = Bench([number("/a", 0.3)], [], feedback=edges)
    slot = bench.signals.declare("/osc/x", private=True)
    bench.feed(x=0.5)
    other = bench.signals.declare("/person/1/x", private=True)
    bench.run()
    bench.signals.private[slot] = False
    bench.run(60 * 60)
    assert hidden(bench) == {"/a"}
    assert bench.signals.private[other]

    bench.signals.private[other] = False  # nothing is private any more
    bench.run()
    assert hidden(bench) == {"/a"}


@pytest.mark.parametrize("shape", [[step("smooth", 60.0)], [step("delay", 20.0)] * 3])
def test_an_edge_remembers_longer_than_the_parameter_that_it_reads_is_private(
    shape: list[ModulatorSpec],
) -> None:
    edges = [
        edge("a", GAIN, "/b", gain=1, mode="replace", shape=tuple(shape)),
        edge("b", "/b", "/c", gain=1, shape=(step("smooth", 600.0),)),
        edge("c", "/d", "/e", gain=1),
    ]
    own = route("/person/1/pulse", GAIN, "replace", fallback=0.0, stale=0.5)
    bench = Bench([number(one, 0.3) for one in (GAIN, "/b", "/c", "/d", "/e")], [own], feedback=edges)
    pulse = bench.signals.declare("/person/1/pulse", private=True)
    bench.run(30)
    bench.signals.write(pulse, 0.9, bench.now)
    bench.run(60)
    assert hidden(bench) == {GAIN, "/b", "/c"}

    bench.run(60 * 90)
    assert hidden(bench) == {"/b", "/c"}, "the lamp holds nothing any more"
    bench.chain.replace((), [own], edges)
    bench.run()
    assert {"/b", "/c"} <= hidden(bench), "an edit forgets nothing"
