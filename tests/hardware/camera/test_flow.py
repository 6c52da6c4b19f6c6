"""Gestures within bodies: an arm moves where it is; light, our own picture and a walk are no gestures."""

from collections.abc import Callable, Iterator
from math import cos, pi, sin

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("cv2")

from hardware.camera.eye import Eye
from hardware.camera.floor import Floor
from hardware.camera.flow import COLUMNS, ROWS, Field, Flow
from tests.hardware.camera.room import FLOOR, HEIGHT, WIDTH, Room

BOTH = pytest.mark.parametrize("visible", [False, True], ids=["infrared", "visible"])
POINTS = ((112, 455, 0, 0), (548, 449, 6, 0), (421, 171, 6, 4), (228, 174, 0, 4))
EMPTY, STANDS = 30, 40
"""Frames in which the room is learned, and in which a body is there before what is looked at."""

Shot = Callable[[Room, int], NDArray[np.uint8]]
"""Makes the frame with a number; before 0 the room is empty."""


def sway(frame: int, x: float = 3.0, y: float = 2.0) -> tuple[float, float]:
    """Where somebody stands who stands still."""
    return x + 0.012 * sin(2.1 * frame / 30), y


def fields(
    shot: Shot, frames: int = 90, *, visible: bool = False, floor: Floor | None = None, fps: int = 30
) -> Iterator[Field]:
    """What is told from the frame ``STANDS`` on, in metres a second."""
    plane = floor or Floor((), None, (WIDTH, HEIGHT))
    eye, room = Eye(plane, (WIDTH, HEIGHT), overhead=floor is None, visible=visible), Room()
    for index in range(-EMPTY, frames):
        look = eye.look(shot(room, index), index / fps)
        if index >= STANDS and look.gestures is not None:
            yield look.gestures * FLOOR


def strongest(some: Iterator[Field]) -> Field:
    """Metres a second of each cell at its fastest; row 0 is the bottom one."""
    return np.max([np.zeros((ROWS, COLUMNS)), *(np.hypot(*np.moveaxis(one, 2, 0)) for one in some)], axis=0)


def angle(index: int) -> float:
    """Of an arm that waves three times in four seconds."""
    return 0.6 * sin(2 * pi * 0.75 * (index - STANDS) / 30) if index >= STANDS else 0.0


@BOTH
def test_a_waving_arm_beside_a_still_body_is_told_where_it_is(visible: bool) -> None:
    def shot(room: Room, index: int) -> NDArray[np.uint8]:
        people = [sway(index), sway(index, 1.0, 3.0)] if index >= 0 else []
        return room.frame(people, arms=[angle(index), 0.0])

    told = list(fields(shot, 120, visible=visible))

    found = strongest(iter(told))
    row, column = divmod(int(found.argmax()), COLUMNS)
    assert 0.6 < found.max() < 2.5  # the hand goes at 2.1 m/s, the elbow at half of that
    assert 3.2 < (column + 0.5) / COLUMNS * FLOOR[0] < 4.0
    assert 1.5 < (row + 0.5) / ROWS * FLOOR[1] < 2.5
    moved = np.argwhere(found > 0.3)
    assert moved[:, 1].min() >= 8  # nothing to the left of the body, and nothing at the other one
    assert 3 <= len(moved) <= 9
    hand = np.array([one[row, column, 1] for one in told])
    assert hand.min() < -0.4  # it goes up and down
    assert hand.max() > 0.4
    rises = np.array([cos(2 * pi * 0.75 * index / 30) for index in range(len(told))])
    assert np.corrcoef(hand, rises)[0, 1] > 0.7


@BOTH
def test_who_stands_still_makes_no_gesture(visible: bool) -> None:
    def shot(room: Room, index: int) -> NDArray[np.uint8]:
        return room.frame([sway(index)] if index >= 0 else [], arms=[0.4])

    assert strongest(fields(shot, visible=visible)).max() == 0.0


@BOTH
@pytest.mark.parametrize("light", [0.6, 1.6])
def test_a_light_that_is_switched_on_makes_no_gesture(visible: bool, light: float) -> None:
    """Nor does a softer one that falls on a part of the floor, and of somebody."""

    def shot(room: Room, index: int) -> NDArray[np.uint8]:
        reach = 120 if visible else 40
        lit = (light if index >= 50 else 1.0) + (room.spot(380, 220, reach, 0.5) if index >= 80 else 0.0)
        return room.frame([sway(index)] if index >= 0 else [], light=lit, arms=[0.2])

    assert strongest(fields(shot, 120, visible=visible)).max() == 0.0


def test_our_own_picture_makes_no_gesture_before_an_infrared_camera() -> None:
    """Its filter passes a tenth of shapes that run over floor and people."""

    def shot(room: Room, index: int) -> NDArray[np.uint8]:
        shown = np.zeros((HEIGHT, WIDTH))
        for blob in range(4):
            x, y = 320 + 250 * sin(index / 17 + blob), 240 + 180 * cos(index / 11 + 2 * blob)
            shown[(room.across - x) ** 2 + (room.deep - y) ** 2 < 45**2] = 0.6
        return room.frame([sway(index)] if index >= 0 else [], light=1.0 + 0.1 * shown, arms=[0.0])

    assert strongest(fields(shot, 120)).max() == 0.0


