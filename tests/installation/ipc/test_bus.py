"""The same promises for both buses, and what only the real one can show: a stage that is killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from installation.ipc.bus import Bus, LocalBus, LocalHub, Subscription, ZenohBus, matches
from tests.waiting import until

STAGE = """
import os, sys, time
from pathlib import Path
from installation.ipc.bus import ZenohBus
bus = ZenohBus(Path(sys.argv[1]), listen=True)
bus.alive("stage")
bus.put("tree/description", str(os.getpid()).encode(), keep=True)
while True:
    time.sleep(1)
"""


def connected(stage: Bus, heard: Subscription, key: str) -> None:
    """Wait until what is put under a key arrives, and what was put meanwhile has arrived, too."""
    until(lambda: [stage.put(key, b"x")] and any(one == (key, b"x") for one in heard.drain()))
    time.sleep(0.2)
    heard.drain()


@pytest.fixture(params=["local", "zenoh"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Bus, Bus]]:
    """A stage's bus and a panel's."""
    if request.param == "local":
        hub = LocalHub()
        buses: tuple[Bus, Bus] = (LocalBus(hub), LocalBus(hub))
    else:
        buses = (ZenohBus(tmp_path, listen=True), ZenohBus(tmp_path, listen=False))
    yield buses
    for bus in buses:
        bus.close()


def test_what_is_put_arrives_in_order_with_its_key(pair):
    stage, panel = pair
    heard = panel.subscribe("tree/*")
    stage.put("tree/ready", b"", keep=True)
    connected(stage, heard, "tree/values")
    sent = [("tree/values", b"%d" % number) for number in range(5)]
    found: list[tuple[str, bytes]] = []

    def arrives() -> bool:
        found.clear()
        for key, payload in sent:
            stage.put(key, payload)
        end = time.monotonic() + 2.0
        while len(found) < len(sent) and time.monotonic() < end:
            found.extend(one for one in heard.drain() if one[1] != b"x")
            time.sleep(0.01)
        assert [one for one in sent if one in found] == found  # a busy machine may lose some, and mixes none
        return found == sent

    until(arrives)


def test_a_kept_message_reaches_who_comes_later_and_only_the_newest(pair):
    stage, panel = pair
    stage.put("tree/description", b"old", keep=True)
    stage.put("tree/description", b"new", keep=True)
    late = panel.subscribe("tree/*", kept=True)
    seen: list[tuple[str, bytes]] = []
    until(lambda: seen.extend(late.drain()) or ("tree/description", b"new") in seen)
    # What is on its way may arrive beside what is kept; the newest is the last.
    assert seen[-1] == ("tree/description", b"new")
    assert panel.get("tree/*", timeout=5.0) == {"tree/description": b"new"}


def test_a_full_ring_drops_the_oldest(pair):
    stage, panel = pair
    heard, all_of_it = panel.subscribe("values", capacity=2), panel.subscribe("values", capacity=64)
    connected(stage, heard, "values")
    connected(stage, all_of_it, "values")
    sent = [b"%d" % number for number in range(6)]

    def all_arrive() -> bool:
        heard.drain()
        found: list[bytes] = []
        for payload in sent:
            stage.put("values", payload)
        end = time.monotonic() + 2.0
        while sent[-1] not in found and time.monotonic() < end:
            found.extend(payload for _, payload in all_of_it.drain())
            time.sleep(0.01)
        return found == sent  # a busy machine may lose some on the way

    until(all_arrive)
    time.sleep(0.2)
    assert [payload for _, payload in heard.drain()] == sent[-2:]


def test_a_name_lives_until_it_is_taken_back_and_is_not_our_own(pair):
    stage, panel = pair
    end = panel.alive("watching")
    until(lambda: "watching" in stage.living())
    assert panel.living() == frozenset()
    end()
    until(lambda: "watching" not in stage.living())


def test_closing_twice_is_harmless(pair):
    stage, panel = pair
    stage.alive("stage")
    until(lambda: "stage" in panel.living())
    panel.put("tree/mine", b"1", keep=True)
    for _ in range(2):
        stage.close()
        until(lambda: panel.living() == frozenset())
        panel.put("tree/mine", b"2", keep=True)  # the other end goes on
    for _ in range(2):
        panel.close()


def test_a_panel_finds_a_killed_stage_again_and_gets_its_new_description(tmp_path):
    folder = tmp_path / ("a" * 110)  # longer than a Unix socket's path may be
    folder.mkdir()
    bus = ZenohBus(folder, listen=False)
    heard = bus.subscribe("tree/*", kept=True)
    try:
        for _ in range(2):
            stage = subprocess.Popen([sys.executable, "-c", STAGE, str(folder)])
            try:
                assert until(heard.drain) == [("tree/description", str(stage.pid).encode())]
                until(lambda: "stage" in bus.living())
            finally:
                os.kill(stage.pid, signal.SIGKILL)
                stage.wait()
            until(lambda: "stage" not in bus.living())
    finally:
        bus.close()


def network_sockets() -> set[str]:
    """Inodes of this process's internet sockets."""
    links = [link for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    own = {str(link.readlink()) for link in links if link.is_symlink()}
    tables = [Path(f"/proc/self/net/{table}").read_text() for table in ("tcp", "tcp6", "udp", "udp6")]
    known = {line.split()[9] for table in tables for line in table.splitlines()[1:]}
    return {link for link in own if link.startswith("socket:[") and link[8:-1] in known}


def test_nobody_opens_the_network(tmp_path):
    before = network_sockets()
    bus = ZenohBus(tmp_path, listen=True)
    other = ZenohBus(tmp_path, listen=False)
    try:
        assert network_sockets() <= before
    finally:
        other.close()
        bus.close()


@pytest.mark.parametrize(
    ("pattern", "key", "expected"),
    [
        ("a/b", "a/b", True),
        ("a/*", "a/b", True),
        ("a/*", "a/b/c", False),
        ("a/**", "a/b/c", True),
        ("a/**", "a", True),
        ("**/c", "a/b/c", True),
        ("**/a/**/c", "a/b/b/c", True),
        ("**/x", "a/b", False),
        ("a", "b", False),
        ("z/**", "a", False),
    ],
)
def test_patterns_match_part_by_part(pattern, key, expected):
    assert matches(pattern, key) is expected
