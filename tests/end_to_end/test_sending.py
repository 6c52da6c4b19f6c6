"""The whole program sends to a console over TCP and to a remote over UDP, and crashes in between."""

import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from installation import osc
from tests.end_to_end.program import receiver, started, until, venue_file

pytestmark = [pytest.mark.gl, pytest.mark.slow, pytest.mark.timeout(240)]

CUES = """format = 1
[[cue]]
id = "1"
send = [
  { to = "console", address = "/eos/cue/1/fire" },
  { to = "console", address = "/look", values = [1, 0.5, "a"] },
  { msc = "go 1" },
]
"""
SENDS = """
[[send]]
from = "/signal/wave"
to = "console"
address = "/wave"

[[send]]
from = "/scene/one/glow"
to = "console"
address = "/glow"
"""
ADAPTERS = """[adapter.osc]
kind = "osc"
port = 0
feedback = "127.0.0.1:{remote}"
[adapter.out]
kind = "osc-out"
targets = [
  {{ name = "console", port = {console}, transport = "tcp", framing = "length" }},
  {{ name = "away", host = "no-such-host.invalid", port = 9 }},
]
"""


class Console:
    """Takes OSC over TCP, with lengths, from one connection after the other."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.heard: list[tuple[str, tuple[object, ...]]] = []
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                link, _ = self.listener.accept()
            except OSError:
                return
            with link, link.makefile("rb") as stream:
                while size := stream.read(4):
                    for one in osc.decode(stream.read(int.from_bytes(size, "big"))):
                        self.heard.append((one.address, one.arguments))

    def events(self) -> list[tuple[str, tuple[object, ...]]]:
        return [one for one in self.heard if one[0] not in ("/wave", "/glow")]

    def count(self, address: str) -> int:
        return sum(one[0] == address for one in self.heard)


class Remote:
    """A tablet: hears the values of parameters."""

    def __init__(self, link: socket.socket) -> None:
        self.values: dict[str, tuple[object, ...]] = {}
        self.port = link.getsockname()[1]
        self._link = link
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        self._link.settimeout(None)
        while True:
            try:
                for one in osc.decode(self._link.recv(65_536)):
                    self.values[one.address] = one.arguments
            except OSError:
                return


def near(value: float) -> Callable[[tuple[object, ...] | None], bool]:
    return lambda found: found is not None and abs(float(str(found[0])) - value) < 1e-6


def test_a_show_tells_a_console_and_a_remote_and_a_crash_gives_no_cue_twice(
    small_show: Path, tmp_path: Path
) -> None:
    (small_show / "cues.toml").write_text(CUES)
    show = small_show / "show.toml"
    show.write_text(show.read_text() + SENDS)
    console = Console()
    with receiver() as node, receiver() as link:
        remote = Remote(link)
        adapters = ADAPTERS.format(remote=remote.port, console=console.port)
        venue = venue_file(tmp_path, node.getsockname()[1], adapters=adapters)
        with started(
            tmp_path / "state", "run", str(small_show), "--venue", str(venue), "--headless"
        ) as program:
            program.playing()
            until(lambda: console.count("/wave") > 10, "the stream arrives")
            assert ("/glow", (0.25,)) in console.heard
            until(lambda: near(0.75)(remote.values.get("/scene/two/glow")), "the remote is told")

            assert program.ask("go").returncode == 0
            until(lambda: len(console.events()) == 2, "the cue is sent")
            assert console.events() == [("/eos/cue/1/fire", ()), ("/look", (1, 0.5, "a"))]

            assert program.ask("send", "console", "/by/hand", "1", "-0.5", "word").returncode == 0
            until(lambda: ("/by/hand", (1, -0.5, "word")) in console.heard, "sent by hand")
            refused = program.ask("send", "consle", "/x")
            assert refused.returncode == 1
            assert "did you mean console?" in refused.stderr

            status = program.status()
            targets = {one["name"]: one for adapter in status["adapters"] for one in adapter["targets"]}
            assert targets["console"]["state"] == "up"
            assert targets["console"]["sent"] > 10
            assert targets["away"]["state"].startswith("no-such-host.invalid: ")
            assert "target console (tcp 127.0.0.1" in program.ask("status").stdout
            assert any("no target of this name" in one["reason"] for one in status["refused"])
            assert 'this venue has no target "midi-out"' in program.output()

            waves = console.count("/wave")
            program.kill_stage()
            until(lambda: console.count("/wave") > waves + 10, "the next stage sends")
            time.sleep(1.0)
            assert len(console.events()) == 3  # neither the cue nor what was sent by hand came again
            assert program.status()["cue"] == "1"
    console.listener.close()


def test_a_film_sends_nothing(small_show: Path, tmp_path: Path) -> None:
    import subprocess
    import sys

    (small_show / "cues.toml").write_text(CUES)
    show = small_show / "show.toml"
    show.write_text(show.read_text() + SENDS.replace('"console"', '"desk"'))
    with receiver() as node, receiver() as desk:
        adapters = f"""[adapter.out]
kind = "osc-out"
targets = [{{ name = "desk", port = {desk.getsockname()[1]} }}]
"""
        venue = venue_file(tmp_path, node.getsockname()[1], adapters=adapters)
        trace = tmp_path / "trace.jsonl"
        words = ["render", str(small_show), "--venue", str(venue), "--trace", str(trace), "--cue", "1"]
        words += ["--seconds", "2", "--size", "96x54"]
        done = subprocess.run(
            [sys.executable, "-m", "installation", *words], capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        assert len(trace.read_text().splitlines()) == 60
        desk.settimeout(0.2)
        with pytest.raises(TimeoutError):
            desk.recv(100)
