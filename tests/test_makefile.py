"""What ``make`` would do on a machine that has nothing yet. Nothing is installed here."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def would(tmp_path: Path, goal: str) -> str:
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    words = ["make", "--dry-run", "--no-print-directory", goal]
    return subprocess.run(words, cwd=tmp_path, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("goal", ["setup", "preview", "perform", "demo", "doctor", "docs"])
def test_who_plays_does_not_install_what_tests_need(tmp_path: Path, goal: str) -> None:
    said = would(tmp_path, goal)
    assert "pip install --disable-pip-version-check --progress-bar on -e . " in said
    assert "[test]" not in said
    assert "jackd2" not in said


@pytest.mark.parametrize("goal", ["test", "check", "format", "golden", "bench"])
def test_who_tests_installs_it_beside_the_program(tmp_path: Path, goal: str) -> None:
    said = would(tmp_path, goal)
    assert said.index("-e . ") < said.index("-e '.[test]'")
    assert ("jackd2" in said) == (goal == "test")
