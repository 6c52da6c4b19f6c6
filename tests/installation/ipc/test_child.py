"""A child of the keeper that hangs says where and ends; one that runs, or has no keeper, is left alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from installation.ipc.link import ALIVE

ROOT = Path(__file__).parents[3]
PROGRAM = """
import time
from installation.ipc.child import Watchdog

def stuck() -> None:
    time.sleep(0.0 if {lives} else 100.0)

watchdog = Watchdog(hangs=0.3, starts=20.0)
end = time.monotonic() + 1.2
while time.monotonic() < end:
    watchdog.beat()
    time.sleep(0.02)
stuck()
print("orphaned", watchdog.orphaned)
watchdog.close()
time.sleep(0.6)
"""


def run(*, lives: bool, keeper: bool = True) -> subprocess.CompletedProcess[str]:
    reads, writes = os.pipe()
    try:
        return subprocess.run(
            [sys.executable, "-c", PROGRAM.format(lives=lives)],
            env=os.environ | {ALIVE: str(reads) if keeper else ""},
            cwd=ROOT, pass_fds=(reads,), capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    finally:
        os.close(reads)
        os.close(writes)


def test_a_loop_that_hangs_ends_the_process_and_says_where() -> None:
    done = run(lives=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "in stuck" in done.stderr


def test_a_loop_that_comes_round_is_left_alone_and_its_end_may_take_long() -> None:
    done = run(lives=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "orphaned False\n", "")


def test_without_a_keeper_nobody_watches() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(ALIVE, raising=False)
        done = run(lives=True, keeper=False)
    assert (done.returncode, done.stdout) == (0, "orphaned False\n")


def test_an_end_that_hangs_is_ended_where_the_keeper_is_gone() -> None:
    reads, writes = os.pipe()
    os.close(writes)
    program = """
import time
from installation.ipc.child import Watchdog

watchdog = Watchdog(hangs=0.3)
print("orphaned", watchdog.orphaned, flush=True)
watchdog.close()
time.sleep(20.0)
print("still here")
"""
    try:
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {ALIVE: str(reads)},
            cwd=ROOT, pass_fds=(reads,), capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    finally:
        os.close(reads)
    assert (done.returncode, done.stdout) == (1, "orphaned True\n")
