"""Every feature of the host, by one fixture of tests/isf each, with the pixels that it must give."""

import gc
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import moderngl
import numpy as np
import pytest

from installation.errors import ShaderError
from installation.isf import parse, parse_text
from installation.render import Context, Host, SceneRenderer
from installation.render.isf_host.buffers import Buffers, area
from installation.values import Frame
from tests.installation.render.pixels import census, picture, pixels

pytestmark = pytest.mark.gl

FIXTURES = Path(__file__).parents[3] / "isf"
SIZE = (64, 32)
GREY = "/*{}*/ void main() { gl_FragColor = vec4(0.5); }"


@pytest.fixture
def host(context: Context) -> Iterator[Host]:
    made = Host(context, today=lambda: datetime(2026, 11, 23, 12, 0, 30))
    yield made
    made.release()
    assert context.gl.error == "GL_NO_ERROR"


def load(host: Host, name: str, size: tuple[int, int] = SIZE) -> SceneRenderer:
    return host.load(parse(FIXTURES / f"{name}.fs"), size)


def frame(index: int, time: float = 0.0) -> Frame:
    return Frame(index, time, 0.0 if index == 0 else 1 / 60)


def near(expected: list[float], actual: object) -> None:
    np.testing.assert_allclose(np.asarray(actual), expected, atol=2e-3)


def test_the_origin_is_the_lower_left_corner(host: Host) -> None:
    drawn = pixels(load(host, "plain").draw(frame(0)))

    near([0.5 / 64, 0.5 / 32, 0.5, 1], drawn[0, 0])
    near([63.5 / 64, 31.5 / 32, 0.5, 1], drawn[-1, -1])


def test_inputs_begin_at_their_defaults_and_follow_what_is_given(host: Host) -> None:
    renderer = load(host, "inputs")

    drawn = pixels(renderer.draw(frame(0)))
    near([0.25, 1, 0.5, 3 / 9], drawn[0, 0])
    near([0.25, 0.75, 0, 1], drawn[-1, 0])
    near([0.1, 0.2, 0.3, 1], drawn[-1, -1])

    given = {
        "level": (1.5,),
        "lit": (0.0,),
        "mode": (4.0,),
        "count": (9,),
        "place": (1, 0),
        "tint": (1, 0, 0, 1),
    }
    drawn = pixels(renderer.draw(frame(1), given))
    near([1.5, 0, 1, 1], drawn[0, 0])
    near([1, 0, 0, 1], drawn[-1, 0])
    near([1, 0, 0, 1], drawn[-1, -1])

    assert (drawn == pixels(renderer.draw(frame(2)))).all()  # what is not given stays


def test_an_event_lasts_one_frame(host: Host) -> None:
    renderer = load(host, "inputs")

    blue = [
        float(pixels(renderer.draw(frame(i), {"hit": (1.0,)} if i == 1 else None))[-1, 0, 2])
        for i in range(3)
    ]

    assert blue == [0, 1, 0]


def test_a_pass_knows_its_number_and_the_size_of_its_target(host: Host) -> None:
    drawn = pixels(load(host, "multipass", (64, 32)).draw(frame(0)))

    near([16 / 256, 8 / 256, 0, 1], drawn[0, 0])
    near([2 / 256, 1 / 256, 1, 1], drawn[0, -1])


def test_a_persistent_target_reads_its_last_content(host: Host) -> None:
    renderer = load(host, "persistent")
    renderer.draw(frame(0, 0.0))
    drawn = pixels(renderer.draw(frame(1, 0.35)))

    near([0.9, 0.9, 0.9, 1], drawn[16, 51])  # where the spot was
    near([1, 1, 1, 1], drawn[16, 13])  # where it is: half a turn on


def test_a_float_target_counts_beyond_one_and_below_zero(host: Host) -> None:
    renderer = load(host, "float-target")

    for i in range(4):
        drawn = pixels(renderer.draw(frame(i)))

    near([0.5, 0.5, 0.5, 1], drawn[5, 5])


