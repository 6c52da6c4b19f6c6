"""Who is answered, how late, by whose doing: properties of the attribution."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from installation.neuro.attribution import GLIDE, Attribution
from installation.neuro.parameters import CHANNELS, LONGEST_DELAY, MOST_PEOPLE
from installation.neuro.people import HIGHEST, LOWEST

Floats = NDArray[np.float64]
STEP = 1 / 30


def crowd(count: int, now: float) -> tuple[Floats, NDArray[np.bool_]]:
    """People on circles of their own; x is a slow ramp, so that it tells who and when."""
    values = np.full((MOST_PEOPLE, len(CHANNELS)), np.nan)
    who = np.arange(count)
    values[:count, 0] = (who + 0.5) / 64 + now * 1e-4
    values[:count, 1] = 0.5
    values[:count, 2] = 60.0 + who
    values[:count, 3] = 0.0
    values[:count, 4] = 0.5
    values[:count, 5] = who % 2
    return values, np.arange(MOST_PEOPLE) < count


def play(
    attribution: Attribution,
    seconds: float,
    count: int,
    start: float = 0.0,
    *,
    delays: tuple[float, float] = (0.06, 0.08),
    permute: float = 0.0,
    renew: float = 0.0,
) -> list[Floats]:
    answers = []
    for frame in range(round(seconds / STEP)):
        now = start + frame * STEP
        values, present = crowd(count, now)
        answers.append(
            attribution.advance(
                values, present, now, STEP, delays=delays, permute=permute, renew=renew
            ).copy()
        )  # fmt: skip
    return answers


WILD = {"delays": (0.8, 8.0), "permute": 1.0, "renew": 11.5}


@pytest.mark.parametrize("count", [1, 2, 6, 40])
def test_attuned_everybody_is_answered_by_themself_within_80_ms(count: int) -> None:
    attribution = Attribution(3)

    answers = play(attribution, 2.0, count)

    assert (attribution.source == np.arange(MOST_PEOPLE)).all()
    assert ((attribution.delay[:count] >= 0.06) & (attribution.delay[:count] <= 0.08)).all()
    expected, _ = crowd(count, 2.0 - STEP)
    late = (expected[:count, 0] - answers[-1][:count, 0]) / 1e-4
    assert late == pytest.approx(attribution.delay[:count], abs=1e-6)
    assert np.isnan(answers[-1][count:]).all()


@pytest.mark.parametrize("count", [2, 3, 6, 40])
def test_malfunctioning_nobody_is_answered_by_themself_and_each_by_one_other(count: int) -> None:
    attribution = Attribution(3)
    seen = set()
    for _ in range(600):
        play(attribution, STEP, count, **WILD)
        source = attribution.source[:count]
        assert (source != np.arange(count)).all()
        assert sorted(source.tolist()) == list(range(count))
        assert ((attribution.delay >= 0.8) & (attribution.delay <= 8.0)).all()
        seen.add(tuple(source.tolist()))
    assert len(seen) == (1 if count == 2 else 2)


def test_a_permutation_lasts_9_to_14_seconds() -> None:
    attribution = Attribution(5)
    lasted, since, before = [], 0.0, 0
    for frame in range(round(130 / STEP)):
        play(attribution, STEP, 6, frame * STEP, **WILD)
        since += STEP
        if attribution.renewed != before:
            lasted.append(since)
            since, before = 0.0, attribution.renewed

    assert len(lasted) > 8
    assert min(lasted) >= 9.0 - 2 * STEP
    assert max(lasted) <= 14.0 + 2 * STEP
    assert max(lasted) - min(lasted) > 1.5


def test_one_person_alone_is_answered_from_where_they_stood_eight_seconds_ago() -> None:
    attribution = Attribution(1)

    answers = play(attribution, 20.0, 1, **WILD)

    then, _ = crowd(1, 20.0 - STEP - 8.0)
    assert attribution.delay[0] == 8.0
    assert answers[-1][0, 0] == pytest.approx(then[0, 0], abs=1e-9)


@pytest.mark.parametrize("count", [2, 6, 40])
def test_people_come_home_one_at_a_time_and_nobody_leaves_again(count: int) -> None:
    attribution = Attribution(9)
    play(attribution, 20.0, count, **WILD)
    wrong_before, home = count, set()
    for frame in range(round(30 / STEP)):
        permute = max(0.0, 1.0 - frame * STEP / 28)
        play(attribution, STEP, count, 20.0 + frame * STEP, delays=(0.8, 8.0), permute=permute, renew=11.5)
        right = {n for n in range(count) if attribution.source[n] == n}
        assert home <= right
        assert len(right) - len(home) <= (2 if wrong_before == 2 else 1)  # the last two can only go together
        home, wrong_before = right, count - len(right)

    assert home == set(range(count))


def test_a_change_of_source_glides_and_never_jumps() -> None:
    attribution = Attribution(2)
    calm = play(attribution, 10.0, 6)
    wild = play(attribution, 30.0, 6, 10.0, **WILD)
    healed = play(attribution, 10.0, 6, 40.0)

    x = np.array([one[:6, 0] for one in [*calm, *wild, *healed]])
    steepest = np.abs(np.diff(x[4:], axis=0)).max()
    widest = 6 / 64
    assert steepest <= 1.5 * widest / GLIDE * STEP + 3e-4 * STEP + 1e-3 * STEP
    assert np.abs(x[200] - x[900]).max() > 1 / 64 * 0.9  # they did change places
    assert x[-1] == pytest.approx(crowd(6, 50.0 - STEP)[0][:6, 0], abs=1e-4)


@given(
    st.lists(
        st.tuples(
            st.integers(0, MOST_PEOPLE),
            st.floats(-1, 20, allow_nan=False),
            st.floats(-1, 20, allow_nan=False),
            st.floats(0, 1),
            st.floats(0, 60),
            st.floats(0, 0.25),
        ),
        min_size=1,
        max_size=60,
    ),
    st.integers(0, 1000),
)
def test_whatever_is_asked_answers_stay_bounded_and_delays_within_eight_seconds(
    steps: list[tuple[int, float, float, float, float, float]], seed: int
) -> None:
    attribution = Attribution(seed)
    chance = np.random.default_rng(seed)
    now = 0.0
    for count, low, high, permute, renew, dt in steps:
        now += dt
        values = chance.uniform(LOWEST, HIGHEST, (MOST_PEOPLE, len(CHANNELS)))
        values[chance.random(values.shape) < 0.2] = np.nan
        present = np.arange(MOST_PEOPLE) < count
        with np.errstate(all="ignore"):
            out = attribution.advance(
                values, present, now, dt, delays=(low, high), permute=permute, renew=renew
            )
        heard = np.isfinite(out)
        assert not np.isinf(out).any()
        assert ((out >= LOWEST) & (out <= HIGHEST))[heard].all()
        assert ((attribution.delay >= 0) & (attribution.delay <= LONGEST_DELAY)).all()
        assert not heard[count:].any()


def test_the_same_seed_gives_the_same_answers_bit_for_bit_and_another_others() -> None:
    first = play(Attribution(4), 30.0, 6, **WILD)
    second = play(Attribution(4), 30.0, 6, **WILD)
    other = play(Attribution(5), 30.0, 6, **WILD)

    assert np.array(first).tobytes() == np.array(second).tobytes()
    assert np.array(first).tobytes() != np.array(other).tobytes()
