"""A real keeper with a real stage, as child processes of the test."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from installation.errors import NotRunningError, PhotophoreError
from installation.ipc.control import request


class RunningKeeper:
    """A keeper process and what it left on disk."""

    def __init__(self, folder: Path, options: dict[str, Any]) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.installation.keeper.tiny_keeper", str(folder), json.dumps(options)],
            stderr=subprocess.PIPE,
        )

    def ask(self, verb: str, *arguments: Any) -> Any:
        """Give it an order over its control socket, and return the answer. Raises PhotophoreError."""
        return request(verb, *arguments, folder=self.folder)

    def wait_for(self, condition: Callable[[], Any], what: str, bound: float = 60.0) -> Any:
        """Poll until the condition holds; the bound only ends a broken test."""
        end = time.monotonic() + bound
        while time.monotonic() < end:
            try:
                if found := condition():
                    return found
            except (NotRunningError, PhotophoreError, FileNotFoundError):
                pass
            time.sleep(0.02)
        pytest.fail(f"never happened: {what}; wire ended with {self.wire()[-3:]}")

    def wire(self) -> list[tuple[str, float, int]]:
        """Every frame on the wire: what, when, level."""
        path = self.folder / "wire"
        lines = path.read_text().splitlines() if path.exists() else []
        return [(kind, float(when), int(level)) for kind, when, level in (line.split() for line in lines)]

    def stages(self) -> list[list[str]]:
        """One entry per stage that was started: pid, cue, time, safe mode."""
        path = self.folder / "stages"
        return [line.split(" ", 3) for line in path.read_text().splitlines()] if path.exists() else []

    def lit(self, level: int = 156) -> None:
        """Wait until the first channel on the wire has this level."""
        self.wait_for(lambda: self.wire() and self.wire()[-1][2] == level, f"level {level} on the wire")

    def end(self) -> None:
        """End it by SIGTERM, and by SIGKILL if that takes longer than ten seconds."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        assert self.process.stderr is not None
        self.process.stderr.close()


def gone(pid: int) -> bool:
    """True when no such process lives (a zombie counts as gone)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return state == "Z"


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[Callable[..., RunningKeeper]]:
    """Starts keepers in the folder of the test; they and their stages are ended after it."""
    running: list[RunningKeeper] = []

    def start(**options: Any) -> RunningKeeper:
        running.append(RunningKeeper(tmp_path, options))
        return running[-1]

    yield start
    for one in running:
        one.end()
        for pid, *_ in one.stages():
            if not gone(int(pid)):
                os.kill(int(pid), signal.SIGKILL)
