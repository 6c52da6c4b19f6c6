"""Light on the wire: CPU per packet beside a bare ``send`` and beside stupidArtnet.

64 universes at 44 Hz to a socket on the loopback that shows nothing. Ours and the peers run in turn for half
a second each, so that drift hits all alike. The floor is a ``send`` of prebuilt bytes of the same size.
Waking up costs more than a warm packet, for everybody: between two frames the caches belong to others.

And the guard of 512 universes, whose floor is reading and writing the same channels by their addresses.
"""

import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from installation.bench import Row, interleave
from installation.contract import CHANNELS, LightFrame, LightOutput

__all__ = ["beside_a_stage", "lateness", "run"]

UNIVERSES = 64
RATE = 44.0
FLOOR_GOAL = 1.2
PEER_GOAL = 0.75
GUARD_GOAL = 4.5
_DEFAULT = "Art-Net, many packets a call"
_FRAMES = 22
_ROUNDS = 7
_SECONDS = 10.0
_SO_TIMESTAMPNS = 35  # Linux, asm-generic/socket.h; the socket module does not name it

_VENUE = """
format = 1
title = "Wall"
[canvas]
width = {width}
height = {height}
[adapter.timed]
kind = "artnet"
host = "127.0.0.1"
port = {timed}
send = [{{ universe = 1, address = 0, count = 1 }}]
[adapter.others]
kind = "artnet"
host = "127.0.0.1"
port = {others}
send = [{{ universe = 2, address = 1, count = 63 }}]
[[pixels]]
name = "wall"
universe = 1
columns = 170
rows = 64
area = [0.0, 0.0, 1.0, 1.0]
"""


def run() -> Sequence[Row]:
    """CPU per packet of Art-Net and sACN, segmented by the kernel and one by one."""
    from hardware.artnet import ArtNetOutput
    from hardware.sacn import SacnOutput

    levels = np.random.default_rng(1).integers(0, 256, (UNIVERSES, CHANNELS), np.uint8)
    with _sink() as port:
        adapters = {
            _DEFAULT: _adapter(ArtNetOutput, port, segment=True),
            "Art-Net, one by one": _adapter(ArtNetOutput, port, segment=False),
            "sACN, many packets a call": _adapter(SacnOutput, port, segment=True),
            "sACN, one by one": _adapter(SacnOutput, port, segment=False),
        }
        with _bare(port, 530) as bare_artnet, _bare(port, 638) as bare_sacn:
            jobs = [
                bare_artnet,
                bare_sacn,
                _peer(port, levels),
                *(_sends(a, levels) for a in adapters.values()),
            ]
            taken = interleave([_paced(job) for job in jobs], rounds=_ROUNDS)
        for adapter in adapters.values():
            adapter.close()
    micros = [seconds * 1e6 / (_FRAMES * UNIVERSES) for seconds in taken]
    floor_artnet, floor_sacn, peer, *ours = micros
    rows = []
    for name, value in zip(adapters, ours, strict=True):
        floor = floor_artnet if name.startswith("Art-Net") else floor_sacn
        rows.append(_row(name, value, floor, floor, "a bare send of the same bytes", FLOOR_GOAL))
        if name == _DEFAULT:
            rows.append(_row(name, value, peer, floor, "stupidArtnet", PEER_GOAL))
    rows += [guard(calm=True), guard(calm=False)]
    rows.append(beside_a_stage(_SECONDS))
    return rows


