"""A frame while 10 clients hear 1,000 parameters over OSCQuery, against one without any, in one run.

The shipped show ``sea-sparkle-solo`` plays in real time, with 1,000 parameters more that all change in every
frame; they go to the panel as in a show, whether or not somebody listens. Blocks of frames without clients
and with ten that LISTEN to all of them, in processes of their own, take turns, so that drift hits all alike.
Beside time, which other programs of the machine stretch, the processor time of the stage's process is told.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final, TypeAlias

from installation.bench import Row
from installation.bench.query import CLIENTS, HELLO, masked, parameter_names, served, wait_for_tree
from installation.errors import PhotophoreError
from installation.values import HOST, Seconds

__all__ = ["listen", "run"]

_SIZE: Final = (320, 180)
_RATE: Final = 60.0
_ROUNDS: Final = 8
_FRAMES: Final = 120
_SETTLE: Final = 20
"""Frames of each block that are not counted: clients come and go."""
_GOAL: Final = 1.05


_Times: TypeAlias = list[tuple[Seconds, Seconds]]
"""Time and processor time of frames."""


def run() -> Sequence[Row]:
    """The 99th percentiles of a frame's work in milliseconds; the notes have the medians."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="photophore-bench-")))
        frame, port = stack.enter_context(_stage(folder))
        times: dict[bool, _Times] = {False: [], True: []}
        for round_ in range(2 * _ROUNDS):
            heard = bool(round_ % 2)
            with _clients(port if heard else 0, frame):
                times[heard] += [frame() for _ in range(_SETTLE + _FRAMES)][_SETTLE:]
    return [
        _row(what, sorted(one[place] for one in times[True]), sorted(one[place] for one in times[False]))
        for place, what in enumerate(("time", "processor time"))
    ]


def _row(what: str, heard: list[Seconds], alone: list[Seconds]) -> Row:
    ours, peer = (one[int(0.99 * len(one))] * 1e3 for one in (heard, alone))
    middle, normal = median(heard) * 1e3, median(alone) * 1e3
    note = f"medians {middle:.2f} against {normal:.2f} ms: {middle / normal:.3f}"
    return Row(
        f"listeners: p99 of a frame's {what}, {len(parameter_names()):,} parameters to {CLIENTS} clients",
        ours, peer, None, "ms", "no client", ours / peer, f"<= {_GOAL}", ours / peer <= _GOAL, note,
    )  # fmt: skip


@contextmanager
def _stage(folder: Path) -> Iterator[tuple[Callable[[], tuple[Seconds, Seconds]], int]]:
    """A stage that plays one frame at each call, and the port of its panel."""
    from installation.clock import MonotonicClock
    from installation.ipc.bus import ZenohBus
    from installation.ipc.options import StageOptions
    from installation.ipc.telemetry import Publisher
    from installation.parameter import Kind, Parameter
    from installation.player.build import build_player
    from installation.player.production import read_production
    from installation.render.gl import wait
    from installation.render.gl.context import Context

    options = StageOptions(show="sea-sparkle-solo", venue="loopback", size=_SIZE, headless=True)
    context = Context.create(_SIZE)
    player = build_player(read_production(options), options, MonotonicClock(0.0), context)
    tree, signals = player.tree, player.signals
    tree.add(Parameter(name, Kind.FLOAT, (0.0,), (0.0,), (1.0,)) for name in parameter_names())
    slots = [tree.slot(name) for name in parameter_names()]
    bus = ZenohBus(folder, listen=True)
    publisher = Publisher(bus, "bench")

    def frame() -> tuple[Seconds, Seconds]:
        """Play one frame and tell of it; returns the time and the processor time that took."""
        began, used = time.perf_counter(), time.process_time()
        tree.base[slots] = (0.25, 0.75)[player.frame.index % 2]
        player.step([], time.monotonic(), 1 / _RATE)
        wait.finish(context)
        if publisher.due(time.monotonic()):
            publisher.publish(time.monotonic(), tree, signals.public_indices(), signals.shown())
        took = time.perf_counter() - began, time.process_time() - used
        context.collect()
        time.sleep(max(0.0, 1 / _RATE - (time.perf_counter() - began)))
        return took

    words = [sys.executable, "-m", "installation.panel", "--port", "0"]
    try:
        with served(words, folder, r"panel: http://\S+:(\d+)/", 1) as server:
            for _ in range(_SETTLE):
                frame()
            wait_for_tree(server.port)
            yield frame, server.port
    finally:
        bus.close()
        if player.picture is not None:
            player.picture.release()
        context.release()


@contextmanager
def _clients(port: int, frame: Callable[[], object]) -> Iterator[None]:
    """Clients that have got their first values; none at port 0. Frames go on meanwhile."""
    if not port:
        yield
        return
    script = "import sys; from installation.bench.listeners import listen; listen(int(sys.argv[1]))"
    with subprocess.Popen(
        [sys.executable, "-c", script, str(port)], stdout=subprocess.PIPE, env=dict(os.environ)
    ) as clients:
        try:
            said: Any = clients.stdout
            os.set_blocking(said.fileno(), False)
            end = time.monotonic() + 20.0
            while not said.read():
                if clients.poll() is not None or time.monotonic() > end:
                    raise PhotophoreError("the clients did not hear anything")
                frame()
            yield
        finally:
            clients.kill()


def listen(port: int) -> None:
    """Be all clients: LISTEN to everything, say so once values come, and read until killed."""
    import selectors
    import socket

    wanted = b"".join(masked(f'{{"COMMAND":"LISTEN","DATA":"{name}"}}') for name in parameter_names())
    waiting, said = selectors.DefaultSelector(), False
    for _ in range(CLIENTS):
        link = socket.create_connection((HOST, port), 20)
        link.sendall(HELLO)
        if b" 101 " not in link.recv(4096):
            raise PhotophoreError("the panel does not speak WebSocket")
        link.sendall(wanted)
        waiting.register(link, selectors.EVENT_READ, link)
    buffer = bytearray(1 << 20)
    while True:
        for key, _ in waiting.select():
            key.data.recv_into(buffer)
        if not said:
            sys.stdout.write("heard\n")
            sys.stdout.flush()
            said = True
