"""An empty room is passed over quickly, and nobody who comes back can tell."""

import copy
import math

import numpy as np
import pytest
from numpy.typing import NDArray

from hardware.biosensor import Crowd
from installation.neuro import Controls, Room
from installation.neuro.attribution import NOTHING, Attribution
from installation.neuro.collective import Collective
from installation.neuro.lead import Lead
from installation.neuro.parameters import CHANNELS, MOST_PEOPLE
from installation.neuro.people import NOBODY, Group
from installation.neuro.shock import LIFE, OLDEST, Shocks
from installation.show.interface import ShockSpec

Floats = NDArray[np.float64]
STEP = 1 / 30
QUIET = Controls((0.06, 0.08), 0.0, 0.0, {}, 0.2, 4.0)
WILD = {"delays": (0.8, 8.0), "permute": 1.0, "renew": 2.0}


def people(count: int, frame: int) -> Group:
    values = np.full((MOST_PEOPLE, len(CHANNELS)), np.nan)
    who = np.arange(count)
    swing = np.abs((frame * STEP * 0.3 + who / 7) % 2.0 - 1.0)
    values[:count] = np.stack([swing, 1 - swing, 60 + 20 * swing, swing, swing, swing > 0.5], axis=1)
    return Group(np.arange(MOST_PEOPLE) < count, values, np.zeros(MOST_PEOPLE, np.bool_))


def nobody_in_particular() -> Group:
    """An empty group that nothing knows to be one at a glance."""
    return Group(NOBODY.present.copy(), NOBODY.values.copy(), NOBODY.beat.copy())


def test_what_people_are_together_is_the_same_after_an_empty_room() -> None:
    quick, slow = Collective(), Collective()
    for frame in range(1500):
        empty = 400 < frame < 700 or 900 < frame < 903
        now = frame * STEP
        with np.errstate(all="ignore"):
            said = quick.advance(NOBODY if empty else people(5, frame), now, STEP)
            expected = slow.advance(nobody_in_particular() if empty else people(5, frame), now, STEP)

        assert said == expected
        assert np.array_equal(quick.phase, slow.phase, equal_nan=True)
    assert said.coherence > 0


def test_answers_are_the_same_after_an_empty_room() -> None:
    quick, slow = Attribution(3), Attribution(3)
    for frame in range(1200):
        now = frame * STEP
        empty = 100 < frame < 150 or 300 < frame < 420 or 800 < frame < 803
        group = NOBODY if empty else people(4 + frame // 200, frame)
        wild = 350 < frame < 1000
        asked = WILD if wild else {"delays": (0.0, 0.0), "permute": 0.0, "renew": 0.0}
        said = quick.advance(group.values, group.present, now, STEP, **asked)  # type: ignore[arg-type]
        # The long way: the same steps, without asking whether anybody is there.
        slow._remember(group.values, now)
        slow._renew(float(asked["permute"]), float(asked["renew"]), STEP)  # type: ignore[arg-type]
        slow._asked = ()
        changed = slow._attribute(group.present, asked["delays"], float(asked["permute"]))  # type: ignore[arg-type]
        raw = slow._recall(now, slow.delay)
        raw[~group.present] = np.nan
        expected = slow._glide(raw, changed, STEP)

        assert np.array_equal(said, expected, equal_nan=True)
        assert np.array_equal(quick._gliding, slow._gliding)
        assert (said is NOTHING) == empty


def test_the_lead_is_the_same_after_an_empty_room() -> None:
    quick, slow = Lead(), Lead()
    for frame in range(600):
        empty = 100 < frame < 130 or 300 < frame < 500
        answers = NOTHING if empty else people(3 + frame // 150, frame).values
        with np.errstate(all="ignore"):
            expected = slow.advance(answers, STEP)
            said = quick.rest(STEP) if empty else quick.advance(answers, STEP)  # type: ignore[func-returns-value]

        assert np.array_equal(quick._speed, slow._speed)
        assert (said is None) == (expected is None)
        assert said is None or said.tolist() == expected.tolist()  # type: ignore[union-attr]


def test_fronts_that_have_gone_rest_until_the_next_is_sent() -> None:
    shocks = Shocks()
    shocks.advance(STEP)
    assert shocks.resting

    shocks.send(ShockSpec(), (0.2, 0.3))
    assert not shocks.resting
    alert = copy.deepcopy(shocks)
    for _ in range(round((OLDEST + LIFE) / STEP)):
        alert.resting = False  # never allowed to rest
        shocks.advance(STEP)
        alert.advance(STEP)
        assert shocks.table().tolist() == alert.table().tolist()
        assert not shocks.resting or not shocks.table()[:, 3].any()
    assert shocks.resting

    shocks.send(ShockSpec(), (0.7, 0.3))
    shocks.advance(STEP)
    assert shocks.table()[:, 3].any()
    shocks.calm()
    assert not shocks.table()[:, 3].any()


@pytest.mark.parametrize("count", [1, 7])
def test_a_room_that_empties_says_nobody_and_answers_those_who_come_back(count: int) -> None:
    room, crowd = Room(2), Crowd(count, 5)
    values = np.full((MOST_PEOPLE, len(CHANNELS)), np.nan)
    times = np.full(values.shape, -math.inf)
    counts = []
    for frame in range(900):
        now = frame * STEP
        crowd.advance(STEP)
        for reading in crowd.readings(now, "people") if not 300 <= frame < 600 else ():
            _, _, number, channel = reading.address.split("/")
            at = int(number) - 1, CHANNELS.index(channel)
            values[at], times[at] = float(reading.values[0]), now
        said = room.advance(values, times, now, STEP, QUIET)
        counts.append(said.group.count)
        if said.group.count == 0:
            assert np.isnan(said.answers).all()
            assert said.lead is None

    assert counts[299] == counts[899] == count
    assert counts[599] == 0
