"""Gestures are answered like their people: by the same law, and by the same attribution."""

import numpy as np
import pytest
from numpy.typing import NDArray

from installation.bodies.gestures import COLUMNS, ROWS, Gestures

Floats = NDArray[np.float64]
STEP = 1 / 60
HEIGHTS = 16 / 9, 2.25
LEFT, RIGHT = (3, 4), (12, 4)
"""Column and row of a cell beside the first and the second person."""


def seen() -> Floats:
    places = np.full((40, 2), np.nan)
    places[0], places[1] = (0.22, 0.5), (0.78, 0.5)
    return places


def waving(*cells: tuple[int, int]) -> Floats:
    motion = np.zeros((ROWS, COLUMNS, 3))
    for column, row in cells:
        motion[row, column, :2] = 0.3, -0.4
    return motion


def play(
    gestures: Gestures,
    frames: int,
    motion: Floats | None,
    *,
    begin: int = 0,
    sources: tuple[int, int] = (0, 1),
    delays: tuple[float, float] = (0.0, 0.0),
    gains: tuple[float, float] = (1.0, 1.0),
) -> list[Floats]:
    """The fields of some frames."""
    who, late, strong = np.arange(40), np.zeros(40), np.zeros(40)
    who[:2], late[:2], strong[:2] = sources, delays, gains
    found = []
    for index in range(begin, begin + frames):
        gestures.advance(motion, seen(), who, late, strong, index * STEP, HEIGHTS)
        found.append(gestures.field.astype(np.float64))
    return found


def test_a_gesture_stirs_where_it_is_and_ends_with_it() -> None:
    gestures = Gestures()

    during = play(gestures, 3, waving(LEFT))[-1]
    after = play(gestures, 12, None, begin=3)[-1]

    column, row = LEFT
    assert during[row, column] == pytest.approx([0.3, -0.4, 1.0, 0.0])
    assert np.count_nonzero(during[..., 2]) == 1
    assert not after.any()


def test_privilege_says_how_strongly_and_how_late() -> None:
    found = play(Gestures(), 90, waving(LEFT, RIGHT), delays=(0.0, 1.14), gains=(1.0, 0.15))

    strength = np.array([[field[row, column, 2] for column, row in (LEFT, RIGHT)] for field in found])
    assert strength[0] == pytest.approx([1.0, 0.0])
    late = int(np.argmax(strength[:, 1] > 0.0))
    assert late * STEP == pytest.approx(1.14, abs=0.02)
    assert strength[-1] == pytest.approx([1.0, 0.15])


def test_in_a_malfunction_the_other_ones_arm_stirs() -> None:
    """The second person is answered with what the first does; the first with the still second."""
    field = play(Gestures(), 3, waving(LEFT), sources=(1, 0), gains=(1.0, 0.5))[-1]

    assert field[LEFT[1], LEFT[0], 2] == pytest.approx(0.5)
    assert play(Gestures(), 3, waving(LEFT), sources=(1, 0), gains=(1.0, 0.0))[-1].max() == 0.0


def test_what_belongs_to_nobody_stirs_nothing() -> None:
    assert not play(Gestures(), 3, waving((8, 8)))[-1].any()


def test_two_answers_at_one_place_are_no_stronger_than_one() -> None:
    field = play(Gestures(), 3, waving(LEFT), sources=(0, 0))[-1]

    assert field[LEFT[1], LEFT[0]] == pytest.approx([0.3, -0.4, 1.0, 0.0])


def test_nothing_is_kept_until_somebody_moves() -> None:
    gestures = Gestures()

    play(gestures, 10, None)

    assert gestures._motion.size == 0
    assert not gestures.field.any()


def test_eight_seconds_are_remembered_at_any_rate() -> None:
    gestures = Gestures()
    who, late, strong = np.arange(40), np.full(40, 7.9), np.ones(40)
    for index in range(144 * 9):
        motion = waving(LEFT) if index < 144 else np.zeros((ROWS, COLUMNS, 3))
        gestures.advance(motion, seen(), who, late, strong, index / 144, HEIGHTS)
        if index in (144 * 7, round(144 * 8.4)):
            strength = gestures.field[LEFT[1], LEFT[0], 2]
            assert strength == (0.0 if index == 144 * 7 else 1.0)


def in_section(motion: Floats, section: float = 1.0) -> Floats:
    """The field of two people at 0.5 of the floor's depth after one frame."""
    gestures, everybody = Gestures(), np.arange(40)
    strong = np.zeros(40)
    strong[:2] = 1.0
    gestures.advance(motion, seen(), everybody, np.zeros(40), strong, 0.0, HEIGHTS, section)
    return gestures.field.astype(np.float64)


def test_in_a_section_an_arm_stirs_beside_the_breast_wherever_its_body_is_on_the_floor() -> None:
    up = (np.arange(ROWS) + 0.5) / ROWS
    for row in (2, 4, 6):
        field = in_section(waving((LEFT[0], row)))
        columns = np.flatnonzero(field[..., 2].any(axis=0))
        middle = float((field[..., 2].sum(axis=1) * up).sum() / field[..., 2].sum())
        assert columns.tolist() == [LEFT[0]]
        assert middle == pytest.approx(1.1 * (1.0 - 0.14 * 0.5 * 2.25) / 2.25, abs=1e-6)
        assert field[..., 2].sum() == pytest.approx(1.0)


def test_what_an_arm_does_along_the_floors_depth_is_height_in_a_plan_and_nothing_in_a_section() -> None:
    motion = np.zeros((ROWS, COLUMNS, 3))
    motion[LEFT[1], LEFT[0], 2] = 0.4

    assert in_section(motion, 0.0)[LEFT[1], LEFT[0], :3] == pytest.approx([0.0, 0.4, 1.0])
    assert not in_section(motion).any()
