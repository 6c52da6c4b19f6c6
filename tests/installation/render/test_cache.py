import os
import shutil
from pathlib import Path

import pytest

from installation.render import cache

NAMES = ("MESA_SHADER_CACHE_DIR", "MESA_SHADER_CACHE_DISABLE", "MESA_GLSL_CACHE_DISABLE")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.setenv(name, "")  # so that what is set here is taken back
        monkeypatch.delenv(name)


def test_with_room_the_driver_keeps_its_cache_there(tmp_path: Path) -> None:
    assert cache.choose(tmp_path / "cache") == ""
    assert os.environ["MESA_SHADER_CACHE_DIR"] == str(tmp_path / "cache")
    assert "MESA_SHADER_CACHE_DISABLE" not in os.environ


def test_without_room_there_is_none_and_the_reason_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type(shutil.disk_usage(tmp_path))
    monkeypatch.setattr("installation.render.cache.shutil.disk_usage", lambda _path: usage(1, 1, 65536))
    assert "0.1 MB are free, 34 are needed" in cache.choose(tmp_path / "cache")
    assert os.environ["MESA_SHADER_CACHE_DISABLE"] == "true"
    assert os.environ["MESA_GLSL_CACHE_DISABLE"] == "true"  # what Mesa before 21.0 reads
    assert "MESA_SHADER_CACHE_DIR" not in os.environ


def test_a_folder_that_cannot_be_made_means_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "no shader cache" in cache.choose(tmp_path / "file" / "cache")
    assert os.environ["MESA_SHADER_CACHE_DISABLE"] == "true"


def test_a_folder_that_cannot_be_written_means_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Path, int]] = []

    def refuse(path: Path, mode: int) -> bool:
        asked.append((path, mode))
        return False

    monkeypatch.setattr("installation.render.cache.os.access", refuse)
    assert "it cannot be written" in cache.choose(tmp_path)
    assert os.environ["MESA_SHADER_CACHE_DISABLE"] == "true"
    assert asked == [(tmp_path, os.W_OK)]


@pytest.mark.parametrize("name", ["MESA_SHADER_CACHE_DISABLE", "MESA_GLSL_CACHE_DISABLE"])
def test_a_cache_that_the_user_has_turned_off_stays_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "1")
    assert cache.choose(tmp_path) == ""
    assert os.environ[name] == "1"
    assert "MESA_SHADER_CACHE_DIR" not in os.environ


def test_what_the_user_says_of_the_cache_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MESA_SHADER_CACHE_DIR", "/elsewhere")
    assert cache.choose(tmp_path) == ""
    assert os.environ["MESA_SHADER_CACHE_DIR"] == "/elsewhere"


@pytest.mark.parametrize("place", ["index", "mesa_shader_cache/index"])
def test_an_index_with_holes_gets_all_its_blocks(tmp_path: Path, place: str) -> None:
    index = tmp_path / place
    index.parent.mkdir(exist_ok=True)
    with index.open("wb") as file:
        file.truncate(1 << 20)
    assert index.stat().st_blocks < 100
    before = len([*Path("/proc/self/fd").iterdir()])
    cache.allocate(tmp_path)
    assert len([*Path("/proc/self/fd").iterdir()]) == before
    assert index.stat().st_blocks * 512 >= 1 << 20
    cache.allocate(tmp_path / "not there")
