"""A running photophore, for tests: real processes, a real window, real sockets."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from installation.errors import PhotophoreError
from installation.ipc.control import request
from tests.waiting import PATIENCE, until

__all__ = ["PATIENCE", "Program", "started", "until", "venue_file", "xvfb"]

VENUE = """format = 1
title = "Test"
[canvas]
width = {size[0]}
height = {size[1]}
rate = {rate}
[light]
{light}
{adapters}
[adapter.node]
kind = "artnet"
host = "127.0.0.1"
port = {port}
send = [{{ universe = 1, address = 0, count = 1 }}]
[[pixels]]
name = "wall"
universe = 1
columns = {wall[0]}
rows = {wall[1]}
area = [0.0, 0.0, {reach}, {reach}]
"""

OSC = '[adapter.osc]\nkind = "osc"\nport = 0'


def venue_file(
    folder: Path,
    port: int,
    *,
    size: tuple[int, int] = (96, 54),
    light: str = "rate = 44\nhold_s = 30",
    adapters: str = OSC,
    wall: tuple[int, int] = (10, 2),
    reach: float = 1.0,
    rate: float = 10.0,
) -> Path:
    """A venue whose wall of pixels goes to a UDP port of this machine as Art-Net.

    Args:
        folder: Where the file is written.
        port: Of the receiver.
        size: Of the canvas, in pixels.
        light: Lines of the table ``[light]``.
        adapters: Tables of the inputs.
        wall: Columns and rows of pixels.
        reach: Share of the picture's width and height that they sample, from the lower left.
        rate: Frames of the picture a second. Few: most tests wait for what happens, and a picture that nobody
            looks at would take the processor from those who compute.
    """
    path = folder / "venue.toml"
    path.write_text(
        VENUE.format(port=port, size=size, rate=rate, light=light, adapters=adapters, wall=wall, reach=reach)
    )
    return path


class Program:
    """One show in a state folder of its own."""

    def __init__(self, state: Path, process: "subprocess.Popen[str]", environment: dict[str, str]) -> None:
        self.state = state
        self.process = process
        self._environment = environment

    def ask(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run another photophore command against this show."""
        command = [sys.executable, "-m", "installation", *arguments]
        return subprocess.run(
            command, capture_output=True, text=True, env=self._environment, timeout=PATIENCE, check=False
        )

    def begin(self, *arguments: str, keyboard: int = subprocess.DEVNULL) -> "subprocess.Popen[str]":
        """Begin another command against this show; ``keyboard`` is a terminal, else nobody is there."""
        command = [sys.executable, "-m", "installation", *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, stdin=keyboard, stdout=pipe, stderr=pipe, text=True, env=self._environment
        )

    def status(self) -> dict[str, Any]:
        """What ``status --json`` prints, or an empty dict while nobody answers.

        Asked for over the socket that the command uses: starting it for every poll costs more than the show.
        """
        try:
            said: dict[str, Any] = request("status", folder=self.state)
        except PhotophoreError:
            return {}
        return said

    def playing(self) -> dict[str, Any]:
        """The status once frames are made."""
        return until(lambda: (s := self.status()).get("frame", {}).get("index", 0) > 2 and s, self.output())

    def kill_stage(self) -> dict[str, Any]:
        """Kill the stage; the status once another makes frames. Until then the last one's report stands."""
        killed = self.pid("stage")
        os.kill(killed, signal.SIGKILL)
        last = self.status()["frame"].get("index", 0)
        return until(
            lambda: (
                self.pid("stage") not in (0, killed)
                and (s := self.status())["frame"].get("index", 0) not in (0, 1, 2, last)
                and s
            ),
            "another stage plays",
        )

    def pid(self, name: str) -> int:
        """Process id of the stage, the keeper or the panel."""
        return int(next(one["pid"] for one in self.status()["processes"] if one["name"] == name) or 0)

    def osc_port(self) -> int:
        """Where the show listens for OSC."""
        found = until(
            lambda: next(
                (
                    a["detail"]
                    for a in self.status().get("adapters", [])
                    if a["kind"] == "osc" and a["state"] == "up"
                ),
                "",
            ),
            "OSC is up",
        )
        return int(found.split(";")[0].rsplit(":", 1)[1])

    def get(self, address: str) -> list[float]:
        """What ``get`` prints: the effective value of a parameter; empty while nobody answers."""
        try:
            values: list[float] = request("get", address, folder=self.state)
        except PhotophoreError:
            return []
        return values

    def output(self) -> str:
        """What it has written so far."""
        return (self.state / "output.txt").read_text()


@contextmanager
def started(state: Path, *arguments: str, **environment: str) -> Iterator[Program]:
    """Start ``photophore ARGUMENTS`` and end it whatever happens. Sound only with ``--sound``."""
    if arguments[0] in {"preview", "perform", "run"} and "--sound" not in arguments:
        arguments = (*arguments, "--no-sound")
    state.mkdir(exist_ok=True)
    given = {k: v for k, v in os.environ.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY", "LP_NUM_THREADS"}}
    given |= {"PHOTOPHORE_STATE": str(state), "NO_COLOR": "1"} | environment
    with (state / "output.txt").open("w") as output:
        command = [sys.executable, "-m", "installation", *arguments, "--panel-port", "0"]
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=given, text=True)
        program = Program(state, process, given)
        try:
            yield program
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


@contextmanager
def xvfb(size: str = "800x600x24") -> Iterator[str]:
    """An X server without a screen; gives the value of DISPLAY."""
    reader, writer = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", size, "-nolisten", "tcp", "-noreset"],
        pass_fds=[writer],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    with os.fdopen(reader) as said:
        number = said.readline().strip()
    try:
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()


@contextmanager
def receiver() -> Iterator[socket.socket]:
    """A UDP socket on loopback with a free port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind(("127.0.0.1", 0))
        made.settimeout(PATIENCE)
        yield made
