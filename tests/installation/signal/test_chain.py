import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.errors import ShowError
from installation.parameter import Kind, Parameter
from tests.installation.signal.build import Bench, number, route, signal, step


def test_replace_speaks_the_targets_own_units_and_leaves_the_base() -> None:
    bench = Bench([number("/a", 2, 0, 10)], [route("/osc/x", "/a")])
    bench.feed(x=7)
    bench.run()

    assert bench.tree.get("/a") == (7,)
    assert bench.tree.get_base("/a") == (2,)


@pytest.mark.parametrize(
    ("mode", "value", "expected"),
    [
        ("replace", 3, 3),
        ("add", 0.25, 15),
        ("multiply", 0.5, 5),
        ("min", 4, 4),
        ("min", 30, 10),
        ("max", 12, 12),
        ("max", 4, 10),
    ],
)
def test_each_mode_combines_with_the_base(mode: str, value: float, expected: float) -> None:
    bench = Bench([number("/a", 10, 0, 20)], [route("/osc/x", "/a", mode)])
    bench.feed(x=value)
    bench.run()

    assert bench.get("/a") == expected


def test_routes_combine_in_file_order() -> None:
    forth = [route("/osc/x", "/a", "add"), route("/osc/y", "/a", "multiply"), route("/osc/x", "/a", "add")]
    back = [forth[1], forth[0], forth[2]]
    results = []
    for routes in (forth, back):
        bench = Bench([number("/a", 1, 0, 10)], routes)
        bench.feed(x=0.1, y=3)
        bench.run()
        results.append(bench.get("/a"))

    assert results == [(1 + 1) * 3 + 1, 1 * 3 + 1 + 1]


def test_the_last_replace_that_has_a_signal_wins() -> None:
    bench = Bench([number("/a")], [route(f"/osc/{name}", "/a") for name in "xyz"])
    bench.feed(x=0.2, y=0.4)
    bench.run()
    assert bench.get("/a") == 0.4

    bench.feed(z=0.6)
    bench.run()
    assert bench.get("/a") == 0.6


@given(
    base=st.floats(0, 1),
    steps=st.lists(
        st.tuples(
            st.sampled_from(["replace", "add", "multiply", "min", "max"]),
            st.one_of(st.none(), st.floats(-2, 2)),
        ),
        max_size=12,
    ),
)
def test_runs_equal_one_route_after_the_other(base: float, steps: list[tuple[str, float | None]]) -> None:
    expected = base
    for mode, value in steps:
        if value is not None:
            match mode:
                case "replace":
                    expected = value
                case "add":
                    expected += value
                case "multiply":
                    expected *= value
                case "min":
                    expected = min(expected, value)
                case "max":
                    expected = max(expected, value)
    routes = [route(f"/osc/{i}", "/a", mode) for i, (mode, _) in enumerate(steps)]
    bench = Bench([number("/other", 0.5), number("/a", base)], [route("/osc/other", "/other"), *routes])
    bench.feed(**{str(i): value for i, (_, value) in enumerate(steps) if value is not None})
    bench.run()

    assert bench.get("/a") == pytest.approx(min(max(expected, 0), 1), abs=1e-12)
    assert bench.get("/other") == 0.5


def test_a_signal_that_never_came_leaves_the_base_alone() -> None:
    modes = ["replace", "add", "multiply", "min", "max"]
    bench = Bench([number("/a", 0.3)], [route("/osc/x", "/a", mode, step("gate", 0.5)) for mode in modes])
    bench.run(3)

    assert bench.get("/a") == 0.3
    assert bench.chain.counters.not_finite == 0


def test_a_stale_signal_follows_its_fallback_and_comes_back() -> None:
    bench = Bench([number("/a", 0.5)], [route("/osc/x", "/a", fallback=0.1, stale=1.0)])
    bench.feed(x=0.9)
    bench.run(60)
    assert bench.get("/a") == 0.9

    bench.run(3)
    assert bench.get("/a") == 0.1

    bench.feed(x=0.8)
    bench.run()
    assert bench.get("/a") == 0.8


def test_without_a_fallback_the_last_value_is_held() -> None:
    bench = Bench([number("/a")], [route("/osc/x", "/a", stale=0.1)])
    bench.feed(x=0.9)
    bench.run(600)

    assert bench.get("/a") == 0.9


