import math
from pathlib import Path

import moderngl
import pytest

from installation.bench.frame import Script, apart, loaded_production, loaded_stage, turns
from installation.bench.reference import SIMPLE
from installation.render.part import WHOLE
from installation.render.passes.guard import Guard
from installation.render.passes.soften import Soften
from installation.render.window import Viewport


def test_jobs_take_turns_and_the_first_rounds_do_not_count() -> None:
    said: list[str] = []

    wall, cpu, main = turns([lambda: said.append("a"), lambda: said.append("b")], frames=3, warm=2)

    assert "".join(said) == "ababababab"
    assert len(wall) == len(cpu) == len(main) == 2


@pytest.mark.gl
def test_the_load_is_what_the_goal_says(tmp_path: Path) -> None:
    production = loaded_production(tmp_path, SIMPLE, (64, 36))

    assert len(production.show.routes) == 1_000
    assert production.rig.universes == 64
    assert len(production.rig) == 64 * 170


@pytest.mark.gl
def test_the_script_draws_what_the_stage_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHOTOPHORE_STATE", str(tmp_path))
    production = loaded_production(tmp_path, SIMPLE, (64, 36))
    with loaded_stage(production, tmp_path, windowed=False) as (stage, context, window):
        script = Script(context, production, (64, 36), window)
        for _ in range(3):
            stage.frame()
            script.frame()
        mean = sum(context.screen.read(components=3)) / (64 * 36 * 3)
        script.release()

    assert 20 < mean < 235


@pytest.mark.gl
def test_the_script_draws_every_pass_at_its_size_and_reads_back_what_the_stage_reads_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHOTOPHORE_STATE", str(tmp_path))
    # Soft edges are drawn only while the guard cuts, which the two pictures need not do at the same moment.
    monkeypatch.setattr(Soften, "apply", lambda _self, picture, _dt: picture)
    monkeypatch.setattr(Guard, "rise", (1.0, 1.0))  # past the start, in which words are laid over the picture
    size = (160, 90)
    said: list[tuple[object, ...]] = []
    render, read = moderngl.VertexArray.render, moderngl.Buffer.read
    copy, collect = moderngl.Texture.read_into, moderngl.Framebuffer.read_into

    def rendered(array: moderngl.VertexArray, *given: object, **named: object) -> object:
        fbo = array.ctx.fbo
        said.append(("draw", *fbo.size, len(fbo.color_attachments)))
        return render(array, *given, **named)  # type: ignore[arg-type]

    def copied(texture: moderngl.Texture, *given: object, **named: object) -> object:
        said.append(("copy", *texture.size))
        return copy(texture, *given, **named)  # type: ignore[arg-type]

    def has_read(buffer: moderngl.Buffer, *given: object, **named: object) -> object:
        said.append(("read", buffer.size))
        return read(buffer, *given, **named)  # type: ignore[arg-type]

    def collected(fbo: moderngl.Framebuffer, *given: object, **named: object) -> object:
        said.append(("collect", *fbo.size))
        return collect(fbo, *given, **named)  # type: ignore[arg-type]

    production = loaded_production(tmp_path, SIMPLE, size)
    with loaded_stage(production, tmp_path, windowed=False) as (stage, context, window):
        script = Script(context, production, size, window)
        for _ in range(12):  # until all eight scenes are compiled
            stage.frame()
            script.frame()
        monkeypatch.setattr(moderngl.VertexArray, "render", rendered)
        monkeypatch.setattr(moderngl.Texture, "read_into", copied)
        monkeypatch.setattr(moderngl.Buffer, "read", has_read)
        monkeypatch.setattr(moderngl.Framebuffer, "read_into", collected)
        stage.frame()
        stage._player.picture.show(_Window(size))  # type: ignore[union-attr, arg-type]  # as a window would
        ours, said[:] = list(said), []
        script.frame()
        monkeypatch.undo()
        script.release()

    assert sorted(ours, key=str) == sorted(said, key=str)
    assert len(ours) == 20


class _Window:
    """As much of a window as the picture needs to be shown in it."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size
        self.viewport = Viewport(0, 0, *size)
        self.part = WHOLE
        self.beside = None


@pytest.mark.gl
def test_the_bench_gives_its_rows_at_a_tiny_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHOTOPHORE_STATE", str(tmp_path))

    rows = apart("simple", (64, 36), frames=2)

    assert [row.goal for row in rows] == ["<= 1.20", "<= 1.5 ms"]
    assert all(math.isfinite(row.ratio) for row in rows)
