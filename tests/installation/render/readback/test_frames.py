"""Whole pictures on their way to outputs: the same as the picture, late but whole, and bounded."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from installation.render.gl import wait
from installation.render.gl.target import Target
from installation.render.readback.frames import SLOTS, Frames

SIZE = (33, 21)
BAND = 5


@pytest.fixture(params=[True, False])
def software(request: pytest.FixtureRequest, context: Any, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Both ways, whatever draws here."""
    monkeypatch.setattr(context, "info", replace(context.info, software=request.param))
    return bool(request.param)


class Picture:
    """A picture whose level is the number of the frame; the band below is white."""

    def __init__(self, context: Any) -> None:
        self.context = context
        self.index = 0

    def encode(self, into: Any, size: tuple[int, int]) -> None:
        assert size == (SIZE[0], SIZE[1] + BAND)
        into.use()
        into.clear(self.index / 255, 0.5, 1.0, 1.0)
        into.clear(1.0, 1.0, 1.0, 1.0, viewport=(0, 0, SIZE[0], BAND))
        into.clear(0.0, 0.0, 0.0, 1.0, viewport=(0, BAND, SIZE[0], 1))


def test_pictures_come_whole_in_order_and_without_the_band(context: Any, software: bool) -> None:
    picture = Picture(context)
    frames = Frames(context, SIZE, BAND, picture.encode)
    arrived = []
    for index in range(20):
        wait.finish(context)
        arrived += [(one.index, one.time, one.pixels.copy()) for one in frames.collect()]
        picture.index = index
        assert frames.request(index, index / 60)
    frames.release()

    late = 1 if software else 2
    assert [index for index, _, _ in arrived] == list(range(20 - late))
    for index, time, pixels in arrived:
        assert time == index / 60
        assert pixels.shape == (SIZE[1], SIZE[0], 4)
        assert not pixels[0, :, :3].any()  # the lowest row of the picture
        assert (pixels[1:, :, 0] == index).all()


@pytest.mark.usefixtures("software")
def test_no_more_than_a_few_are_on_their_way(context: Any) -> None:
    frames = Frames(context, SIZE, BAND, Picture(context).encode)
    before = context.objects["target"]
    taken = [frames.request(index, 0.0) for index in range(10)]

    assert taken == [True] * SLOTS + [False] * (10 - SLOTS)
    assert context.objects["target"] == before + SLOTS
    frames.release()
    frames.release()
    assert context.objects["target"] == before


@pytest.mark.usefixtures("software")
def test_memory_is_used_again_once_nobody_holds_the_picture(context: Any) -> None:
    frames = Frames(context, SIZE, BAND, Picture(context).encode)
    held: list[Any] = []
    for index in range(30):
        wait.finish(context)
        held = (held + frames.collect())[-2:]
        frames.request(index, 0.0)
    assert len(frames._memory) <= 4
    first, second = held
    assert not np.shares_memory(first.pixels, second.pixels)
    frames.release()


def test_the_stage_reads_what_the_picture_shows(context: Any) -> None:
    from installation.render.passes.output import Output

    target = Target(context, SIZE)
    target.framebuffer.clear(0.2, 0.4, 0.9, 1.0)
    output = Output(context)
    output.dither = False
    frames = Frames(context, SIZE, 0, lambda into, _size: output.encode(target.texture, into, 0))
    frames.request(0, 0.0)
    found = []
    for _ in range(4):
        wait.finish(context)
        found += frames.collect()

    expected = [round(255 * (1.055 * level ** (1 / 2.4) - 0.055)) for level in (0.2, 0.4, 0.9)]
    assert np.abs(found[0].pixels[5, 5, :3].astype(int) - expected).max() <= 1
    frames.release()
    output.release()
    target.release()
