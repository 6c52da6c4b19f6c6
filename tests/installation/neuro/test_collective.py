"""Which readings are believed, and what many people are together."""

import numpy as np
import pytest
from numpy.typing import NDArray

from installation import portable_math
from installation.neuro.collective import Collective, Feeling
from installation.neuro.parameters import CHANNELS, MOST_PEOPLE
from installation.neuro.people import BREATH, HEART, STILL, Group, People

Floats = NDArray[np.float64]
STEP = 1 / 15


def nobody() -> Floats:
    return np.full((MOST_PEOPLE, len(CHANNELS)), np.nan)


def breathing(rates: Floats, phases: Floats, seconds: float) -> Feeling:
    collective, group = Collective(), nobody()
    feeling = Feeling(0, 0, 0)
    for frame in range(round(seconds / STEP)):
        now = frame * STEP
        group[: len(rates), BREATH] = portable_math.sin_turns(rates * now + phases)
        there = np.arange(MOST_PEOPLE) < len(rates)
        with np.errstate(all="ignore"):
            feeling = collective.advance(Group(there, group, there), now, STEP)
    return feeling


@pytest.mark.parametrize("count", [2, 6, 40])
def test_people_who_breathe_together_are_coherent(count: int) -> None:
    together = breathing(np.full(count, 0.25), np.zeros(count), 60.0)

    assert together.coherence > 0.9


@pytest.mark.parametrize("count", [2, 6, 40])
def test_people_who_breathe_each_by_themself_are_not(count: int) -> None:
    chance = np.random.default_rng(1)
    found = [
        breathing(chance.uniform(0.16, 0.34, count), chance.random(count), 60.0).coherence for _ in range(4)
    ]

    assert float(np.median(found)) < 0.2


def test_two_who_breathe_alternately_are_not_coherent_and_one_alone_is_neither() -> None:
    assert breathing(np.full(2, 0.25), np.array([0.0, 0.5]), 40.0).coherence == 0.0
    assert breathing(np.full(1, 0.25), np.zeros(1), 40.0).coherence == 0.0


def hearts(rates: list[float], seconds: float, collective: Collective) -> Feeling:
    group, there = nobody(), np.arange(MOST_PEOPLE) < len(rates)
    group[: len(rates), HEART] = rates
    feeling = Feeling(0, 0, 0)
    with np.errstate(all="ignore"):
        for frame in range(round(seconds / STEP)):
            feeling = collective.advance(Group(there, group, there), frame * STEP, STEP)
    return feeling


def test_arousal_is_measured_against_each_ones_own_rest() -> None:
    collective = Collective()

    assert hearts([55.0, 90.0], 60.0, collective).arousal == pytest.approx(0.0, abs=0.01)
    assert hearts([55.0, 112.5], 20.0, collective).arousal == pytest.approx(0.45, abs=0.06)
    assert hearts([68.75, 112.5], 30.0, collective).arousal > 0.8
    assert hearts([50.0, 80.0], 60.0, collective).arousal == 0.0


def test_stillness_is_the_share_of_those_who_stand_still() -> None:
    group = nobody()
    group[:4, STILL] = [1.0, 0.0, 1.0, 1.0]
    there = np.arange(MOST_PEOPLE) < 4

    with np.errstate(all="ignore"):
        assert Collective().advance(Group(there, group, there), 0.0, STEP).stillness == 0.75
        assert Collective().advance(Group(there, nobody(), there), 0.0, STEP).stillness == 0.0


def look(people: People, now: float, heart: float, at: float | None = None, **others: float) -> Group:
    values, times = nobody(), np.full((MOST_PEOPLE, len(CHANNELS)), -np.inf)
    for name, value in {"heart": heart, **others}.items():
        values[0, CHANNELS.index(name)] = value
        times[0, CHANNELS.index(name)] = now if at is None else at
    return people.look(values, times, now)


def test_one_missed_beat_does_not_count_and_a_new_pace_does() -> None:
    people = People()
    for beat in range(6):
        assert look(people, beat * 0.9, 66.0).values[0, HEART] == 66.0

    assert look(people, 6.0, 33.0).values[0, HEART] == 66.0
    assert look(people, 7.0, 132.0).values[0, HEART] == 66.0
    assert look(people, 8.0, 67.0).values[0, HEART] == 67.0
    for beat in range(4):
        last = look(people, 9.0 + beat, 120.0).values[0, HEART]
    assert last == 120.0


@pytest.mark.parametrize(
    ("name", "value"),
    [("heart", 400.0), ("heart", 12.0), ("heart", float("nan")), ("x", 1.5), ("x", -0.1), ("breath", 99.0)],
)
def test_absurd_readings_are_dropped_and_a_person_with_nothing_else_is_not_there(
    name: str, value: float
) -> None:
    group = look(People(), 1.0, **{"heart": float("nan"), name: value})

    assert not group.present.any()
    assert np.isnan(group.values).all()


def test_a_person_whose_readings_stop_is_gone_after_a_while() -> None:
    people = People()

    assert look(people, 1.0, 66.0, x=0.5, y=0.5).count == 1
    assert look(people, 2.9, 66.0, 1.0, x=0.5, y=0.5).count == 1
    late = look(people, 3.5, 66.0, 1.0, x=0.5, y=0.5)
    assert late.count == 1
    assert np.isnan(late.values[0, :2]).all()
    assert look(people, 8.0, 66.0, 1.0, x=0.5, y=0.5).count == 0