def test_a_target_follows_the_input_that_its_size_names(host: Host) -> None:
    renderer = load(host, "sizes")

    sizes = [
        float(pixels(renderer.draw(frame(i), {"columns": (c,)}))[0, 0, 0]) * 64
        for i, c in enumerate((8, 8.9, 40, 1e9))
    ]

    assert sizes[:3] == [8, 8, 40]
    assert sizes[3] == pytest.approx(renderer.context.info.texture_size, rel=1e-3)


def test_a_last_pass_with_a_target_is_the_output(host: Host) -> None:
    renderer = load(host, "last-target")

    for i in range(3):
        drawn = pixels(renderer.draw(frame(i)))

    near([0.5 / 64, 0.375, 0, 1], drawn[0, 0])


def test_an_imported_picture_stands_upright(host: Host) -> None:
    drawn = pixels(load(host, "imported").draw(frame(0)))

    near([1, 0, 0, 1], drawn[-1, 0])
    near([0, 0, 1, 1], drawn[0, 0])


def test_a_vertex_shader_moves_corners_and_passes_values(host: Host) -> None:
    drawn = pixels(load(host, "vertex").draw(frame(0)))

    near([0, 0, 0, 0], drawn[16, 8])  # outside of the narrowed rectangle
    near([0.2578, 0.2578, 1, 1], drawn[16, 32])  # half a pixel on, twice as fast in x


def test_a_version_one_file_is_understood(host: Host) -> None:
    renderer = load(host, "version-one")

    for i in range(3):
        drawn = pixels(renderer.draw(frame(i)))

    near([0.375, 0.5, 0.5, 1], np.round(drawn[16, 32], 1) * [0, 1, 1, 1] + drawn[16, 32] * [1, 0, 0, 0])


def test_a_filter_reads_transparent_black_until_a_picture_is_connected(host: Host, context: Context) -> None:
    renderer = load(host, "filter", (4, 2))
    assert not pixels(renderer.draw(frame(0))).any()

    array = np.random.default_rng(1).random((2, 4, 4), np.float32)
    source = picture(context, array)
    drawn = pixels(renderer.draw(frame(1), {"inputImage": source}))

    np.testing.assert_allclose(drawn, array[::-1, :, [2, 1, 0, 3]], atol=1e-3)
    source.release()


def test_every_way_to_read_a_picture_gives_the_same_pixel(host: Host, context: Context) -> None:
    array = np.random.default_rng(2).random((2, 4, 4), np.float32)
    source = picture(context, array)

    drawn = pixels(load(host, "spellings", (4, 2)).draw(frame(0), {"inputImage": source}))

    np.testing.assert_allclose(drawn, array, atol=2e-3)
    source.release()


def test_a_transition_goes_from_one_picture_to_the_other(host: Host, context: Context) -> None:
    start, end = (picture(context, np.full((1, 1, 4), value, np.float32)) for value in (0.25, 0.75))

    drawn = pixels(
        load(host, "transition").draw(frame(0), {"startImage": start, "endImage": end, "progress": (0.5,)})
    )

    near([0.75] * 4, drawn[0, 31])
    near([0.25] * 4, drawn[0, 32])
    start.release()
    end.release()


def test_points_stand_where_their_texels_say_and_add_their_light(host: Host) -> None:
    renderer = load(host, "particles", (16, 4))

    drawn = pixels(renderer.draw(frame(0)))
    assert (drawn[:, 0, 0] == 4).all()  # four walkers per row at the left edge
    assert not drawn[:, 1:].any()
    assert list(drawn[:, 0, 1]) == [0 + 1 + 2 + 3, 4 + 5 + 6 + 7, 8 + 9 + 10 + 11, 12 + 13 + 14 + 15]
    assert (drawn[:, 0, 2] == 0.125 + 0.375 + 0.625 + 0.875).all()

    drawn = pixels(renderer.draw(frame(1)))
    assert (drawn[:, :2, 0] == [2, 4]).all()  # half of what was, and what came
    assert (pixels(renderer.draw(frame(2), {"dot": (3.0,)}))[:, :4, 0].max(axis=0) >= [1, 2, 4, 4]).all()


