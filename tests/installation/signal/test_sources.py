import itertools
import math

import numpy as np
import pytest

from installation.portable_math import chance
from installation.values import Reading
from tests.installation.signal.build import Bench, number, route, signal


def values(
    kind: str, frames: int = 120, seed: int = 1, step: float = 1 / 60, **settings: object
) -> list[float]:
    bench = Bench([], [], [signal("s", kind, **settings)], seed=seed)
    bench.clock.step = step
    out = []
    for _ in range(frames):
        bench.run()
        out.append(bench.signals.get("/signal/s") or 0.0)
    return out


def test_lfo_shapes_pass_through_their_known_points() -> None:
    quarter = {
        "sine": [0.5, 1, 0.5, 0, 0.5],
        "triangle": [0, 0.5, 1, 0.5, 0],
        "saw": [0, 0.25, 0.5, 0.75, 0],
        "square": [1, 1, 0, 0, 1],
    }
    for shape, expected in quarter.items():
        assert values("lfo", 5, step=0.25, rate=1.0, shape=shape) == expected


def test_lfo_has_phase_and_range() -> None:
    assert values("lfo", 1, rate=1, shape="saw", phase=0.25, low=10, high=20) == [12.5]


@pytest.mark.parametrize(("kind", "settings"), [("lfo", {"shape": "random"}), ("noise", {"octaves": 5})])
def test_chance_is_smooth_in_range_and_the_seeds_own(kind: str, settings: dict[str, object]) -> None:
    one = values(kind, 600, rate=0.5, **settings)

    assert min(one) >= 0
    assert max(one) <= 1
    assert max(one) - min(one) > 0.3
    assert max(abs(a - b) for a, b in itertools.pairwise(one)) < 0.25
    assert one == values(kind, 600, rate=0.5, **settings)
    assert one != values(kind, 600, seed=2, rate=0.5, **settings)


def test_signals_of_different_names_draw_different_chance_and_adding_one_changes_none() -> None:
    alone = Bench([], [], [signal("a", "noise", rate=1.0)])
    both = Bench([], [], [signal("b", "noise", rate=1.0), signal("a", "noise", rate=1.0)])
    alone.run(30)
    both.run(30)

    assert both.signals.get("/signal/a") == alone.signals.get("/signal/a")
    assert both.signals.get("/signal/a") != both.signals.get("/signal/b")


def test_chance_is_even() -> None:
    drawn = chance(np.arange(20_000.0), np.full(20_000, 9, np.uint64))

    assert drawn.mean() == pytest.approx(0.5, abs=0.01)
    assert np.histogram(drawn, 10, (0, 1))[0].min() > 1800


def test_clock_is_locked_to_show_time() -> None:
    assert values("clock", 4, step=0.25, period=2.0) == [0, 0.125, 0.25, 0.375]


def test_an_lfo_goes_on_in_place_after_a_restart() -> None:
    through = values("lfo", 100, step=0.1, rate=0.3)[-1]
    bench = Bench([], [], [signal("s", "lfo", rate=0.3)])
    bench.clock._start = 9.9
    bench.run()

    assert bench.signals.get("/signal/s") == pytest.approx(through, abs=1e-9)


def test_an_envelope_rises_rests_and_falls() -> None:
    specs = [
        signal("env", "envelope", trigger="/osc/t", attack=0.5, decay=0.5, sustain=0.4, release=1.0),
    ]
    bench = Bench([number("/a")], [route("/signal/env", "/a")], specs)
    bench.clock.step = 0.1
    levels = []
    for index in range(40):
        bench.feed(t=1.0 if index < 20 else 0.0)
        bench.run()
        levels.append(bench.signals.get("/signal/env") or 0.0)

    assert levels[:6] == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    assert levels[19] == 0.4
    assert levels[20] == pytest.approx(0.3)
    assert levels[-1] == 0


def test_an_envelope_may_be_triggered_by_another_signal_in_the_same_frame() -> None:
    specs = [signal("e", "envelope", trigger="/signal/on", attack=0.0), signal("on", "constant", value=1.0)]
    bench = Bench([], [], specs)
    bench.run()

    assert bench.signals.get("/signal/e") == 1


def test_what_comes_of_a_private_signal_is_private() -> None:
    specs = [signal("pulse", "envelope", trigger="/osc/heart"), signal("tide", "lfo", rate=0.1)]
    bench = Bench([], [], specs)
    bench.run()
    assert bench.signals.names() == ("/osc/heart", "/signal/pulse", "/signal/tide")

    bench.signals.receive(Reading("/osc/heart", (1.0,), 0.0, private=True), bench.now)
    bench.run()
    assert bench.signals.names() == ("/signal/tide",)


def test_ten_years_do_not_blur_an_lfo() -> None:
    bench = Bench([], [], [signal("s", "lfo", rate=1.0, shape="saw")])
    bench.run()
    source = bench.chain._generators.kinds["lfo"].source
    source._cycle[:] = 10 * 365 * 86400.0  # type: ignore[attr-defined]
    bench.run(30)

    assert bench.signals.get("/signal/s") == pytest.approx(0.5, abs=1e-12)
    assert math.isfinite(bench.signals.get("/signal/s") or math.nan)
