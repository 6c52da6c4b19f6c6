"""A whole frame of a loaded stage beside a script, written by hand, that does the same drawing.

Both draw into the same window of the same process, frame by frame in turn, so that whatever else the machine
does hits both alike. Loaded means: eight scenes, 1,000 routes with shapes and smoothing, 64 universes of
pixels that sample the picture, shared memory, the bus, the file watcher and the input adapters, all open and
idle. The script draws every pass that the stage draws, lamps included, and reads back what it reads back
(``script``). So what remains is the engine's: signals, what it does with what was read, and telling others.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from installation.bench import Row
from installation.bench.frame.load import display, loaded_production, loaded_stage
from installation.bench.frame.script import Script
from installation.bench.frame.shares import Driver, driver, parts
from installation.bench.reference import HEAVY, SIMPLE

__all__ = ["apart", "measure", "report", "run", "turns"]

SIZE = (1920, 1080)
SMALL = (160, 90)
"""Where drawing costs nothing: what the main thread does when a graphics card draws, or nearly."""
GOALS = {"simple": 1.20, "heavy": 1.10}
MAIN_GOAL = 1.5
"""Milliseconds of the main thread's processor time a frame beyond the script's."""

_TEXTS = {"simple": SIMPLE, "heavy": HEAVY}
_FRAMES = {"simple": 60, "heavy": 30, "small": 300}


def run() -> Sequence[Row]:
    """Time of the frame, and of the main thread, at 1080p with the simple and the heavy scene."""
    rows: list[Row] = []
    for kind in ("simple", "heavy"):
        rows += apart(kind, SIZE, _FRAMES[kind])
    rows += apart("simple", SMALL, _FRAMES["small"])[1:]  # only the main thread: the rest is all overhead
    return rows


def apart(kind: str, size: tuple[int, int], frames: int) -> list[Row]:
    """``measure`` in a process of its own: no window can follow a context without one in the same process."""
    order = f"from installation.bench.frame.measure import report; report({kind!r}, {size!r}, {frames})"
    done = subprocess.run([sys.executable, "-c", order], stdout=subprocess.PIPE, check=True, text=True)
    return [Row(**row) for row in json.loads(done.stdout.splitlines()[-1])]


def report(kind: str, size: tuple[int, int], frames: int) -> None:
    """Print the rows as one line of JSON, for ``apart``."""
    print(json.dumps([asdict(row) for row in measure(kind, size, frames)]))  # noqa: T201 - for the parent


def measure(kind: str, size: tuple[int, int], frames: int) -> list[Row]:
    """The rows of one scene: ``simple`` or ``heavy``, at a size, over so many frames of each."""
    with ExitStack() as stack:
        shown = stack.enter_context(display(size))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        production = loaded_production(folder, _TEXTS[kind], size)
        stage, context, window = stack.enter_context(loaded_stage(production, folder, windowed=shown))
        script = Script(context, production, size, window)
        stack.callback(script.release)

        def ours() -> None:
            # The script's turn is no stall of ours: the guard must not start again from black after it.
            stage._began = None  # noqa: SLF001 - nobody else has a reason to say so
            stage.frame()

        wall, cpu, main = turns([ours, script.frame], frames)
        shares = parts(stage, ours, frames)
        calls = driver(ours, frames), driver(script.frame, frames)
    where = "window" if shown else "headless, for there is no display and no Xvfb"
    name = f"frame: {kind}, {size[0]}x{size[1]}, {where}"
    ratio, beyond, goal = cpu[0] / cpu[1], (main[0] - main[1]) * 1e3, GOALS[kind]
    peer = "a script of the same passes"
    return [
        Row(
            name=name, ours=cpu[0] * 1e3, peer=cpu[1] * 1e3, floor=None, unit="CPU ms", peer_name=peer,
            ratio=ratio, goal=f"<= {goal:.2f}", met=ratio <= goal,
            note=f"wall {wall[0] * 1e3:.2f} against {wall[1] * 1e3:.2f} ms: {wall[0] / wall[1]:.3f}",
        ),
        Row(
            name=f"{name}: main thread beyond the script", ours=main[0] * 1e3, peer=main[1] * 1e3,
            floor=None, unit="CPU ms", peer_name=peer, ratio=beyond, goal=f"<= {MAIN_GOAL} ms",
            met=beyond <= MAIN_GOAL,
            note=f"the figure is the difference in ms; {_shared_out(shares, calls)}",
        ),
    ]  # fmt: skip


def _shared_out(shares: Mapping[str, float], calls: tuple[Driver, Driver]) -> str:
    """In words: where our time goes, and how much of it and of the script's is the driver's."""
    where = ", ".join(f"{name} {ms:.2f}" for name, ms in shares.items())
    ours, script = calls
    return (
        f"ours by part: {where}; inside OpenGL: ours {ours.seconds * 1e3:.2f} ms in {ours.calls} calls, "
        f"the script's {script.seconds * 1e3:.2f} ms in {script.calls}"
    )


def turns(
    jobs: Sequence[Callable[[], None]], frames: int, warm: int = 12
) -> tuple[list[float], list[float], list[float]]:
    """Median seconds of each job: wall, processor time of the process, and of the calling thread.

    The jobs take turns A B A B; the first ``warm`` rounds do not count.
    """
    taken: list[list[tuple[float, float, float]]] = [[] for _ in jobs]
    for number in range(warm + frames):
        for index, job in enumerate(jobs):
            before = time.perf_counter(), time.process_time(), time.thread_time()
            job()
            after = time.perf_counter(), time.process_time(), time.thread_time()
            if number >= warm:
                taken[index].append((after[0] - before[0], after[1] - before[1], after[2] - before[2]))
    wall, cpu, main = (
        [statistics.median(times[column] for times in of_job) for of_job in taken] for column in range(3)
    )
    return wall, cpu, main
