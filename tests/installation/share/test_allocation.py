"""Allocation and indices, by their definitions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.share import allocate, gini, jain, water_fill

PARTIES = st.integers(1, 24)
AMOUNT = st.floats(0.0, 10.0).map(lambda x: round(x, 6))
WEIGHT = st.floats(0.001, 1000.0)
REFORM = st.floats(0.0, 1.0)


@st.composite
def claims(draw, weight=WEIGHT):
    """Needs, weights, floors below the needs, and a budget."""
    count = draw(PARTIES)
    needs = np.array(draw(st.lists(AMOUNT, min_size=count, max_size=count)))
    weights = np.array(draw(st.lists(weight, min_size=count, max_size=count)))
    floors = needs * np.array(draw(st.lists(st.floats(0.0, 1.0), min_size=count, max_size=count)))
    return needs, weights, floors, draw(st.floats(0.0, 40.0))


def close(value: float) -> object:
    return pytest.approx(value, rel=1e-9, abs=1e-9)


@given(claims())
def test_the_sum_is_the_budget_or_all_needs_and_nobody_gets_more_than_it_needs(claim) -> None:
    needs, weights, floors, budget = claim

    shares = water_fill(budget, needs, weights, floors)

    assert float(shares.sum()) == close(min(budget, float(needs.sum())))
    assert (shares >= 0).all()
    assert (shares <= needs).all()
    if budget >= floors.sum():
        assert (shares >= floors * (1 - 1e-12)).all()


@given(claims())
def test_max_min_fair_nobody_short_of_its_need_has_less_for_its_weight_than_another(claim) -> None:
    needs, weights, _, budget = claim

    shares = water_fill(budget, needs, weights)

    for mine in np.flatnonzero(shares < needs * (1 - 1e-9) - 1e-12):
        others = np.flatnonzero(shares > 1e-12)
        assert (shares[others] / weights[others] <= shares[mine] / weights[mine] * (1 + 1e-6) + 1e-12).all()


def test_a_known_division() -> None:
    # Bertsekas and Gallager's rule by hand: 2 is sated, what it leaves goes to the others in equal parts.
    assert water_fill(12.0, [2.0, 8.0, 10.0]).tolist() == [2.0, 5.0, 5.0]
    assert water_fill(12.0, [2.0, 8.0, 10.0], [1.0, 3.0, 1.0]).tolist() == [2.0, 7.5, 2.5]
    assert water_fill(12.0, [9.0, 9.0], floors=[8.0, 0.0]).tolist() == [8.0, 4.0]
    assert water_fill(4.0, [9.0, 9.0], floors=[6.0, 2.0]).tolist() == [3.0, 1.0]
    assert water_fill(0.0, [1.0]).tolist() == [0.0]
    assert water_fill(1.0, []).tolist() == []
    assert water_fill(1.0, [1.0, 1.0], [0.0, 0.0]).tolist() == [0.5, 0.5]


@given(claims(), st.floats(0.0, 1.0))
def test_more_to_share_leaves_nobody_with_less(claim, part: float) -> None:
    needs, weights, floors, budget = claim

    less, more = (water_fill(one, needs, weights, floors) for one in (budget * part, budget))

    assert (less <= more + 1e-9).all()


@given(claims(), st.floats(1.0, 5.0), st.integers(0, 23))
def test_nobody_gains_by_claiming_more_than_it_needs(claim, factor: float, who: int) -> None:
    needs, weights, _, budget = claim
    who %= len(needs)
    claimed = needs.copy()
    claimed[who] *= factor

    honest = water_fill(budget, needs, weights)[who]

    assert min(water_fill(budget, claimed, weights)[who], needs[who]) <= honest + 1e-9


@given(claims(), st.randoms())
def test_the_order_of_the_parties_does_not_matter(claim, random) -> None:
    needs, weights, _, budget = claim
    order = list(range(len(needs)))
    random.shuffle(order)

    shares = water_fill(budget, needs, weights)

    assert water_fill(budget, needs[order], weights[order]) == pytest.approx(shares[order], abs=1e-9)


@given(claims(), REFORM)
def test_at_the_ends_stand_privilege_and_fairness_and_the_sum_holds_between(claim, reform: float) -> None:
    needs, privilege, _, budget = claim

    shares = allocate(budget, needs, privilege, reform)

    assert float(shares.sum()) == close(min(budget, float(needs.sum())))
    assert (shares >= -1e-12).all()
    assert (shares <= needs + 1e-12).all()
    assert allocate(budget, needs, privilege, 0.0).tolist() == water_fill(budget, needs, privilege).tolist()
    fair = water_fill(budget, needs)
    assert allocate(budget, needs, privilege, 1.0) == pytest.approx(fair, abs=1e-12)


@given(claims(), REFORM, REFORM)
def test_reform_moves_each_share_one_way_and_makes_all_more_equal(claim, one: float, other: float) -> None:
    needs, privilege, _, budget = claim
    low, high = sorted((one, other))
    ends = [allocate(budget, needs, privilege, r) for r in (0.0, low, high, 1.0)]

    rising = ends[3] >= ends[0]
    assert np.where(rising, ends[1] <= ends[2] + 1e-9, ends[1] >= ends[2] - 1e-9).all()
    assert np.abs(ends[2] - ends[1]).max() <= (high - low) * np.abs(ends[3] - ends[0]).max() + 1e-9
    if ends[0].sum() > 1e-6:
        assert gini(ends[2]) <= gini(ends[1]) + 1e-7
        assert jain(ends[2]) >= jain(ends[1]) - 1e-7


@given(claims(), REFORM, st.floats(0.01, 100.0))
def test_units_do_not_matter(claim, reform: float, scale: float) -> None:
    needs, privilege, _, budget = claim

    shares = allocate(budget, needs, privilege, reform)

    assert allocate(budget * scale, needs * scale, privilege, reform) == pytest.approx(
        shares * scale, rel=1e-6, abs=1e-9
    )
    assert allocate(budget, needs, privilege * scale, reform) == pytest.approx(shares, rel=1e-6, abs=1e-9)


SHARES = st.lists(st.floats(0.0, 1e6).map(lambda x: round(x, 6)), min_size=1, max_size=30)


@given(SHARES, st.floats(0.01, 100.0))
def test_indices_stay_in_their_range_whatever_the_unit(shares: list[float], scale: float) -> None:
    n = len(shares)

    assert 0.0 <= gini(shares) <= (n - 1) / n + 1e-12
    assert 1.0 / n - 1e-12 <= jain(shares) <= 1.0
    assert gini([x * scale for x in shares]) == close(gini(shares))
    assert jain([x * scale for x in shares]) == close(jain(shares))


@given(SHARES)
@settings(max_examples=50)
def test_gini_is_half_the_mean_difference_of_all_pairs_over_the_mean(shares: list[float]) -> None:
    x = np.array(shares)

    pairs = np.abs(x[:, None] - x[None, :]).mean()

    assert gini(shares) == pytest.approx(pairs / (2 * x.mean()) if x.mean() > 0 else 0.0, abs=1e-9)


def test_known_indices() -> None:
    assert gini([1.0, 1.0, 1.0]) == 0.0
    assert gini([0.0, 0.0, 0.0, 1.0]) == 0.75
    assert gini([1.0, 2.0, 3.0, 4.0]) == pytest.approx(0.25)
    assert gini([0.0, 0.0]) == 0.0
    assert jain([2.0, 2.0]) == 1.0
    assert jain([0.0, 0.0, 0.0, 1.0]) == 0.25
    assert jain([0.0]) == 1.0
    assert jain([1e-200, 1e-200]) == 1.0
