import math
from pathlib import Path

import pytest

from installation.bench.frame import Script, apart, loaded_piece, loaded_stage, turns
from installation.bench.reference import SIMPLE


def test_jobs_take_turns_and_the_first_rounds_do_not_count() -> None:
    said: list[str] = []

    wall, cpu, main = turns([lambda: said.append("a"), lambda: said.append("b")], frames=3, warm=2)

    assert "".join(said) == "ababababab"
    assert len(wall) == len(cpu) == len(main) == 2


@pytest.mark.gl
def test_the_load_is_what_the_goal_says(tmp_path: Path) -> None:
    piece = loaded_piece(tmp_path, SIMPLE, (64, 36))

    assert len(piece.show.routes) == 1_000
    assert piece.rig.universes == 64
    assert len(piece.rig) == 64 * 170


@pytest.mark.gl
def test_the_script_draws_what_the_stage_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHOTOPHORE_STATE", str(tmp_path))
    piece = loaded_piece(tmp_path, SIMPLE, (64, 36))
    with loaded_stage(piece, tmp_path, windowed=False) as (stage, context, window):
        script = Script(context, piece, (64, 36), window)
        for _ in range(3):
            stage.frame()
            script.frame()
        mean = sum(context.screen.read(components=3)) / (64 * 36 * 3)
        script.release()

    assert 20 < mean < 235


@pytest.mark.gl
def test_the_bench_gives_its_rows_at_a_tiny_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHOTOPHORE_STATE", str(tmp_path))

    rows = apart("simple", (64, 36), frames=2)

    assert [row.goal for row in rows] == ["<= 1.20", "<= 0.3 ms"]
    assert all(math.isfinite(row.ratio) for row in rows)
