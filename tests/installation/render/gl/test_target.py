import moderngl
import numpy as np
import pytest

from installation.render import Context, PingPong, Target
from installation.render.gl.target import BYTES, Format
from tests.installation.render.pixels import census, pixels

pytestmark = pytest.mark.gl

KINDS: list[Format] = ["rgba8", "rgba16", "rgba16f", "rgba32f", "rg32f", "r32f"]


@pytest.mark.parametrize("texel", KINDS)
def test_a_target_of_each_format_begins_transparent_black_and_holds_a_colour(
    context: Context, texel: Format
) -> None:
    target = Target(context, (3, 2), texel)
    assert not pixels(target.texture).any()

    target.framebuffer.clear(0.25, 0.25, 0.25, 0.25)

    assert np.abs(pixels(target.texture) - 0.25).max() < 0.003
    assert target.bytes == len(target.texture.read()) == 6 * BYTES[texel]
    target.release()


def test_fixed_point_clamps_and_floats_do_not(context: Context) -> None:
    for texel, most, least in (("rgba16", 1.0, 0.0), ("rgba16f", 4.0, -4.0)):
        target = Target(context, (1, 1), texel)  # type: ignore[arg-type]
        target.framebuffer.clear(4.0, -4.0, 0.0, 1.0)
        assert pixels(target.texture)[0, 0].tolist()[:2] == [most, least]
        target.release()


def test_reading_is_set_up_as_asked(context: Context) -> None:
    smooth, hard = Target(context, (2, 2)), Target(context, (2, 2), smooth=False, repeat=True)

    assert smooth.texture.filter == (moderngl.LINEAR, moderngl.LINEAR)
    assert not smooth.texture.repeat_x
    assert hard.texture.filter == (moderngl.NEAREST, moderngl.NEAREST)
    assert hard.texture.repeat_x
    assert hard.texture.repeat_y
    smooth.release()
    hard.release()


def test_a_pair_changes_places(context: Context) -> None:
    pair = PingPong(context, (2, 2))
    pair.back.framebuffer.clear(1.0, 1.0, 1.0, 1.0)
    assert not pixels(pair.texture).any()

    pair.swap()
    assert pixels(pair.texture).all()

    pair.clear()
    assert not pixels(pair.texture).any()
    assert pair.bytes == 2 * 4 * 8
    pair.release()


def test_released_targets_are_gone_from_the_driver_and_the_count(context: Context) -> None:
    before, counted = census(), context.objects["target"]
    pair = PingPong(context, (2, 2))
    assert context.objects["target"] == counted + 2

    pair.release()
    pair.release()

    assert context.objects["target"] == counted
    assert census() == before
