"""Bodies through time: stillness, settling, quorum, privilege, resting places."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from installation import paths
from installation.bodies import Bodies, Laws
from installation.bodies import table as layout
from installation.bodies.privilege import DELAYS, EDGE, PIPELINE, delay, gain, held, privilege
from installation.bodies.quorum import group_sizes

Floats = NDArray[np.float64]
STEP = 1 / 30


def nobody(count: int = 8) -> Floats:
    return np.full((count, 2), np.nan)


def stand(bodies: Bodies, at: list[tuple[float, float]], seconds: float, laws: Laws | None = None) -> None:
    seen = nobody()
    if at:
        seen[: len(at)] = at
    for _ in range(round(seconds / STEP)):
        bodies.advance(seen, seen, STEP, laws or Laws())


def test_somebody_who_stands_still_is_settled_after_twenty_seconds_and_not_before_eight() -> None:
    bodies = Bodies()

    stand(bodies, [(0.5, 0.5)], 7.5)
    early = bodies.settle[0]
    stand(bodies, [(0.5, 0.5)], 13.5)

    assert early == 0.0
    assert bodies.settle[0] == 1.0


def test_motion_lets_go_in_four_seconds() -> None:
    bodies = Bodies()
    stand(bodies, [(0.2, 0.5)], 21.0)

    seen = nobody()
    for frame in range(round(4.5 / STEP)):
        seen[0] = 0.2 + 0.1 * frame * STEP, 0.5  # 0.4 m/s
        bodies.advance(seen, seen, STEP, Laws())

    assert bodies.settle[0] == 0.0


@settings(max_examples=20, deadline=None)
@given(st.floats(0.06, 0.3), st.floats(0.0, 6.0))
def test_a_body_that_moves_is_never_settled(pace: float, turn: float) -> None:
    bodies = Bodies()
    seen = nobody()
    for frame in range(round(25 / STEP)):
        angle = turn + frame * STEP * pace / 0.25  # on a circle of 0.25 H: 0.14 m/s and more at 2.25 m/H
        seen[0] = 0.5 + 0.25 * 9 / 16 * np.cos(angle), 0.5 + 0.25 * np.sin(angle)
        bodies.advance(seen, seen, STEP, Laws(metres_per_height=3.0))

    assert bodies.settle[0] == 0.0


@pytest.mark.parametrize(("count", "glows"), [(2, False), (3, True), (4, True)])
def test_a_quorum_needs_its_number(count: int, glows: bool) -> None:
    bodies = Bodies()

    stand(bodies, [(0.4 + 0.05 * n, 0.5) for n in range(count)], 12.0)

    assert (bodies.glow.max() > 0.9) == glows
    assert bodies.glow.max() == 0.0 or glows


def test_three_who_stand_far_apart_are_no_quorum() -> None:
    bodies = Bodies()

    stand(bodies, [(0.05, 0.5), (0.5, 0.5), (0.95, 0.5)], 12.0, Laws(metres_per_height=4.0))

    assert bodies.glow.max() == 0.0


def test_resting_places_of_earlier_visitors_count_while_there_are_fewer_than_the_quorum() -> None:
    bodies = Bodies()
    stand(bodies, [(0.4, 0.5), (0.55, 0.5)], 21.0)
    stand(bodies, [], 3.0)
    assert len(bodies.places) == 2

    stand(bodies, [(0.45, 0.55)], 12.0)

    assert bodies.glow.max() > 0.9


def test_resting_places_survive_a_restart() -> None:
    bodies, again = Bodies(), Bodies()
    stand(bodies, [(0.4, 0.5)], 21.0)
    stand(bodies, [], 5.0)

    again.remember(bodies.places)

    assert again.places == bodies.places
    assert again.places[0][:2] == pytest.approx((0.4, 0.5), abs=0.01)


def test_who_is_there_keeps_a_column_and_who_leaves_fades() -> None:
    bodies = Bodies()
    stand(bodies, [(0.2, 0.5), (0.8, 0.5)], 1.0)

    seen = nobody()
    seen[1] = 0.8, 0.5
    for _ in range(60):
        bodies.advance(seen, seen, STEP, Laws())

    table = bodies.table
    assert table[layout.PLACE, 1, 0] == pytest.approx(0.8 * 16 / 9, abs=1e-3)
    assert table[layout.STATE, 0, 0] == 0.0
    assert table[layout.STATE, 1, 0] == 1.0
    assert table[layout.PLACE, layout.SUMMARY, 1] == 1


def test_privilege_is_unequal_without_reform_and_equal_with_it() -> None:
    x = np.linspace(0.0, 1.0, 21)

    before, after = privilege(x, 0.0), privilege(x, 1.0)

    assert before[0] == 1.0
    assert before[-1] == 0.0
    assert (np.diff(before) <= 0.0).all()
    assert (after == 1.0).all()
    assert gain(before)[[0, -1]] == pytest.approx([1.0, 0.15])
    assert delay(before)[[0, -1]] == pytest.approx([0.06, 1.2])


def test_a_leap_is_another_person_and_makes_no_stroke() -> None:
    bodies = Bodies()
    stand(bodies, [(0.1, 0.5)], 1.0)

    stand(bodies, [(0.9, 0.5)], STEP)

    assert np.abs(bodies.table[layout.ANSWER, 0, 2:]).max() < 0.01


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(-1, 2), st.floats(-1, 2)), max_size=90), st.floats(0.0, 1.0))
def test_whatever_is_seen_the_table_is_finite(at: list[tuple[float, float]], reform: float) -> None:
    bodies = Bodies()
    seen = nobody(90)
    if at:
        seen[: len(at)] = at
    for _ in range(5):
        bodies.advance(seen, nobody(90), 0.1, Laws(reform=reform))
        bodies.advance(nobody(90), seen, 0.0, Laws(reform=reform))

    assert np.isfinite(bodies.table).all()


def test_groups_are_linked_by_steps() -> None:
    at = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [9.0, 0.0], [1.0, 0.5]])

    sizes = group_sizes(at, np.array([True, True, True, True, False]), 1.0)

    assert sizes.tolist() == [3, 3, 3, 1, 0]


def test_shaders_read_the_table_and_the_field_as_they_are_written() -> None:
    text = (paths.shaders() / "lib" / "room.glsl").read_text()

    assert re.search(rf"PRIVILEGE_EDGE = vec2\({EDGE[0]}, {EDGE[1]}\)", text)
    for name in ("MOST_BODIES", "PLACES", "MOST_PLACES", "SUMMARY"):
        assert re.search(rf"const int {name} = {getattr(layout, name)};", text), name


def test_a_resting_place_replaces_the_ones_within_forty_centimetres() -> None:
    bodies = Bodies()
    for x in (0.4, 0.45, 0.7):  # 0.05 of the width is 20 cm at 2.25 m a height
        stand(bodies, [(x, 0.5)], 21.0)
        stand(bodies, [], 3.0)

    assert [round(one[0], 2) for one in bodies.places] == [0.45, 0.7]


def test_an_answer_is_held_back_for_what_the_pipeline_leaves_of_its_delay() -> None:
    waits = held(delay(np.array([0.0, 0.5, 1.0])))

    assert waits == pytest.approx([DELAYS[0] - PIPELINE, 0.57, 0.0])
    assert held(np.zeros(1)) == 0.0


@pytest.mark.parametrize(("fps", "frames"), [(60, 3), (30, 2)])
def test_an_answer_follows_a_start_at_once_and_stillness_stays_calm(fps: int, frames: int) -> None:
    """A quarter of a walk's speed within 67 ms: the water feels the first step, and no sway before it."""
    bodies, seen = Bodies(), nobody()
    laws = Laws(metres_per_height=2.25)
    chance = np.random.default_rng(0)

    def speed(place: float) -> float:
        sway, jitter = 0.005 * np.sin(bodies._now * 2.0), chance.normal(0.0, 0.001)
        seen[0] = place + (sway + jitter) / laws.aspect, 0.5
        bodies.advance(seen, seen, 1 / fps, laws)
        return float(np.hypot(*bodies.table[layout.ANSWER, 0, 2:]))

    calm = max(speed(0.3) for _ in range(3 * fps))
    walk = 1.0 / laws.metres_per_height
    after = [speed(0.3 + walk * step / fps / laws.aspect) for step in range(1, frames + 1)]

    assert calm < 0.03
    assert after[-1] > 0.25 * walk


