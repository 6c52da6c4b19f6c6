"""How soon the first picture stands, what the stage takes of memory, and how long ``--help`` takes.

The peer is a bare moderngl and pygame script that opens a window of the same size and draws three sines. Ours
is ``photophore preview`` as people start it: a keeper that starts a stage with the default show. Its first
picture is dated by the stage's first heartbeat, which the bench reads from the keeper's shared memory, so it
needs Linux.
"""

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from installation.bench import Row

if TYPE_CHECKING:
    from installation.ipc.shared_memory import Mapping

__all__ = ["bare", "first_frame", "help_time", "photophore", "run"]

SIZE = (1280, 720)
FIRST_GOAL, MEMORY_GOAL, HELP_GOAL = 5.0, 2.0, 0.3
_ROUNDS = 3
_FRAMES = 30
_PATIENCE = 180.0
"""Seconds after which no picture will come; a machine that others use may take more than one minute."""

_BARE = """
import os, sys, time
os.environ["PYGAME_HIDE_SUPPORT_PROMPT"] = "1"
import moderngl, pygame
size, windowed, frames = (int(sys.argv[1]), int(sys.argv[2])), sys.argv[3] == "1", int(sys.argv[4])
if windowed:
    pygame.display.init()
    pygame.display.gl_set_attribute(pygame.GL_CONTEXT_MAJOR_VERSION, 3)
    pygame.display.gl_set_attribute(pygame.GL_CONTEXT_MINOR_VERSION, 3)
    pygame.display.gl_set_attribute(pygame.GL_CONTEXT_PROFILE_MASK, pygame.GL_CONTEXT_PROFILE_CORE)
    pygame.display.set_mode(size, pygame.OPENGL | pygame.DOUBLEBUF)
    gl = moderngl.create_context(require=330)
    screen = gl.screen
else:
    gl = moderngl.create_context(standalone=True, require=330, backend="egl")
    screen = gl.framebuffer([gl.texture(size, 4)])
program = gl.program(vertex_shader=sys.argv[5], fragment_shader=sys.argv[6])
triangle = gl.vertex_array(program, [])
for frame in range(frames):
    if windowed:
        pygame.event.get()
    program["time"] = frame / 60
    screen.use()
    triangle.render(moderngl.TRIANGLES, vertices=3)
    if windowed:
        pygame.display.flip()
    gl.finish()
    if frame == 0:
        first = time.monotonic()
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(first, peak)
"""


@dataclass(frozen=True, slots=True)
class Begun:
    """One start.

    Attributes:
        first: Wall seconds from the command to the end of the first frame.
        peak: Most memory that the drawing process held, in MiB.
    """

    first: float
    peak: float


def run() -> Sequence[Row]:
    """The three rows."""
    from installation.bench.frame import display

    with display((SIZE[0], SIZE[1] * 2)) as windowed, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        photophore(SIZE, folder, windowed=windowed)  # the driver keeps what it compiled: both start warm
        bare(SIZE, windowed=windowed)
        pairs = [
            (photophore(SIZE, folder, windowed=windowed), bare(SIZE, windowed=windowed))
            for _ in range(_ROUNDS)
        ]
    ours, peer = (statistics.median(pair[i].first for pair in pairs) for i in (0, 1))
    our_peak, peer_peak = (statistics.median(pair[i].peak for pair in pairs) for i in (0, 1))
    help_cpu, plain_cpu = help_time(_ROUNDS)
    name, first, memory = "a bare moderngl script", ours / peer, our_peak / peer_peak
    note = "" if windowed else "headless, for there is no display and no Xvfb"
    return [
        Row(
            name="start: first picture of the default show", ours=ours, peer=peer, floor=None, unit="s",
            peer_name=name, ratio=first, goal=f"<= {FIRST_GOAL:g}", met=first <= FIRST_GOAL, note=note,
        ),
        Row(
            name="start: peak memory of the stage", ours=our_peak, peer=peer_peak, floor=None, unit="MiB",
            peer_name=name, ratio=memory, goal=f"<= {MEMORY_GOAL:g}", met=memory <= MEMORY_GOAL, note=note,
        ),
        Row(
            name="start: photophore --help", ours=help_cpu, peer=plain_cpu, floor=None, unit="CPU s",
            peer_name="python -c pass", ratio=help_cpu, goal=f"< {HELP_GOAL} s", met=help_cpu < HELP_GOAL,
            note=f"the figure is ours in seconds; {help_cpu / plain_cpu:.1f}x the peer",
        ),
    ]  # fmt: skip