def test_a_target_for_points_begins_black_in_every_frame(host: Host) -> None:
    renderer = load(host, "transparent")

    first = pixels(renderer.draw(frame(0, 0.0)))[16, :, 3]
    second = pixels(renderer.draw(frame(1, 0.5)))[16, :, 3]

    assert first.sum() == second.sum() == 32
    assert (first != second).any()


def test_a_pass_with_steps_is_drawn_that_often_and_its_target_wraps(host: Host) -> None:
    renderer = load(host, "steps", (10, 1))

    places = [int(np.argmax(pixels(renderer.draw(frame(i)))[0, :, 0])) for i in range(4)]

    assert places == [4, 9, 4, 9]


def test_nothing_that_is_no_number_reaches_the_picture_or_stays(host: Host) -> None:
    renderer = load(host, "not-a-number")

    for i in range(4):
        drawn = pixels(renderer.draw(frame(i)))
        assert np.isfinite(drawn).all()

    near([0.125 + 0.5 / 64] * 3 + [1], drawn[0, 0])
    assert drawn[0, -1, 0] > drawn[0, 0, 0]


def test_nan_becomes_nothing_and_infinity_the_largest_half_float(host: Host) -> None:
    text = """/*{"INPUTS": [{"NAME": "zero", "TYPE": "float", "DEFAULT": 0}]}*/
        void main() { gl_FragColor = vec4(zero / zero, 1.0 / zero, -1.0 / zero, 1.0); }"""

    drawn = pixels(host.load(parse_text(text, Path("a.fs")), (1, 1)).draw(frame(0)))

    assert drawn[0, 0].tolist() == [0, 65504, -65504, 1]


def test_a_target_that_reads_itself_without_being_persistent_reads_nothing(host: Host) -> None:
    text = """/*{"PASSES": [{"TARGET": "self"}, {}]}*/
        void main() { gl_FragColor = IMG_THIS_PIXEL(self) + (PASSINDEX == 0 ? 0.25 : 0.0); }"""
    renderer = host.load(parse_text(text, Path("a.fs")), SIZE)

    for i in range(3):
        near([0.25] * 4, pixels(renderer.draw(frame(i)))[0, 0])


def test_modern_and_newer_glsl_compile(host: Host) -> None:
    assert load(host, "own-output").version == 330
    assert load(host, "newer-glsl").version == 420


def test_phases_are_exact_after_ten_years(host: Host) -> None:
    renderer = load(host, "phases")
    years = 10 * 365 * 86400.0

    breaths = [float(pixels(renderer.draw(frame(i, years + 12 * i + 3)))[0, 0, 0]) for i in range(3)]

    assert breaths == [0.25, 0.25, 0.25]


def test_time_wraps_before_it_loses_milliseconds(host: Host) -> None:
    renderer = host.load(
        parse_text(
            "/*{}*/ void main() { gl_FragColor = vec4(TIME / 16384.0, fract(TIME), 0, 1); }", Path("a.fs")
        ),
        (1, 1),
    )

    drawn = pixels(renderer.draw(frame(0, 16384.0 * 9999 + 8192.25)))

    near([0.5, 0.25, 0, 1], drawn[0, 0])


def test_the_date_and_the_frame_are_told(host: Host) -> None:
    renderer = load(host, "calendar")

    drawn = pixels(renderer.draw(Frame(7, 4.0, 0.5)))
    near([2026 / 4096, 11 / 16, 23 / 32, 43230 / 86400], drawn[0, 0])
    near([0, 0, 0.25, 1], drawn[0, -1])  # a shader's own first frame: no time has passed

    near([0.5, 1 / 16, 0.28125, 1], pixels(renderer.draw(Frame(8, 4.5, 0.5)))[0, -1])


