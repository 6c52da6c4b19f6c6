"""What ``make`` would do on a machine that has nothing yet. Nothing is installed here."""

import os
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


@pytest.mark.parametrize("goal", ["setup", "preview", "perform", "site", "demo", "doctor", "docs"])
def test_who_plays_does_not_install_what_tests_need(tmp_path: Path, goal: str) -> None:
    said = would(tmp_path, goal)
    assert "pip install --disable-pip-version-check --progress-bar on -e '.[sound]' " in said
    assert "[test]" not in said
    assert "jackd2" not in said


@pytest.mark.parametrize("goal", ["test", "check", "format", "golden", "bench"])
def test_who_tests_installs_it_beside_the_program(tmp_path: Path, goal: str) -> None:
    said = would(tmp_path, goal)
    assert said.index("-e '.[sound]' ") < said.index("-e '.[test]'")
    assert ("jackd2" in said) == (goal == "test")


def test_the_printed_line_names_packages_as_this_system_does(tmp_path: Path) -> None:
    """Debian 13 calls libasound2 libasound2t64, and refuses the old name."""
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    programs = {
        "apt-cache": """test "$2" = libasound2t64 && echo 'Candidate: 1.2'"""
        "\n"
        "echo 'Candidate: (none)'",
        "dpkg-query": "exit 1",
        "id": "echo 1000",
        "sudo": "exit 1",
    }
    for name, body in programs.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    words = ["make", "--no-print-directory", "build/.packages-run"]
    done = subprocess.run(words, cwd=tmp_path, env={"PATH": path}, check=True, capture_output=True, text=True)
    packages = "python3-venv libegl1 libgl1 libgl1-mesa-dri libasound2t64 libportaudio2 libasound2-plugins"
    said = f"please run: sudo apt-get install -y {packages}"
    assert said in done.stderr.splitlines()
