"""A stage that is sent ahead: it gets its order, its environment and its descriptors, or makes room."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from installation.ipc import prespawn
from installation.keeper.stage.supervisor import Process

_WAITS = """
import os, sys
from installation.ipc.prespawn import MARK, await_order
given = sys.argv[1]
if given.startswith(MARK):
    order = await_order(int(given.removeprefix(MARK)))
    if order is None:
        sys.exit(7)
    text, numbers = order
    for number in (int(part) for part in text.split("|")[0].split()):
        with os.fdopen(numbers[number], "w") as pipe:
            pipe.write(f"{text.split('|')[1]} {os.environ['GIVEN']}")
    sys.exit(3)
sys.exit(4)  # started in the plain way
"""
COMMAND = [sys.executable, "-c", _WAITS]

pytestmark = pytest.mark.skipif(not hasattr(os, "posix_spawn"), reason="descriptors cross on Unix only")


@pytest.fixture(autouse=True)
def nobody_waits() -> Iterator[None]:
    yield
    prespawn.dismiss()


def _ended(process: Process) -> int:
    assert process._child is not None
    return process._child.wait(20.0)


def test_what_was_sent_ahead_gets_order_environment_and_descriptors_under_its_own_numbers() -> None:
    prespawn.send_ahead(COMMAND)
    spare = os.dup(0), os.dup(0)  # so that the numbers differ there
    first, second = os.pipe(), os.pipe()
    process = Process("stage", [*COMMAND, f"{first[1]} {second[1]}|{'x' * 200_000}"])
    try:
        process.start({"GIVEN": "said"}, (second[1], first[1]))
        for reading, writing in (first, second):
            os.close(writing)
            with os.fdopen(reading, "rb") as pipe:
                assert pipe.read() == b"x" * 200_000 + b" said"
        assert _ended(process) == 3
    finally:
        for fd in spare:
            os.close(fd)
        prespawn.dismiss()


def test_each_later_stage_is_a_fresh_one() -> None:
    prespawn.send_ahead(COMMAND)
    codes = []
    for _ in range(2):
        process = Process("stage", [*COMMAND, "|"])
        process.start({"GIVEN": ""})
        codes.append(_ended(process))
    assert codes == [3, 4]


def test_one_that_has_read_its_order_and_hung_up_at_once_has_taken_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    send = socket.send_fds

    def sent_and_read(*arguments: Any) -> int:
        count = send(*arguments)
        child.wait(20.0)
        return count

    prespawn.send_ahead(COMMAND)
    child = prespawn._waiting[-1].child
    monkeypatch.setattr(socket, "send_fds", sent_and_read)
    process = Process("stage", [*COMMAND, "|"])
    process.start({"GIVEN": ""})
    assert _ended(process) == 3


def test_another_command_does_not_get_it() -> None:
    prespawn.send_ahead(COMMAND)
    assert prespawn.take([sys.executable, "-c", "pass"], {}, ()) is None
    taken = prespawn.take([*COMMAND, "|"], {"GIVEN": ""}, ())
    assert taken is not None
    with taken:
        assert taken.wait(20.0) == 3


def test_a_dead_one_is_replaced_by_a_fresh_one() -> None:
    prespawn.send_ahead(COMMAND)
    child = prespawn._waiting[0].child
    child.kill()
    child.wait()
    process = Process("stage", [*COMMAND, "|"])
    process.start({"GIVEN": ""})
    assert _ended(process) == 4


def test_one_that_nobody_needs_is_gone_afterwards() -> None:
    prespawn.send_ahead(COMMAND)
    child = prespawn._waiting[0].child
    prespawn.dismiss()
    assert child.returncode is not None
    prespawn.dismiss()


def test_one_whose_sender_died_ends_by_itself() -> None:
    prespawn.send_ahead(COMMAND)
    waiting = prespawn._waiting.pop()
    waiting.wire.close()
    with waiting.child as child:
        assert child.wait(20.0) == 7


def test_sending_ahead_imports_nothing_of_ours_that_is_large() -> None:
    order = "import installation.ipc.prespawn, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", order], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"numpy", "msgspec", "typer", "installation.ipc.link", "logging"}


_CRASHES = """
import os, signal, sys
from installation.ipc.prespawn import MARK, await_order
if sys.argv[1].startswith(MARK):
    await_order(int(sys.argv[1].removeprefix(MARK)))
import pygame
pygame.init()
os.kill(os.getpid(), signal.SIGSEGV)
"""


@pytest.mark.parametrize("ahead", [True, False])
def test_a_crash_is_told_by_python_and_not_kept_up_by_pygame(
    ahead: bool, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    command = [sys.executable, "-c", _CRASHES]
    if ahead:
        prespawn.send_ahead(command)
    process = Process("stage", [*command, "order"])
    process.start({})

    assert _ended(process) == -signal.SIGSEGV
    assert process.poll() == -signal.SIGSEGV
    assert "Fatal Python error: Segmentation fault" in capfd.readouterr().err
