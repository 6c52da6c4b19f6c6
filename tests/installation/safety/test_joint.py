"""Picture and lamps together, although each learns of the other late."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.safety.joint import FREE, LampsEnd, Limit, PictureEnd
from installation.safety.law import LAWS
from installation.safety.report import GuardReport
from tests.installation.safety.turns import a_room, most_in_a_second, play

LAW = LAWS["standard"]
SCHEDULES = 100


@pytest.mark.parametrize("alone", [True, False], ids=["with their own laws", "by this law only"])
@pytest.mark.parametrize("profile", sorted(LAWS))
def test_no_schedule_makes_more_than_three_transitions_in_a_second(profile, alone):
    law = LAWS[profile]
    step = 0.1 * law.step / LAW.step
    for seed in range(SCHEDULES // 2):
        rng = random.Random(seed)
        both = play(rng, law, a_room(rng), alone=alone)
        assert most_in_a_second(both, step) <= 3, seed


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**48))
def test_no_other_schedule_does(seed):
    rng = random.Random(seed)
    assert most_in_a_second(play(rng, LAW, a_room(rng)), 0.1) <= 3


def test_without_it_their_own_laws_do_not_suffice():
    worst = 0
    for seed in range(20):
        rng = random.Random(seed)
        worst = max(worst, most_in_a_second(play(rng, LAW, a_room(rng), joint=False), 0.1))
    assert worst > 3


def report(frame, mean):
    return GuardReport(False, 0.0, mean, 0.0, frame)


class Pair:
    """Both ends in step: a frame, then a tick, 20 ms apart each."""

    def __init__(self):
        self.picture, self.lamps = PictureEnd(LAW), LampsEnd(LAW)
        self.now, self.means, self.light = 100.0, [], 0.0
        self.limit = FREE

    def step(self, picture, lamps):
        now = self.now = self.now + 0.02
        self.picture.begin(now)
        if self.lamps.message():
            self.picture.hear(self.lamps.message())
        known = len(self.means) - 2
        self.limit = self.picture.limit(
            report(max(known, -1), self.means[known] if known >= 0 else 0.0), len(self.means)
        )
        last = self.means[-1] if self.means else 0.0
        self.means.append(min(picture, self.limit.cap(last)))
        self.picture.presented(now)
        self.lamps.hear(self.picture.message())
        self.light = min(lamps, self.lamps.ceiling(now + 0.001))
        self.lamps.put(now + 0.001, self.light)


@pytest.mark.parametrize("lamps", [0.0, 0.05])
@pytest.mark.parametrize("frames", [1, 2, 5, 20, 200])
def test_a_picture_beside_dim_lamps_rises_as_fast_as_it_likes(lamps, frames):
    pair = Pair()
    for _ in range(80):
        pair.step(0.0, lamps)
    for step in range(frames):
        wanted = (step + 1) / frames
        pair.step(wanted, lamps)
        assert pair.means[-1] == wanted


def test_slow_light_on_both_sides_is_not_touched():
    pair = Pair()
    for step in range(600):
        wanted = 0.2 - 0.2 * math.cos(2 * math.pi * 0.1 * step * 0.02)
        pair.step(wanted, wanted)
        if step > 5:
            assert pair.means[-1] == wanted
            assert pair.light == wanted


def test_lamps_that_follow_a_bright_picture_climb_in_about_a_second():
    pair = Pair()
    for _ in range(80):
        pair.step(0.0, 0.0)
    for _ in range(100):
        pair.step(0.8, 0.8)
        if pair.light >= 0.8:
            break
    assert 0.3 < pair.now - 100 - 80 * 0.02 < 1.5
    assert pair.means[-1] == 0.8


def test_a_fall_is_never_delayed_and_nothing_is_pushed_down():
    pair = Pair()
    for _ in range(150):
        pair.step(0.6, 0.6)
    pair.step(0.6, 0.0)
    assert pair.light == 0.0
    for _ in range(20):
        pair.step(0.6, 0.0)
        assert pair.means[-1] == 0.6
    pair.step(0.0, 0.0)
    assert pair.means[-1] == 0.0


def test_after_both_fell_neither_rises_for_a_second():
    pair = Pair()
    for _ in range(150):
        pair.step(0.6, 0.6)
    for _ in range(20):  # the lamps keep the peak young
        pair.step(0.6, pair.light + 0.02)
    pair.step(0.0, 0.0)
    for _ in range(40):
        pair.step(1.0, 1.0)
        assert pair.means[-1] <= 0.081
        assert pair.light <= 0.061


def test_a_stage_that_is_new_does_not_hide_the_fall_before_it():
    pair = Pair()
    for _ in range(150):
        pair.step(0.6, 0.6)
    for _ in range(20):
        pair.step(0.6, pair.light + 0.02)
    pair.step(0.0, 0.0)
    pair.step(0.0, 0.0)
    pair.step(0.0, 0.05)
    pair.now += 0.1
    pair.picture, pair.means = PictureEnd(LAW), []
    for _ in range(30):
        pair.step(1.0, 1.0)
        assert pair.means[-1] <= 0.081
        assert pair.light <= 0.061


def test_lamps_without_a_picture_are_free():
    end = LampsEnd(LAW)
    assert end.ceiling(10.0) == math.inf
    end.hear(PictureEnd.absent())
    assert end.ceiling(10.0) == math.inf


def test_a_picture_that_stands_still_because_its_stage_is_gone_holds_the_lamps_for_a_second_only():
    pair = Pair()
    for _ in range(150):
        pair.step(0.3, 0.3)
    assert pair.lamps.ceiling(pair.now + 0.5) < 0.4
    assert pair.lamps.ceiling(pair.now + 0.5) >= 0.3
    assert pair.lamps.ceiling(pair.now + 1.2) == math.inf


def test_a_new_stage_that_knows_nothing_of_the_lamps_may_only_creep():
    end = PictureEnd(LAW)
    end.begin(5.0)
    assert end.limit(report(-1, 0.0), 0).cap(0.0) == pytest.approx(LAW.step)


def test_frames_that_nobody_heard_of_count_as_a_flash():
    pair = Pair()
    for _ in range(150):
        pair.step(0.1, 0.1)
    for number in range(40):  # forty frames that the lamps never hear of
        pair.picture.begin(pair.now + number * 0.02)
        pair.picture.limit(report(len(pair.means) - 2 + number, 0.1), len(pair.means) + number)
        pair.picture.presented(pair.now + number * 0.02)
    pair.lamps.hear(pair.picture.message())
    assert pair.lamps._sum.fell(pair.now + 1.0) is not None


def test_the_limit_is_free_within_its_bounds_and_creeps_outside():
    limit = Limit(low=0.2, least=0.1, most=0.3, creep=0.05)
    assert limit.cap(0.2) == math.inf
    assert limit.cap(0.4) == 0.4
    assert limit.cap(0.05) == pytest.approx(0.1)


@pytest.mark.parametrize("message", [b"", b"nonsense", PictureEnd.absent()[:-1], PictureEnd.absent() + b"1"])
def test_nonsense_is_refused(message):
    with pytest.raises(ValueError, match="no message of picture and lamps"):
        LampsEnd(LAW).hear(message)


def test_a_level_that_is_no_number_is_refused():
    end = LampsEnd(LAW)
    end.put(1.0, math.nan)
    with pytest.raises(ValueError, match="no number"):
        PictureEnd(LAW).hear(end.message())
