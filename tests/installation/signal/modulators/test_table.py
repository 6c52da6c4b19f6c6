import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.signal.modulators.table import MODULATORS
from installation.signal.spec import parse
from tests.installation.signal.build import WHERE


def run(kind: str, inputs: list[float], dt: float = 0.1, **settings: object) -> list[float]:
    """One lane through one modulator, frame by frame; the first frame has no length."""
    row, findings = parse(MODULATORS[kind].spec, settings, WHERE)  # type: ignore[arg-type]
    assert findings == []
    modulator = MODULATORS[kind]([row])
    out = []
    for index, value in enumerate(inputs):
        x = np.array([value], np.float64)
        modulator.process(x, dt if index else 0.0)
        out.append(float(x[0]))
    return out


def test_remap_is_a_straight_line_that_clamps_unless_told_not_to() -> None:
    assert run("remap", [0, 64, 127, 200], in_high=128, out_low=1, out_high=3) == [1, 2, 1 + 127 / 64, 3]
    assert run("remap", [2], out_high=10, clamp=0) == [20]
    assert run("remap", [-1, 0.5, 2], out_low=1, out_high=0) == [1, 0.5, 0]
    assert run("remap", [0.3], in_low=5, in_high=5, out_high=7) == [7]


@pytest.mark.parametrize("shape", ["s", "square", "cube", "root", "power", "sine", "tanh", "linear"])
def test_every_curve_keeps_the_ends_and_rises(shape: str) -> None:
    xs = [index / 50 for index in range(51)]
    ys = run("curve", xs, shape=shape)

    assert ys[0] == 0
    assert ys[-1] == pytest.approx(1, abs=1e-15)
    assert ys == sorted(ys)
    assert run("curve", [-3, 3], shape=shape) == pytest.approx([0, 1], abs=1e-15)


def test_curves_have_the_shapes_they_are_called_by() -> None:
    assert run("curve", [0.25], shape="s") == [0.25**2 * (3 - 0.5)]
    assert run("curve", [0.25], shape="root") == [0.5]
    assert run("curve", [0.25], shape="power", amount=1.5) == pytest.approx([0.125])
    assert run("curve", [0.25], shape="sine") == pytest.approx([0.5 - 0.5 * math.cos(math.pi / 4)])
    assert run("curve", [0.5], shape="tanh", amount=3) == pytest.approx([math.tanh(1.5) / math.tanh(3)])


def test_curves_of_different_shapes_stand_side_by_side() -> None:
    rows = [parse(MODULATORS["curve"].spec, {"shape": s}, WHERE)[0] for s in ("square", "root", "square")]
    x = np.array([0.25, 0.25, 0.5])
    MODULATORS["curve"](rows).process(x, 0.1)

    assert x.tolist() == [0.0625, 0.5, 0.25]


def test_smooth_goes_63_percent_of_the_way_in_its_time_at_any_frame_rate() -> None:
    ends = [run("smooth", [0] + [1] * n, 2.0 / n, time=2.0)[-1] for n in (1, 7, 200)]

    assert ends == pytest.approx([1 - math.exp(-1)] * 3, abs=1e-13)
    assert run("smooth", [0, 1], time=0) == [0, 1]


def test_smooth_starts_at_the_first_value_and_after_a_gap() -> None:
    assert run("smooth", [0.5, math.nan, math.nan, 0.9], time=5)[-1] == 0.9


def test_one_euro_follows_its_paper() -> None:
    x, dx, previous, expected, dt = 0.0, 0.0, 0.0, [0.0], 0.02
    inputs = [0.0, 0.1, 0.5, 0.4, 2.0, 2.1]

    def alpha(cutoff: float) -> float:
        return 1 / (1 + (1 / (2 * math.pi * cutoff)) / dt)

    for value in inputs[1:]:
        dx += alpha(1.0) * ((value - previous) / dt - dx)
        x += alpha(1.2 + 0.4 * abs(dx)) * (value - x)
        previous = value
        expected.append(x)

    assert run("one-euro", inputs, dt, cutoff=1.2, beta=0.4) == pytest.approx(expected, abs=1e-14)


