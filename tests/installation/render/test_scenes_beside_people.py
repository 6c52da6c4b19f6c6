"""Scenes where people are: no front is a ring, and what a body hid does not flash when it is seen again."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from installation import isf
from installation.bodies import Bodies, Laws
from installation.render.gl.context import Context
from installation.render.isf_host.host import Host, Value
from installation.render.passes.medium import Medium, Tables
from installation.values import Frame
from tests.installation.render.test_medium import pixels

pytestmark = pytest.mark.gl

SIZE = (160, 90)
WIDE = SIZE[0] / SIZE[1]
RATE = 10
"""Frames a second: the longest steps that scenes take."""
FINE = 20
"""The same where a front is followed, or an event of a moment."""

Way = Callable[[float], tuple[float, ...]]
"""Places of all people after so many seconds, x and y in turn, in shares of the picture."""


class Played:
    """A scene alone, with one person whose way a script gives, or with nobody; ``rate``: frames a second."""

    def __init__(
        self, context: Context, name: str, way: Way | None = None, *, rate: int = RATE, **values: Value
    ) -> None:
        host = Host(context)
        self.scene = host.load(isf.shipped("scenes", name), SIZE)
        self.medium = Medium(host, SIZE)
        self.bodies, self.laws = Bodies(), Laws(aspect=WIDE)
        self.way, self.values, self.index, self.rate = way, dict(values), 0, rate
        self.near: NDArray[np.float32] = np.zeros((1, 1), np.float32)

    def play(self, seconds: float, **values: Value) -> None:
        self.values |= values
        for _ in range(round(seconds * self.rate)):
            now = self.index / self.rate
            at = np.array([self.way(now)] if self.way else []).reshape(-1, 2)
            self.bodies.advance(at, at, 1 / self.rate, self.laws)
            frame = Frame(self.index, now, 1 / self.rate)
            room = self.medium.draw(frame, [self.scene.shader], Tables(self.bodies.table))
            shared = {name: room[name] for name in self.scene.shader.reads}
            self.scene.draw(frame, {**self.values, **shared})
            self.near = pixels(room["bodies"])[..., 0]
            self.index += 1

    def target(self, name: str) -> NDArray[np.float32]:
        return pixels(self.scene.target(name))

    def release(self) -> None:
        self.scene.release()
        self.medium.release()


def reached(pull: NDArray[np.float32], origin: tuple[float, float]) -> NDArray[np.float64]:
    """How far the front has got in each of 24 directions, in picture heights; those it has left out."""
    rows, columns = pull.shape[:2]
    y, x = np.mgrid[0:rows, 0:columns]
    dx, dy = (x + 0.5) / rows - origin[0] * columns / rows, (y + 0.5) / rows - origin[1]
    moved = np.hypot(pull[..., 0], pull[..., 1]) > 0.004
    sector = ((np.arctan2(dy, dx) / (2 * np.pi) + 0.5) * 24).astype(int) % 24
    far = np.hypot(dx, dy)
    return np.array([far[moved & (sector == k)].max(initial=0.0) for k in range(24)])


def test_a_front_of_backfire_is_no_ring(context: Context) -> None:
    origin = (0.5, 0.5)
    played = Played(context, "backfire", rate=FINE, shock=0.0, origin=origin)
    played.play(0.2)
    played.play(1.5, shock=1.0)  # 0.8 s until the first front
    far = reached(played.target("pull"), origin)
    played.release()
    far = far[far > 0.0]
    assert len(far) > 12, "no front"
    assert far.std() / far.mean() > 0.2


def test_a_firefly_that_a_body_covers_ends_its_burst(context: Context) -> None:
    def way(now: float) -> tuple[float, float]:
        return 0.15 + 0.7 * min(now / 7.0, 1.0), 0.62

    played = Played(context, "symbiosis", way, order=1.0, life=1.0)
    bursts = 0
    for _ in range(35):
        played.play(0.2)
        lights = played.target("lights").reshape(-1, 4)[1:]
        flashing = lights[(lights[:, 3] > 9.5) & (lights[:, 3] < 19.5)]
        bursts += len(flashing)
        rows, columns = played.near.shape
        column = np.clip((flashing[:, 0] * columns).astype(int), 0, columns - 1)
        row = np.clip((flashing[:, 1] * rows).astype(int), 0, rows - 1)
        assert not (played.near[row, column] < -0.01).any()
    played.release()
    assert bursts > 200


def test_the_bank_of_divide_comes_back_slowly_behind_a_body(context: Context) -> None:
    place = (0.62, 0.45)

    def way(now: float) -> tuple[float, float]:
        return place if now < 2.0 else (0.1, 0.9)

    played = Played(context, "divide", way)
    seen = []
    for seconds in (1.8, 1.2, 2.0, 4.0):
        played.play(seconds)
        answer = played.target("answer")
        seen.append(float(answer[int(place[1] * answer.shape[0]), int(place[0] * answer.shape[1]), 3]))
    played.release()
    hidden, soon, later, whole = seen
    assert hidden <= 0.0
    assert soon < 0.35 < later < 0.9
    assert whole == pytest.approx(1.0, abs=0.01)


def test_a_place_in_divide_answers_a_wake_and_then_rests(context: Context) -> None:
    """Also where bodies follow each other: no place rises twice within 1.2 s."""

    def way(now: float) -> tuple[float, float]:
        return 0.62 + 0.08 * float(np.sin(7.0 * now)), 0.45

    played = Played(context, "divide", way, rate=FINE)
    lit = []
    for _ in range(5 * FINE):
        played.play(1 / FINE)
        lit.append(played.target("answer")[..., 0])
    played.release()
    rises = np.diff(np.array(lit), axis=0) > 0.05
    last = np.full(rises.shape[1:], -np.inf)
    repeated = 0
    for index, up in enumerate(rises):
        gap = index / FINE - last
        assert not (up & (gap > 0.45) & (gap < 1.2)).any()
        repeated += int((up & (gap >= 1.2) & np.isfinite(gap)).sum())
        last[up] = index / FINE
    assert repeated > 10, "nothing was lit again"


@pytest.mark.parametrize(("size", "least"), [((160, 90), 0.25), ((90, 160), 0.25)], ids=["wide", "portrait"])
def test_the_gaps_of_repair_leave_shores_in_any_format(
    context: Context, size: tuple[int, int], least: float
) -> None:
    host = Host(context)
    scene, medium = host.load(isf.shipped("scenes", "repair"), size), Medium(host, size)
    for index in range(2):
        frame = Frame(index, index / RATE, 1 / RATE)
        scene.draw(frame, dict(medium.draw(frame, [scene.shader], Tables())))
    whole = float((pixels(scene.target("torn"))[..., 0] < 0.0).mean())
    assert least < whole < 0.75
    scene.release()
    medium.release()
