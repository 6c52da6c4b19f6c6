"""From a hand to light: OSC to a lamp that follows the picture and to one's own level, MIDI to the picture.

A real ``photophore run`` without a window, at 60 frames a second and 44 Hz, beside the least that a script
does: a python-osc server that writes what it hears into stupidArtnet. Both receive the same messages, and
both are dated by the first Art-Net packet whose level has fallen. A fall is measured, because nothing holds
it back; rises pass the flash guard, which may make them wait. Each lamp falls alone, and both fall at once:
then the frame of the wire that tells the lamp's own level leaves before the picture is drawn, and the next
a quarter of a period later at the earliest. ``photon`` says how the picture is measured.
"""

import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median, quantiles
from typing import Final, TypeAlias

from installation.bench import Row
from installation.bench.latency.photon import measured as measured_photon
from installation.values import Seconds

__all__ = ["run"]

Send: TypeAlias = Callable[[float, Sequence[str]], None]

FOLLOWS_GOAL, LEVEL_GOAL = 45.0, 30.0
"""Milliseconds that 95 of 100 messages may take."""
_EVENTS = 30
_REST: Seconds = 1.3
"""Between a rise and a fall: longer than the guard rests after a rise."""
_PATIENCE: Seconds = 90.0
_GLOW, _GAIN = "/scene/plain/glow", "/light/own/gain"
_FALLS: Final = (
    ((_GLOW,), "follows the picture", FOLLOWS_GOAL),
    ((_GAIN,), "own level", LEVEL_GOAL),
    ((_GLOW, _GAIN), "follows the picture, its own level at once", FOLLOWS_GOAL),
)
"""What is sent, its name, and its goal; the last of the lamps that fall is dated."""
_WAIT: Seconds = 0.5
_LIT, _FALLEN = 200, 64
"""Levels of the wire between which a lamp comes up and goes down."""
_FIRST = 18
"""Bytes before the levels of an ArtDmx packet."""

_SHADER = """/*{ "ISFVSN": "2", "INPUTS": [
    {"NAME": "glow", "TYPE": "float", "DEFAULT": 1.0, "MIN": 0.0, "MAX": 1.0}] }*/
void main() { gl_FragColor = vec4(vec3(glow), 1.0); }
"""
_SHOW = 'format = 1\n[scene.plain]\nshader = "plain.fs"\n'
_VENUE = """format = 1
title = "Latency"
[canvas]
width = 640
height = 360
[light]
rate = 44
[adapter.osc]
kind = "osc"
port = {osc}
[adapter.node]
kind = "artnet"
host = "127.0.0.1"
port = {port}
send = [{{ universe = 1, address = 0, count = 1 }}]
[[pixels]]
name = "follows"
universe = 1
channel = 1
columns = 1
rows = 1
[[pixels]]
name = "own"
universe = 1
channel = 4
columns = 1
rows = 1
"""

_PEER = """
import sys, threading
from pythonosc.dispatcher import Dispatcher
from pythonosc.osc_server import BlockingOSCUDPServer
from stupidArtnet import StupidArtnet
node = StupidArtnet("127.0.0.1", 0, 512, 44, True, False, port=int(sys.argv[2]))
levels = bytearray(512)
def heard(address, value):
    first = {"/scene/plain/glow": 0, "/light/own/gain": 3}.get(address)
    if first is None:
        return
    levels[first : first + 3] = bytes([int(255 * value)] * 3)
    node.set(bytes(levels))
dispatcher = Dispatcher()
dispatcher.set_default_handler(heard)
node.start()
BlockingOSCUDPServer(("127.0.0.1", int(sys.argv[1])), dispatcher).serve_forever()
"""


