"""Foreign habits that only the compiler and the graphics memory see: names, cube maps, sizes, numbers."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from installation.errors import ShaderError
from installation.isf import Shader, parse_text
from installation.render import Context, Host
from installation.render.gl.budget import Budget, Share, memory_of
from installation.render.gl.program import Program
from installation.values import Finding, Frame
from tests.installation.render.pixels import pixels

pytestmark = pytest.mark.gl

SIZE = (32, 16)
NOW = Frame(0, 0.0, 0.0)


@pytest.fixture
def host(context: Context) -> Iterator[Host]:
    made = Host(context)
    yield made
    made.release()
    assert context.memory.used == 0
    assert context.gl.error == "GL_NO_ERROR"


def shader(text: str, folder: Path = Path()) -> Shader:
    return parse_text(text, folder / "a.fs")


def refused(host: Host, text: str) -> tuple[Finding, ...]:
    with pytest.raises(ShaderError) as caught:
        host.load(shader(text), SIZE)
    last = text.rstrip("\n").count("\n") + 1
    assert all(one.where.line <= last for one in caught.value.findings)
    return caught.value.findings


@pytest.mark.parametrize(
    "name", ["smooth", "sample", "flat", "filter", "input", "texture", "clamp", "buffer"]
)
def test_an_input_may_have_a_name_that_glsl_took_later(host: Host, name: str) -> None:
    renderer = host.load(
        shader(
            f'/*{{"INPUTS": [{{"NAME": "{name}", "TYPE": "float", "DEFAULT": 0.25}}]}}*/\n'
            f"void main() {{ gl_FragColor = vec4({name}); }}"
        ),
        SIZE,
    )

    assert pixels(renderer.draw(NOW))[0, 0, 0] == pytest.approx(0.25)
    assert pixels(renderer.draw(NOW, {name: (0.75,)}))[0, 0, 0] == pytest.approx(0.75)


def test_a_target_and_a_variable_may_have_one_too(host: Host) -> None:
    text = (
        '/*{"PASSES": [{"TARGET": "buffer"}, {}]}*/\n'
        "void main() { float filter = 0.5, sample = filter;\n"
        "gl_FragColor = PASSINDEX == 0 ? vec4(sample) : IMG_THIS_PIXEL(buffer); }"
    )

    assert pixels(host.load(shader(text), SIZE).draw(NOW))[0, 0, 0] == pytest.approx(0.5, abs=1e-3)
    for _ in host.precompile(shader(text), SIZE):
        pass


def test_a_function_of_glsl_that_is_defined_for_other_types_hides_none(host: Host) -> None:
    text = (
        "/*{}*/\nint min(int a, int b) { return a < b ? a : b; }\n"
        "float length(const in vec2 v) { return 0.25; }\nvoid main() { gl_FragColor = "
        "vec4(min(0.5, 0.75), float(min(3, 2)), length(vec2(9.0)), length(vec3(0.0))); }"
    )

    drawn = pixels(host.load(shader(text), SIZE).draw(NOW))[0, 0]

    np.testing.assert_allclose(drawn, [0.5, 2.0, 0.25, 0.0], atol=1e-3)


def test_a_cube_map_shows_its_six_sides(host: Host, tmp_path: Path) -> None:
    names = [f"side{number}.png" for number in range(6)]
    for number, name in enumerate(names):
        side = np.full((4, 4, 3), 40 * number, np.uint8)
        side[0, 0] = 255  # the upper left corner, as seen from inside
        Image.fromarray(side).save(tmp_path / name)
    paths = ", ".join(f'"{name}"' for name in names)
    text = (
        f'/*{{"IMPORTED": {{"sky": {{"TYPE": "cube", "PATH": [{paths}]}}}},\n'
        '"INPUTS": [{"NAME": "x", "TYPE": "float"}, {"NAME": "y", "TYPE": "float"},\n'
        '{"NAME": "z", "TYPE": "float"}]}*/\n'
        "void main() { gl_FragColor = textureCube(sky, vec3(x, y, z)); }"
    )
    renderer = host.load(shader(text, tmp_path), SIZE)

    seen = []
    for axis in range(3):
        for sign in (1.0, -1.0):
            way = [0.0, 0.0, 0.0]
            way[axis] = sign
            drawn = renderer.draw(NOW, {name: (value,) for name, value in zip("xyz", way, strict=True)})
            seen.append(round(float(pixels(drawn)[0, 0, 0]) * 255))

    assert seen == [0, 40, 80, 120, 160, 200]
    corner = renderer.draw(NOW, {"x": (1.0,), "y": (0.75,), "z": (0.75,)})
    assert pixels(corner)[0, 0, 0] == pytest.approx(1.0)
    assert renderer.shader.files == (tmp_path / "a.fs", *(tmp_path / name for name in names))


def test_the_sides_of_a_cube_are_squares_of_one_size(host: Host, tmp_path: Path) -> None:
    for number in range(6):
        Image.new("RGB", (4, 4 if number < 5 else 3)).save(tmp_path / f"{number}.png")
    paths = ", ".join(f'"{number}.png"' for number in range(6))
    text = f'/*{{"IMPORTED": {{"sky": {{"PATH": [{paths}]}}}}}}*/ void main() {{}}'

    with pytest.raises(ShaderError, match=r"5\.png.*is 4 x 3 pixels, the cube's first side 4 x 4"):
        host.load(shader(text, tmp_path), SIZE)


@pytest.mark.parametrize(
    "body",
    [
        "#line 9\nvoid main() { nope; }",
        "#line 7 9\nvoid main() { nope; }",
        "/**/ #line 4000 77\nvoid main() { nope; }",
        "#\\\nline 4000 0\nvoid main() { nope; }",
        "void main() {",
        "#if 1\nvoid main() {}",
        "#define vec4 nope\nvoid main() {}",
        "void main() {} \\\n\n",
    ],
)
def test_every_finding_stands_in_the_authors_file(host: Host, body: str) -> None:
    found = refused(host, '/*{"ISFVSN": "2"}*/\n' + body)

    assert all(Path(one.where.file).name == "a.fs" for one in found)


def test_thousands_of_errors_are_a_few_findings(host: Host) -> None:
    found = refused(host, "/*{}*/\n" + "".join(f"float f{n}() {{ return n{n}; }}\n" for n in range(4_000)))

    assert len(found) == 25
    assert "more" in found[-1].message


def test_a_file_that_is_full_of_what_a_later_glsl_allows_is_drawn(host: Host, context: Context) -> None:
    if context.info.code < 400:
        pytest.skip("this driver has no later GLSL")
    body = "".join(f"uint u{n} = {n};\n" for n in range(60))

    host.load(shader("/*{}*/\nvoid main() {\n" + body + "gl_FragColor = vec4(float(u7)); }"), SIZE)


def test_targets_beyond_the_memory_are_refused_before_any_is_made(host: Host, context: Context) -> None:
    names = [f"t{number}" for number in range(14)]
    passes = ", ".join(
        f'\n{{"TARGET": "{name}", "FLOAT": true, "PERSISTENT": true, "WIDTH": "5792", "HEIGHT": "5792"}}'
        for name in names
    )
    text = f'/*{{"PASSES": [{passes}, {{}}]}}*/ void main() {{ gl_FragColor = vec4(0.5); }}'
    before, limit = context.objects["target"], context.memory.limit
    context.memory.limit = 1 << 30
    try:
        (found,) = refused(host, text)
    finally:
        context.memory.limit = limit

    assert found.where.line == 2
    assert found.message == "its targets need 14.0 GiB of memory; only 1.0 GiB of 1.0 GiB are left"
    assert context.objects["target"] == before
    assert context.memory.used == 0


def test_a_size_that_an_input_drives_stays_where_memory_ends(
    host: Host, context: Context, caplog: pytest.LogCaptureFixture
) -> None:
    text = (
        '/*{"INPUTS": [{"NAME": "n", "TYPE": "float", "DEFAULT": 8, "MAX": 4096}],\n'
        '"PASSES": [{"TARGET": "t", "FLOAT": true, "WIDTH": "$n", "HEIGHT": "$n"}, {}]}*/\n'
        "void main() { gl_FragColor = vec4(RENDERSIZE.x / 64.0); }"
    )
    limit = context.memory.limit
    context.memory.limit = 100_000
    try:
        renderer = host.load(shader(text), SIZE)
        renderer.draw(NOW)
        renderer.draw(NOW, {"n": (16.0,)})
        taken = context.memory.used
        renderer.draw(NOW, {"n": (4000.0,)})
        renderer.draw(NOW, {"n": (4000.0,)})
        assert context.memory.used == taken
        assert caplog.text.count("keeping their sizes") == 1
        renderer.draw(NOW, {"n": (8.0,)})
        assert context.memory.used < taken
    finally:
        context.memory.limit = limit


def test_what_is_prepared_aside_may_stand_beside_what_it_replaces() -> None:
    budget = Budget(100)
    drawn, edited, third = Share(budget), Share(budget, aside=True), Share(budget)

    assert drawn.fit(80)
    assert edited.fit(90)
    assert not third.fit(30)
    drawn.release()
    drawn.release()
    assert (budget.used, budget.left) == (90, 10)
    assert not Share(budget, aside=True).fit(101)


def test_a_shader_is_replaced_within_the_memory_and_gives_it_back(host: Host, context: Context) -> None:
    text = (
        '/*{"PASSES": [{"TARGET": "t", "PERSISTENT": true}, {}]}*/ void main() { gl_FragColor = vec4(0.5); }'
    )
    renderer = host.load(shader(text), SIZE)
    renderer.draw(NOW)
    taken = context.memory.used

    renderer.replace(shader(text.replace("0.5", "0.25")))
    assert context.memory.used == taken
    with pytest.raises(ShaderError):
        renderer.replace(shader(text.replace("0.5", "nope")))
    assert context.memory.used == taken


@pytest.mark.parametrize("value", [1e39, -1e39, float("inf"), float("nan"), 4294967295, -1])
@pytest.mark.parametrize("kind", ["float", "int", "uint"])
def test_no_number_stops_a_frame(context: Context, kind: str, value: float) -> None:
    vertex = "#version 330 core\nvoid main() { gl_Position = vec4(0.0); }"
    head = f"#version 330 core\nuniform {kind} x; uniform {kind} y[2]; out vec4 c;\n"
    fragment = head + "void main() { c = vec4(x + y[0] + y[1]); }"
    program = Program(context, vertex, fragment)

    program.set("x", value)
    program.set("y", (value, value))

    program.release()


def test_the_budget_is_a_share_of_the_machine_where_the_processor_draws(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = memory_of(context.gl, software=True)
    monkeypatch.setattr("installation.render.gl.budget._CONTAINER", tmp_path / "memory.max")
    (tmp_path / "memory.max").write_text(f"{2 << 30}\n")

    assert memory_of(context.gl, software=True) == 512 << 20
    (tmp_path / "memory.max").write_text("max\n")
    assert memory_of(context.gl, software=True) >= whole
    assert memory_of(context.gl, software=False) >= 256 << 20