def test_one_component_or_all_of_them() -> None:
    colour = Parameter("/c", Kind.COLOR, (1, 1, 1, 1), (0,) * 4, (1,) * 4)
    bench = Bench([colour], [route("/osc/x", "/c", "multiply", component=2)])
    bench.feed(x=0.5)
    bench.run()
    assert bench.tree.get("/c") == (1, 1, 0.5, 1)

    bench = Bench([colour], [route("/osc/x", "/c", "multiply")])
    bench.feed(x=0.5)
    bench.run()
    assert bench.tree.get("/c") == (0.5,) * 4


def test_a_route_fires_an_event_once_for_each_rise() -> None:
    event = Parameter("/e", Kind.EVENT, (0,), (0,), (1,))
    bench = Bench([event], [route("/osc/x", "/e")])
    fired = []
    for value in (0, 1, 1, 0, 0.7, 0.7):
        bench.feed(x=value)
        bench.run()
        fired.append(bench.get("/e"))
        bench.tree.end_frame()

    assert fired == [0, 1, 0, 0, 1, 0]


def test_an_event_set_by_hand_is_effective_for_one_frame() -> None:
    event = Parameter("/e", Kind.EVENT, (0,), (0,), (1,))
    bench = Bench([event], [route("/osc/x", "/e", "max")])
    bench.tree.set("/e", ())
    bench.run()
    first = bench.get("/e")
    bench.tree.end_frame()
    bench.run()

    assert (first, bench.get("/e")) == (1, 0)


def test_whole_numbers_switches_and_choices_stay_what_they_are() -> None:
    parameters = [
        Parameter("/i", Kind.INT, (0,), (0,), (9,)),
        Parameter("/b", Kind.BOOL, (0,), (0,), (1,)),
        Parameter("/c", Kind.CHOICE, (2,), (0,), (9,), values=(2, 5, 9), labels=("two", "five", "nine")),
    ]
    bench = Bench(parameters, [route("/osc/x", p.address) for p in parameters])
    bench.feed(x=6.6)
    bench.run()

    assert [bench.get(p.address) for p in parameters] == [7, 1, 5]


def test_a_routed_value_moves_no_faster_than_the_slew_and_it_is_counted() -> None:
    bench = Bench([number("/a", 0, 0, 10)], [route("/osc/x", "/a")], slew=6.0)
    bench.run()
    bench.feed(x=10)
    bench.run()

    assert bench.get("/a") == pytest.approx(1.0)  # 6 ranges a second, for a sixtieth
    assert bench.chain.counters.too_fast == 1


def test_routes_to_a_scene_that_is_not_loaded_wait_for_it() -> None:
    bench = Bench([number("/a")], [route("/osc/x", "/scene/s/b"), route("/osc/x", "/a")])
    bench.feed(x=0.5)
    bench.run()
    bench.tree.add([number("/scene/s/b")])
    bench.run()
    assert bench.get("/scene/s/b") == 0.5

    bench.tree.remove("/scene/s")
    bench.run()
    assert bench.get("/a") == 0.5


def test_hot_replace_keeps_the_state_of_routes_that_stay() -> None:
    kept = route("/osc/x", "/a", "replace", step("smooth", 1.0), step("delay", 0.1))
    wave = signal("w", "lfo", rate=0.3)
    more = [route("/osc/y", "/b", "replace", step("smooth", 2.0)), route("/signal/w", "/c")]
    one = Bench([number(a) for a in ("/a", "/b", "/c")], [kept, more[1]], [wave])
    two = Bench([number(a) for a in ("/a", "/b", "/c")], [kept, more[1]], [wave])
    for bench in (one, two):
        bench.feed(x=0, y=0)
        bench.run()
        bench.feed(x=1, y=1)
        bench.run(20)
    two.chain.replace([signal("new", "noise", rate=1.0), wave], [more[0], kept, more[1]])
    for bench in (one, two):
        bench.run(10)

    assert one.get("/a") == two.get("/a")
    assert one.get("/c") == two.get("/c")
    assert 0 < one.get("/a") < 0.5


