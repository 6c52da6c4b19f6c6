"""Routes of private signals that stand on their fallback: when what they move may be told again."""

import math
from collections.abc import Sequence

import pytest

from installation.show.model import ModulatorSpec
from tests.installation.signal.build import Bench, number, route, step

PRIVATE = "/person/1/pulse"
GAIN = "/light/seat-1/gain"


def bench_with(*shape: ModulatorSpec, fallback: float = 0.0) -> tuple[Bench, int]:
    one = route(PRIVATE, GAIN, "replace", *shape, fallback=fallback, stale=0.5)
    made = Bench([number(GAIN, 0.3)], [one])
    return made, made.signals.declare(PRIVATE, private=True)


def bench_of_nobody(*shape: ModulatorSpec) -> float:
    """Value where the signal was always silent."""
    bench, _ = bench_with(*shape)
    bench.run(60 * 5)
    return bench.get(GAIN)


def hides(bench: Bench) -> bool:
    return bool(bench.tree.hidden.any())


def told_after(bench: Bench, most: float) -> float:
    """Seconds until the parameter may be told; more than ``most`` where it may not."""
    for frame in range(round(most * 60)):
        if not hides(bench):
            return frame / 60
        bench.run()
    return math.inf


@pytest.mark.parametrize(
    "shape",
    [
        [],
        [step("remap", 0.0, 1.0, 0.2, 0.8)],
        [step("envelope", attack=0.04, release=0.4), step("remap", 0.0, 1.0, 0.0, 0.1)],
        [step("smooth", 0.2)],
        [step("slew", 0.5)],
        [step("delay", 3.0)],
        [step("one-euro", 1.0)],
    ],
)
def test_what_a_person_moved_is_told_again_once_nothing_of_them_is_left_in_it(
    shape: Sequence[ModulatorSpec],
) -> None:
    bench, signal = bench_with(*shape)
    bench.run(30)
    for value in (0.2, 1.0, 0.7):
        bench.signals.write(signal, value, bench.now)
        bench.run(6)
        assert hides(bench)
    assert 30.0 < told_after(bench, 32.0) < 31.0
    settled = bench.get(GAIN)
    assert settled == bench_of_nobody(*shape), "not even the last digit is of somebody"
    bench.run(60 * 5)
    assert not hides(bench)
    assert bench.get(GAIN) == settled

    bench.signals.write(signal, 1.0, bench.now)
    bench.run()
    assert hides(bench), "the next one is private in the very frame"


def test_a_gate_that_somebody_has_opened_keeps_that_to_itself() -> None:
    """It would be closed had nobody been there, whatever the time that has passed."""
    bench, signal = bench_with(step("gate", on=0.8, off=0.2), fallback=0.5)
    bench.signals.write(signal, 1.0, bench.now)
    bench.run(60 * 40)
    assert bench.get(GAIN) == 1.0
    assert hides(bench)

    bench.signals.write(signal, 0.0, bench.now)
    bench.run(60 * 32)
    assert not hides(bench)


def test_one_of_two_routes_is_enough_to_hide() -> None:
    routes = [
        route(f"/person/{one}/pulse", GAIN, "add", step("smooth", 0.1), fallback=0.0, stale=0.5)
        for one in (1, 2)
    ]
    bench = Bench([number(GAIN, 0.3)], routes)
    first, second = (bench.signals.declare(f"/person/{one}/pulse", private=True) for one in (1, 2))
    bench.signals.write(first, 1.0, bench.now)
    for _ in range(60 * 10):
        bench.signals.write(second, 0.5, bench.now)
        bench.run()
    assert hides(bench)
    assert told_after(bench, 32.0) < 32.0


def test_a_route_without_a_fallback_holds_what_it_heard_last() -> None:
    bench = Bench([number(GAIN, 0.3)], [route(PRIVATE, GAIN)])
    bench.signals.write(bench.signals.declare(PRIVATE, private=True), 0.7, bench.now)
    bench.run(60 * 60)
    assert hides(bench)


def test_an_edited_show_is_not_told_sooner() -> None:
    one = route(PRIVATE, GAIN, "replace", step("delay", 3.0), fallback=0.0, stale=0.5)
    bench = Bench([number(GAIN, 0.3)], [one])
    bench.signals.write(bench.signals.declare(PRIVATE, private=True), 1.0, bench.now)
    bench.run(60)
    bench.chain.replace((), [one])
    bench.run()
    assert hides(bench)
    assert 29.0 < told_after(bench, 34.0) < 34.0


def test_when_it_is_told_again_does_not_tell_what_it_was() -> None:
    """A low-pass takes longer to lose more: one that is slow stays private, however small the value was."""
    for time, told in ((0.5, True), (60.0, False)):
        seen = set()
        for value in (0.01, 0.55, 1.0):
            bench, signal = bench_with(step("smooth", time))
            bench.run(30)
            bench.signals.write(signal, value, bench.now)
            bench.run(60)
            seen.add(told_after(bench, 60.0))
        assert len(seen) == 1
        assert math.isfinite(seen.pop()) == told

    bench.run(60 * 60 * 25)
    assert hides(bench)


@pytest.mark.parametrize("target", ["/scene/one/glow", "/macro/unison", "/light/seat-1/level", "/master"])
def test_nothing_but_the_gain_of_a_lamp_is_told_again(target: str) -> None:
    one = route(PRIVATE, target, "replace", fallback=0.0, stale=0.5)
    bench = Bench([number(target, 0.3)], [one])
    bench.signals.write(bench.signals.declare(PRIVATE, private=True), 1.0, bench.now)
    bench.run(60 * 60)
    assert hides(bench)


@pytest.mark.parametrize("source", ["/lamps/power", "/macro/unison/offset", "/trim/rate/offset"])
def test_what_remembers_a_signal_that_was_private_at_times_stays_private(source: str) -> None:
    routes = [route(source, "/a", "replace", step("smooth", 60.0)), route(source, "/b")]
    bench = Bench([number("/a", 0.3), number("/b", 0.3)], routes)
    signal = bench.signals.declare(source)
    bench.signals.write(signal, 0.2, bench.now)
    bench.run()
    assert not hides(bench)

    bench.signals.private[signal] = True
    bench.signals.write(signal, 1.0, bench.now)
    bench.run(60)
    assert bench.tree.hidden.all()

    bench.signals.private[signal] = False
    bench.signals.write(signal, 0.2, bench.now)
    bench.run()
    assert bench.tree.hidden.tolist() == [True, False]
    assert math.isnan(bench.chain.public_route_values()[0])
    bench.chain.replace((), routes)
    bench.run(60 * 20)
    assert bench.tree.hidden.tolist() == [True, False], "an edit forgets nothing"
