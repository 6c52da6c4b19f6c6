from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.signal.feedback.governor import NOTICE, REST, Governor, Sight
from tests.installation.signal.build import Bench, edge, number

FRAME = 1 / 60
FINE = Sight(0.02, 0.01, 0.1, 2.0)


def run(governor: Governor, sight: Sight, seconds: float) -> list[float]:
    return [governor.advance(sight, FRAME) for _ in range(round(seconds / FRAME))]


@pytest.mark.parametrize(
    ("sight", "reason"),
    [
        (Sight(0.0, 0.01, 0.1, 2.0), "black"),
        (Sight(0.9, 0.01, 0.1, 2.0), "white"),
        (Sight(0.02, 0.0, 0.1, 2.0), "still"),
        (Sight(None, None, 0.0, 2.0), "still"),
    ],
)
def test_what_is_stuck_is_stirred_after_its_time_and_no_sooner(sight: Sight, reason: str) -> None:
    governor = Governor()
    before = run(governor, sight, NOTICE[reason] - 0.1)
    after = run(governor, sight, 4.0)

    assert not any(before)
    assert max(after) == 1.0
    assert governor.reason == reason


@pytest.mark.parametrize(
    "sight",
    [
        FINE,
        Sight(0.0, 0.0, 0.1, 2.0, frozenset({"black"})),
        Sight(0.02, 0.0, 0.0, 2.0, frozenset({"still"})),
        Sight(None, None, 0.0, 0.5),  # a calm loop may rest
        Sight(0.02, None, 0.1, 2.0),
    ],
)
def test_what_is_well_or_intended_is_left_alone(sight: Sight) -> None:
    assert not any(run(Governor(), sight, 60))


def test_it_rises_and_falls_softly_and_then_waits() -> None:
    governor = Governor()
    course = run(governor, Sight(0.0, 0.0, 0.1, 2.0), 60)
    steps = [abs(b - a) for a, b in pairwise(course)]
    starts = [i for i, (a, b) in enumerate(pairwise(course)) if a == 0 and b > 0]

    assert max(steps) < 0.02
    assert governor.stirred == len(starts) >= 2
    assert (starts[1] - starts[0]) * FRAME >= REST


def test_a_moment_of_life_starts_the_count_again() -> None:
    governor = Governor()
    for _ in range(20):
        assert not any(run(governor, Sight(0.0, 0.0, 0.1, 2.0), NOTICE["black"] - 0.5))
        assert not any(run(governor, FINE, FRAME))


SHARES = st.floats(0, 1)


@given(
    st.lists(st.tuples(st.none() | SHARES, st.none() | SHARES, SHARES, st.floats(0, 9), SHARES), max_size=60)
)
def test_it_stays_within_its_range_whatever_it_sees(
    frames: list[tuple[float | None, float | None, float, float, float]],
) -> None:
    governor = Governor()
    for level, motion, swing, gain, dt in frames:
        assert 0.0 <= governor.advance(Sight(level, motion, swing, gain), dt) <= 1.0


LATCH = [edge("a", "/b", "/a", gain=3.0), edge("b", "/a", "/b", gain=3.0)]
"""Two that hold each other up: a loop of gain 3 that comes to rest."""


def test_a_loop_that_rests_though_its_gain_is_high_is_stirred() -> None:
    bench = Bench([number("/a", 0.5), number("/b", 0.25)], [], feedback=LATCH)
    seen = []
    for _ in range(60 * 18):
        bench.run()
        seen.append((bench.signals.get("/governor/reseed"), bench.get("/a")))

    rested = {value for reseed, value in seen[300:] if reseed == 0}
    stirred = {value for reseed, value in seen if reseed == 1}
    assert len(rested) < 5 < 50 < len(stirred)
    assert max(stirred) - min(stirred) < 0.02, "stirring is a whisper"


def test_an_intended_stillness_is_not_stirred() -> None:
    bench = Bench([number("/a", 0.5), number("/b", 0.25)], [], feedback=LATCH)
    bench.chain.intended = frozenset({"still"})
    for _ in range(60 * 20):
        bench.run()
        assert bench.signals.get("/governor/reseed") == 0