def guard(calm: bool, universes: int = 512, rounds: int = 45) -> Row:
    """A tick of the lamps' guard for a wall of RGB pixels, beside touching the same channels.

    Of the keeper's tick (decode, look, guard, curve) only the guard is timed. Its light is colder than there:
    the looks of a second are 23 MB, and the other job runs between two ticks.

    Args:
        calm: A picture that stands; else every lamp wanders, half of them are held down, some are red.
        universes: Of 170 pixels each.
        rounds: Ticks that count.
    """
    from installation.safety.lamps.guard import LampGuard
    from installation.safety.law import LAWS, LUMINANCE

    first = (np.arange(universes)[:, None] * CHANNELS + np.arange(170) * 3).ravel()
    slots, lamps = first[:, None] + np.arange(3), len(first)
    weights = np.tile(np.array(LUMINANCE, np.float32), (lamps, 1))
    colours = np.tile(np.eye(3, dtype=np.float32), (lamps, 1, 1))
    ours = LampGuard(slots, weights, colours, np.full(lamps, 1 / lamps, np.float32), LAWS["standard"])
    phase = np.random.default_rng(1).random((universes, CHANNELS)) * 2 * np.pi
    period = 1 if calm else round(RATE)
    looks = [
        (16_000 * (1 + np.sin(phase + 2 * np.pi * tick / period))).astype(np.uint16) for tick in range(period)
    ]
    rows, channels = np.ascontiguousarray(slots.T), np.empty((3, lamps), np.uint16)
    tick = 0

    def guarded() -> None:
        nonlocal tick
        tick += 1
        ours.apply(looks[tick % period], 1 / RATE)

    def touched() -> None:
        flat = looks[tick % period].copy().reshape(-1)
        flat.take(rows, out=channels, mode="clip")
        flat[rows] = channels

    for _ in range(4 * round(RATE)):
        guarded()
    taken, floor = interleave([guarded, touched], rounds=rounds, clock="thread")
    ratio = taken / floor
    return Row(
        name=f"lamps: guard, {universes} universes, {'calm' if calm else 'every lamp changing'}",
        ours=taken * 1e3,
        peer=floor * 1e3,
        floor=None,
        unit="CPU ms",
        peer_name="reading and writing the same channels",
        ratio=ratio,
        goal=f"<= {GUARD_GOAL:.2f}",
        met=ratio <= GUARD_GOAL,
        note=f"{taken * 1e3:.2f} ms a tick, where 2 ms are wanted; {100 * taken * RATE:.0f} % of one core",
    )


def beside_a_stage(seconds: float, busy: tuple[int, int] = (1920, 1080)) -> Row:
    """How late packets are while a real stage renders flat out, beside the same with next to nothing to draw.

    A real keeper sends 64 universes; what is timed, by the kernel, is the arrival of the first one. The goal
    is that none is later than half a period, and the 99th percentile at most 1.5 times the idle one.
    """
    idle_p99, _, _ = _played((64, 36), seconds)
    p99, worst, scheduling = _played(busy, seconds)
    ratio, half = p99 / idle_p99, 0.5 / RATE
    return Row(
        name=f"lamps: lateness beside a stage that renders flat out, p99, {UNIVERSES} universes",
        ours=p99 * 1e3,
        peer=idle_p99 * 1e3,
        floor=None,
        unit="ms",
        peer_name="the same with an idle stage",
        ratio=ratio,
        goal="<= 1.5, and none later than half a period",
        met=ratio <= 1.5 and worst <= half,
        note=f"the latest: {worst * 1e3:.2f} ms, half a period: {half * 1e3:.2f} ms; {scheduling}",
    )


def _played(size: tuple[int, int], seconds: float) -> tuple[float, float, str]:
    """Lateness (p99, worst) of universe 1 while the default show plays at that size, and the scheduling."""
    from installation.bench.start import first_frame

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        timed, others = (
            stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) for _ in range(2)
        )
        for link in (timed, others):
            link.bind(("127.0.0.1", 0))
        timed.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        venue = folder / "wall.toml"
        venue.write_text(
            _VENUE.format(
                timed=timed.getsockname()[1], others=others.getsockname()[1], width=size[0], height=size[1]
            )
        )
        command = [sys.executable, "-m", "installation", "run", "--venue", str(venue)]
        command += ["--headless", "--panel-port", "0"]
        quiet = subprocess.DEVNULL
        environment = os.environ | {"PHOTOPHORE_STATE": str(folder)}
        process = subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet)
        try:
            first_frame(process, 10)
            sent = _arrivals(timed, seconds)
            scheduling = _scheduling(process.pid)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()
    return (*lateness(sent, 1 / RATE), scheduling)


