"""A flood of hostile packets, requests and orders on a running show: nothing of it dies, hangs or goes dark.

In a run of the tests some thousands; ``make attack`` sends a million packets and prints what the frames cost.
"""

import contextlib
import http.client
import random
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from installation import osc
from tests.end_to_end.program import PATIENCE, Program, receiver, started, until, venue_file
from tests.fuzz import SCALE, mutated

pytestmark = [pytest.mark.gl, pytest.mark.slow, pytest.mark.timeout(240 + 120 * SCALE)]

PACKETS = 10_000 * SCALE
PACE = 4000.0
"""Packets a second: more than any sensor sends, and less than fills the socket's buffer."""
WORDS = [
    b"#bundle\0", b",f\0\0", b",T\0\0", b",[f]\0\0\0\0", b"/scene/*/glow\0\0\0", b"/{a,b\0\0\0",
    b"/x//\0\0\0\0", b"\x7f\xc0\0\0", b"\xff\xff\xff\xff", b"\0" * 16, b"/" * 300, b"/blackout\0\0\0",
    b"/cue/1/go\0\0\0", b"\0\0\0\0\0\0\0\1",
]  # fmt: skip
LINES = [
    b"{", b"}", b"[" * 900, b'"verb"', b'"set"', b'"arguments": [', b"9" * 400, b"null", b"1e999", b"\\u0000",
    b'"cancel"',
    b'"watch"', b"\xff", b'"record"',
]  # fmt: skip
REQUESTS = [
    b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"POST /panel/command/stop HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /scene?VALUE HTTP/1.0\r\n\r\n",
    b"GET /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n",
]  # fmt: skip
HEADERS = [b"\r\n", b"Host: evil\r\n", b"A" * 9000, b"Transfer-Encoding: chunked\r\n", b"%00", b"../", b"\0"]


def packets() -> Iterator[bytes]:
    """Good messages and bundles, and what mutation makes of them."""
    good = [
        osc.encode("/scene/one/glow", 0.5),
        osc.encode("/hand", 0.1, 0.9),
        osc.encode("/blackout", 0),
        osc.encode("/a/b/c", "text", 1, True),
        osc.bundle(osc.encode("/pad", 1.0), osc.encode("/pad", 0.0)),
    ]
    # What SCALE multiplies is the number of packets here.
    return mutated(good, WORDS, PACKETS // SCALE, 11)


def flood(program: Program) -> int:
    """Send all packets at a steady pace; returns how many."""
    dice, sent = random.Random(3), 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.connect(("127.0.0.1", program.osc_port()))
        began = time.monotonic()
        for sent, data in enumerate(packets(), 1):
            with contextlib.suppress(OSError):
                link.send(data if sent % 3 else dice.randbytes(dice.randrange(1, 600)))
            ahead = sent / PACE - (time.monotonic() - began)
            if ahead > 0.01:
                time.sleep(ahead)
    return sent


def pester(program: Program) -> None:
    """Nonsense on the control socket, where each line is answered, and in HTTP."""
    good = b'{"verb": "set", "arguments": ["/scene/one/glow", 0.5]}\n'
    for data in mutated([good], LINES, 150, 12):
        if not data.strip():  # an empty line is no request: what follows it is answered
            data = data + good
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
            link.settimeout(PATIENCE)
            link.connect(str(program.state / "control.sock"))
            with contextlib.suppress(BrokenPipeError):  # refused before all of it was read
                link.sendall(data.replace(b'"stop"', b'"step"').replace(b'"quit"', b'"quiz"') + b"\n")
            assert b'"ok":' in link.recv(4096), data
    for data in mutated(REQUESTS, HEADERS, 150, 13):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as link, contextlib.suppress(OSError):
            link.settimeout(1.0)
            link.connect(("127.0.0.1", panel_port(program)))
            link.sendall(data)


def panel_port(program: Program) -> int:
    """Where the panel listens, as the program said when it started."""
    line = next(one for one in program.output().splitlines() if "http://127.0.0.1:" in one)
    return int(line.partition("http://127.0.0.1:")[2].partition("/")[0])


def settled(program: Program) -> dict[str, float]:
    """What ten seconds of frames cost."""
    time.sleep(10.0)
    said: dict[str, float] = program.status()["frame"]
    return said


def test_a_show_under_attack_goes_on(
    small_show: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with receiver() as wire:
        venue = venue_file(tmp_path, wire.getsockname()[1])
        with started(
            tmp_path / "state", "run", str(small_show), "--venue", str(venue), "--headless"
        ) as program:
            before = program.playing()
            pids = {one["name"]: one["pid"] for one in before["processes"]}
            calm = settled(program) if SCALE > 1 else {}

            sent = flood(program)
            under = program.status()["frame"]
            read = sum(
                one["rx"] + one["dropped"] for one in program.status()["adapters"] if one["kind"] == "osc"
            )
            pester(program)

            after = program.playing()
            assert after["frame"]["index"] > before["frame"]["index"]
            assert {one["name"]: one["pid"] for one in after["processes"] if one["name"] in pids} == pids
            assert all(one["restarts"] == 0 for one in after["processes"])
            until(lambda: program.get("/master") != [], "questions are answered")
            health(program)
            assert program.ask("blackout", "on").returncode == 0
            until(lambda: program.status()["blackout"], "blackout is obeyed")
        logs = "".join(path.read_text(errors="replace") for path in (tmp_path / "state").glob("*.log"))
        assert "Traceback" not in logs + program.output()
    if calm:
        with capsys.disabled():
            ratio = under["p99_ms"] / calm["p99_ms"]
            print(f"\n{sent} packets: p99 {calm['p99_ms']:.1f} -> {under['p99_ms']:.1f} ms ({ratio:.2f}x)")
            print(f"{read} messages were heard or refused")


def health(program: Program) -> None:
    """The page that a watchdog asks."""
    link = http.client.HTTPConnection("127.0.0.1", panel_port(program), timeout=10)
    link.request("GET", "/health")
    assert link.getresponse().status in (200, 503)
    link.close()
