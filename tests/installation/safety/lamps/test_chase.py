"""Lamps that take turns keep the room's sum constant; their rises are counted over the room."""

import numpy as np
import pytest
from numpy.typing import NDArray

from installation.safety.lamps.chase import CONCURRENT, RISES, SHARE, Chase
from installation.safety.lamps.guard import LampGuard
from installation.safety.law import LAWS, LUMINANCE
from tests.judges import transitions

RATE = 44
SECONDS = 8
TICKS = SECONDS * RATE
LAMPS = 8


def one_after_another(tick):
    return np.arange(LAMPS) == tick // 4 % LAMPS


def back_and_forth(tick):
    at = tick // 5 % (2 * LAMPS - 2)
    return np.arange(LAMPS) == min(at, 2 * LAMPS - 2 - at)


def pairs_that_overlap(tick):
    at = tick // 4 % LAMPS
    return np.isin(np.arange(LAMPS), (at, (at + 1) % LAMPS))


def four_groups(tick):
    return np.arange(LAMPS) % 4 == tick // 5 % 4


def halves_in_counter_phase(tick):
    return (np.arange(LAMPS) < LAMPS // 2) == (tick // 3 % 2 == 0)


def each_half_for_itself(tick):
    left, right = tick // 3 % (LAMPS // 2), LAMPS // 2 + tick // 7 % (LAMPS // 2)
    return np.isin(np.arange(LAMPS), (left, right))


def a_random_lamp(tick):
    return np.arange(LAMPS) == np.random.default_rng(tick // 4).integers(LAMPS)


def a_random_third(tick):
    return np.random.default_rng(tick // 4).random(LAMPS) < 1 / 3


def from_both_ends(tick):
    at = tick // 6 % (LAMPS // 2)
    return np.isin(np.arange(LAMPS), (at, LAMPS - 1 - at))


def a_slow_one_that_speeds_up(tick):
    return np.arange(LAMPS) == int((tick / 40) ** 2) % LAMPS


def dark_runs_through_light(tick):
    return np.arange(LAMPS) != tick // 4 % LAMPS


CHASES = [
    one_after_another,
    back_and_forth,
    pairs_that_overlap,
    four_groups,
    halves_in_counter_phase,
    each_half_for_itself,
    a_random_lamp,
    a_random_third,
    from_both_ends,
    a_slow_one_that_speeds_up,
    dark_runs_through_light,
]


def most_rises(levels: NDArray[np.floating], room: NDArray[np.floating]) -> int:
    """Most rises of the room in any second.

    Lamps that are seen to rise within 50 ms of one another rise together; together they have to be more than
    a tenth of the room.
    """
    shares = np.where(transitions(levels) > 0, room, 0.0).sum(axis=1)
    begun, gathered, latest = [], 0.0, -1.0
    for tick in np.flatnonzero(shares):
        now = tick / RATE
        gathered = shares[tick] + (gathered if now - latest <= CONCURRENT else 0.0)
        if gathered > SHARE >= gathered - shares[tick]:
            begun.append(now)
        latest = now
    times = np.array(begun)
    return max((int(((times >= start) & (times < start + 1.0)).sum()) for start in times), default=0)


def guard_of(room: NDArray[np.float32]) -> LampGuard:
    lamps = len(room)
    slots = np.arange(lamps * 3).reshape(lamps, 3)
    weights = np.tile(np.array(LUMINANCE, np.float32), (lamps, 1))
    return LampGuard(
        slots, weights, np.tile(np.eye(3, dtype=np.float32), (lamps, 1, 1)), room, LAWS["standard"]
    )


@pytest.mark.parametrize("big", [False, True], ids=["equal lamps", "one big lamp"])
@pytest.mark.parametrize("chase", CHASES, ids=lambda chase: chase.__name__)
def test_a_chase_begins_at_most_three_rises_of_the_room_in_a_second(chase, big):
    room = np.full(LAMPS, 1 / LAMPS, np.float32)
    if big:
        room[0], room[1:] = 0.23, 0.11
    guard = guard_of(room)
    asked, put = np.empty((TICKS, LAMPS)), np.empty((TICKS, LAMPS))
    for tick in range(TICKS):
        asked[tick] = chase(tick)
        light = np.repeat(asked[tick] * 65535, 3).astype(np.uint16)
        out = guard.apply(light, 1 / RATE)
        put[tick] = out.reshape(-1, 3).astype(np.float64) @ np.array(LUMINANCE) / 65535
    assert most_rises(asked, room) > RISES, "the judge has to see the hazard first"
    assert most_rises(put, room) <= RISES
    assert (transitions(put) > 0).any(), "it is slowed, not put out"


def test_the_guard_says_that_it_was_the_chase():
    guard = guard_of(np.full(LAMPS, 1 / LAMPS, np.float32))
    causes = set()
    for tick in range(TICKS):
        light = np.repeat(one_after_another(tick) * 65535, 3).astype(np.uint16)
        guard.apply(light, 1 / RATE)
        causes.add(guard.cause)
    assert "chase" in causes


def test_three_rises_hold_the_fourth_until_the_first_is_a_second_old():
    chase = Chase(np.full(4, 0.25, np.float32))
    for lamp in range(3):
        assert not chase.hold(0.1)
        chase.commit(np.arange(4) == lamp)
    assert chase.hold(0.1)
    assert chase.hold(0.69)
    assert not chase.hold(0.02)


def test_a_rise_that_goes_on_stays_young():
    chase, lamp = Chase(np.full(4, 0.25, np.float32)), np.arange(4)
    for one in range(3):
        chase.hold(0.1)
        chase.commit(lamp == one, lamp == one)
    for _ in range(8):  # the first one climbs
        assert chase.hold(0.1)
        chase.commit(None, lamp == 0)
    assert not chase.hold(0.12)  # the second is a second old
    chase.commit(lamp == 3, lamp == 3)
    assert chase.hold(0.05)  # the first, the third and the fourth


def test_small_lamps_count_when_they_come_to_a_tenth_together_and_a_wave_of_them_once():
    chase = Chase(np.full(100, 0.01, np.float32))
    for lamp in range(100):
        assert not chase.hold(0.004)
        chase.commit(np.arange(100) == lamp)
    for _ in range(2):
        chase.hold(0.2)
        chase.commit(np.arange(100) < 11)
    assert chase.hold(0.06)