def test_a_crowd_is_drawn_smaller_so_that_the_wall_is_not_covered() -> None:
    def radius(count: int) -> float:
        bodies, seen = Bodies(), nobody(count)
        seen[:] = np.random.default_rng(0).random((count, 2))
        for _ in range(30):
            bodies.advance(seen, seen, STEP, Laws())
        return float(bodies.table[layout.LEVEL, 0, 1])

    whole = 0.22 / 2.25
    assert radius(1) == pytest.approx(whole)
    assert radius(6) == pytest.approx(whole)
    assert radius(40) == pytest.approx(whole * (0.30 / (40 * 3.73 * whole**2 / (16 / 9))) ** 0.5, rel=0.01)
    assert radius(40) > 0.5 * whole


def test_response_scales_how_strongly_everybody_is_answered() -> None:
    levels = []
    for response in (0.0, 1.0, 2.0):
        bodies = Bodies()
        stand(bodies, [(0.3, 0.5), (0.8, 0.5)], 2.0, Laws(reform=0.0, response=response))
        levels.append(bodies.table[layout.LEVEL, :2, 0].copy())

    assert levels[1].min() > 0.0
    assert levels[0] == pytest.approx([0.0, 0.0])
    assert levels[2] == pytest.approx(2.0 * levels[1])


def test_a_deserted_room_is_told_as_if_it_had_been_computed_in_every_frame() -> None:
    """Nothing is computed while nobody is there; whatever begins again finds the table that it would have."""
    spared, computed = Bodies(), Bodies()
    crossing = [[(0.2 + 0.01 * frame, 0.5)] for frame in range(45)]
    visits = [*[[]] * 30, *crossing, *[[]] * 600, *[[(0.7, 0.4), (0.8, 0.4)]] * 20, *[[]] * 40]
    skipped = 0
    for frame, at in enumerate(visits):
        computed._deserted_under = None
        skipped += spared._deserted_under is not None and not at
        laws = Laws(reform=0.0) if frame > 500 else Laws(response=0.5)
        if frame == 655:
            for one in (spared, computed):
                one.remember([(0.5, 0.5, 60.0)])
        for one in (spared, computed):
            stand(one, at, STEP, laws)
        assert np.array_equal(spared.table, computed.table)
    assert skipped > 100
