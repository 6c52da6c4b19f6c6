"""The commons: exact accounts, a slow movement, and a table for shaders."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.share import POOL, TABLE, TILES, Commons, Ledger
from installation.share.commons import PARTS, RATE

STEPS = st.lists(st.tuples(st.floats(0.0, 0.25), st.floats(0.0, 1.0)), min_size=1, max_size=40)


def changes(ledger: Ledger) -> list[int]:
    flows = ledger.flows
    every = range(len(flows))
    return [sum(flows[i]) - sum(flows[j][i] for j in every) for i in every]


@given(STEPS, st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_the_budget_is_kept_and_the_ledger_accounts_for_every_part(steps, seed: int) -> None:
    commons = Commons(seed, 0.5)
    before = commons.parts

    for dt, reform in steps:
        was = commons.shares
        commons.advance(dt, reform)
        assert np.abs(commons.shares - was).max() <= RATE * dt + 2e-6

    assert sum(commons.parts) == PARTS
    assert commons.parts[POOL] == 0
    assert commons.shares.sum() == 1.0
    assert min(commons.parts) >= 0
    assert changes(commons.ledger) == [now - then for now, then in zip(commons.parts, before, strict=True)]
    assert all(flow >= 0 for row in commons.ledger.flows for flow in row)


@given(st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=11))
def test_any_step_is_booked_exactly_and_never_negative(moves: list[int]) -> None:
    moves = [*moves, -sum(moves)]
    ledger = Ledger(len(moves))

    ledger.book(moves)

    assert changes(ledger) == moves
    assert all(flow >= 0 for row in ledger.flows for flow in row)
    for taker, gain in enumerate(moves):
        assert sum(ledger.flows[taker]) == max(gain, 0)


def test_a_step_that_makes_light_out_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="sum to 0"):
        Ledger(2).book([1, 0])


def test_takers_draw_on_all_givers_in_proportion() -> None:
    ledger = Ledger(4)

    ledger.book([30, 60, -60, -30])
    ledger.book([-10, 0, 10, 0])

    assert ledger.flows == [[0, 0, 20, 10], [0, 0, 40, 20], [10, 0, 0, 0], [0, 0, 0, 0]]
    assert ledger.net()[0] == [0, 0, 10, 10]


@pytest.mark.parametrize("seed", range(5))
def test_inequality_rises_from_a_third_to_three_quarters_in_150_seconds(seed: int) -> None:
    commons = Commons(seed, 0.58)
    assert commons.gini == pytest.approx(0.35, abs=0.01)
    seen = []

    for _ in range(1500):
        commons.advance(0.1, 0.05)
        seen.append(commons.gini)

    assert seen == sorted(seen)
    assert 0.42 < seen[300] < 0.6
    assert seen[-1] == pytest.approx(0.75, abs=0.005)


def test_reform_brings_all_together_again_and_it_rests_there() -> None:
    commons = Commons.stand_in(3)
    moved = [commons.advance(0.25, 1.0) for _ in range(4 * 360)]

    assert commons.gini < 0.05
    assert commons.jain > 0.95
    assert not moved[-1]
    assert commons.parts == Commons(3, 1.0).parts


def test_a_stand_in_is_unfair_and_its_ledger_says_why() -> None:
    commons = Commons.stand_in(7)
    taken = commons.ledger.array()[:TILES, :TILES]
    rich = np.argsort(commons.privilege)[-3:]

    assert commons.gini > 0.75
    assert set(np.flatnonzero(taken.sum(1))) <= set(rich.tolist())
    assert np.count_nonzero(taken.sum(0)) >= 8
    assert commons.parts == Commons.stand_in(7).parts
    assert commons.parts != Commons.stand_in(8).parts


def test_what_nobody_needs_goes_to_the_pool_and_comes_back() -> None:
    commons = Commons(1)
    needs, privilege = commons.needs, commons.privilege

    commons.renew(needs * 0.2, privilege)
    for _ in range(400):
        commons.advance(1.0, 1.0)
    assert commons.shares == pytest.approx(needs * 0.2, abs=1e-11)
    assert commons.parts[POOL] == pytest.approx(PARTS * (1 - 0.2 * needs.sum()), rel=1e-9)
    commons.renew(needs, privilege)
    for _ in range(400):
        commons.advance(1.0, 1.0)

    assert commons.parts[POOL] == 0
    assert changes(commons.ledger) == [0] * (TILES + 1)
    assert sum(map(sum, commons.ledger.flows)) > 0


def test_the_table_holds_tiles_and_flows() -> None:
    commons = Commons.stand_in(2)
    table = commons.table()

    assert table.shape == TABLE
    assert table.dtype == np.float32
    assert table is commons.table()
    tiles = np.stack([commons.shares, commons.needs, commons.privilege, commons.sizes], -1)
    assert table[0, :TILES] == pytest.approx(tiles, abs=1e-6)
    assert commons.sizes.sum() == pytest.approx(1.0)
    assert table[1:, :, 0].max() == 1.0
    assert table[1:, :, 0].argmax() == commons.ledger.array()[:, :].argmax() // (TILES + 1) * 16 + (
        commons.ledger.array().argmax() % (TILES + 1)
    )
    assert (table[1:, :, 1] <= table[1:, :, 0]).all()
    assert not table[:, TILES:].any()
    assert not table[1 + TILES :].any()

    commons.forget()
    assert not commons.table()[1:].any()
    assert commons.table()[0].any()


def test_frames_of_no_length_move_nothing() -> None:
    commons = Commons(0, 0.5)

    assert not commons.advance(0.0, 0.0)
    assert commons.parts == Commons(0, 0.5).parts
