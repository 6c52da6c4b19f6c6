"""The end of the process when something of its own fails."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

BROKEN = """
import runpy, sys, threading
import installation.sound.process as process
threading.Thread(target=threading.Event().wait).start()  # as those of the sound system
def broken(*_, **_named):
    raise {error}
process.Process = broken
sys.argv = ["sound", *sys.argv[1:]]
runpy.run_module("installation.sound", run_name="__main__")
"""


@pytest.mark.parametrize(
    ("error", "arguments", "status"),
    [("ValueError('a fault')", [], 1), ("KeyboardInterrupt", [], 1), ("ValueError", ["--nonsense"], 2)],
)
def test_whatever_ends_it_no_thread_keeps_it(
    tmp_path: Path, error: str, arguments: list[str], status: int
) -> None:
    given = os.environ | {"PHOTOPHORE_STATE": str(tmp_path)}
    script = BROKEN.format(error=error)
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env=given, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == status
    if "a fault" in error:
        assert "ValueError: a fault" in (tmp_path / "sound.log").read_text()
