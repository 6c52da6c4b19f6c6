"""Made people in a made room are counted and followed, whatever the light does."""

from collections.abc import Iterable

import numpy as np
import pytest

pytest.importorskip("cv2")

from hardware.camera.eye import Eye, Look
from hardware.camera.floor import Floor
from hardware.camera.tracks import Track
from tests.hardware.camera.room import FPS, HEIGHT, WIDTH, Room, walk

Place = tuple[float, float]
BOTH = pytest.mark.parametrize("visible", [False, True], ids=["infrared", "visible"])


class Watch:
    """An eye and the made room that it looks at."""

    def __init__(self, seed: int = 0, noise: float = 4.0, **settings: object) -> None:
        self.room = Room(seed, noise)
        floor = Floor((), None, (WIDTH, HEIGHT))
        self.eye = Eye(floor, (WIDTH, HEIGHT), overhead=True, **settings)  # type: ignore[arg-type]
        self.index = 0
        self.look: Look | None = None

    def see(self, people: Iterable[Place] = (), **light: object) -> list[Track]:
        """One frame more."""
        frame = self.room.frame(people, **light)  # type: ignore[arg-type]
        self.look = self.eye.look(frame, self.index / FPS)
        self.index += 1
        return list(self.look.bodies)

    def empty(self, frames: int = 30) -> "Watch":
        for _ in range(frames):
            assert self.see() == []
        return self


def off(bodies: list[Track], people: Iterable[Place]) -> float:
    """Metres of the worst match between bodies and the people who are there."""
    people = list(people)
    assert len(bodies) == len(people)
    left = list(bodies)
    worst = 0.0
    for x, y in people:
        nearest = min(left, key=lambda one: (one.x - x) ** 2 + (one.y - y) ** 2)
        left.remove(nearest)
        worst = max(worst, float(np.hypot(nearest.x - x, nearest.y - y)))
    return worst


@BOTH
def test_an_empty_room_is_a_normal_state(visible: bool) -> None:
    watch = Watch(visible=visible)
    for _ in range(200):
        assert watch.see() == []
    assert watch.look is not None
    assert watch.look.ready
    assert watch.look.motion < 0.01


@BOTH
def test_two_people_who_cross_keep_who_they_are(visible: bool) -> None:
    watch = Watch(visible=visible).empty()
    ways = [list(walk((1, 1.7), (5, 2.0), 150)), list(walk((5, 2.1), (1, 1.8), 150))]
    first: dict[int, int] = {}
    for frame, people in enumerate(zip(*ways, strict=True)):
        bodies = watch.see(people)
        if frame == 30:
            assert off(bodies, people) < 0.15
            first = {one.key: int(one.x > 3) for one in bodies}
    assert off(bodies, people) < 0.2
    assert {one.key: int(one.x < 3) for one in bodies} == first
    assert watch.look is not None
    assert watch.look.motion > 0.02


@BOTH
def test_six_people_are_counted_and_followed(visible: bool) -> None:
    watch = Watch(seed=3, visible=visible).empty()
    starts = [(0.8 + 0.9 * n, 0.7 + 0.5 * (n % 2)) for n in range(6)]
    ways = [list(walk(start, (start[0], start[1] + 2.2), 90)) for start in starts]
    for people in zip(*ways, strict=True):
        bodies = watch.see(people)
    keys = {one.key for one in bodies}
    assert off(bodies, people) < 0.2
    ways = [list(walk(way[-1], way[0], 90)) for way in ways]
    for people in zip(*ways, strict=True):
        bodies = watch.see(people)
    assert off(bodies, people) < 0.2
    assert {one.key for one in bodies} == keys


