import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests import again

TESTS = """
import pathlib, pytest
def test_first():
    seen = pathlib.Path(__file__).with_name("seen")
    known = seen.exists()
    seen.touch()
    assert known
@pytest.mark.parametrize("n", range(4))
def test_never(n):
    assert False
"""


HEAD = f"from typing import Any\nimport pytest\nUNTIL_END = {again.UNTIL_END!r}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with tests, and with the hooks of ours that note how a run ended."""
    hooks = Path(__file__).with_name("conftest.py").read_text()
    first, last = hooks.index("CRASHED ="), hooks.index("def pytest_collectstart")
    begin, end = hooks.index("def pytest_sessionfinish"), hooks.index("def pytest_collection_modifyitems")
    (tmp_path / "conftest.py").write_text(HEAD + hooks[first:last] + hooks[begin:end])
    (tmp_path / "test_some.py").write_text(TESTS)
    return tmp_path


def once_more(folder: Path, *chosen: str) -> subprocess.CompletedProcess[str]:
    """Run the chosen tests, which fail, and then what has failed."""
    run = [sys.executable, "-m", "pytest", "-q", "-n", "0", *chosen]
    assert subprocess.run(run, cwd=folder, capture_output=True, check=False).returncode == 1
    return subprocess.run(
        [sys.executable, again.__file__], cwd=folder, capture_output=True, text=True, check=False
    )


def test_what_passes_alone_is_named_and_the_run_has_passed(folder: Path) -> None:
    done = once_more(folder, "test_some.py::test_first")
    assert done.returncode == 0
    assert done.stdout.endswith("passed only alone, to be mended:\n  test_some.py::test_first\n")


def test_what_fails_alone_as_well_fails(folder: Path) -> None:
    assert once_more(folder, "test_some.py::test_first", "test_some.py::test_never[1]").returncode == 1
    assert set(json.loads((folder / again.FAILED).read_text())) == {"test_some.py::test_never[1]"}


def test_many_are_not_tried_again(folder: Path) -> None:
    done = once_more(folder, *(f"test_some.py::test_never[{n}]" for n in range(again.MOST + 1)))
    assert (done.returncode, done.stdout) == (1, "")


CRASHES = """
import os, pathlib, pytest
@pytest.mark.parametrize("n", range(6))
def test_some(n):
    seen = pathlib.Path(__file__).with_name("crashed")
    if n == 1 and not seen.exists():
        seen.touch()
        os._exit(3)
    assert n < 5
"""


def test_a_run_with_a_worker_that_crashed_is_not_saved_by_the_test_that_crashed_it(folder: Path) -> None:
    """The others of that worker never ran."""
    (folder / "test_some.py").write_text(CRASHES)
    run = [sys.executable, "-m", "pytest", "-q", "-n", "1", "--max-worker-restart", "0"]
    assert subprocess.run(run, cwd=folder, capture_output=True, check=False).returncode == 1
    assert list(json.loads((folder / again.FAILED).read_text())) == ["test_some.py::test_some[1]"]

    done = subprocess.run([sys.executable, again.__file__], cwd=folder, capture_output=True, check=False)

    assert done.returncode == 1
    assert done.stdout == b""
