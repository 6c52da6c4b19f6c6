"""Shockwaves: where they begin, in which order, how long they last."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.neuro.parameters import CHANNELS, MOST_PEOPLE
from installation.neuro.shock import LIFE, Shocks, disagreement
from installation.show.interface import ShockSpec

STEP = 1 / 60


def places(*at: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    values = np.full((MOST_PEOPLE, len(CHANNELS)), np.nan)
    for person, (x, y) in enumerate(at):
        values[person, :2] = x, y
    return values, np.arange(MOST_PEOPLE) < len(at)


def known(*values: float) -> np.ndarray:
    found = np.full(MOST_PEOPLE, np.nan)
    found[: len(values)] = values
    return found


def test_three_fronts_go_out_1_3_seconds_apart_each_weaker() -> None:
    shocks = Shocks()
    shocks.send(ShockSpec(), (0.2, 0.7))
    born = {}
    for frame in range(240):
        shocks.advance(STEP)
        for k, front in enumerate(shocks.fronts):
            if front.energy > 0 and k not in born:
                born[k] = frame * STEP, front.energy

    assert [round(energy, 3) for _, energy in born.values()] == [1.0, 0.6, 0.35]
    times = [time for time, _ in born.values()]
    assert np.diff(times) == pytest.approx(1.3, abs=2 * STEP)
    table = shocks.table()
    assert (table[:3, :2] == [0.2, 0.7]).all()
    assert (table[:, 4] == 0.8).all()
    assert np.diff(table[:3, 2]) == pytest.approx(-1.3, abs=1e-9)


def test_a_front_loses_its_energy_and_a_new_one_takes_the_oldest_place() -> None:
    shocks = Shocks()
    spec = ShockSpec(energy=(1.0,))
    for place in range(6):
        shocks.send(spec, (place / 10, 0.1))
        shocks.advance(STEP)
    assert sorted(front.x for front in shocks.fronts) == pytest.approx([0.2, 0.3, 0.4, 0.5])

    before = [front.energy for front in shocks.fronts]
    for _ in range(round(LIFE / STEP) + 2):
        shocks.advance(STEP)
        now = [front.energy for front in shocks.fronts]
        assert all(b <= a for a, b in zip(before, now, strict=True))
        before = now
    assert now == [0.0] * 4


def test_panic_takes_all_fronts_away_even_those_to_come() -> None:
    shocks = Shocks()
    shocks.send(ShockSpec(), (0.2, 0.7))
    shocks.advance(STEP)

    shocks.calm()
    for _ in range(200):
        shocks.advance(STEP)
        assert not shocks.table()[:, 3].any()


def test_it_begins_between_the_neighbours_who_differ_most() -> None:
    values, present = places((0.1, 0.2), (0.2, 0.2), (0.8, 0.9), (0.9, 0.9))
    phases = known(0.0, 0.02, 0.0, 0.5)
    excited = known(0.2, 0.2, 0.1, 0.9)

    assert disagreement(values, present, excited, phases, 0.0) == pytest.approx((0.85, 0.9))
    excited = known(0.9, 0.0, 0.5, 0.5)
    assert disagreement(values, present, excited, known(0.5, 0.0, 0.1, 0.1), 0.0) == pytest.approx(
        (0.15, 0.2)
    )


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=MOST_PEOPLE),
    st.integers(0, 99),
    st.floats(0, 1),
)
def test_it_never_begins_at_the_centre_nor_outside(
    at: list[tuple[float, float]], seed: int, chance: float
) -> None:
    values, present = places(*at)
    drawn = np.random.default_rng(seed).random((2, MOST_PEOPLE))
    with np.errstate(all="ignore"):
        x, y = disagreement(values, present, drawn[0], drawn[1], chance)

    assert 0.0 <= x <= 1.0
    assert 0.0 <= y <= 1.0
    assert (x - 0.5) ** 2 + (y - 0.5) ** 2 >= 0.2**2 - 1e-9
