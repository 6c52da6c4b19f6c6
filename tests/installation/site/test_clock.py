"""One time: offsets by four time stamps, slewed, with a bound that holds."""

import random
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.site.clock import DRIFT, SETTLES, SLEW, STEP, Answer, Question, SiteClock


class Oscillator:
    """A clock that is set wrong by ``ahead`` seconds and runs fast by ``rate``, of a true time."""

    def __init__(self, ahead: float, rate: float = 0.0) -> None:
        self.ahead, self.rate = ahead, rate

    def at(self, true: float) -> float:
        return true * (1.0 + self.rate) + self.ahead


class Pair:
    """A leader and a hub that asks, with ways of different lengths between them."""

    def __init__(
        self, leader: Oscillator, hub: Oscillator, ways: Iterator[tuple[float, float, float]]
    ) -> None:
        self.leader, self.hub, self._ways = leader, hub, ways
        self.leading, self.following = SiteClock(), SiteClock()
        self.leading.lead(1)
        self.following.follow(1)

    def exchange(self, true: float) -> None:
        there, stay, back = next(self._ways)
        question = self.following.ask(self.hub.at(true))
        arrived = self.leader.at(true + there)
        answer = self.leading.answer(question, arrived, self.leader.at(true + there + stay))
        assert answer is not None
        self.following.hear(answer, self.hub.at(true + there + stay + back))

    def away(self, true: float) -> float:
        """True error of the hub's site time."""
        return self.following.site_time(self.hub.at(true)) - self.leading.site_time(self.leader.at(true))


def ways(seed: int, spread: float = 0.010) -> Iterator[tuple[float, float, float]]:
    chance = random.Random(seed)
    while True:
        yield (
            0.0002 + chance.uniform(0.0, spread),
            chance.uniform(0.0, 0.001),
            0.0002 + chance.uniform(0.0, spread),
        )


def test_an_answer_gives_the_offset_of_the_formula() -> None:
    clock = SiteClock()
    clock.follow(1)
    question = clock.ask(10.0)
    sample = clock.hear(Answer(question.number, 10.0, 110.3, 110.4, 1), 10.7)
    assert sample is not None
    assert sample.offset == pytest.approx(((110.3 - 10.0) + (110.4 - 10.7)) / 2)
    assert sample.delay == pytest.approx((10.7 - 10.0) - (110.4 - 110.3))


def test_the_first_agreement_is_taken_over_at_once() -> None:
    pair = Pair(Oscillator(5000.0), Oscillator(3.0), ways(1))
    assert pair.following.error(0.0) == -1.0
    pair.exchange(0.0)
    assert abs(pair.away(0.1)) < 0.011
    assert pair.following.steps == 0


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    ahead=st.floats(-1e6, 1e6),
    rate=st.floats(-DRIFT / 2, DRIFT / 2),
    spread=st.floats(0.0, 0.2),
    cut=st.integers(20, 100),
)
def test_the_true_error_never_exceeds_the_bound_that_is_told(
    seed: int, ahead: float, rate: float, spread: float, cut: int
) -> None:
    """Also when answers come late, seldom, or for a minute not at all."""
    pair = Pair(Oscillator(0.0, DRIFT / 2), Oscillator(ahead, rate), ways(seed, spread))
    chance = random.Random(seed)
    for second in range(160):
        if not cut <= second < cut + 60 and chance.random() < 0.7:
            pair.exchange(float(second))
        now = pair.hub.at(second + 0.5)
        pair.following.advance(now)
        error = pair.following.error(now)
        if error >= 0.0:
            assert abs(pair.away(second + 0.5)) <= error + 1e-8


def test_the_sharpest_of_the_last_answers_counts() -> None:
    pair = Pair(
        Oscillator(0.0), Oscillator(7.0), iter([(0.08, 0.0, 0.0), (0.001, 0.0, 0.001), (0.0, 0.0, 0.3)])
    )
    for second in range(3):
        pair.exchange(float(second))
    assert pair.following.error(pair.hub.at(3.0)) == pytest.approx(0.001 + 2 * DRIFT, abs=1e-6)
    assert abs(pair.away(3.0)) < 1e-9


