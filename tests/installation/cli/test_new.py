import shlex
from pathlib import Path

import pytest

from installation.cli.check import check
from installation.cli.new import FILES, new
from installation.show import load_show


def test_a_new_show_can_be_read_and_has_no_dead_reference(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "deep" / "my-show"

    assert new(folder) == 0

    show = load_show(folder)
    assert (show.title, len(show.scenes), len(show.cues)) == ("My show", 2, 3)
    assert capsys.readouterr().out == f"{folder / 'show.toml'}\n"


@pytest.mark.gl
def test_a_new_show_passes_the_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new(tmp_path / "mine")
    capsys.readouterr()

    assert check([tmp_path / "mine"]) == 0
    said = capsys.readouterr()
    assert said.out.count("ok ") == 5
    assert "warning" not in said.out + said.err


def test_nothing_is_ever_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new(tmp_path)
    (tmp_path / "show.toml").write_text("mine")

    assert new(tmp_path) == 1
    assert (tmp_path / "show.toml").read_text() == "mine"
    assert "nothing was written" in capsys.readouterr().err


def test_a_file_in_the_way_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")

    assert new(tmp_path / "file") == 1
    assert new(tmp_path / "file" / "below") == 1
    assert len(capsys.readouterr().err.splitlines()) == 2


@pytest.mark.parametrize("name", ['a"b\\c', "ünïcode", "{braces}", "with blank"])
def test_any_name_of_a_folder_makes_a_show(tmp_path: Path, name: str) -> None:
    assert new(tmp_path / name) == 0
    assert load_show(tmp_path / name).scenes
    assert sorted([*FILES, "presets"]) == sorted(path.name for path in (tmp_path / name).iterdir())


def test_the_line_to_copy_survives_a_folder_with_spaces(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "Größe und Luft"
    assert new(folder) == 0

    line = capsys.readouterr().err.strip()
    assert shlex.split(line)[-2:] == ["preview", str(folder)]
    comment = next(one for one in (folder / "show.toml").read_text().splitlines() if "Play it:" in one)
    assert shlex.split(comment.partition(":")[2])[-1] == str(folder)
