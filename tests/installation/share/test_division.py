"""The division in whole numbers: exact, the same everywhere, fair."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from installation.share import water_fill
from installation.share.credit import MOST_CREDIT, Credit, weight_of
from installation.share.division import FAIREST, MOST, divide, fair_weights, headroom, whole_fill
from installation.share.pool import Pool, Wishes, paced

FEW = settings(max_examples=40)
AMOUNT = st.integers(0, MOST // 4)


@st.composite
def claims(draw):
    count = draw(st.integers(1, 24))
    needs = np.array(draw(st.lists(AMOUNT, min_size=count, max_size=count)))
    floors = np.array(draw(st.lists(AMOUNT, min_size=count, max_size=count))) // draw(
        st.sampled_from((1, 10, 100))
    )
    weights = np.array(draw(st.lists(st.floats(0.01, 100.0), min_size=count, max_size=count)))
    return needs, floors, weights, draw(st.integers(0, MOST))


@FEW
@given(claims())
def test_sum_is_within_the_budget_caps_hold_and_almost_nothing_is_left_over(claim) -> None:
    needs, floors, weights, budget = claim

    shares = whole_fill(budget, needs, weights, floors)

    assert 0 <= int(shares.sum()) <= budget
    assert (shares >= 0).all()
    assert (shares <= needs).all()
    assert int(shares.sum()) >= min(budget, int(needs.sum())) - 2 * len(needs)


@FEW
@given(claims())
def test_floors_hold_where_they_fit_and_are_scaled_where_they_do_not(claim) -> None:
    needs, floors, weights, budget = claim
    low = np.minimum(floors, needs)

    shares = whole_fill(budget, needs, weights, floors)

    if int(low.sum()) <= budget:
        assert (shares >= low).all()
    else:
        assert (np.abs(shares - low * (budget / int(low.sum()))) <= 1.0).all()


@FEW
@given(claims(), st.integers(0, MOST))
def test_more_to_share_leaves_nobody_with_less(claim, other: int) -> None:
    needs, floors, weights, budget = claim
    low, high = sorted((budget, other))

    assert (whole_fill(low, needs, weights, floors) <= whole_fill(high, needs, weights, floors)).all()


@FEW
@given(claims(), st.randoms(use_true_random=False), st.floats(0.0, 1.0), st.floats(0.5, 32.0))
def test_the_order_of_the_parties_does_not_matter_to_the_last_part(
    claim, random, reform: float, alpha: float
) -> None:
    needs, floors, weights, budget = claim
    order = list(range(len(needs)))
    random.shuffle(order)

    def of(at: list[int]) -> list[int]:
        made = divide(
            budget, needs[at], floors[at], privilege=weights[at], credit_weights=weights[at][::1],
            reform=reform, alpha=alpha,
        )  # fmt: skip
        return made.tolist()

    plain = of(list(range(len(needs))))
    assert of(order) == [plain[i] for i in order]


@FEW
@given(claims(), st.integers(0, 23), st.integers(0, MOST))
def test_nobody_gains_by_asking_for_more_than_it_needs(claim, who: int, more: int) -> None:
    needs, _, weights, budget = claim
    who %= len(needs)
    claimed = needs.copy()
    claimed[who] = min(MOST, claimed[who] + more)

    honest = whole_fill(budget, needs, weights)[who]

    assert min(whole_fill(budget, claimed, weights)[who], needs[who]) <= honest + 2 * len(needs)


@FEW
@given(claims())
def test_it_is_the_water_filling_of_the_commons_but_for_rounding(claim) -> None:
    needs, floors, weights, budget = claim
    weights = np.maximum(weights, weights.max() / 1000.0)

    exact = water_fill(float(budget), needs, weights, np.minimum(floors, needs))

    assert whole_fill(budget, needs, weights, floors) == pytest.approx(exact, rel=1e-3, abs=2 * len(needs))


@pytest.mark.parametrize("alpha", [0.5, 1.0, 2.0, 4.0])
def test_alpha_fair_is_what_a_solver_finds(alpha: float) -> None:
    needs, weights, budget = np.array([0.2, 0.5, 0.9, 0.4]), np.array([1.0, 2.0, 1.0, 4.0]), 1.0

    def cost(x: np.ndarray) -> float:
        gain = np.log(x) if alpha == 1.0 else x ** (1.0 - alpha) / (1.0 - alpha)
        return -float((weights * gain).sum())

    found = minimize(
        cost, needs * budget / needs.sum(), method="SLSQP", bounds=[(1e-4, one) for one in needs],
        constraints={"type": "eq", "fun": lambda x: x.sum() - budget},
        options={"ftol": 1e-14, "maxiter": 500},
    )  # fmt: skip
    ours = whole_fill(MOST, (needs * MOST).astype(int), fair_weights(weights, alpha)) / MOST

    assert ours == pytest.approx(found.x, abs=2e-3)


def test_at_the_ends_of_alpha_stand_proportion_and_max_min() -> None:
    needs, privilege = [MOST] * 3, [1.0, 2.0, 5.0]

    assert divide(800, needs, privilege=privilege, alpha=1.0).tolist() == pytest.approx(
        [100, 200, 500], abs=1
    )
    assert divide(900, needs, privilege=privilege, alpha=FAIREST).tolist() == [300, 300, 300]
    assert divide(800, needs, privilege=privilege, reform=0.0).tolist() == pytest.approx(
        [100, 200, 500], abs=1
    )
    assert divide(800, needs, privilege=privilege, reform=0.5).tolist() == pytest.approx(
        [183, 233, 383], abs=1
    )


@FEW
@given(claims(), st.lists(AMOUNT, min_size=24, max_size=24))
def test_headroom_takes_nothing_from_anybody_and_stays_within_the_budget(claim, caps: list[int]) -> None:
    needs, floors, weights, budget = claim
    shares = whole_fill(budget, needs, weights, floors)

    more = headroom(budget, shares, caps[: len(needs)])

    assert (more >= shares).all()
    assert int(more.sum()) <= max(budget, int(shares.sum()))
    assert (more <= np.maximum(shares, caps[: len(needs)])).all()


@FEW
@given(claims(), st.floats(0.0, 3.0))
def test_shares_on_their_way_are_never_more_than_the_budget(claim, dt: float) -> None:
    needs, floors, weights, budget = claim
    one = whole_fill(budget, needs, weights, floors)
    other = whole_fill(budget, needs[::-1].copy(), weights, floors)

    moved = paced(one, other, dt)

    assert int(moved.sum()) <= budget
    assert (moved >= np.minimum(one, other) - 1).all()
    assert (moved <= np.maximum(one, other)).all()


def test_who_had_less_weighs_more_for_a_while() -> None:
    credit = Credit()
    for _ in range(100):
        credit.advance(0.1, fair=30.0, had=10.0, equal=30.0)
    owed = credit.value
    for _ in range(100):
        credit.advance(0.1, fair=30.0, had=40.0, equal=30.0)

    assert owed == pytest.approx(6.67, abs=0.1)
    assert 1.1 < weight_of(owed) < 1.3
    assert credit.value < owed
    assert [weight_of(one) for one in (-1e9, 0.0, MOST_CREDIT, 1e9)] == pytest.approx([0.25, 1.0, 4.0, 4.0])


def test_a_station_that_was_kept_short_catches_up() -> None:
    pool = Pool(2)
    pool.credits[0].value = 50.0
    wants = Wishes([MOST] * 2, [0, 0], [MOST] * 2, [1.0, 1.0])

    for _ in range(100):
        pool.advance(0.1, wants)
    first = pool.shares.tolist()
    for _ in range(600):
        pool.advance(5.0, wants)

    assert first[0] > 2 * first[1]
    assert pool.shares.tolist() == pytest.approx([MOST / 2] * 2, rel=0.1)


@FEW
@given(st.lists(st.tuples(AMOUNT, AMOUNT), min_size=1, max_size=8), st.floats(0.0, 1.0))
def test_a_pool_is_never_overdrawn(steps, reform: float) -> None:
    pool = Pool(2)
    for a, b in steps:
        for _ in range(5):
            pool.advance(0.1, Wishes([a, b], [a // 9, b // 9], [2 * a, MOST], [1.0, 3.0], reform))
            assert int(pool.shares.sum()) <= MOST


def test_small_changes_move_nothing() -> None:
    pool = Pool(2)
    wants = Wishes([MOST // 2] * 2, [0, 0], [MOST // 2] * 2, [1.0, 1.0])
    pool.advance(0.1, wants)
    before = pool.shares.tolist()

    moved = pool.advance(
        0.1, Wishes([MOST // 2 - MOST // 80, MOST // 2], [0, 0], [MOST // 2] * 2, [1.0, 1.0])
    )

    assert moved == [0, 0]
    assert pool.shares.tolist() == before