def run() -> Sequence[Row]:
    """A row for a lamp that follows the picture, one for a lamp's own level, one for both at once."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seen = measured_photon(folder, _SHADER)
        with (
            _wire() as ours,
            _wire() as theirs,
            _photophore(folder, ours) as send,
            _peer(theirs) as tell,
        ):
            measured = _rounds([(ours, send), (theirs, tell)])
    rows = []
    for place, (_, title, goal) in enumerate(_FALLS):
        mine, peer = (one[place] for one in measured)
        late, other = _p95(mine), _p95(peer)
        rows.append(
            Row(
                f"latency: OSC to Art-Net, {title}, p95", late, other, None, "ms",
                "python-osc and stupidArtnet", late / other, f"<= {goal:g} ms", late <= goal,
                note=f"median {median(mine):.1f} ms, peer's {median(peer):.1f} ms, {_EVENTS} falls",
            )
        )  # fmt: skip
    return [*rows, *seen]


def _p95(times: Sequence[float]) -> float:
    return quantiles(times, n=20)[-1]


class _Wire:
    """The receiving end of a wire; the levels of both lamps at any time."""

    def __init__(self, port: socket.socket) -> None:
        self._socket = port
        self.port: int = port.getsockname()[1]

    def until(self, done: Callable[[int, int], bool], patience: Seconds = _PATIENCE) -> bool:
        """Receive until the levels are so; False if they never are."""
        end = time.perf_counter() + patience
        while time.perf_counter() < end:
            try:
                packet = self._socket.recv(1024)
            except TimeoutError:
                continue
            if (
                packet[:8] == b"Art-Net\0"
                and len(packet) >= _FIRST + 6
                and done(packet[_FIRST], packet[_FIRST + 3])
            ):
                return True
        return False

    def drain(self) -> None:
        """Forget what has come so far."""
        self._socket.setblocking(False)
        with suppress(BlockingIOError):
            while True:
                self._socket.recv(1024)
        self._socket.settimeout(_WAIT)

    def fell(self, addresses: Sequence[str]) -> float:
        """Seconds on the clock at which all lamps of these addresses have fallen."""

        def down(follows: int, own: int) -> bool:
            return (follows < _FALLEN or _GLOW not in addresses) and (own < _FALLEN or _GAIN not in addresses)

        if not self.until(down, 10.0):
            raise RuntimeError("a lamp did not fall; is the machine overloaded?")
        return time.perf_counter()


@contextmanager
def _wire() -> Iterator[_Wire]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as port:
        port.bind(("127.0.0.1", 0))
        port.settimeout(_WAIT)
        yield _Wire(port)


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as port:
        port.bind(("127.0.0.1", 0))
        found: int = port.getsockname()[1]
        return found


@contextmanager
def _sender(port: int) -> Iterator[Send]:
    """A function that sets lamps by their addresses."""
    from installation import osc

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:

        def send(level: float, addresses: Sequence[str]) -> None:
            where = "127.0.0.1", port
            out.sendto(osc.encode("/light/own/level", 1.0), where)  # its own white, not the picture
            for address in addresses:
                out.sendto(osc.encode(address, level), where)

        yield send


@contextmanager
def _photophore(folder: Path, wire: _Wire) -> Iterator[Send]:
    show = folder / "show"
    show.mkdir()
    (show / "plain.fs").write_text(_SHADER)
    (show / "show.toml").write_text(_SHOW)
    heard = _free_port()
    venue = folder / "venue.toml"
    venue.write_text(_VENUE.format(osc=heard, port=wire.port))
    command = [
        sys.executable, "-m", "installation", "run", str(show), "--venue", str(venue), "--headless",
        "--panel-port", "0",
    ]  # fmt: skip
    environment = dict(os.environ, PHOTOPHORE_STATE=str(folder / "state"))
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            with _sender(heard) as send:
                _lit(wire, send)
                yield send
        finally:
            process.send_signal(signal.SIGTERM)


@contextmanager
def _peer(wire: _Wire) -> Iterator[Send]:
    heard = _free_port()
    command = [sys.executable, "-c", _PEER, str(heard), str(wire.port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            with _sender(heard) as send:
                _lit(wire, send)
                yield send
        finally:
            process.kill()


def _lit(wire: _Wire, send: Send) -> None:
    """Wait until the program answers: both lamps are lit."""
    end = time.perf_counter() + _PATIENCE
    while time.perf_counter() < end:
        send(1.0, (_GLOW, _GAIN))
        if wire.until(lambda *levels: min(levels) > _LIT, 1.0):
            return
    raise RuntimeError("the lamps were not lit")


def _rounds(ends: Sequence[tuple[_Wire, Send]]) -> list[list[list[float]]]:
    """Milliseconds of each fall, by end and by kind of fall; ends and kinds take turns."""
    chance = random.Random(0)
    found: list[list[list[float]]] = [[[] for _ in _FALLS] for _ in ends]
    for _ in range(_EVENTS):
        for place, (addresses, _, _) in enumerate(_FALLS):
            for (wire, send), times in zip(ends, found, strict=True):
                send(1.0, (_GLOW, _GAIN))
                if not wire.until(lambda *levels: min(levels) > _LIT, 10.0):
                    raise RuntimeError("the lamps do not come up again")
                time.sleep(_REST + chance.random() * 0.05)
                wire.drain()
                sent = time.perf_counter()
                send(0.0, addresses)
                times[place].append(1000.0 * (wire.fell(addresses) - sent))
    return found
