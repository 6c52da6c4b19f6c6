"""Taps, order and blackout by real packets, in the whole program: what pads and foot switches send."""

import socket
import struct
from pathlib import Path

import pytest

from installation import osc
from installation.ipc.control import request
from tests.end_to_end.program import Program, receiver, started, until, venue_file
from tests.installation.neuro.states import add_states

pytestmark = [pytest.mark.gl, pytest.mark.slow, pytest.mark.timeout(180)]

ROUTES = """
[[route]]
from = "/osc/pad"
to = "/neuro/enter/drifting"

[[route]]
from = "/osc/foot"
to = "/go"

[signal.full]
kind = "constant"
value = 1.0

[[route]]
from = "/signal/full"
to = "/master"

[signal.none]
kind = "constant"
value = 0.0

[[route]]
from = "/signal/none"
to = "/blackout"
"""


def port(program: Program) -> int:
    adapters = {one["name"]: one for one in program.status()["adapters"]}
    return int(adapters["osc"]["detail"].split(":")[1].split(",")[0])


def bare(address: str) -> bytes:
    """A message without type tags, as clients of before OSC 1.0 send it."""
    return address.encode() + b"\0" * (4 - len(address) % 4)


def bytes_of(listener: socket.socket) -> bytes:
    """The newest frame of light on the wire."""
    newest = b""
    listener.settimeout(5.0)
    newest = listener.recv(2048)
    listener.setblocking(False)
    try:
        while True:
            newest = listener.recv(2048)
    except BlockingIOError:
        (length,) = struct.unpack(">H", newest[16:18])
        return newest[18 : 18 + length]


def test_packets_of_pads_foot_switches_and_panics(small_show: Path, tmp_path: Path) -> None:
    folder = add_states(small_show)
    show = folder / "show.toml"
    show.write_text(show.read_text() + ROUTES)
    with receiver() as listener, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        venue = str(venue_file(tmp_path, listener.getsockname()[1]))
        with started(tmp_path / "state", "run", str(folder), "--venue", venue, "--headless") as program:
            program.playing()
            until(lambda: program.status()["adapters"], "the adapters are told of")
            sender.connect(("127.0.0.1", until(lambda: port(program), "the port is told")))
            until(lambda: any(bytes_of(listener)), "the lamps are lit")

            sender.send(osc.bundle(osc.encode("/pad", 1.0), osc.encode("/pad", 0.0)))
            until(lambda: program.status()["interface"]["state"] == "drifting", "the tap is heard")
            sender.send(osc.bundle(osc.encode("/foot", 1.0), osc.encode("/foot", 0.0)))
            until(lambda: program.status()["cue"] == "1", "the foot switch gives a GO")
            sender.send(osc.bundle(osc.encode("/scene/two/glow", 0.2), osc.encode("/scene/*/glow", 0.7)))
            base = ("get", "/scene/two/glow", True)
            until(lambda: request(*base, folder=program.state) == [pytest.approx(0.7)], "the later one wins")

            for packet in (bare("/blackout"), osc.encode("/blackout")):
                sender.send(packet)
                until(lambda: program.status()["blackout"] is True, "a bare blackout changes over")
                until(lambda: not any(bytes_of(listener)), "the lamps obey")
                sender.send(packet)
                until(lambda: program.status()["blackout"] is False, "and back")
            until(lambda: any(bytes_of(listener)), "the light is back")

            sender.send(osc.encode("/panic"))
            until(lambda: program.status()["panic"] is True, "panic is told")
            until(lambda: not any(bytes_of(listener)), "no route keeps the lamps alight")
            assert "panic: " in program.ask("status").stdout
            refused = program.ask("cue", "9")
            assert refused.returncode == 1
            assert "no cue '9'; known: 1, 2" in refused.stderr
            assert program.ask("cue", "2").returncode == 0
            until(lambda: any(bytes_of(listener)), "a cue brings the light back")
            listed = program.ask("list", "cues")
            assert "current" in listed.stdout.splitlines()[2]
