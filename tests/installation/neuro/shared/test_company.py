"""Who is there: people with sensors, simulated ones of an adapter, and presences in missing places."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from installation.neuro.collective import Collective
from installation.neuro.disclosure import FEWEST
from installation.neuro.invitation import Invitation
from installation.neuro.parameters import BODY, CHANNELS, MOST_PEOPLE
from installation.neuro.people import BREATH, HEART, Group
from installation.neuro.presence import PLACES, Presence
from installation.neuro.shared.company import ROWS, Company, company_of
from installation.neuro.shared.measuring import PLACE, Measuring

Floats = NDArray[np.float64]


def company(count: int, presence: Presence | None = None, **body: float) -> Company:
    """The company of so many people who all wear a sensor of heart and breath, for a tenth of a second."""
    values = np.full((MOST_PEOPLE, len(CHANNELS)), np.nan)
    values[:count, HEART], values[:count, BREATH] = 70.0, 0.5
    said: Floats = np.full((MOST_PEOPLE, len(BODY)), np.nan)
    for name, value in body.items():
        said[:count, BODY.index(name)] = value
    present = np.arange(MOST_PEOPLE) < count
    group = Group(present, values, np.zeros(MOST_PEOPLE, np.bool_))
    ages = np.zeros(values.shape)
    with np.errstate(all="ignore"):
        return company_of(group, Collective(), said, ages, presence or Presence(1), 0.1, Invitation())


@pytest.mark.parametrize("count", range(1, FEWEST + 2))
def test_presences_take_the_places_that_are_missing_to_five(count: int) -> None:
    presence = Presence(1)
    made = company(count, presence)

    assert (made.sensed, made.simulated) == (count, max(FEWEST - count, 0))
    assert np.count_nonzero(made.weights) == max(count, FEWEST)
    assert np.count_nonzero(made.real) == count


def test_nobody_is_no_company_and_calls_no_presence() -> None:
    made = company(0)
    assert (made.sensed, made.simulated) == (0, 0)
    assert not made.weights.any()


def test_people_whom_an_adapter_simulates_act_and_count_as_nobody_real() -> None:
    made = company(5, simulated=1.0)

    assert (made.sensed, made.stand_ins, made.simulated) == (5, 5, 0)
    assert np.count_nonzero(made.weights) == 5
    assert np.count_nonzero(made.real) == 0
    assert np.array_equal(made.others, made.weights)


def test_who_is_heard_badly_weighs_less_and_is_not_one_of_the_five() -> None:
    made = company(5, quality=0.4)

    assert made.weights[PLACES : PLACES + 5].tolist() == [0.4] * 5
    assert not made.good.any()
    assert np.count_nonzero(made.people) == 5
    assert np.count_nonzero(made.real) == 0


def test_nothing_is_known_of_a_company_of_nobody() -> None:
    measuring = Measuring()
    found = measuring.measured("real", Company(), np.zeros(ROWS), 0.1)

    assert math.isnan(found[PLACE["arousal"]])
    assert not any(one.any() for one in measuring.known(Company(), np.zeros(ROWS, np.bool_)))


def test_what_was_smoothed_of_a_group_is_forgotten_with_it() -> None:
    measuring, made = Measuring(), company(5)
    made.phases[PLACES : PLACES + 5] = 0.25
    alike = [measuring.measured("real", made, made.real, 4.0)[PLACE["coherence"]] for _ in range(2)]
    assert 0.0 < alike[0] < alike[1] < 1.0

    measuring.forget("real", "coherence")
    assert measuring.measured("real", made, made.real, 4.0)[PLACE["coherence"]] == alike[0]
    measuring.nothing("real")
    assert measuring.measured("real", made, made.real, 4.0)[PLACE["coherence"]] == alike[0]
