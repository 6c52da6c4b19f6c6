"""When a hub says goodbye: only where it was asked to end."""

import faulthandler
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from installation.hub import __main__ as program
from installation.hub.options import HubOptions
from installation.ipc.link import ALIVE
from installation.keeper.processes import Children
from tests.waiting import until

OPTIONS = HubOptions(site="garden", hub="north")


class Loop:
    """Stands for ``Process``."""

    act: Callable[[], None]
    closed: list[bool]

    def __init__(self, *_: object, **__: object) -> None:
        Loop.closed = []

    def step(self, _now: float) -> None:
        Loop.act()

    def close(self, *, leaving: bool) -> None:
        Loop.closed.append(leaving)


@pytest.fixture
def alive(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The writing end of the keeper's pipe."""
    before = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)}
    reads, writes = os.pipe()
    monkeypatch.setenv(ALIVE, str(reads))
    monkeypatch.setattr(program, "Process", Loop)
    monkeypatch.setattr(program, "ZenohBus", lambda *_, **__: None)
    yield writes
    faulthandler.cancel_dump_traceback_later()  # what outlives its keeper stays watched, and that is us here
    os.close(reads)
    for one, handler in before.items():
        signal.signal(one, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_goodbye_is_said_by_who_is_asked_to_end(alive: int, number: int) -> None:
    Loop.act = staticmethod(lambda: os.kill(os.getpid(), number))
    assert program.run(OPTIONS) == 0
    assert Loop.closed == [True]
    os.close(alive)


def test_no_goodbye_is_said_after_a_fault_or_the_end_of_the_keeper(alive: int) -> None:
    def fail() -> None:
        raise RuntimeError("a fault")

    Loop.act = staticmethod(fail)
    with pytest.raises(RuntimeError, match="a fault"):
        program.run(OPTIONS)
    assert Loop.closed == [False]
    Loop.act = staticmethod(lambda: os.close(alive))
    program.run(OPTIONS)
    assert Loop.closed == [False]


def test_the_keeper_asks_a_hub_to_end_and_waits_for_its_goodbye(tmp_path: Path) -> None:
    up, bye = tmp_path / "up", tmp_path / "bye"
    code = (
        "import pathlib, signal, sys, time\n"
        f"def end(*_): time.sleep(0.2); pathlib.Path({str(bye)!r}).touch(); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\n"
        f"pathlib.Path({str(up)!r}).touch()\n"
        "time.sleep(60)\n"
    )
    descriptor = os.open(tmp_path, os.O_RDONLY)
    children = Children({"hub": [sys.executable, "-c", code]}, descriptor)
    children.poll(time.monotonic())
    until(up.exists, "it starts")
    children.finish()
    os.close(descriptor)
    assert bye.exists()
