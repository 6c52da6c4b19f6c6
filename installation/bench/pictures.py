"""A frame whose picture goes to another program, against the same frame without a receiver, in one run.

The shipped show ``sea-sparkle-solo`` plays in real time. Blocks of frames with nobody, with a receiver of
Motion JPEG in a process of its own, and with H.264 over UDP take turns, so that drift hits all alike.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import TYPE_CHECKING, Final

from installation.bench import Row
from installation.values import HOST, Seconds, Where

if TYPE_CHECKING:
    from installation.devices.pictures import PictureSupervisor

__all__ = ["run"]

_SIZE: Final = (640, 360)
_RATE: Final = 30.0
_ROUNDS: Final = 6
_FRAMES: Final = 45
_SETTLE: Final = 6
"""Frames of each block that are not counted: the last block's pictures are still on their way."""
_GOAL: Final = 1.15
_PORT: Final = 18139
_RECEIVER: Final = (
    "import sys, urllib.request as r\n"
    "stream = r.urlopen(sys.argv[1])\n"
    "while stream.read(65536): pass\n"
)  # fmt: skip


def run() -> Sequence[Row]:
    """Medians of a frame's work in milliseconds; the note has the 99th percentiles and what was dropped."""
    from installation.clock import MonotonicClock
    from installation.devices.pictures import PictureOutputs
    from installation.ipc.options import StageOptions
    from installation.player.build import build_player
    from installation.player.production import read_production
    from installation.render.gl import wait
    from installation.render.gl.context import Context

    options = StageOptions(show="sea-sparkle-solo", venue="loopback", size=_SIZE, headless=True)
    context = Context.create(_SIZE)
    player = build_player(read_production(options), options, MonotonicClock(0.0), context)
    if player.picture is None:
        raise RuntimeError("there is no picture to send")
    jpeg, video = _outputs()
    listening: list[PictureSupervisor] = []
    outputs = PictureOutputs(player.picture.frames, listening)

    def frame() -> Seconds:
        """Play one frame and hand its picture on; returns the seconds that took."""
        began = time.perf_counter()
        player.step([], time.monotonic(), 1 / _RATE)
        wait.finish(context)
        outputs.put(player.frame.index, time.monotonic())
        took = time.perf_counter() - began
        context.collect()
        time.sleep(max(0.0, 1 / _RATE - (time.perf_counter() - began)))
        return took

    def block(supervisors: Sequence["PictureSupervisor"]) -> list[Seconds]:
        """Play some frames with these outputs; returns the seconds of each."""
        listening[:] = supervisors
        return [frame() for _ in range(_SETTLE + _FRAMES)][_SETTLE:]

    times: dict[str, list[Seconds]] = {"nobody": [], "mjpeg": [], "video-stream": []}
    for _ in range(_SETTLE):
        frame()
    for _ in range(_ROUNDS):
        times["nobody"] += block([])
        with subprocess.Popen([sys.executable, "-c", _RECEIVER, f"http://{HOST}:{_PORT}/stream.mjpg"]) as one:
            _until(lambda: jpeg.adapter.wanted)
            times["mjpeg"] += block([jpeg])
            one.kill()
        times["video-stream"] += block([video])
    rows = [_row(kind, times, one) for kind, one in (("mjpeg", jpeg), ("video-stream", video))]
    for supervisor in (jpeg, video):
        supervisor.stop()
    player.picture.release()
    context.release()
    return rows


def _outputs() -> "tuple[PictureSupervisor, PictureSupervisor]":
    """Return both outputs, open."""
    from installation.contract import PictureOutput
    from installation.devices.adapters import load_adapters
    from installation.devices.pictures import PictureSupervisor
    from installation.show.venue_model import AdapterSpec

    here = Where("bench")
    specs = [
        AdapterSpec("mjpeg", "mjpeg", {"port": _PORT}, here),
        AdapterSpec("video", "video-stream", {"url": f"udp://{HOST}:{_PORT}", "rate": 120.0}, here),
    ]
    made = [
        PictureSupervisor(one, _SIZE)
        for one in load_adapters(specs, "stage")
        if isinstance(one, PictureOutput)
    ]
    for supervisor in made:
        supervisor.start()
    _until(lambda: all(one.report().state == "up" for one in made))
    return made[0], made[1]


def _row(kind: str, times: dict[str, list[Seconds]], output: "PictureSupervisor") -> Row:
    ours, peer = median(times[kind]), median(times["nobody"])
    worst, normal = (sorted(times[one])[int(0.99 * len(times[one]))] for one in (kind, "nobody"))
    told = output.report()
    note = f"p99 {worst * 1e3:.1f} against {normal * 1e3:.1f} ms; {told.tx} sent, {told.dropped} dropped"
    name = f"pictures: frame with {kind}, {_SIZE[0]}x{_SIZE[1]}"
    ratio = ours / peer
    return Row(
        name, ours * 1e3, peer * 1e3, None, "ms", "no receiver", ratio, f"<= {_GOAL}", ratio <= _GOAL, note
    )


def _until(true: Callable[[], object]) -> None:
    """Wait for something. Raises RuntimeError after ten seconds."""
    end = time.monotonic() + 10.0
    while not true():
        if time.monotonic() > end:
            raise RuntimeError("an output or its receiver did not come up")
        time.sleep(0.02)