def test_hot_replace_with_a_mistake_goes_on_as_before() -> None:
    bench = Bench([number("/a")], [route("/osc/x", "/a")], [signal("w", "lfo", rate=1.0)])
    bench.feed(x=0.5)
    before = bench.signals.names()
    with pytest.raises(ShowError, match="did you mean smooth"):
        bench.chain.replace([signal("v", "lfo", rate=1.0)], [route("/osc/x", "/a", "add", step("smoth", 1))])
    bench.run()

    assert bench.get("/a") == 0.5
    assert set(before) <= set(bench.signals.names())


def test_signals_let_go_by_a_replace_may_make_room_again() -> None:
    bench = Bench([number("/a")], [route("/osc/x", "/a")], capacity=10)
    for index in range(50):
        bench.chain.replace([], [route(f"/osc/{index}", "/a")])

    assert len(bench.signals.names()) == 11


EVERY_STEP = [
    step("remap", -1, 1, 5, -5, 0),
    step("one-euro", 1.0, 10.0),
    step("scale", 1e8, 1.0),
    step("smooth", 0.2),
    step("slew", 5.0),
    step("delay", 0.05),
    step("envelope", 0.01, 0.2),
    step("curve", "tanh"),
    step("quantise", 7),
    step("invert", True),
    step("abs", True),
]


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=12),
    mode=st.sampled_from(["replace", "add", "multiply", "min", "max"]),
    order=st.permutations(EVERY_STEP),
    base=st.floats(allow_nan=False, allow_infinity=False),
)
def test_whatever_comes_in_what_goes_out_is_finite_and_in_range(
    values: list[float], mode: str, order: list[object], base: float
) -> None:
    wild = number("/a", -2, -3, 7)
    routes = [route("/osc/x", "/a", mode, *order), route("/osc/x", "/a", "add"), route("/osc/x", "/a", mode)]  # type: ignore[arg-type]
    bench = Bench([wild], routes)
    bench.tree.set("/a", (base,))
    slot = bench.signals.declare("/osc/x")
    for value in values:
        bench.signals.values[slot] = value  # past the store's own check, as a broken source would
        bench.run()
        assert math.isfinite(bench.get("/a"))
        assert -3 <= bench.get("/a") <= 7
    bench.signals.values[slot] = 0.5
    bench.run(20)
    assert np.isfinite(bench.chain._lanes.values).all(), "one bad value poisoned a state for good"


def test_a_lane_that_overflows_is_counted_and_left_out() -> None:
    bench = Bench([number("/a", 0.25)], [route("/osc/x", "/a", "add", *[step("scale", 1e9)] * 40)])
    bench.feed(x=1e300)
    bench.run()

    assert bench.get("/a") == 0.25
    assert bench.chain.counters.not_finite == 1


@pytest.mark.parametrize(("rate", "slewed"), [(60, 0), (90, 0), (119, 0), (121, 1), (240, 1)])
def test_only_frames_shorter_than_half_of_one_at_60_hz_are_too_short_for_a_whole_range(
    rate: int, slewed: int
) -> None:
    bench = Bench([number("/a", 0.0, -2, 3)], [route("/osc/x", "/a")])
    bench.clock.step = 1 / rate
    bench.feed(x=-2.0)
    bench.run(40)
    bench.chain.counters.too_fast = 0
    bench.feed(x=3.0)
    bench.run()

    assert bench.chain.counters.too_fast == slewed
    assert bench.get("/a") == (3.0 if not slewed else pytest.approx(-2.0 + 5 * 120 / rate))


def test_what_may_be_told_follows_the_signal_in_the_very_frame() -> None:
    bench = Bench([number("/a", 0.3)], [route("/person/1/x", "/a", fallback=math.nan, stale=0.1)])
    secret = bench.signals.declare("/person/1/x", private=True)
    bench.run()
    assert not bench.tree.hidden.any()

    bench.signals.write(secret, 0.7, bench.now)
    bench.run()
    assert bench.tree.hidden.any()

    bench.run(12)
    assert not bench.tree.hidden.any()

    bench.signals.write(secret, 0.7, bench.now)
    bench.run()
    bench.signals.private[secret] = False
    bench.run()
    assert not bench.tree.hidden.any()