def test_linear_light_goes_beyond_white_and_stops_at_the_largest_half_float(host: Host) -> None:
    drawn = pixels(load(host, "linear").draw(frame(0)))

    assert drawn[0, -1, 0] > 29
    assert (drawn[:, :, 1] == 65504).all()


def test_includes_of_all_kinds_compile_together(host: Host) -> None:
    near([0.5, 0.5 / 32, 0, 1], pixels(load(host, "include").draw(frame(0, -0.5 / 64)))[0, 0])


def test_a_persistent_picture_is_stretched_when_the_output_grows(host: Host) -> None:
    renderer = load(host, "persistent", (32, 16))
    renderer.draw(frame(0))
    renderer.resize(64, 32)

    drawn = pixels(renderer.draw(frame(1, 0.35), {"keep": (1.0,)}))

    assert drawn.shape == (32, 64, 4)
    near([1, 1, 1, 1], drawn[16, 51])


def test_a_target_never_exhausts_the_memory(host: Host) -> None:
    text = """/*{"INPUTS": [{"NAME": "n", "TYPE": "float", "DEFAULT": 1}],
        "PASSES": [{"TARGET": "t", "WIDTH": "$n", "HEIGHT": "$n"}, {}]}*/ void main() {}"""
    renderer = host.load(parse_text(text, Path("a.fs")), SIZE)

    for size in (-1.0, 0.0, float("1e300")):
        renderer._values["n"] = (size,)
        renderer._buffers._name(renderer._numbers())
        width, height = renderer._buffers._size("t")
        assert 1 <= width * height <= 1 << 25


def test_blending_that_others_left_on_does_no_harm(host: Host, context: Context) -> None:
    renderer = load(host, "linear")
    first = pixels(renderer.draw(frame(0)))
    context.gl.enable(moderngl.BLEND)
    context.gl.blend_func = (moderngl.ONE, moderngl.ONE)

    assert (pixels(renderer.draw(frame(1))) == first).all()


def test_restart_begins_anew(host: Host) -> None:
    renderer = load(host, "float-target")
    first = pixels(renderer.draw(frame(0)))
    renderer.draw(frame(1))

    renderer.restart()

    assert (pixels(renderer.draw(frame(2))) == first).all()


def test_warming_leaves_no_trace(host: Host) -> None:
    near([0.125] * 3 + [1], pixels(load(host, "float-target").draw(frame(0)))[0, 0])


def test_an_error_points_at_the_authors_line_in_every_file(host: Host, tmp_path: Path) -> None:
    (tmp_path / "bad.glsl").write_text("float good;\nfloat bad = oops;\n")
    (tmp_path / "a.fs").write_text(
        '/*{\n}*/\n#include "bad.glsl"\nvoid main() {\n  gl_FragColor = vec4(nope);\n}\n'
    )
    (tmp_path / "b.fs").write_text("/*{}*/\nvoid main() { gl_FragColor = vec4(1.0); }\n")
    (tmp_path / "b.vs").write_text("void main() {\n  isf_vertShaderInit();\n  wrong();\n}\n")

    with pytest.raises(ShaderError) as caught:
        host.load(parse(tmp_path / "a.fs"), SIZE)
    places = [(Path(one.where.file).name, one.where.line, one.where.column) for one in caught.value.findings]
    assert places[0] == ("bad.glsl", 2, 13)
    assert ("a.fs", 5, 22) in places

    with pytest.raises(ShaderError) as caught:
        host.load(parse(tmp_path / "b.fs"), SIZE)
    assert (Path(caught.value.findings[0].where.file).name, caught.value.findings[0].where.line) == (
        "b.vs",
        3,
    )