@BOTH
def test_a_light_that_is_switched_on_neither_empties_the_room_nor_fills_it(visible: bool) -> None:
    watch = Watch(visible=visible).empty()
    for people in zip(walk((1, 1.5), (2, 1.5), 60), walk((5, 1.8), (4, 1.8), 60), strict=True):
        bodies = watch.see(people)
    keys = {one.key for one in bodies}
    assert len(keys) == 2
    lamp = 1.0 + watch.room.spot(200, 100, 250, 0.7)
    for people in zip(walk((2, 1.5), (4, 1.5), 90), walk((4, 3), (2, 3), 90), strict=True):
        people = people[0], (4.0, 1.8)
        bodies = watch.see(people, light=lamp)
        assert {one.key for one in bodies} == keys
    assert off(bodies, people) < 0.2
    for _ in range(90):
        bodies = watch.see(light=lamp)
    assert bodies == []


@BOTH
@pytest.mark.parametrize("light", [0.5, 1.6])
def test_a_light_in_an_empty_room_creates_nobody(visible: bool, light: float) -> None:
    watch = Watch(visible=visible).empty()
    for _ in range(60):
        assert watch.see(light=light) == []
    lamp = light + watch.room.spot(500, 300, 200, 0.5)
    for _ in range(90):
        assert watch.see(light=lamp) == []


def test_a_camera_that_changes_its_exposure_changes_nobody() -> None:
    watch = Watch().empty()
    for frame, people in enumerate(walk((1, 2), (4, 2), 150)):
        bodies = watch.see([people], light=1.0 + 0.25 * np.sin(frame / 10))
    assert off(bodies, [people]) < 0.15


def test_our_own_picture_is_no_body_to_an_infrared_camera() -> None:
    """Its filter passes a tenth: bright shapes with hard edges run over floor and people, and are nobody."""
    watch = Watch(visible=False).empty()
    room = watch.room
    for frame, people in enumerate(walk((1, 1), (4.5, 1.2), 150)):
        shown = np.zeros((HEIGHT, WIDTH))
        for blob in range(4):
            x, y = 320 + 250 * np.sin(frame / 17 + blob), 240 + 180 * np.cos(frame / 11 + 2 * blob)
            shown[(room.across - x) ** 2 + (room.deep - y) ** 2 < 45**2] = 0.6
        bodies = watch.see([people] if frame > 60 else [], light=1.0 + 0.1 * shown)
        if frame <= 60:
            assert bodies == []
    assert off(bodies, [people]) < 0.15


def test_our_own_picture_is_no_body_in_the_part_that_is_ignored() -> None:
    """The upper third is the wall: shapes with hard edges wander there, and spill light on the floor."""
    wall = (0, 0, WIDTH, 0, WIDTH, 170, 0, 170)
    watch = Watch(visible=True, ignore=[wall]).empty()
    room = watch.room
    for frame, people in enumerate(walk((1, 1), (4.5, 1.2), 150)):
        added = np.zeros((HEIGHT, WIDTH))
        for blob in range(3):
            x, y = int(320 + 250 * np.sin(frame / 17 + blob)), int(80 + 40 * np.cos(frame / 11 + 2 * blob))
            added[(room.across - x) ** 2 + (room.deep - y) ** 2 < 45**2] += 120
        spill = 1.0 + room.spot(320 + 250 * np.sin(frame / 17), 150, 130, 0.25)
        bodies = watch.see([people] if frame > 60 else [], added=added, light=spill)
        if frame <= 60:
            assert bodies == []
    assert off(bodies, [people]) < 0.2


@BOTH
def test_who_stands_still_stays(visible: bool) -> None:
    """For half a minute, with the sway of a body that stands: a centimetre or two."""
    watch = Watch(visible=visible, absorb=10.0).empty()
    for people in walk((1, 2), (3, 2), 60):
        watch.see([people])
    for frame in range(900):
        people = 3 + 0.02 * float(np.sin(frame / 22)), 2 + 0.01 * float(np.sin(frame / 15))
        bodies = watch.see([people])
        assert len(bodies) == 1
    assert off(bodies, [people]) < 0.15