def test_slew_limits_both_ways() -> None:
    assert run("slew", [0, 1, 1, 0], rise=2, fall=0.5) == pytest.approx([0, 0.2, 0.4, 0.35])
    assert run("slew", [0, 1, 0], rise=2) == pytest.approx([0, 0.2, 0])


def test_gate_has_hysteresis() -> None:
    assert run("gate", [0.5, 0.7, 0.5, 0.2, 0.5], on=0.6, off=0.3) == [0, 1, 1, 0, 0]
    assert run("gate", [0.59, 0.6, 0.59], on=0.6) == [0, 1, 0]


def test_quantise_has_as_many_levels_as_it_says() -> None:
    assert sorted(set(run("quantise", [i / 100 for i in range(101)], steps=5))) == [0, 0.25, 0.5, 0.75, 1]


def test_envelope_is_quick_up_and_slow_down() -> None:
    out = run("envelope", [0, -1, -1, 0, 0], attack=0.05, release=1.0)

    assert out[1] == pytest.approx(1 - math.exp(-2))
    assert out[3] == pytest.approx(out[2] * math.exp(-0.1))


def test_simple_arithmetic() -> None:
    assert run("invert", [0.25], value=True) == [0.75]
    assert run("abs", [-2]) == [2]
    assert run("scale", [3], gain=2, offset=1) == [7]


@pytest.mark.parametrize("dt", [1 / 240, 1 / 60, 1 / 31, 0.25])
@pytest.mark.parametrize("late", [0.0, 0.004, 0.1, 0.333, 2.0])
def test_delay_gives_back_what_was_there_before(dt: float, late: float) -> None:
    frames = round(3 / dt)
    ramp = [0.5 * index * dt for index in range(frames)]
    out = run("delay", ramp, dt, time=late)
    expected = [max(0.0, 0.5 * (index * dt - late)) for index in range(frames)]

    assert out == pytest.approx(expected, abs=0.5 / 120)  # within one row of the ring
    settled = [i for i in range(frames) if i * dt > late + 1 / 120]
    assert [out[i] for i in settled] == pytest.approx([expected[i] for i in settled], abs=1e-9)


def test_delay_is_exact_for_a_long_time() -> None:
    row, _ = parse(MODULATORS["delay"].spec, {"time": 0.5}, WHERE)
    delay = MODULATORS["delay"]([row])
    for index in range(20_000):
        x = np.array([math.floor(index / 60) % 2 + 0.0])
        delay.process(x, 1 / 60)

    assert x[0] == math.floor((19_999 - 30) / 60) % 2


def test_delay_carries_its_past_over_a_reload_to_another_length() -> None:
    rows = [parse(MODULATORS["delay"].spec, {"time": t}, WHERE)[0] for t in (0.5, 0.5, 1.5)]
    old, same, longer = (MODULATORS["delay"]([row]) for row in rows)
    for index in range(200):
        old.process(np.array([index / 60]), 1 / 60)
    for new in (same, longer):
        new.adopt(old, np.array([0]), np.array([0]))
    outs = []
    for modulator in (old, same, longer):
        x = np.array([200 / 60])
        modulator.process(x, 1 / 60)
        outs.append(float(x[0]))

    assert outs[0] == pytest.approx(200 / 60 - 0.5)
    assert outs[1] == outs[0]
    assert outs[2] <= 200 / 60 - 0.5


@given(st.sampled_from(sorted(MODULATORS)), st.data())
def test_nothing_comes_of_nothing_and_state_heals(kind: str, data: st.DataObject) -> None:
    needed = {s.name: 2.0 for s in MODULATORS[kind].spec.settings if s.default is None and not s.choices}
    settings = needed | ({"shape": "s"} if kind == "curve" else {})
    wild = data.draw(st.lists(st.floats(), max_size=6))
    with np.errstate(all="ignore"):
        out = run(kind, [math.nan, *wild, math.nan, 0.5, 0.5], **settings)

    assert math.isnan(out[0]), "a lane without a signal must stay silent"
    assert math.isfinite(out[-1]), "a bad value must not stay"
