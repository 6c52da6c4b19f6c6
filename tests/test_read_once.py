from pathlib import Path

import pytest

from installation import isf, paths
from tests.read_once import once

PLAIN = '/*{"ISFVSN": "2"}*/\n#include "one.glsl"\nvoid main() { gl_FragColor = vec4(LIGHT); }\n'


def test_a_shader_that_ships_is_read_again_only_when_one_of_its_files_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An include is one of them; shaders elsewhere are read each time."""
    shipped, elsewhere = tmp_path / "shaders", tmp_path / "show"
    for folder in (shipped, elsewhere):
        folder.mkdir()
        (folder / "plain.fs").write_text(PLAIN)
        (folder / "one.glsl").write_text("#define LIGHT 0.5\n")
    monkeypatch.setattr(paths, "shaders", lambda: shipped)
    asked: list[Path] = []

    def parse(path: Path) -> isf.Shader:
        asked.append(path)
        return isf.reader.parse(path)

    read = once(parse)
    first, again = read(shipped / "plain.fs"), read(shipped / "plain.fs")
    (shipped / "one.glsl").write_text("#define LIGHT 0.125\n")
    changed = read(shipped / "plain.fs")
    read(elsewhere / "plain.fs")
    read(elsewhere / "plain.fs")

    assert again is first
    assert "0.125" in changed.source
    assert asked == [shipped / "plain.fs"] * 2 + [elsewhere / "plain.fs"] * 2
