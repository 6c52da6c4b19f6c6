"""Floor to wall: in a section bodies stand, and depth makes them smaller; decided is on the floor."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from installation.bodies import Bodies, Laws, caring
from installation.bodies import table as layout
from installation.bodies.wall import BREAST, CROWN, FEET, HIGHEST, RADIUS, crowd

Floats = NDArray[np.float64]
STEP = 1 / 30

share = st.floats(0.0, 1.0)
METRES = st.floats(1.5, 12.0)
ASPECTS = st.floats(0.56, 4.0)


def played(
    way: list[list[tuple[float, float]]], laws: list[Laws], pointing: bool = False, step: float = STEP
) -> Bodies:
    """Bodies after as many frames as there are ``laws``; the last places of ``way`` stay."""
    bodies = Bodies()
    for frame, one in enumerate(laws):
        seen = np.array(way[min(frame, len(way) - 1)])
        bodies.advance(seen, seen, step, one, np.full((len(seen), 2), pointing))
    return bodies


@settings(max_examples=25)
@given(x=share, y=share, metres=METRES, aspect=ASPECTS)
def test_in_a_section_a_body_stands_on_the_floor_where_it_is_across(
    x: float, y: float, metres: float, aspect: float
) -> None:
    laws = Laws(aspect=aspect, metres_per_height=metres, section=1.0)
    table = played([[(x, y)]], [laws] * 12).table
    place, figure, radius = (table[row, 0] for row in (layout.PLACE, layout.FIGURE, layout.LEVEL))

    size = float(radius[1]) / (RADIUS / metres)
    assert float(place[0]) == pytest.approx(x * aspect, abs=1e-5)
    assert float(place[1]) == pytest.approx(min(BREAST * size / metres, HIGHEST), abs=1e-5)
    assert float(place[1] - figure[1]) <= 1e-6  # the feet are at the lower edge or below it
    assert float(figure[1]) == pytest.approx(FEET * size / metres, abs=1e-5)
    assert figure[2:].tolist() == [1.0, 0.0]
    # As wide as a person, and taller than wide.
    assert 0.2 <= 2.0 * float(radius[1]) * metres <= 0.48
    assert float(figure[0] + figure[1]) > 3.0 * 2.0 * float(radius[1])


@settings(max_examples=25)
@given(x=share, near=share, far=share)
def test_who_is_farther_from_the_wall_is_smaller_and_weaker_within_bounds(
    x: float, near: float, far: float
) -> None:
    near, far = max(near, far), min(near, far)
    for metres in (2.25, 6.0):
        laws = Laws(metres_per_height=metres, section=1.0)
        one = played([[(x, near)]], [laws] * 12).table[layout.LEVEL, 0]
        other = played([[(x, far)]], [laws] * 12).table[layout.LEVEL, 0]
        assert (other[:2] <= one[:2] + 1e-6).all()
        assert other[0] >= 0.65 - 1e-6
        assert other[1] >= 0.65 * 0.92 * RADIUS / metres - 1e-6


@settings(max_examples=25)
@given(x=share, y=share, metres=METRES, aspect=ASPECTS)
def test_in_a_plan_depth_is_height(x: float, y: float, metres: float, aspect: float) -> None:
    table = played([[(x, y)]], [Laws(aspect=aspect, metres_per_height=metres)] * 12).table

    assert table[layout.PLACE, 0, :2] == pytest.approx([x * aspect, y], abs=1e-5)
    assert table[layout.FIGURE, 0].tolist() == [0.0, 0.0, 0.0, 0.0]


@settings(max_examples=25)
@given(x=share, y=share, section=share)
def test_what_points_at_the_wall_is_answered_where_it_points(x: float, y: float, section: float) -> None:
    table = played([[(x, y)]], [Laws(section=section)] * 20, pointing=True).table

    for row in (layout.PLACE, layout.ANSWER):
        assert table[row, 0, :2] == pytest.approx([x * 16 / 9, y], abs=1e-5)
    assert table[layout.FIGURE, 0].tolist() == [0.0, 0.0, 0.0, 0.0]
    assert table[layout.LEVEL, 0, 0] == pytest.approx(1.0)


def test_a_step_towards_the_wall_raises_nobody_in_a_section() -> None:
    way = [[(0.5, 0.1 + 0.01 * frame)] for frame in range(60)]
    for section, risen in ((1.0, 0.0), (0.0, 0.3)):
        table = played(way, [Laws(section=section)] * 60).table
        assert table[layout.FIGURE, 0, 3] == pytest.approx(0.3 * section, abs=0.02)
        for row in (layout.PLACE, layout.ANSWER):
            assert table[row, 0, 2] == pytest.approx(0.0)
            assert table[row, 0, 3] == pytest.approx(risen, abs=0.02)


def test_a_step_to_the_side_is_the_same_motion_in_both() -> None:
    way = [[(0.1 + 0.01 * frame, 0.5)] for frame in range(60)]
    plan, section = (played(way, [Laws(section=one)] * 60).table for one in (0.0, 1.0))

    for row in (layout.PLACE, layout.ANSWER):
        assert section[row, 0, 2:] == pytest.approx(plan[row, 0, 2:])
        assert section[row, 0, 2] > 0.3


def test_that_the_scene_changes_is_no_motion() -> None:
    """Places glide from plan to section without velocity, and nobody's stillness is broken."""
    changing = [Laws(section=min(frame / 60, 1.0)) for frame in range(121)]
    bodies, plain, seen = Bodies(), Bodies(), np.array([[0.3, 0.95], [0.32, 0.1]])
    places = []
    for laws in [*[Laws()] * 300, *changing]:
        bodies.advance(seen, seen, STEP, laws)
        plain.advance(seen, seen, STEP, Laws())
        places.append(bodies.table[layout.PLACE, :2, :2].copy())
        assert np.abs(bodies.table[layout.PLACE, :2, 2:]).max() < 1e-3
        assert np.abs(bodies.table[layout.ANSWER, :2, 2:]).max() < 1e-3
    steps = np.abs(np.diff(places, axis=0)).max()

    assert places[-1][0, 1] < 0.55 < 0.9 < places[0][0, 1]
    assert steps < 0.02
    assert bodies.still.tolist() == plain.still.tolist()
    assert bodies.settle.tolist() == plain.settle.tolist()