def bare(size: tuple[int, int], *, windowed: bool, frames: int = _FRAMES) -> Begun:
    """Start the bare script once."""
    from installation.bench.reference import SIMPLE
    from installation.render.gl.draw import TRIANGLE

    given = [str(size[0]), str(size[1]), "1" if windowed else "0", str(frames), TRIANGLE, SIMPLE]
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", _BARE, *given],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env=_environment(),
    )
    first, peak = done.stdout.split()[-2:]
    return Begun(float(first) - began, int(peak) / 1024)


def photophore(size: tuple[int, int], folder: Path, *, windowed: bool, frames: int = _FRAMES) -> Begun:
    """Start ``photophore preview`` once with that state folder, and end it as Ctrl+C does.

    Raises:
        RuntimeError: No picture came, or the program ended before it.
    """
    command = [sys.executable, "-m", "installation", "preview", "--size", f"{size[0]}x{size[1]}"]
    command += ["--panel-port", "0"] if windowed else ["--panel-port", "0", "--headless"]
    quiet = subprocess.DEVNULL
    began = time.monotonic()
    environment = _environment() | {"PHOTOPHORE_STATE": str(folder)}
    process = subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet)
    try:
        first = first_frame(process, frames)
        peak = _stage_peak(process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()
    return Begun(first - began, peak)


def help_time(rounds: int) -> tuple[float, float]:
    """Processor seconds of ``photophore --help`` and of ``python -c pass``: medians."""
    commands = [["-m", "installation", "--help"], ["-c", "pass"]]
    taken: list[list[float]] = [[], []]
    for _ in range(rounds):
        for command, times in zip(commands, taken, strict=True):
            process = subprocess.Popen(
                [sys.executable, *command], stdout=subprocess.DEVNULL, env=_environment()
            )
            _, _, usage = os.wait4(process.pid, 0)
            process.returncode = 0  # it has been waited for
            times.append(usage.ru_utime + usage.ru_stime)
    return statistics.median(taken[0]), statistics.median(taken[1])


def _environment() -> dict[str, str]:
    """Ours, but Python keeps what it compiled, as it does for users; the start that does not count writes."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def first_frame(process: "subprocess.Popen[bytes]", frames: int) -> float:
    """Monotonic time of the first heartbeat of a keeper's stage; returns after so many frames.

    Raises:
        RuntimeError: No picture came, or the program ended before it.
    """
    from installation.ipc.shared_memory import Mapping

    mapping: Mapping | None = None
    first: float | None = None
    end = time.monotonic() + _PATIENCE
    try:
        while time.monotonic() < end and process.poll() is None:
            time.sleep(0.002)
            mapping = mapping or _attach(process.pid)
            found = mapping.heartbeat() if mapping else None
            if found is None:
                continue
            first = found[1].monotonic if first is None else first
            if found[1].index >= frames:
                return first
    finally:
        if mapping is not None:
            mapping.close()
    message = f"no picture within {_PATIENCE} s (exit code {process.poll()}); try `photophore preview`"
    raise RuntimeError(message)


def _attach(pid: int) -> "Mapping | None":
    """The keeper's shared memory, once it is there."""
    from installation.errors import PhotophoreError
    from installation.ipc.shared_memory import Mapping

    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            if not str(link.readlink()).startswith("/memfd:photophore"):
                continue
            fd = os.open(link, os.O_RDWR)
        except OSError:
            continue
        try:
            return Mapping.attach(fd)
        except (PhotophoreError, ValueError):  # it is being made at this moment
            os.close(fd)
    return None


def _stage_peak(keeper: int) -> float:
    """Peak memory of the keeper's stage in MiB."""
    for children in Path(f"/proc/{keeper}/task").glob("*/children"):
        for child in children.read_text().split():
            if b"--stage" in Path(f"/proc/{child}/cmdline").read_bytes():
                lines = Path(f"/proc/{child}/status").read_text().splitlines()
                return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024
    message = f"the keeper {keeper} has no stage"
    raise RuntimeError(message)