@pytest.mark.parametrize("before", [False, True], ids=["new", "led itself"])
def test_who_comes_while_everything_starts_is_not_wrong_for_minutes(before: bool) -> None:
    """As four hubs did on a machine with two processors: the first answers took a quarter of a second."""
    late = [(0.28, 0.0, 0.002), (0.2, 0.0, 0.004), (0.09, 0.0, 0.003)]
    pair = Pair(Oscillator(900.0), Oscillator(7.0), iter([*late, (0.002, 0.0, 0.003)]))
    if before:
        pair.following.lead(1)
        pair.following.follow(1)
    for number in range(4):
        pair.exchange(2.0 * number)
        pair.following.advance(pair.hub.at(2.0 * number + 1.0))

    assert abs(pair.away(8.0)) <= pair.following.error(pair.hub.at(8.0)) < 0.005
    assert pair.following.steps == before


def test_what_was_close_or_has_settled_does_not_step_for_a_sharper_answer() -> None:
    for first, pause in ((0.009, 1.0), (0.2, SETTLES + 1.0)):
        pair = Pair(Oscillator(0.0), Oscillator(7.0), iter([(first, 0.0, 0.0), (0.0, 0.0, 0.0)]))
        pair.exchange(0.0)
        pair.following.advance(pair.hub.at(pause))
        pair.exchange(pause)
        pair.following.advance(pair.hub.at(pause + 1.0))

        assert abs(pair.away(pause + 1.0)) == pytest.approx(first / 2 - SLEW, abs=1e-6)


def test_an_old_answer_gives_way_to_a_worse_one_when_drift_has_made_it_worse_still() -> None:
    pair = Pair(Oscillator(0.0), Oscillator(0.0), iter([(0.0, 0.0, 0.0)] + [(0.0, 0.0, 0.004)] * 100))
    for second in range(35):
        pair.exchange(float(second))
        pair.following.advance(float(second) + 0.5)
        if (
            abs(second - 0.002 / DRIFT) > 1.0
        ):  # half of the four milliseconds is what the drift of 20 s can be
            assert (pair.following.offset < 0.0) == (second > 0.002 / DRIFT)


def test_time_is_slewed_and_never_steps_or_goes_back() -> None:
    pair = Pair(Oscillator(0.0), Oscillator(2.0), iter([(0.1, 0.0, 0.0), (0.0, 0.0, 0.0)]))
    pair.exchange(0.0)
    pair.exchange(SETTLES + 1.0)
    assert abs(pair.away(SETTLES + 1.0)) == pytest.approx(0.05)
    before = None
    for tick in range(20_000):
        local = pair.hub.at(SETTLES + 2.0 + tick / 100)
        pair.following.advance(local)
        site = pair.following.site_time(local)
        if before is not None:
            assert 0.01 * (1 - SLEW) - 1e-9 <= site - before <= 0.01 * (1 + SLEW) + 1e-9
        before = site
    assert abs(pair.away(SETTLES + 202.0)) < 1e-9


def test_a_stopped_process_that_hears_its_answers_late_is_not_misled() -> None:
    """As after SIGSTOP: what waited has a long round trip, and the time goes on meanwhile."""
    pair = Pair(Oscillator(0.0), Oscillator(50.0), ways(5, 0.002))
    for second in range(10):
        pair.exchange(float(second))
        pair.following.advance(pair.hub.at(second + 0.5))
    question = pair.following.ask(pair.hub.at(10.0))
    answer = pair.leading.answer(question, 10.001, 10.001)
    assert answer is not None
    pair.following.hear(answer, pair.hub.at(22.0))
    pair.following.advance(pair.hub.at(22.0))
    assert abs(pair.away(22.0)) < 0.01
    assert pair.following.steps == 0


def test_a_stopped_leader_is_not_believed_either() -> None:
    pair = Pair(
        Oscillator(0.0),
        Oscillator(50.0),
        iter([(0.001, 0.0, 0.001)] * 5 + [(9.0, 0.0, 0.001), (0.001, 9.0, 0.001)]),
    )
    for second in range(7):
        pair.exchange(float(second) * 10)
        pair.following.advance(pair.hub.at(second * 10 + 9.5))
        assert abs(pair.away(second * 10 + 9.5)) < 0.005


