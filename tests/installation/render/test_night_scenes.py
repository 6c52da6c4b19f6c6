"""The scenes of the night: hairs that turn to whoever comes, and a network that joins two sleepers."""

import numpy as np
import pytest
from numpy.typing import NDArray

from installation.render.gl.context import Context
from tests.installation.render.test_scenes_beside_people import FINE, WIDE, Played

pytestmark = pytest.mark.gl

PLACE = (0.30, 0.50)
"""Beside the backs of the night, in shares of the picture."""


def hairs(played: Played) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Roots and leans of the hairs that grow."""
    roots, leans = (played.target(name).reshape(-1, 4) for name in ("roots", "leans"))
    grows = roots[:, 0] > -1.0
    return roots[grows], leans[grows]


def distance(roots: NDArray[np.float32]) -> NDArray[np.float32]:
    """From each root to the middle of the person, in picture heights."""
    far: NDArray[np.float32] = np.hypot(roots[:, 0] - PLACE[0] * WIDE, roots[:, 1] - PLACE[1])
    return far


def test_hairs_turn_to_whoever_comes_and_leave_those_far_away(context: Context) -> None:
    played = Played(context, "night", lambda now: PLACE)
    played.play(6.0)
    roots, leans = hairs(played)
    played.release()
    far = distance(roots)
    to_body = np.arctan2(PLACE[1] - roots[:, 1], PLACE[0] * WIDE - roots[:, 0])
    closer = np.cos(to_body - roots[:, 2] - leans[:, 0]) - np.cos(to_body - roots[:, 2])
    near = (far > 0.16) & (far < 0.30)
    assert near.sum() > 50
    assert closer[near].mean() > 0.3
    assert np.abs(leans[far > 0.9, 0]).mean() < 0.1


def test_hairs_that_a_body_hid_come_back_slowly(context: Context) -> None:
    played = Played(context, "night", lambda now: PLACE if now < 2.0 else (0.95, 0.9))
    seen = []
    for seconds in (1.8, 0.7, 4.0):
        played.play(seconds)
        roots, leans = hairs(played)
        seen.append(float(np.median(leans[distance(roots) < 0.05, 1])))
    played.release()
    hidden, soon, later = seen
    assert hidden < 0.05
    assert hidden < soon < 0.6
    assert later > 0.95


def test_who_enters_the_night_is_answered_once(context: Context) -> None:
    played = Played(context, "night", lambda now: PLACE if now >= 1.0 else ())
    played.play(1.0)
    answers = []
    for _ in range(60):
        played.play(0.2)
        answers.append(played.target("mind")[0, 4])
    played.release()
    since = np.array(answers)[:, 2]
    began = np.flatnonzero(np.diff(np.sign(since)) > 0)
    assert len(began) == 1
    assert (began[0] + 1) * 0.2 < 3.0, "it comes late"
    far = np.hypot(answers[-1][0] - PLACE[0] * WIDE, answers[-1][1] - PLACE[1])
    assert 0.1 < far < 0.35, "it is not the nearest"


def joined(way: NDArray[np.bool_], start: tuple[int, int], end: tuple[int, int]) -> bool:
    """Whether one can walk on ``way`` from one texel to the other."""
    reached = np.zeros_like(way)
    reached[start] = True
    for _ in range(way.size):
        wider = reached.copy()
        for axis in (0, 1):
            for step in (-1, 1):
                wider |= np.roll(reached, step, axis)
        wider &= way
        if (wider == reached).all():
            break
        reached = wider
    return bool(reached[end])


def test_two_sleepers_are_joined_by_a_cord(context: Context) -> None:
    sleepers = (0.66, 0.72, 0.90, 0.34)
    played = Played(context, "mycelium", lambda now: sleepers)
    played.play(34.0)
    cords = played.target("threads")[..., 0] > 0.4
    played.release()
    rows, columns = cords.shape
    y, x = np.mgrid[0:rows, 0:columns]
    places = [(round(sleepers[k + 1] * rows), round(sleepers[k] * columns)) for k in (0, 2)]
    for place in places:
        cords |= np.hypot((x - place[1]) / rows, (y - place[0]) / rows) < 0.11  # under the body
    assert joined(cords, *places)
    assert cords.mean() < 0.25, "not because everything is full of them"


def test_hairs_set_out_from_the_rim_of_a_sleeper(context: Context) -> None:
    place = (0.85, 0.30)
    played = Played(context, "mycelium", lambda now: place, rate=FINE)
    played.play(14.0)
    thread = played.target("threads")[..., 1]
    played.release()
    rows, columns = thread.shape
    y, x = np.mgrid[0:rows, 0:columns]
    far = np.hypot((x + 0.5) / rows - place[0] * WIDE, (y + 0.5) / rows - place[1])
    turn = np.arctan2((y + 0.5) / rows - place[1], (x + 0.5) / rows - place[0] * WIDE)
    ring = (far > 0.1) & (far < 0.2)
    around = [thread[ring & (np.abs(turn - at) < 0.4)].max() for at in (-2.0, -0.7, 0.7, 2.0)]
    assert min(around) > 0.1
