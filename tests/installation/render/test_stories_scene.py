"""How the scene `stories` tells what has just come and what has gone, on its own textures."""

import numpy as np
import pytest
from numpy.typing import NDArray

from installation import isf, paths
from installation.render.isf_host.host import Host
from installation.render.passes.medium import Medium, Tables
from installation.stories import Fonts, Row, Written, table_of_rows, write
from installation.values import Frame

pytestmark = pytest.mark.gl

SIZE = (64, 36)
RATE = 10
OWN, NEW = "We shared one umbrella and both got wet.", "The tree I planted is taller than I am now."


class Told:
    """The scene with a wall of two own stories in 64 rows."""

    def __init__(self, context) -> None:
        host = Host(context)
        self.scene = host.load(isf.parse(paths.shaders() / "scenes" / "stories.fs"), SIZE)
        self.medium = Medium(host, SIZE)
        fonts = Fonts(system=False)
        self.stories = [write(text, fonts) for text in (OWN, "Good night.", NEW)]
        self.rows = [Row(self.stories[i % 2], i % 2, i % 2) for i in range(64)]
        self.index = 0

    def play(self, seconds: float, **values: float) -> None:
        ink = [one.ink for one in self.stories if isinstance(one, Written)]
        tables = Tables(stories=table_of_rows(self.rows), ink=ink)
        for _ in range(int(seconds * RATE)):
            frame = Frame(self.index, self.index / RATE, 1 / RATE)
            room = self.medium.draw(frame, [self.scene.shader], tables)
            shared = {name: room[name] for name in self.scene.shader.reads}
            self.scene.draw(frame, shared | values)
            self.index += 1

    @property
    def slots(self) -> NDArray[np.float32]:
        """``(4, 4, 4)``: the rows of `mind` for each sentence."""
        mind = np.frombuffer(self.scene.target("mind").read(), np.float32).reshape(4, 5, 4)
        return mind[:, [0, 1, 2, 4]].transpose(1, 0, 2)

    def telling(self, number: int) -> list[int]:
        """Which slots tell a story."""
        return [k for k, one in enumerate(self.slots) if one[0, 0] > 0.5 and one[3, 0] == number]

    def comes(self, row: int = 37, number: int = 70) -> None:
        self.rows[row] = Row(self.stories[2], number, 2, number)

    def comes_from(self, hub: tuple[float, float], row: int = 37, number: int = 70) -> None:
        self.rows[row] = Row(self.stories[2], number, 2, number, 0.0, hub)

    def texels(self, name: str, shape: tuple[int, int]) -> NDArray[np.float32]:
        """A target of the scene: rows, columns, channels."""
        return np.frombuffer(self.scene.target(name).read(), np.float32).reshape(*shape, 4)

    def points(self, row: int) -> NDArray[np.float32]:
        """``(128, 2)``: where the points of a thread are, in picture heights."""
        return self.texels("specks", (64, 128))[row, :, :2]

    def release(self) -> None:
        self.scene.release()
        self.medium.release()


@pytest.fixture
def told(context):
    made = Told(context)
    yield made
    made.release()


def test_a_story_that_has_just_come_is_written_within_two_seconds(told: Told) -> None:
    told.play(2.0)
    assert told.telling(70) == []
    told.comes()
    told.play(2.0)

    slots = told.telling(70)
    assert len(slots) == 1
    assert told.slots[slots[0]][0, 3] > 0.0  # the pen is down


def test_where_all_are_told_the_one_told_longest_makes_room(told: Told) -> None:
    told.play(1.0)
    for row, number in ((10, 66), (11, 67)):
        told.comes(row, number)
        told.play(0.4)
    assert all(one[0, 0] > 0.5 for one in told.slots[:3])
    told.comes(37, 80)
    told.play(2.0)

    assert told.telling(80) == [3]
    last = told.stories[0].seconds + told.stories[0].dwell
    assert told.slots[0][0, 3] > last  # it comes apart long before its time
    assert [told.slots[k][0, 3] > last for k in (1, 2)] == [False, False]


