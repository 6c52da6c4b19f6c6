"""A hub with all its processes, beside a second hub process whose stage is the test."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from installation.errors import PhotophoreError
from installation.hub.options import HubOptions
from installation.ipc.bus import ZenohBus
from installation.ipc.control import request
from installation.ipc.feeds.site import OWN, Own
from installation.ipc.ports import free_port
from installation.show import load_show
from tests.end_to_end.program import Program, receiver, started, until, venue_file

pytestmark = [pytest.mark.gl, pytest.mark.slow, pytest.mark.timeout(240)]

HOST = "127.0.0.1"
PRIORITY = 108
"""Octet of the priority in an sACN data packet (ANSI E1.31)."""


def site_venue(folder: Path, artnet: int, sacn: int, ports: tuple[int, int]) -> Path:
    """A venue with one hub, whose universe also goes out as sACN that other machines may send, too."""
    venue = venue_file(folder, artnet)
    with venue.open("a") as file:
        file.write(f"""
[adapter.shared]
kind = "sacn"
host = "{HOST}"
port = {sacn}
send = [{{ universe = 1, address = 1 }}]
shared = true
[[hub]]
name = "north"
position = [0.5, 0.5]
fixtures = ["wall"]
[site]
name = "garden"
hub = "north"
listen = ["{HOST}:{ports[0]}"]
connect = ["{HOST}:{ports[1]}"]
lead = 80
""")
    return venue


@contextmanager
def neighbour(folder: Path, ports: tuple[int, int], version: str, show: str) -> Iterator[ZenohBus]:
    """Another hub process; gives the stage's end of its bus."""
    folder.mkdir()
    options = HubOptions(
        site="garden", hub="east", listen=(f"{HOST}:{ports[1]}",), connect=(f"{HOST}:{ports[0]}",),
        lead=20, version=version,
    )  # fmt: skip
    bus = ZenohBus(folder, listen=True)
    bus.put(OWN, msgspec.msgpack.encode(Own(at=time.monotonic(), show=show, pad=True)), keep=True)
    command = [sys.executable, "-m", "installation.hub", msgspec.json.encode(options).decode()]
    child = subprocess.Popen(command, env=os.environ | {"PHOTOPHORE_STATE": str(folder)})
    try:
        yield bus
    finally:
        child.terminate()
        child.wait(10)
        bus.close()


def told(program: Program) -> dict[str, Any]:
    try:
        found: dict[str, Any] = request("site", folder=program.state)
    except PhotophoreError:
        return {}
    return found


def here(program: Program) -> list[str]:
    said = told(program)
    fresh = said.get("age_s", 99.0) < 2.0
    return [one["name"] for one in said.get("stations", ()) if one["state"] == "here"] if fresh else []


def priority(lamps: socket.socket) -> int:
    """The priority of the newest packet."""
    lamps.setblocking(False)
    newest = 0
    try:
        while True:
            newest = lamps.recv(1024)[PRIORITY]
    except BlockingIOError:
        return newest


def test_a_hub_meets_another_leads_and_outlives_its_parts(small_show: Path, tmp_path: Path) -> None:
    ports = free_port(HOST, 18_600), free_port(HOST, 18_700)
    state = tmp_path / "state"
    with receiver() as artnet, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as lamps:
        lamps.bind((HOST, 0))
        venue = site_venue(tmp_path, artnet.getsockname()[1], lamps.getsockname()[1], ports)
        with started(state, "hub", str(small_show), "--venue", str(venue), "--no-sound") as program:
            program.playing()
            until(lambda: here(program) == ["north"], "it tells of itself")
            version = told(program)["stations"][0]["version"]
            show = load_show(small_show).name
            with neighbour(tmp_path / "east", ports, version, show):
                until(lambda: here(program) == ["east", "north"], "the two meet")
                until(lambda: program.get("/hub/east/pad") == [1.0], "its pad is held here, too")
                assert program.get("/site/here") == [2.0]
                until(lambda: priority(lamps) == 110, "the leader's lamps have the higher priority")
                table = program.ask("site", "--once")
                assert table.returncode == 0, table.stderr
                assert "north*" in table.stdout
                assert json.loads(program.ask("site", "--json").stdout)["leader"] == "north"
                status = program.status()
                assert status["site"]["here"] == ["east", "north"]

                stage = program.pid("stage")
                os.kill(stage, signal.SIGSTOP)
                asked = time.monotonic()
                while time.monotonic() - asked < 1.0:
                    assert here(program) == ["east", "north"], "the keeper answers without the stage"
                os.kill(stage, signal.SIGCONT)

                os.kill(program.pid("hub"), signal.SIGKILL)
                until(lambda: priority(lamps) == 100, "without its hub process it does not insist")
                until(lambda: here(program) == ["east", "north"], "the hub process is there again")
            until(lambda: here(program) == ["north"], "the neighbour has left")
    assert program.ask("site").returncode == 3