def test_our_own_soft_light_makes_no_gesture_before_a_camera_for_visible_light() -> None:
    def shot(room: Room, index: int) -> NDArray[np.uint8]:
        spill = room.spot(320 + 250 * sin(index / 17), 240 + 150 * cos(index / 11), 130, 0.25)
        return room.frame([sway(index)] if index >= 0 else [], light=1.0 + spill, arms=[0.0])

    assert strongest(fields(shot, 120, visible=True)).max() == 0.0


@BOTH
def test_a_walk_is_hardly_a_gesture(visible: bool) -> None:
    """Its place is told anyway: what is left is the work of edges, a third of a wave's at most."""

    def shot(room: Room, index: int) -> NDArray[np.uint8]:
        return room.frame([(1.0 + index / 30, 2.0)] if index >= 0 else [])

    told = [float(np.hypot(*np.moveaxis(one, 2, 0)).max()) for one in fields(shot, 120, visible=visible)]

    assert np.median(told) < 0.1
    assert np.mean(told) < 0.25


def test_from_the_side_an_arm_is_as_far_away_as_its_feet() -> None:
    floor = Floor(POINTS, None, (WIDTH, HEIGHT))

    def shot(room: Room, index: int) -> NDArray[np.uint8]:
        import cv2

        people = [sway(index, 3.0, 1.0)] if index >= 0 else []
        picture = room.standing(people, floor)
        for x, y in people:
            foot, ground = floor.pixel(x, y)
            metre = 1.0 / floor.scale(foot, ground)
            shoulder = int(foot), int(ground - 1.35 * metre)
            hand = (
                int(shoulder[0] + 0.75 * metre * cos(angle(index))),
                int(shoulder[1] - 0.75 * metre * sin(angle(index))),
            )
            cv2.line(picture, shoulder, hand, 30, int(0.09 * metre), cv2.LINE_AA)
        return picture

    found = strongest(fields(shot, 120, floor=floor))

    row, column = divmod(int(found.argmax()), COLUMNS)
    assert found.max() > 0.4
    assert 3.0 < (column + 0.5) / COLUMNS * FLOOR[0] < 4.0
    assert 0.4 < (row + 0.5) / ROWS * FLOOR[1] < 1.6
    assert np.argwhere(found > 0.2)[:, 0].max() <= 3  # the arm is not taken for somebody farther away


def test_what_was_seen_in_another_light_is_not_compared() -> None:
    flow = Flow(Floor((), None, (WIDTH, HEIGHT)), (120, 160), 4.0, overhead=True)
    inside = np.zeros((60, 60), np.bool_)
    inside[20:40, 10:50] = True
    body = (slice(30, 90), slice(50, 110)), inside
    first, second = (np.random.default_rng(seed).normal(0, 60, (120, 160)) for seed in (1, 2))

    def then(forget: bool) -> Field | None:
        flow.forget()
        flow.see(first.astype(np.float32), [body], 1.0)
        if forget:
            flow.forget()
        return flow.see(second.astype(np.float32), [body], 1.04)

    compared = then(forget=False)
    assert compared is not None
    assert compared.any()
    assert then(forget=True) is None


def test_nobody_and_no_motion_cost_no_search(monkeypatch: pytest.MonkeyPatch) -> None:
    eye, room = Eye(Floor((), None, (WIDTH, HEIGHT)), (WIDTH, HEIGHT), overhead=True), Room()
    monkeypatch.setattr(eye._flow, "_search", None)
    for index in range(90):
        eye.look(room.frame([sway(index)] if index >= 30 else []), index / 30)
    assert len(eye.look(room.frame([sway(90)]), 3.0).bodies) == 1


TURNED = {
    "as it looks": (((0, 480, 0, 0), (640, 480, 6, 0), (640, 0, 6, 4), (0, 0, 0, 4)), (1.0, 0.0)),
    "turned by half": (((0, 480, 6, 4), (640, 480, 0, 4), (640, 0, 0, 0), (0, 0, 6, 0)), (-1.0, 0.0)),
    "turned by a quarter": (((0, 480, 0, 4), (640, 480, 0, 0), (640, 0, 6, 0), (0, 0, 6, 4)), (0.0, -1.0)),
}


@pytest.mark.parametrize("turned", TURNED)
def test_a_gesture_goes_where_the_camera_is_turned_to(turned: str) -> None:
    points, towards = TURNED[turned]
    floor = Floor(points, None, (640, 480))
    flow = Flow(floor, (120, 160), 4.0, overhead=True)
    own, at = np.array([[20.0, 0.0]]), np.array([320.0])  # to the right of the camera's picture

    ((x, y),) = flow._on_wall(own, at, np.array([240.0]), floor.scale(320.0, 240.0) * 4.0)

    assert np.array([x * floor.size[0], y * floor.size[1]]) / np.hypot(
        x * floor.size[0], y * floor.size[1]
    ) == pytest.approx(towards, abs=1e-6)
