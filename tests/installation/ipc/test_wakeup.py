"""A thread that waits is woken by another process, and never keeps that one waiting."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from installation.ipc.shared_memory import Mapping, Wakeup

STAGE = """
import sys
from installation.ipc.shared_memory import Mapping
mapping = Mapping.attach(int(sys.argv[1]), int(sys.argv[2]))
sys.stdin.readline()
mapping.put_light(b"light")
"""


@pytest.fixture
def mapping() -> Iterator[Mapping]:
    made = Mapping.create(1)
    yield made
    made.close()


def test_light_of_another_process_wakes_who_waits(mapping: Mapping) -> None:
    fds = mapping.fd, mapping.fresh.writer
    with subprocess.Popen(
        [sys.executable, "-c", STAGE, *map(str, fds)], pass_fds=fds, stdin=subprocess.PIPE
    ) as stage:
        woken: list[bool] = []
        waiting = threading.Thread(target=lambda: woken.append(mapping.fresh.wait(60.0)))
        waiting.start()
        stage.communicate(b"now\n")
        waiting.join()
    assert woken == [True]
    assert mapping.state.newest() == (1, b"light")


def test_what_came_before_the_wait_counts_and_only_once(mapping: Mapping) -> None:
    assert not mapping.fresh.wait(0.0)
    for _ in range(3):
        mapping.put_light(b"light")
    assert mapping.fresh.wait(60.0)
    assert not mapping.fresh.wait(0.0)


def test_a_writer_never_waits_and_outlives_its_reader(mapping: Mapping) -> None:
    for _ in range(100_000):  # more than a pipe holds
        mapping.fresh.give()
    other = Wakeup(-1, os.dup(mapping.fresh.writer))
    mapping.fresh.close()
    other.give()
    other.close()
    other.give()
