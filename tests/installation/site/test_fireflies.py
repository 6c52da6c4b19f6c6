"""Fireflies without a clock of their own: bursts, deafness, answers, and how they come together."""

import random
from collections.abc import Callable, Mapping
from itertools import pairwise

import pytest

from installation.site.fireflies import (
    BURST,
    DEAF,
    PERIOD,
    READY,
    TOGETHER,
    Ear,
    Firefly,
    Synchrony,
    enough,
    envelope,
    reach,
)

STEP = 1 / 30


def flashes(light: Firefly, seconds: float, begin: float = 0.0) -> list[tuple[float, int]]:
    made: list[tuple[float, int]] = []
    for frame in range(round(seconds / STEP)):
        made += light.advance(begin + frame * STEP)
    return made


def test_a_burst_is_four_flashes_and_then_it_is_deaf_and_waits() -> None:
    light = Firefly("7/a")
    made = flashes(light, 600.0)
    assert [number for _, number in made] == [0, 1, 2, 3] * (len(made) // BURST) + [0, 1, 2, 3][
        : len(made) % BURST
    ]
    steps = [b[0] - a[0] for a, b in pairwise(made)]
    within = [one for (_, number), one in zip(made[1:], steps, strict=False) if number]
    between = [one for (_, number), one in zip(made[1:], steps, strict=False) if not number]
    assert all(one == pytest.approx(light.period) for one in within)
    assert PERIOD * 0.97 <= light.period <= PERIOD * 1.03
    assert min(between) >= DEAF
    assert sum(between) / len(between) == pytest.approx(DEAF + READY, rel=0.35)


def test_no_light_flashes_three_times_in_a_second() -> None:
    made = [at for at, _ in flashes(Firefly("1/b"), 900.0)]
    assert all(later - early > 1.0 for early, later in pairwise(made))


def test_the_same_seed_gives_the_same_life_whatever_the_frame_rate() -> None:
    slow, fast, other = Firefly("1/a"), Firefly("1/a"), Firefly("1/b")
    made = flashes(slow, 200.0)
    again = [one for frame in range(200 * 120) for one in fast.advance(frame / 120)]
    assert [number for _, number in made] == [number for _, number in again[: len(made)]]
    assert [at for at, _ in made] == pytest.approx([at for at, _ in again[: len(made)]])
    assert flashes(other, 200.0) != made


def silent() -> Firefly:
    """A light that would not start by itself for a while."""
    return next(one for one in (Firefly(f"s/{i}") for i in range(99)) if not flashes(one, 5.0))


def test_it_answers_soon_after_it_heard_enough_and_not_what_is_too_little() -> None:
    light = silent()
    light.hear(0.05, 5.0, theta=0.1)
    assert not flashes(light, 0.5, 5.0)
    light.hear(0.5, 5.5, theta=0.1)
    (at, number), *_ = flashes(light, 1.0, 5.5)
    assert number == 0
    assert 5.5 + 0.15 * 0.7 <= at <= 5.5 + 0.15 * 1.3


def test_several_faint_ones_within_the_ear_add_up() -> None:
    ear = Ear()
    ear.hear(0.1, 1.0)
    assert ear.hear(0.1, 1.1) > 0.17
    assert ear.hear(0.1, 4.0) == pytest.approx(0.1, abs=1e-4)


def test_a_flash_that_is_heard_late_is_answered_at_the_time_it_should_have_been() -> None:
    light = silent()
    light.hear(1.0, 5.0, theta=0.1)  # 0.1 s before this frame
    (at, _), *_ = flashes(light, 0.5, 5.1)
    assert 5.0 + 0.15 * 0.7 <= at <= 5.0 + 0.15 * 1.3


def test_a_deaf_light_does_not_answer() -> None:
    light = silent()
    light.hear(1.0, 5.0, theta=0.1)
    made = flashes(light, 4.6, 5.0)
    assert len(made) == BURST
    light.hear(1.0, 10.0, theta=0.1)
    assert not flashes(light, 6.0, 9.6)


def test_one_that_rests_begins_no_burst_and_ends_the_one_it_is_in() -> None:
    light = silent()
    light.hear(1.0, 5.0, theta=0.1)
    light.advance(5.3)
    made = [one for frame in range(3000) for one in light.advance(5.3 + frame * STEP, awake=False)]
    assert [number for _, number in made] == [1, 2, 3]


def test_a_flash_is_short_and_has_one_peak() -> None:
    levels = [envelope(age / 1000) for age in range(2500)]
    assert max(levels) == pytest.approx(1.0, abs=0.005)
    peak = levels.index(max(levels))
    assert peak < 60
    assert levels[:peak] == sorted(levels[:peak])
    assert levels[peak:] == sorted(levels[peak:], reverse=True)
    assert levels[700] < 0.06
    assert envelope(-1.0) == envelope(float("inf")) == 0.0


