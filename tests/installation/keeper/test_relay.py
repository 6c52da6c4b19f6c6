"""What a child prints: passed on, but never more than a log can take, and its last words whole."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from installation.ipc import prespawn
from installation.keeper.processes import Process
from installation.keeper.relay import AT_ONCE, LAST, Relay
from installation.logs import HOUR_BYTES

_FLOODS = """
import os, sys
for number in range(20_000):
    os.write(1 + number % 2, b"driver: " + b"x" * 992 + b"\\n")
def fails(depth):
    fails(depth - 1) if depth else 1 / 0
sys.setrecursionlimit(300)
fails(40)
"""


class Paper:
    """Takes what is passed on, a little at a time, as a pipe may."""

    def __init__(self) -> None:
        self.data = b""

    def __call__(self, data: bytes) -> int:
        self.data += data[:5000]
        return len(data[:5000])


class Said:
    """A child, as far as the relay knows one."""

    def __init__(self, relay: Relay) -> None:
        reading, self.writing = os.pipe()
        self._relay = relay
        relay.follow(os.fdopen(reading, "rb"))

    def say(self, data: bytes) -> None:
        while data:
            data = data[os.write(self.writing, data) :]

    def end(self) -> None:
        os.close(self.writing)
        self._relay.join(20.0)


def test_what_a_child_prints_is_passed_on_as_it_is() -> None:
    paper = Paper()
    child = Said(Relay("the stage", paper))
    child.say(b"one\ntwo \xff\n")
    child.say(b"no end")
    child.end()

    assert paper.data == b"one\ntwo \xff\nno end"


def test_a_flood_is_cut_counted_and_its_last_words_follow(caplog: pytest.LogCaptureFixture) -> None:
    paper = Paper()
    child = Said(Relay("the stage", paper, lambda: 0.0))
    line = b"x" * 999 + b"\n"
    child.say(line * 20_000)
    child.say(b"why it died\n")
    child.end()

    passed = AT_ONCE // 1000
    last = (LAST - 12) // 1000
    assert paper.data == line * (passed + last) + b"why it died\n"
    lost = f"{20_001 - passed} lines ({(20_000 - passed) * 1000 + 12} bytes)"
    assert [one.getMessage() for one in caplog.records] == [
        "the stage prints too much; from here on most of it is left out",
        f"{lost} that the stage printed were left out; its last words follow",
    ]


def test_a_line_without_end_is_bounded_too() -> None:
    paper = Paper()
    child = Said(Relay("the stage", paper, lambda: 0.0))
    child.say(b"x" * 5_000_000)
    child.end()

    assert len(paper.data) <= AT_ONCE + LAST


def test_later_there_is_room_again_and_children_share_it(caplog: pytest.LogCaptureFixture) -> None:
    paper, now = Paper(), [0.0]
    relay = Relay("the stage", paper, lambda: now[0])
    for _ in range(50):
        child = Said(relay)
        child.say((b"y" * 99 + b"\n") * (AT_ONCE // 100))
        child.end()
    assert len(paper.data) <= AT_ONCE + 50 * LAST

    before, now[0] = len(paper.data), 3600.0
    child = Said(relay)
    child.say((b"z" * 99 + b"\n") * 10_000)
    child.end()
    assert before + HOUR_BYTES - 100 <= len(paper.data) <= before + HOUR_BYTES + LAST


def test_a_terminal_that_is_gone_stops_nobody() -> None:
    tried: list[bytes] = []

    def gone(data: bytes) -> int:
        tried.append(data)
        raise OSError(5, "Input/output error")

    relay = Relay("the stage", gone)
    child = Said(relay)
    child.say(b"x\n" * 500_000)  # more than a pipe holds: it would wait for ever if nobody read
    child.end()
    assert tried
    again = Said(relay)
    again.say(b"the next one\n")
    again.end()
    assert tried[-1] == b"the next one\n", "it is tried again: a terminal may come back"


@pytest.fixture
def nobody_waits() -> Iterator[None]:
    yield
    prespawn.dismiss()


@pytest.mark.parametrize("ahead", [False, True])
@pytest.mark.usefixtures("nobody_waits")
def test_a_process_that_floods_both_its_outputs_and_dies_says_why(
    ahead: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    command = [sys.executable, "-c", _FLOODS]
    if ahead:
        prespawn.send_ahead(command)
    process = Process("stage", [*command, "{}"])
    process.start({})
    assert process.wait(20.0)

    out, err = capfd.readouterr()
    assert out == ""
    assert len(err) <= AT_ONCE + LAST + 2000
    traceback = err[err.index("Traceback (most recent call last):") :]
    assert traceback.count("in fails") + traceback.count("repeated") >= 4
    assert traceback.endswith("ZeroDivisionError: division by zero\n")


def test_one_that_dies_with_little_to_say_says_it_whole(capfd: pytest.CaptureFixture[str]) -> None:
    process = Process("stage", [sys.executable, "-c", "print('a'); raise RuntimeError('b')"])
    process.start({})
    assert process.wait(20.0)

    expected = subprocess.run(process.command, capture_output=True, text=True, check=False)
    assert capfd.readouterr().err.splitlines()[-1] == expected.stderr.splitlines()[-1] == "RuntimeError: b"
