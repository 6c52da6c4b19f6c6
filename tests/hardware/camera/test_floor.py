"""From pixels to metres and to the picture."""

import pytest

from hardware.camera.floor import Floor, Point, trouble

POINTS: tuple[Point, ...] = ((112, 455, 0, 0), (548, 449, 6, 0), (421, 171, 6, 4), (228, 174, 0, 4))


def test_the_four_points_are_where_they_were_said_to_be() -> None:
    floor = Floor(POINTS, None, (640, 480))
    for px, py, mx, my in POINTS:
        assert floor.metres(px, py) == pytest.approx((mx, my), abs=1e-9)
        assert floor.pixel(mx, my) == pytest.approx((px, py), abs=1e-6)
    assert floor.area == (0, 0, 6, 4)
    assert floor.size == (6, 4)


def test_what_is_farther_away_is_smaller() -> None:
    floor = Floor(POINTS, None, (640, 480))
    assert floor.scale(330, 180) > 1.5 * floor.scale(330, 450)


def test_the_area_is_the_picture_with_y_up() -> None:
    floor = Floor(POINTS, (1, 0, 5, 2), (640, 480))
    assert floor.picture(3, 1) == pytest.approx((0.5, 0.5))
    assert floor.picture(1, 2) == pytest.approx((0, 1))
    assert floor.picture(0.8, 1) == pytest.approx((0, 0.5))  # a step outside counts as the edge
    assert floor.picture(0.2, 1) is None


def test_without_points_the_camera_looks_straight_down() -> None:
    floor = Floor((), (0, 0, 8, 6), (640, 480))
    assert floor.metres(0, 480) == pytest.approx((0, 0))
    assert floor.metres(640, 0) == pytest.approx((8, 6))
    assert floor.metres(320, 240) == pytest.approx((4, 3))


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (POINTS[:3], "3 points"),
        (((0, 0, 0, 0), (1, 0, 1, 0), (2, 0, 2, 0), (0, 9, 0, 9)), "one line"),
        (((0, 0, 0, 0), (9, 0, 1, 0), (9, 9, 2, 0), (0, 9, 0, 9)), "one line in metres"),
        ((POINTS[0], POINTS[2], POINTS[1], POINTS[3]), "in order"),
        ((*POINTS[:3], (float("nan"), 0, 0, 0)), "not finite"),
        ((POINTS[0], POINTS[0], *POINTS[1:3]), "one line"),
    ],
)
def test_points_that_are_no_floor_are_refused_with_what_to_do(points: tuple[Point, ...], words: str) -> None:
    assert words in trouble(points)


def test_good_points_are_no_trouble_either_way_around() -> None:
    assert trouble(POINTS) == ""
    assert trouble(POINTS[::-1]) == ""