def test_it_holds_over_a_cut_and_says_how_well() -> None:
    pair = Pair(Oscillator(0.0, DRIFT / 2), Oscillator(0.0, -DRIFT / 2), ways(9, 0.0))
    pair.exchange(0.0)
    errors = []
    for second in range(1, 120):
        pair.following.advance(pair.hub.at(float(second)))
        errors.append(pair.following.error(pair.hub.at(float(second))))
        assert abs(pair.away(float(second))) <= errors[-1] + 1e-9
    assert errors == sorted(errors)
    assert errors[-1] == pytest.approx(0.0002 + 119 * DRIFT, rel=0.1)


def test_a_new_leader_goes_on_with_the_time_of_the_old_one() -> None:
    pair = Pair(Oscillator(1000.0), Oscillator(5.0), ways(3, 0.001))
    pair.exchange(0.0)
    local = pair.hub.at(1.0)
    before = pair.following.site_time(local)
    pair.following.lead(2)
    assert pair.following.site_time(local) == before
    assert pair.following.error(local) == 0.0
    third = SiteClock()
    third.follow(2)
    question = third.ask(77.0)
    answer = pair.following.answer(question, local, local)
    assert answer is not None
    third.hear(answer, 77.0)
    assert third.site_time(77.0) == pytest.approx(before)


def test_a_leader_that_follows_again_slews_and_does_not_step() -> None:
    pair = Pair(Oscillator(0.0), Oscillator(0.02), ways(3, 0.0))
    pair.following.lead(1)
    pair.following.follow(1)
    pair.exchange(0.0)
    pair.following.advance(0.05)
    pair.following.advance(1.05)
    assert pair.following.offset == pytest.approx(-SLEW, rel=0.1)
    assert pair.following.steps == 0
    assert pair.following.error(1.05) == pytest.approx(0.0197, abs=1e-3)


def test_another_site_that_is_met_has_another_time() -> None:
    pair = Pair(Oscillator(0.0), Oscillator(40.0), ways(3, 0.0))
    pair.following.lead(1)
    pair.following.follow(1)
    pair.exchange(0.0)
    assert abs(pair.away(0.0)) < 1e-3
    assert pair.following.steps == 1
    assert STEP > 3600 * DRIFT  # an hour apart is not taken for another site


@pytest.mark.parametrize(
    "wrong",
    [
        lambda one: Answer(one.number + 1, one.left, one.arrived, one.answered, one.epoch),
        lambda one: Answer(one.number, one.left + 1, one.arrived, one.answered, one.epoch),
        lambda one: Answer(one.number, one.left, one.arrived, one.answered, one.epoch - 1),
        lambda one: Answer(one.number, one.left, one.answered + 1, one.answered, one.epoch),
        lambda one: Answer(one.number, one.left, one.arrived, one.answered + 50, one.epoch),
        lambda one: Answer(one.number, one.left, float("nan"), one.answered, one.epoch),
    ],
)
def test_an_answer_that_cannot_be_is_not_taken(wrong: Callable[[Answer], Answer]) -> None:
    clock = SiteClock()
    clock.follow(3)
    question = clock.ask(1.0)
    right = Answer(question.number, 1.0, 101.0, 101.0, 3)
    assert clock.hear(wrong(right), 1.5) is None
    assert not clock.agreed


def test_an_answer_that_comes_twice_counts_once() -> None:
    clock = SiteClock()
    clock.follow(1)
    question = clock.ask(1.0)
    answer = Answer(question.number, 1.0, 101.0, 101.0, 1)
    assert clock.hear(answer, 1.01) is not None
    assert clock.hear(answer, 1.02) is None


def test_who_does_not_lead_or_leads_in_another_epoch_does_not_answer() -> None:
    clock = SiteClock()
    assert clock.answer(Question(1, 0.0, 1), 5.0, 5.0) is None
    clock.lead(2)
    assert clock.answer(Question(1, 0.0, 1), 5.0, 5.0) is None
    assert clock.answer(Question(1, 0.0, 2), 5.0, 5.0) is not None