@settings(max_examples=25)
@given(seed=st.integers(0, 2**31), section=share)
def test_what_people_decide_is_decided_on_the_floor(seed: int, section: float) -> None:
    """Settle, quorum, privilege, choice and resting places do not know what the picture shows."""
    chance = np.random.default_rng(seed)
    plan, other = Bodies(), Bodies()
    at = chance.random((7, 2)) * [1.0, 0.9]
    for frame in range(40):
        seen = at.copy()
        seen[frame % 7] += chance.normal(0.0, 0.002, 2) * (frame < 10)
        if frame > 33:
            seen[:4] = np.nan
        for one, laws in ((plan, Laws(reform=0.3)), (other, Laws(reform=0.3, section=section))):
            one.advance(seen, seen, 0.5, laws)

    for name in ("settle", "still", "glow", "presence", "privilege", "at"):
        assert np.array_equal(getattr(plan, name), getattr(other, name)), name
    assert plan.places == other.places
    assert plan.places
    there = plan.presence > 0.5
    care = [caring(one.at * 2.25, one.still, there, 4.0) for one in (plan, other)]
    assert care[0] == care[1]


def test_resting_places_stand_where_their_people_stood() -> None:
    bodies = Bodies()
    bodies.remember([(0.25, 0.8, 60.0), (0.75, 0.2, 60.0)])
    for laws in (Laws(), Laws(section=1.0)):
        bodies.advance(np.full((1, 2), np.nan), np.full((1, 2), np.nan), STEP, laws)
        rows = bodies.table[layout.PLACE, layout.PLACES : layout.PLACES + 2, :2]
        assert rows[:, 0] == pytest.approx([0.25 * 16 / 9, 0.75 * 16 / 9])
        if laws.section:
            assert rows[0, 1] == pytest.approx(BREAST / 2.25 * (1.0 - 0.14 * 0.2 * 2.25), abs=1e-5)
            assert rows[1, 1] < rows[0, 1] < HIGHEST
        else:
            assert rows[:, 1] == pytest.approx([0.8, 0.2])


@settings(max_examples=25)
@given(metres=METRES, aspect=ASPECTS, section=share)
def test_a_crowd_is_smaller_the_larger_it_is(metres: float, aspect: float, section: float) -> None:
    factors = [crowd(float(count), aspect, metres, section) for count in range(65)]

    assert factors[0] == 1.0
    assert all(0.0 < later <= before + 1e-12 for before, later in pairwise(factors))


def test_few_people_are_drawn_whole_and_a_crowd_leaves_most_of_the_wall_open() -> None:
    """In the gallery, each as a rectangle of their width and height, overlapping as chance has it."""
    for count, most in ((1, 0.10), (6, 0.30), (40, 0.36)):
        way = [np.random.default_rng(3).random((count, 2)).tolist()]
        table = played(way, [Laws(section=1.0)] * 12).table
        dark = np.zeros((90, 160), np.bool_)
        across, up = np.meshgrid((np.arange(160) + 0.5) / 90, (np.arange(90) + 0.5) / 90)
        for i in range(count):
            (x, y), radius = table[layout.PLACE, i, :2], table[layout.LEVEL, i, 1]
            dark |= (np.abs(across - x) < radius) & (up < y + table[layout.FIGURE, i, 0] + 0.6 * radius)
        assert dark.mean() < most, count
        if count < 7:
            assert table[layout.LEVEL, :count, 1].min() > 0.6 * RADIUS / 2.25
    assert pytest.approx(1.65, abs=0.01) == CROWN + BREAST + 0.6 * RADIUS
