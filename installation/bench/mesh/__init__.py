"""How long what a hub says takes to another, beside plain Zenoh between the same two processes.

Both are put at once, one after the other, and read in the same loop of another process, which looks as often
as it can: what differs is what our network adds (who sends, who is heard, several readers). The hub process
itself looks every 10 ms; that stands in a row of its own, from stage to stage.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from installation.bench import Row
from installation.bench.mesh.plain import KEY, Plain
from installation.hub.mesh import SiteMesh
from installation.hub.options import HubOptions
from installation.ipc.bus import ZenohBus
from installation.ipc.feeds.site import OWN, VIEW, Own, View
from installation.values import HOST

__all__ = ["run"]

_COUNT: Final = 2000
_EACH: Final = 0.004
_PORTS: Final = (17461, 17462, 17463, 17464)
_CHANGES: Final = 60
_PATIENCE: Final = 20.0


def run() -> Sequence[Row]:
    """Measure both."""
    ours, theirs = _between_processes()
    ratio = ours / theirs
    through = _from_stage_to_stage()
    return [
        Row(
            "mesh: state of a hub, p99", ours, theirs, None, "ms", "plain Zenoh", ratio, "<= 1.5",
            ratio <= 1.5, f"{_COUNT} messages of 150 bytes over TCP, {1 / _EACH:.0f}/s each",
        ),
        Row(
            "mesh: from stage to stage, median in ms", through, 1.0, None, "ms", "bound", through, "<= 60",
            through <= 60.0, f"{_CHANGES} pads pressed or let go; two hub processes that look every 10 ms",
        ),
    ]  # fmt: skip


def _between_processes() -> tuple[float, float]:
    """Return the 99th percentile of our latency and of plain Zenoh's, milliseconds."""
    with ExitStack() as stack:
        mesh = SiteMesh(HubOptions(site="bench", hub="a", listen=(f"{HOST}:{_PORTS[0]}",)))
        stack.callback(mesh.close)
        plain = Plain(f"tcp/{HOST}:{_PORTS[1]}", listen=True)
        stack.callback(plain.close)
        command = [sys.executable, "-m", "installation.bench.mesh.reader", str(_PORTS[0]), str(_PORTS[1])]
        reader = subprocess.Popen([*command, str(_COUNT)], stdout=subprocess.PIPE)
        stack.callback(reader.kill)
        began = time.monotonic()
        while not mesh.living() and time.monotonic() - began < _PATIENCE:
            time.sleep(0.01)
        time.sleep(1.0)
        due = time.monotonic()
        for number in range(_COUNT + 200):
            turns = (_put_ours, _put_plain) if number % 2 else (_put_plain, _put_ours)
            for turn in turns:
                turn(mesh, plain)
            due += _EACH
            time.sleep(max(0.0, due - time.monotonic()))
        out, _ = reader.communicate(timeout=_PATIENCE)
        ours, theirs = msgspec.json.decode(out, type=tuple[list[float], list[float]])
    return 1e3 * float(np.percentile(ours, 99)), 1e3 * float(np.percentile(theirs, 99))


def _message() -> bytes:
    own = Own(at=time.monotonic(), show="bench", cue="7", scene="sea-sparkle", people=12, level=0.5)
    return msgspec.msgpack.encode(own)


def _put_ours(mesh: SiteMesh, _plain: Plain) -> None:
    mesh.put(KEY, _message())


def _put_plain(_mesh: SiteMesh, plain: Plain) -> None:
    plain.put(_message())


def _from_stage_to_stage() -> float:
    """Return the median time until the other stage hears of a pad, milliseconds."""
    took = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        ends = []
        for name, port in (("a", _PORTS[2]), ("b", _PORTS[3])):
            (folder / name).mkdir()
            bus = ZenohBus(folder / name, listen=True)
            stack.callback(bus.close)
            options = HubOptions(
                site="bench",
                hub=name,
                listen=(f"{HOST}:{port}",),
                connect=(f"{HOST}:{_PORTS[2]}",) * (name == "b"),
            )
            command = [sys.executable, "-m", "installation.hub", msgspec.json.encode(options).decode()]
            child = subprocess.Popen(command, env=_environment(folder / name), stderr=subprocess.DEVNULL)
            stack.callback(child.wait)
            stack.callback(child.terminate)
            ends.append(bus)
        views = ends[1].subscribe(VIEW, capacity=8)
        for number in range(_CHANGES + 1):
            pad, began = bool(number % 2), time.monotonic()
            own = msgspec.msgpack.encode(Own(at=began, show="bench", pad=pad))
            for bus in ends:
                bus.put(OWN, own, keep=True)
            while not any(_sees(payload, pad=pad) for _, payload in views.drain()):
                if time.monotonic() - began > _PATIENCE:
                    raise TimeoutError("the hubs did not find each other")
                time.sleep(0.0005)
            if number:
                took.append(time.monotonic() - began)
            time.sleep(0.05 + 0.0137 * (number % 7))
    return 1e3 * float(np.median(took))


def _sees(payload: bytes, *, pad: bool) -> bool:
    view = msgspec.msgpack.decode(payload, type=View)
    return any(one.name == "a" and one.state == "here" and one.pad == pad for one in view.stations)


def _environment(folder: Path) -> dict[str, str]:
    return os.environ | {"PHOTOPHORE_STATE": str(folder)}