def test_a_reload_swaps_the_program_and_keeps_the_feedback(host: Host, tmp_path: Path) -> None:
    path = tmp_path / "a.fs"
    text = (FIXTURES / "float-target.fs").read_text()
    path.write_text(text)
    renderer = host.load(parse(path), SIZE)
    renderer.draw(frame(0))

    path.write_text(text.replace("last.r / 8.0", "last.r / 4.0"))
    renderer.replace(parse(path))

    near([2 / 4, 2 / 8, 0.25, 1], pixels(renderer.draw(frame(1)))[0, 0])


def test_a_reload_that_fails_leaves_the_last_good_picture(host: Host, tmp_path: Path) -> None:
    path = tmp_path / "a.fs"
    path.write_text(GREY)
    renderer = host.load(parse(path), SIZE)

    for broken in ("/*{}*/ void main() { gl_FragColor = vec4(x); }", "/*{ */", "/*{}*/ void main() {"):
        path.write_text(broken)
        with pytest.raises(ShaderError, match=r"a\.fs:1"):
            renderer.replace(parse(path))
        near([0.5] * 4, pixels(renderer.draw(frame(0)))[0, 0])


def test_an_included_file_is_known_and_read_again_with_what_includes_it(host: Host, tmp_path: Path) -> None:
    (tmp_path / "level.glsl").write_text("const float level = 0.25;")
    (tmp_path / "a.fs").write_text(
        '/*{}*/\n#include "level.glsl"\nvoid main() { gl_FragColor = vec4(level); }'
    )
    renderer = host.load(parse(tmp_path / "a.fs"), SIZE)

    (tmp_path / "level.glsl").write_text("const float level = 0.75;")

    assert tmp_path / "level.glsl" in renderer.shader.files
    renderer.replace(parse(tmp_path / "a.fs"))
    near([0.75] * 4, pixels(renderer.draw(frame(0)))[0, 0])


def test_a_reload_keeps_values_only_of_inputs_that_stayed_the_same(host: Host, tmp_path: Path) -> None:
    path = tmp_path / "a.fs"
    text = """/*{"INPUTS": [
            {"NAME": "a", "TYPE": "float", "DEFAULT": 0.1}, {"NAME": "b", "TYPE": "float", "DEFAULT": 0.2}]}*/
        void main() { gl_FragColor = vec4(a, b, 0, 1); }"""
    path.write_text(text)
    renderer = host.load(parse(path), SIZE)
    renderer.draw(frame(0), {"a": (0.9,), "b": (0.9,)})

    path.write_text(text.replace("0.2", "0.3"))
    renderer.replace(parse(path))

    near([0.9, 0.3, 0, 1], pixels(renderer.draw(frame(1)))[0, 0])


def test_a_thousand_reloads_leave_no_object_behind(host: Host, context: Context, tmp_path: Path) -> None:
    path = tmp_path / "a.fs"
    texts = [
        GREY,
        '/*{"PASSES": [{"TARGET": "t", "PERSISTENT": true}]}*/ void main() { gl_FragColor = vec4(1); }',
        "/*{}*/ void main() { gl_FragColor = broken; }",
    ]
    path.write_text(GREY)
    renderer = host.load(parse(path), (4, 4))

    def reload(count: int) -> None:
        for i in range(count):
            path.write_text(texts[i % 3])
            try:
                renderer.replace(parse(path))
            except ShaderError:
                assert i % 3 == 2
            renderer.draw(frame(i))
            context.collect()

    reload(10)
    gc.collect()  # what earlier tests have dropped
    before, counted = census(), dict(context.objects)
    reload(1000)
    path.write_text(GREY)

    assert census() == before
    assert dict(context.objects) == counted


