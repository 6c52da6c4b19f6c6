"""Routes of private signals that stand on their fallback: when what they move may be told again."""

import math
from collections.abc import Sequence

import pytest

from installation.show.model import ModulatorSpec
from tests.installation.signal.build import Bench, number, route, step

PRIVATE = "/person/1/pulse"


def bench_with(*shape: ModulatorSpec, fallback: float = 0.0) -> tuple[Bench, int]:
    one = route(PRIVATE, "/a", "replace", *shape, fallback=fallback, stale=0.5)
    made = Bench([number("/a", 0.3)], [one])
    return made, made.signals.declare(PRIVATE, private=True)


def bench_of_nobody(*shape: ModulatorSpec) -> float:
    """Value where the signal was always silent."""
    bench, _ = bench_with(*shape)
    bench.run(60 * 5)
    return bench.get("/a")


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
    ("shape", "least", "most"),
    [
        ([], 0.4, 1.6),
        ([step("remap", 0.0, 1.0, 0.2, 0.8)], 0.4, 1.6),
        ([step("envelope", attack=0.04, release=0.4), step("remap", 0.0, 1.0, 0.0, 0.1)], 4.0, 12.0),
        ([step("smooth", 0.2)], 2.0, 7.0),
        ([step("slew", 0.5)], 1.0, 3.5),
        ([step("delay", 3.0)], 3.4, 5.0),
        ([step("one-euro", 1.0)], 1.0, 20.0),
    ],
)
def test_what_a_person_moved_is_told_again_once_nothing_of_them_is_left_in_it(
    shape: Sequence[ModulatorSpec], least: float, most: float
) -> None:
    bench, signal = bench_with(*shape)
    bench.run(30)
    for value in (0.2, 1.0, 0.7):
        bench.signals.write(signal, value, bench.now)
        bench.run(6)
        assert hides(bench)
    assert least <= told_after(bench, most) <= most
    settled = bench.get("/a")
    assert settled == bench_of_nobody(*shape), "not even the last digit is of somebody"
    bench.run(60 * 5)
    assert not hides(bench)
    assert bench.get("/a") == settled

    bench.signals.write(signal, 1.0, bench.now)
    bench.run()
    assert hides(bench), "the next one is private in the very frame"


def test_a_gate_that_somebody_has_opened_keeps_that_to_itself() -> None:
    """It would be closed had nobody been there, whatever the time that has passed."""
    bench, signal = bench_with(step("gate", on=0.8, off=0.2), fallback=0.5)
    bench.signals.write(signal, 1.0, bench.now)
    bench.run(60 * 20)
    assert bench.get("/a") == 1.0
    assert hides(bench)

    bench.signals.write(signal, 0.0, bench.now)
    bench.run(60 * 2)
    assert not hides(bench)


def test_one_of_two_routes_is_enough_to_hide() -> None:
    routes = [
        route(f"/person/{one}/pulse", "/a", "add", step("smooth", 0.1), fallback=0.0, stale=0.5)
        for one in (1, 2)
    ]
    bench = Bench([number("/a", 0.3)], routes)
    first, second = (bench.signals.declare(f"/person/{one}/pulse", private=True) for one in (1, 2))
    bench.signals.write(first, 1.0, bench.now)
    for _ in range(60 * 10):
        bench.signals.write(second, 0.5, bench.now)
        bench.run()
    assert hides(bench)
    assert told_after(bench, 6.0) < 6.0


def test_a_route_without_a_fallback_holds_what_it_heard_last() -> None:
    bench = Bench([number("/a", 0.3)], [route(PRIVATE, "/a")])
    bench.signals.write(bench.signals.declare(PRIVATE, private=True), 0.7, bench.now)
    bench.run(60 * 60)
    assert hides(bench)


def test_an_edited_show_is_not_told_sooner() -> None:
    one = route(PRIVATE, "/a", "replace", step("delay", 3.0), fallback=0.0, stale=0.5)
    bench = Bench([number("/a", 0.3)], [one])
    bench.signals.write(bench.signals.declare(PRIVATE, private=True), 1.0, bench.now)
    bench.run(60)
    bench.chain.replace((), [one])
    bench.run()
    assert hides(bench)
    assert 1.0 < told_after(bench, 6.0) < 6.0
