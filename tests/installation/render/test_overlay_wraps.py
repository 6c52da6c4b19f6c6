"""Text on the picture loses no word for its length."""

from itertools import groupby

import numpy as np
import pytest

from installation.render.gl.context import Context
from installation.render.passes.overlay import Overlay

pytestmark = pytest.mark.gl


@pytest.mark.parametrize("size", [(1920, 1080), (640, 360), (320, 180)])
def test_long_lines_go_on_in_the_next_and_stay_on_the_picture(size):
    context = Context.create((64, 36))
    overlay = Overlay(context, size)
    words = [f"word{index}" for index in range(40 if size[1] > 200 else 12)]
    overlay.write(["!scenes/a.fs:12: " + " ".join(words)])
    told = " ".join(line.lstrip("! ") for line in overlay._lines).split()
    assert told[1:] == words
    assert all(line.startswith("!") for line in overlay._lines)
    left, bottom, right, top = overlay.place
    assert 0.0 <= left < right <= 1.0
    assert 0.0 <= bottom < top <= 1.0
    overlay.write([f"line {index}" for index in range(200)])
    assert overlay._lines[-1].endswith("more lines")
    assert overlay.place[1] >= 0.0
    overlay.release()
    context.release()


def test_words_stand_apart_at_every_size():
    """At 11 pixels the font's own space is two pixels wide, as much as what lies between two letters."""
    context = Context.create((64, 36))
    for size in ((320, 180), (640, 360), (1920, 1080)):
        overlay = Overlay(context, size)
        overlay.write(["H H"])
        pixels = np.frombuffer(overlay.texture.read(), np.uint8).reshape(*overlay.texture.size[::-1], 4)
        lit = pixels[:, :, 0].max(axis=0) > 60
        dark = [len(list(run)) for one, run in groupby(lit[lit.argmax() :]) if not one]
        assert max(dark[:-1]) >= 0.45 * overlay._height, dark
        overlay.release()
    context.release()