@BOTH
def test_who_stands_still_stays_when_the_light_goes_down(visible: bool) -> None:
    """To a third of it: their sway is a third too, and is still no stillness of furniture."""
    watch = Watch(visible=visible).empty()
    for people in zip(walk((1, 2), (2, 2), 60), walk((5, 2), (4, 2), 60), strict=True):
        watch.see(people)
    for frame in range(450):
        sway = 0.02 * float(np.sin(frame / 20))
        bodies = watch.see([(2 + sway, 2), (4 - sway, 2)], light=1.0 if frame < 60 else 0.3)
        assert len(bodies) == 2


@BOTH
def test_a_camera_that_is_pushed_creates_no_crowd(visible: bool) -> None:
    watch = Watch(visible=visible).empty()
    for frame, people in enumerate(zip(walk((1, 1), (5, 1), 240), walk((5, 3), (1, 3), 240), strict=True)):
        picture = watch.room.frame(people)
        if frame > 90:
            picture = np.roll(picture, (12, 20), (0, 1))
        look = watch.eye.look(picture, (30 + frame) / FPS)
        assert len(look.bodies) <= 5
    assert 2 <= len(look.bodies) <= 3


def test_what_was_put_down_is_furniture_after_a_while() -> None:
    watch = Watch(absorb=5.0).empty()
    for _ in range(60):
        bodies = watch.see([(3, 2)])
    assert len(bodies) == 1
    for _ in range(420):
        bodies = watch.see([(3, 2)])
    assert bodies == []


@BOTH
def test_who_was_there_from_the_beginning_leaves_no_hole(visible: bool) -> None:
    watch = Watch(visible=visible)
    for _ in range(40):
        watch.see([(2, 2)])
    for people in walk((2, 2), (5, 2), 120):
        bodies = watch.see([people])
    assert off(bodies, [people]) < 0.15


def test_a_body_is_held_for_a_moment_and_then_gone() -> None:
    watch = Watch().empty()
    for people in walk((2, 2), (3, 2), 60):
        watch.see([people])
    for frame in range(90):
        bodies = watch.see()
        if frame < 30:
            assert len(bodies) == 1
    assert bodies == []


POINTS = ((112, 455, 0, 0), (548, 449, 6, 0), (421, 171, 6, 4), (228, 174, 0, 4))


@BOTH
@pytest.mark.parametrize(
    "ways",
    [
        [((1, 1), (5, 3))],
        [((1, 2), (5, 2)), ((5, 1.2), (1, 1.2))],
        [((0.6 + 0.9 * n, 0.6 + 0.5 * (n % 3)), (0.6 + 0.9 * n, 2.2 + 0.5 * (n % 3))) for n in range(6)],
    ],
    ids=["one", "one before the other", "six"],
)
def test_from_the_side_a_body_stands_where_its_feet_are(
    ways: list[tuple[Place, Place]], visible: bool
) -> None:
    floor = Floor(POINTS, None, (WIDTH, HEIGHT))
    eye, room = Eye(floor, (WIDTH, HEIGHT), visible=visible), Room()
    keys: set[int] = set()
    places = list(zip(*(walk(start, end, 120) for start, end in ways), strict=True))
    for frame in range(150):
        people = places[frame - 30] if frame >= 30 else ()
        bodies = eye.look(room.standing(people, floor), frame / FPS).bodies
        if frame >= 45:
            keys = {one.key for one in bodies} if frame == 45 else keys
            assert {one.key for one in bodies} == keys
    assert off(list(bodies), people) < 0.3


@pytest.mark.parametrize("shape", [(480, 640), (480, 640, 3), (120, 160), (1080, 1920, 3), (3, 5)])
def test_frames_of_any_size_are_taken(shape: tuple[int, ...]) -> None:
    eye = Eye(Floor((), None, (WIDTH, HEIGHT)), (WIDTH, HEIGHT))
    for index in range(40):
        look = eye.look(np.full(shape, 80, np.uint8), index / FPS)
    assert look.bodies == []
    assert look.ready
