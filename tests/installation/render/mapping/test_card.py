"""The test card is a part of the picture: master and guard come after it, and lamps do not see it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from installation import isf
from installation.render.mapping.card import Card, Marks
from installation.render.picture import Picture, View
from installation.values import Frame
from tests.film import from_srgb
from tests.installation.render.test_picture import GREY, PLAIN, plan

pytestmark = pytest.mark.gl
MARKS = Marks(("wall",), ((0.0, 0.0, 1.0, 1.0),), 0, ((0.0, 0.0), (1.0, 1.0)), 0)


@pytest.fixture
def shown(context: Any) -> Iterator[Picture]:
    made = Picture(context, plan())
    made.add("a", isf.parse_text(PLAIN, Path("a.fs")))
    for index in range(150):
        made.draw(Frame(index, index / 60, 1 / 60), View("a"), GREY)
        made.colours()
    yield made
    made.release()


def draw(picture: Picture, frames: int, gain: float = 1.0) -> list[float]:
    """Draw frames, and return the mean code of each."""
    means = []
    for index in range(frames):
        picture.draw(Frame(200 + index, 4.0 + index / 60, 1 / 60), View("a"), GREY, gain)
        picture.colours()
        means.append(float(picture.image().mean()))
    return means


def test_a_blackout_darkens_the_card_in_its_frame(shown: Picture) -> None:
    shown.card.show(MARKS)
    draw(shown, 60)
    assert shown.image().max() > 60
    draw(shown, 1, gain=0.0)
    assert shown.image().max() <= 1


def test_lamps_go_on_with_the_show_while_the_card_stands(shown: Picture) -> None:
    draw(shown, 4)
    before = shown.colours()
    assert before is not None
    kept = before.copy()
    shown.card.show(MARKS)
    seen = []
    for _ in range(12):
        draw(shown, 1)
        colours = shown.colours()
        assert colours is not None
        seen.append(colours.copy())

    assert np.abs(np.array(seen) - kept).max() < 0.01
    assert np.abs(shown.image().astype(int) - 128).max() > 40  # the card did stand there


def test_a_card_that_is_switched_at_every_third_frame_passes_the_guard(shown: Picture) -> None:
    light = []
    for turn in range(40):
        shown.card.show(MARKS if turn % 2 else None)
        for _ in range(3):
            draw(shown, 1)
            light.append(float(np.median(from_srgb(shown.image()))))

    steps = np.abs(np.diff(np.array(light[30:90])))  # a second; the scene is 0.18 brighter than the card
    assert (steps > 0.1).sum() <= 3


def test_the_card_of_a_large_canvas_is_drawn_smaller_since_the_frame_waits_for_it(
    shown: Picture, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[tuple[int, int]] = []

    def counted(marks: Marks, size: tuple[int, int]) -> Image.Image:
        drawn.append(size)
        return Image.new("RGBA", size, (255, 255, 255, 255))

    monkeypatch.setattr("installation.render.mapping.card._drawn", counted)
    card = Card(shown.context, (3840, 2160))
    card.show(MARKS)
    assert drawn == [(1920, 1080)]
    card.release()
