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

    def play(self, seconds: float) -> None:
        ink = [one.ink for one in self.stories if isinstance(one, Written)]
        tables = Tables(stories=table_of_rows(self.rows), ink=ink)
        for _ in range(int(seconds * RATE)):
            frame = Frame(self.index, self.index / RATE, 1 / RATE)
            room = self.medium.draw(frame, [self.scene.shader], tables)
            shared = {name: room[name] for name in self.scene.shader.reads}
            self.scene.draw(frame, shared)
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