def test_a_story_that_is_hidden_is_told_no_more_at_once(told: Told) -> None:
    told.play(0.5)
    told.comes()
    told.play(1.5)
    assert told.telling(70)
    told.rows[37] = Row(None, 0, 0)
    told.play(2.0 / RATE)
    assert told.telling(70) == []
    told.play(1.0)
    assert told.telling(70) == []


def test_what_was_read_stays_until_its_story_is_taken_back(told: Told) -> None:
    shape = (240, 426)
    told.play(0.5)
    left, _, number, _ = np.moveaxis(told.texels("past", shape), 2, 0)
    first, second = ((number == one) & (left > 0.3) for one in (0.0, 1.0))
    assert first.sum() > 100
    assert second.sum() > 100
    told.rows = [*told.rows[1:], told.rows[0]]  # to other rows
    told.play(1.0)
    assert told.texels("past", shape)[second, 0].min() > 0.29
    told.rows = [row if row.number == 0 else Row(None, 0, 0) for row in told.rows]
    told.play(3.0)
    after = told.texels("past", shape)[..., 0]
    assert after[second].max() < 0.01
    assert after[first].min() > 0.28


def test_a_story_that_has_just_come_flies_from_its_hub(told: Told) -> None:
    told.play(2.0)
    wide = SIZE[0] / SIZE[1]
    hub = np.array((0.1, 0.2)) * (wide, 1.0)
    told.comes_from((0.1, 0.2))
    told.play(0.4)
    assert told.telling(70) == []  # what stood in its place fades first
    told.play(1.0)
    slot = told.telling(70)[0]
    assert -8.0 <= told.slots[slot][0, 3] < -4.0
    far = np.hypot(*(told.points(37) - hub).T)
    assert np.median(far) < 0.05
    told.play(1.5)
    far = np.hypot(*(told.points(37) - hub).T)
    assert far[:8].min() > 0.15
    assert far[-8:].max() < 0.1  # a string: its end is still there
    told.play(6.0)
    assert told.slots[slot][0, 3] > 0.0
    place = told.slots[slot][0, 1:3]
    assert np.hypot(*(told.points(37) - place).T).max() < 0.4
    assert np.hypot(*(place - hub)) > 0.3


def test_what_waits_at_a_hub_is_not_seen(told: Told) -> None:
    told.play(2.0, legible=0.0)
    assert told.texels("lit", (64, 128))[37, :, 2].max() > 0.003
    told.comes_from((0.3, 0.5))
    told.play(2.0, legible=0.0)
    assert told.texels("lit", (64, 128))[37, :, 2].max() <= 0.003


def test_several_fly_one_after_another_what_came_first_at_the_front(told: Told) -> None:
    told.play(1.0)
    for row, number in ((50, 70), (4, 71), (21, 72), (33, 73)):
        told.comes_from((0.9, 0.1), row, number)
    begun: list[int] = []
    for _ in range(20):
        told.play(0.5)
        begun += [number for number in range(70, 74) if told.telling(number) and number not in begun]
        flying = [one for one in told.slots if one[0, 0] > 0.5 and one[0, 3] < -0.5 * one[1, 1]]
        assert len([one for one in flying if one[3, 2] >= 0.0]) <= 1
    assert begun == [70, 71, 72]  # the fourth waits until one of them was read


def test_stories_of_one_theme_gather_and_old_ones_are_far(told: Told) -> None:
    wide = SIZE[0] / SIZE[1]
    place = (0.6, 0.3)
    themed = range(0, 64, 4)
    for i in themed:
        told.rows[i] = Row(told.stories[2], 70, 2, 0, 1.0, None, place)
    told.play(0.2, legible=0.0)
    before = told.texels("threads", (2, 64))[0]
    told.play(8.0, legible=0.0, flow=2.0)
    after = told.texels("threads", (2, 64))[0]
    middle = np.array(place) * (wide, 1.0)
    off = [np.hypot(*((one[list(themed), :2] - middle) / (0.36, 0.13)).T) for one in (before, after)]
    assert np.median(off[1]) < 0.85 * np.median(off[0])
    assert (after[list(themed), 3] > before[list(themed), 3] + 0.1 * (1.0 - before[list(themed), 3])).all()
    others = [i for i in range(64) if i not in themed]
    assert np.allclose(after[others, 3], before[others, 3])