def test_released_means_gone_from_the_driver(host: Host, context: Context) -> None:
    load(host, "plain").release()
    context.collect()
    before = census()

    for name in ("particles", "imported", "vertex", "audio"):
        renderer = load(host, name)
        renderer.draw(frame(0))
        renderer.release()
        renderer.release()
    context.collect()

    after = census()
    assert after.pop("Texture") - before.pop("Texture") <= 2  # silence is kept for the next shader
    assert after == before


def test_what_the_driver_took_before_may_be_compiled_later_and_is_when_it_is_drawn(
    host: Host, context: Context
) -> None:
    known = parse_text(GREY.replace("0.5", "0.25"), Path("known.fs"))
    eager = host.load(known, SIZE, later=True)
    assert eager.prepared  # nobody knew it yet
    before = +context.objects

    later = host.load(known, SIZE, later=True)
    assert not later.prepared
    assert +context.objects == before
    near([0.25] * 4, pixels(later.draw(frame(0)))[0, 0])
    assert later.prepared

    with pytest.raises(ShaderError):
        host.load(parse_text("/*{}*/ void main() { nonsense }", Path("bad.fs")), SIZE, later=True)


def test_what_is_asked_for_is_compiled_before_what_waits_for_longer(host: Host) -> None:
    shaders = [parse_text(GREY.replace("0.5", f"0.{n}"), Path(f"{n}.fs")) for n in (61, 62, 63)]
    for one in shaders:
        host.load(one, SIZE, later=True)
    oldest, soon, last = (host.load(one, SIZE, later=True) for one in shaders)
    compiled: list[str] = []
    assert host.pending

    while host.pending:
        host.prepare(lambda shader: compiled.append(shader.path.name), first=soon)

    assert list(dict.fromkeys(compiled)) == ["62.fs", "61.fs", "63.fs"]
    assert all(one.prepared for one in (oldest, soon, last))


@pytest.mark.parametrize("name", ["persistent", "float-target", "steps", "particles", "sizes", "history"])
def test_a_shader_is_warmed_up_in_small_targets_of_the_very_kind_it_will_have(
    host: Host, context: Context, name: str
) -> None:
    shader = parse(FIXTURES / f"{name}.fs")
    numbers = load(host, name)._numbers()
    small = Buffers(context, shader, (70, 32), numbers, miniature=True)
    whole = Buffers(context, shader, (70, 32), numbers)

    for one in whole.targets:
        mine, true = small.front(one), whole.front(one)
        assert type(small.targets[one]) is type(whole.targets[one])
        assert (mine.texel, mine.smooth, mine.repeat) == (true.texel, true.smooth, true.repeat)
        for side, wanted in zip(area(mine), area(true), strict=True):
            assert side <= 9
            assert (side & (side - 1) == 0) == (wanted & (wanted - 1) == 0)
    small.release()
    whole.release()


def test_a_scene_that_was_never_drawn_holds_no_targets(host: Host, context: Context) -> None:
    before = context.objects["target"]
    renderer = load(host, "persistent")
    assert context.objects["target"] == before
    renderer.resize(32, 32)
    renderer.restart()
    assert context.objects["target"] == before
    assert renderer.texture.size == (32, 32)
    assert context.objects["target"] > before


def test_what_is_only_ever_added_to_becomes_finite_again(host: Host) -> None:
    header = """/*{
      "INPUTS": [{"NAME": "more", "TYPE": "float", "DEFAULT": 0, "MIN": -4e38, "MAX": 4e38}],
      "PASSES": [{"TARGET": "sum", "PERSISTENT": true, "FLOAT": true, "BLEND": "add"}, {}]
    }*/
    void main() { gl_FragColor = PASSINDEX == 0 ? vec4(more) : IMG_THIS_PIXEL(sum) * 1e-37; }"""
    renderer = host.load(parse_text(header, Path("sum.fs")), (4, 4))

    for index, more in enumerate((3e38, 3e38, -2.9e38, 0.0)):
        drawn = pixels(renderer.draw(frame(index), {"more": (more,)}))

    near([1.0] * 4, drawn[0, 0])