def test_order_lowers_the_threshold_first_and_then_widens_the_reach() -> None:
    assert enough(0.0) == pytest.approx(0.2)
    assert enough(0.6) == enough(1.0) == pytest.approx(0.02)
    assert reach(0.0) == reach(0.4) == pytest.approx(0.1)
    assert reach(1.0) == pytest.approx(1.0)


class Row:
    """Hubs in a row, all at the same distance from the next one, that hear each other after a delay."""

    def __init__(self, count: int, seed: int, delay: float = 0.0) -> None:
        self.lights = {f"h{i}": Firefly(f"{seed}/h{i}") for i in range(count)}
        self.places: Mapping[str, float] = {name: i / (count - 1) for i, name in enumerate(self.lights)}
        self.synchrony = Synchrony()
        self._delay = delay
        self._chance = random.Random(seed)
        self._on_their_way: list[tuple[float, str, float]] = []
        self.now = 0.0

    def run(self, seconds: float, order: Callable[[float], float]) -> float:
        for _ in range(round(seconds / STEP)):
            self.now += STEP
            for name, light in self.lights.items():
                for at, number in light.advance(self.now):
                    if not number:
                        self.synchrony.begin(name, at)
                    self._on_their_way.append((self.now + self._chance.uniform(0.0, self._delay), name, at))
            due = [one for one in self._on_their_way if one[0] <= self.now]
            self._on_their_way = [one for one in self._on_their_way if one[0] > self.now]
            for _, name, at in due:
                self._heard(name, at, order(self.now))
        return self.synchrony.advance(self.now, self.lights)

    def _heard(self, name: str, at: float, order: float) -> None:
        for other, light in self.lights.items():
            near = [
                one for one in self.lights if one != other and self._apart(one, other) <= 1.4 * reach(order)
            ]
            if name in near:
                light.hear(1.0 / len(near), at, enough(order))

    def _apart(self, one: str, other: str) -> float:
        return abs(self.places[one] - self.places[other])


@pytest.mark.parametrize("count", [3, 8])
def test_they_fall_into_step_as_order_rises(count: int) -> None:
    """Also with a network between them: what counts is when they flashed."""
    for seed in range(4):
        row = Row(count, seed, delay=0.05)
        scattered = row.run(90.0, lambda _: 0.2)
        together = row.run(240.0, lambda now: min(0.2 + 0.75 * (now - 90.0) / 180.0, 0.95))
        assert scattered < 0.4
        assert together > 0.8


def test_a_light_that_is_cut_off_falls_out_of_step_and_comes_back() -> None:
    row = Row(3, 5)
    assert row.run(90.0, lambda _: 0.95) > 0.9
    row.places = {**row.places, "h2": 99.0}
    assert row.run(200.0, lambda _: 0.95) < 0.75
    row.places = {**row.places, "h2": 1.0}
    assert row.run(120.0, lambda _: 0.95) > 0.8


def test_event_synchronization_of_trains_that_are_known() -> None:
    same, half, none = Synchrony(), Synchrony(), Synchrony()
    for burst in range(3):
        for one, other in ((same, 0.2), (half, 0.2 if burst else 5.0), (none, 5.0)):
            one.begin("a", burst * 12.0)
            one.begin("b", burst * 12.0 + other)
    assert same.advance(30.0) == pytest.approx(1.0)
    assert half.advance(30.0) == pytest.approx(2 / 3)
    assert none.advance(30.0) == 0.0
    assert same.advance(30.0, ["a", "b", "silent"]) == pytest.approx(1 / 3)
    assert same.advance(200.0) == 0.0
    assert TOGETHER < PERIOD


def test_one_alone_is_in_step_with_nobody() -> None:
    one = Synchrony()
    one.begin("a", 1.0)
    assert one.advance(2.0, ["a"]) == 0.0


@pytest.mark.parametrize("seed", range(6))
def test_hubs_follow_a_picture_whose_many_lights_leave_no_pause(seed: int) -> None:
    """The first light is one of a picture: somebody there is always ready at once. Who is late catches up."""
    names = ("picture", "north", "east", "south")
    lights = {name: Firefly(f"{seed}/{name}", 3.0 * place) for place, name in enumerate(names)}
    lights["picture"]._waits = lambda: 0.05  # type: ignore[method-assign]
    together = Synchrony()
    for frame in range(20 * 120):
        for name, light in lights.items():
            for at, number in light.advance(frame / 20):
                if number == 0:
                    together.begin(name, at)
                for other in names:
                    if other != name:
                        lights[other].hear(1 / 3, at, enough(0.95), number)
        together.advance(frame / 20, names)

    assert together.order > 0.8
