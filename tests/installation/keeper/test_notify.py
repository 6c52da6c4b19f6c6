"""What the service manager is told, and when."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from installation.keeper.notify import LifeSigns


class Manager:
    """A service manager with a watchdog of two seconds, and what it was told."""

    def __init__(self, path: Path) -> None:
        self.environment = {"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "2000000"}
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.setblocking(False)

    def told(self) -> list[str]:
        found = []
        while True:
            try:
                found.append(self._socket.recv(4096).decode())
            except BlockingIOError:
                return found

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    made = Manager(tmp_path / "notify")
    yield made
    made.close()


def test_it_hears_once_that_the_program_is_ready_and_then_in_half_its_time_that_it_lives(
    manager: Manager,
) -> None:
    told = LifeSigns(manager.environment)
    told.pet(0.0, sound=True)
    assert manager.told() == ["READY=1\nSTATUS=running", "WATCHDOG=1"]
    told.pet(0.99, sound=True)
    assert manager.told() == []
    told.pet(1.0, sound=True)
    assert manager.told() == ["WATCHDOG=1"]


def test_it_hears_nothing_while_something_stands_still(manager: Manager) -> None:
    told = LifeSigns(manager.environment)
    told.pet(10.0, sound=False)
    assert manager.told() == ["READY=1\nSTATUS=running"]
    told.pet(11.0, sound=False)
    assert manager.told() == []
    told.pet(12.0, sound=True)
    assert manager.told() == ["WATCHDOG=1"]


@pytest.mark.parametrize("given", [{"WATCHDOG_USEC": "0"}, {"WATCHDOG_PID": str(os.getpid() + 1)}])
def test_without_a_watchdog_of_ours_it_hears_of_readiness_only(
    manager: Manager, given: dict[str, str]
) -> None:
    told = LifeSigns(manager.environment | given)
    for now in (0.0, 5.0, 10.0):
        told.pet(now, sound=True)
    assert manager.told() == ["READY=1\nSTATUS=running"]
