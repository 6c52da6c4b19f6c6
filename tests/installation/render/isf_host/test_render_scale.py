"""The render scale: passes that keep nothing are drawn smaller, everything else keeps its size."""

from pathlib import Path

import numpy as np

from installation.isf import parse
from installation.render.gl.context import Context
from installation.render.isf_host.host import Host
from installation.values import Frame

SOURCE = """/*{
  "ISFVSN": "2",
  "PHOTOPHORE": {"COLOR": "linear", "SCALES": true},
  "PASSES": [
    {"TARGET": "kept", "PERSISTENT": true, "FLOAT": true},
    {"TARGET": "own", "WIDTH": "floor(90*$WIDTH/$HEIGHT)", "HEIGHT": 90},
    {"TARGET": "seeds", "FLOAT": true},
    {"TARGET": "dots", "POINTS": "own", "BLEND": "add", "POINT_SIZE": "$HEIGHT*0.1"},
    {}
  ]
}*/
void main() {
    if (PASSINDEX == 0) gl_FragColor = vec4(IMG_THIS_PIXEL(kept).r + 1.0);
    else if (PASSINDEX == 1) gl_FragColor = vec4(0.5, 0.5, 0.0, 1.0);
    else if (PASSINDEX == 2) gl_FragColor = vec4(RENDERSIZE, 0.0, 1.0);
    else if (PASSINDEX == 3) gl_FragColor = vec4(0.001);
    else gl_FragColor = vec4(isf_FragNormCoord, IMG_THIS_NORM_PIXEL(kept).r, RENDERSIZE.y);
}
"""
SIZE = 200, 150


def frames(scene: object, first: int, count: int) -> np.ndarray:
    for index in range(first, first + count):
        scene.draw(Frame(index, index / 60, 1 / 60))  # type: ignore[attr-defined]
    texture = scene.texture  # type: ignore[attr-defined]
    return np.frombuffer(texture.read(), np.float16).reshape(texture.height, texture.width, 4)


def test_what_keeps_nothing_is_smaller_and_the_rest_goes_on(context: Context, tmp_path: Path) -> None:
    file = tmp_path / "scaled.fs"
    file.write_text(SOURCE)
    scene = Host(context).load(parse(file), SIZE)
    whole = frames(scene, 0, 3)
    assert whole.shape[:2] == (150, 200)

    scene.scale(0.5)
    half = frames(scene, 3, 2)

    assert half.shape[:2] == (75, 100)
    assert scene.target("kept").size == SIZE
    assert scene.target("own").size == (120, 90)
    assert scene.target("seeds").size == (100, 75)
    assert scene.target("dots").size == (100, 75)
    assert np.all(half[..., 3] == 75)  # RENDERSIZE is that of the target
    assert np.all(half[..., 2] == 5)  # the persistent target has counted every frame
    assert np.allclose(half[37, 50, :2], (0.505, 0.5), atol=0.01)

    scene.scale(1.0)
    again = frames(scene, 5, 1)
    assert again.shape[:2] == (150, 200)
    assert np.all(again[..., 2] == 6)
    scene.release()


def test_points_are_scaled_with_their_target_and_not_what_they_are_read_from(
    context: Context, tmp_path: Path
) -> None:
    file = tmp_path / "points.fs"
    stated = ', "WIDTH": "floor(90*$WIDTH/$HEIGHT)", "HEIGHT": 90'
    file.write_text(SOURCE.replace(stated, ""))
    scene = Host(context).load(parse(file), SIZE)
    frames(scene, 0, 1)
    scene.scale(0.5)
    frames(scene, 1, 1)
    assert scene.target("own").size == SIZE
    dots = np.frombuffer(scene.target("dots").read(), np.float16).reshape(75, 100, 4)
    lit = np.argwhere(dots[..., 0] > 0)
    rows = np.ptp(lit[:, 0]) + 1
    assert 6 <= rows <= 9  # a tenth of 75 rows, not of 150; all points stand in one place
    scene.release()


def test_no_side_becomes_a_power_of_two(context: Context, tmp_path: Path) -> None:
    file = tmp_path / "scaled.fs"
    file.write_text(SOURCE)
    scene = Host(context).load(parse(file), (640, 360))
    scene.scale(0.8)  # 512 x 288
    assert frames(scene, 0, 1).shape[:2] == (288, 513)
    scene.release()


def test_a_shader_that_does_not_ask_for_it_keeps_its_size(context: Context, tmp_path: Path) -> None:
    file = tmp_path / "foreign.fs"
    file.write_text(SOURCE.replace(', "SCALES": true', ""))
    scene = Host(context).load(parse(file), SIZE)
    scene.scale(0.5)
    assert frames(scene, 0, 1).shape[:2] == (150, 200)
    scene.release()


def test_a_shader_may_be_replaced_while_it_is_scaled(context: Context, tmp_path: Path) -> None:
    file = tmp_path / "scaled.fs"
    file.write_text(SOURCE)
    scene = Host(context).load(parse(file), SIZE)
    scene.scale(0.5)
    frames(scene, 0, 1)
    given = '"INPUTS": [{"NAME": "fine", "TYPE": "float", "DEFAULT": 90, "MIN": 1, "MAX": 200}], "PASSES"'
    file.write_text(SOURCE.replace('"PASSES"', given).replace('"HEIGHT": 90', '"HEIGHT": "$fine"'))
    scene.replace(parse(file))
    assert frames(scene, 1, 1).shape[:2] == (75, 100)
    scene.release()