def _arrivals(link: socket.socket, seconds: float) -> list[float]:
    """When the kernel got each packet of the next seconds."""
    link.setblocking(False)
    with suppress(BlockingIOError):
        while True:
            link.recv(1024)
    link.settimeout(2.0)
    times: list[float] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        _, control, _, _ = link.recvmsg(1024, 64)
        whole, nanos = struct.unpack("=qq", control[0][2][:16])
        times.append(whole + nanos * 1e-9)
    return times


def _scheduling(keeper: int) -> str:
    """Whether one of the keeper's threads runs at real-time priority."""
    tasks = [int(task.name) for task in Path(f"/proc/{keeper}/task").iterdir()]
    real = any(os.sched_getscheduler(task) & ~os.SCHED_RESET_ON_FORK == os.SCHED_FIFO for task in tasks)
    return "real-time scheduling" if real else "without real-time scheduling, which the goal asks for"


def lateness(sent: Sequence[float], period: float) -> tuple[float, float]:
    """How late frames were against an even beat: 99th percentile and worst, in seconds.

    For packets of one universe taken from the wire, e.g. while the stage renders flat out.

    Args:
        sent: Monotonic times of successive frames.
        period: Seconds between frames. The beat stands at the median of the frames' offsets to it.
    """
    times = np.asarray(sent, np.float64)
    offset = times - np.arange(len(times)) * period
    late = np.maximum(0.0, offset - np.median(offset))
    return float(np.quantile(late, 0.99)), float(late.max())


def _row(name: str, ours: float, peer: float, floor: float, peer_name: str, goal: float) -> Row:
    ratio = ours / peer
    return Row(
        name=f"lamps: {name}, {UNIVERSES} universes",
        ours=ours,
        peer=peer,
        floor=floor,
        unit="CPU us a packet",
        peer_name=peer_name,
        ratio=ratio,
        goal=f"<= {goal:.2f}",
        met=ratio <= goal,
    )


@contextmanager
def _sink() -> Iterator[int]:
    """A socket that is there, so that the kernel does not answer with refusals; gives its port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sink:
        sink.bind(("127.0.0.1", 0))
        yield sink.getsockname()[1]


def _adapter(kind: type[LightOutput], port: int, *, segment: bool) -> LightOutput:
    import msgspec

    settings: Any = msgspec.convert(
        {
            "host": "127.0.0.1",
            "port": port,
            "segment": segment,
            "send": [{"universe": 1, "count": UNIVERSES, "address": 1}],
        },
        kind.Settings,
    )
    adapter = kind("bench", settings)
    adapter.open()
    return adapter


def _sends(adapter: LightOutput, levels: NDArray[np.uint8]) -> Callable[[], None]:
    """A frame through the whole adapter: levels copied, sequence counted, packets sent."""
    frame = LightFrame(0, 0.0, levels)
    return lambda: adapter.send(frame, 0.0)


@contextmanager
def _bare(port: int, size: int) -> Iterator[Callable[[], None]]:
    """A frame of prebuilt packets of that size through nothing but ``send``."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.connect(("127.0.0.1", port))
        send = link.send
        block = memoryview(bytearray(size * UNIVERSES))
        packets = [block[i : i + size] for i in range(0, len(block), size)]

        def frame() -> None:
            for packet in packets:
                send(packet)

        yield frame


def _peer(port: int, levels: NDArray[np.uint8]) -> Callable[[], None]:
    """A frame through stupidArtnet: one object a universe, set and shown."""
    from stupidArtnet import StupidArtnet

    universes = [StupidArtnet("127.0.0.1", i, CHANNELS, 44, True, False, port=port) for i in range(UNIVERSES)]
    data = [bytearray(row.tobytes()) for row in levels]

    def frame() -> None:
        for universe, row in zip(universes, data, strict=True):
            universe.set(row)
            universe.show()

    return frame


def _paced(frame: Callable[[], None]) -> Callable[[], None]:
    """Half a second of frames at 44 Hz: cold caches, as on the wall."""

    def frames() -> None:
        start = time.perf_counter()
        for i in range(_FRAMES):
            frame()
            time.sleep(max(0.0, start + (i + 1) / RATE - time.perf_counter()))

    return frames
