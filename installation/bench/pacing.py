"""How evenly frames come at 60 Hz beside ``pygame.time.Clock.tick``, and how long the collector holds one up.

Both loops do about a millisecond of Python work a frame, and take turns for half a second each. Neighbours on
the machine disturb both, so both run at real-time priority where the system allows it, and the quietest round
of each counts.
"""

import gc
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from statistics import median

import numpy as np

from installation.bench import Row
from installation.clock import Pacer, Sweep

__all__ = ["collector", "intervals", "run"]

RATE = 60.0
ERROR_GOAL, CPU_GOAL, PAUSE_GOAL = 0.05, 3.0, 1.0
_FRAMES, _ROUNDS = 30, 25
_LIVE = 1_000_000


def run() -> Sequence[Row]:
    """Error of the intervals, processor time, and the longest pause of the collector."""
    return [*intervals(_FRAMES, _ROUNDS), *collector(_LIVE, 600)]


def intervals(frames: int, rounds: int) -> list[Row]:
    """99th percentile of ``|interval - 1/60 s|`` in the quietest round; median processor time."""
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")  # stdout is data
    import pygame

    clock = pygame.time.Clock()
    pacer = Pacer(RATE)
    waits: list[Callable[[], object]] = [pacer.wait, lambda: clock.tick(int(RATE))]
    errors: list[list[float]] = [[], []]
    costs: list[list[float]] = [[], []]
    with _undisturbed():
        for _ in range(rounds):
            for index, wait in enumerate(waits):
                error, cost = _paced(wait, frames)
                errors[index].append(error)
                costs[index].append(cost)
    ours, peer = (min(figures) * 1e6 for figures in errors)
    our_cost, peer_cost = (median(figures) * 1e3 for figures in costs)
    name, error, cost = "pygame.time.Clock.tick", ours / peer, our_cost / peer_cost
    return [
        Row(
            name="pacing: error of an interval at 60 Hz, p99", ours=ours, peer=peer, floor=None, unit="us",
            peer_name=name, ratio=error, goal=f"<= {ERROR_GOAL}", met=error <= ERROR_GOAL,
        ),
        Row(
            name="pacing: processor time of the loop", ours=our_cost, peer=peer_cost, floor=None,
            unit="CPU ms a frame", peer_name=name, ratio=cost, goal=f"<= {CPU_GOAL}", met=cost <= CPU_GOAL,
            note="with about 1 ms of work a frame in both",
        ),
    ]  # fmt: skip


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Real-time scheduling for this thread, where that is allowed."""
    try:
        before = os.sched_getscheduler(0), os.sched_getparam(0)
        os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(10))
    except (AttributeError, OSError):
        yield
        return
    try:
        yield
    finally:
        os.sched_setscheduler(0, *before)


def _paced(wait: Callable[[], object], frames: int) -> tuple[float, float]:
    """99th percentile of the intervals' error, and processor seconds a frame."""
    for _ in range(3):
        wait()
    began = time.thread_time()
    moments = []
    for _ in range(frames):
        moments.append(time.perf_counter())
        _work()
        wait()
    cost = (time.thread_time() - began) / frames
    error = np.abs(np.diff(moments) - 1.0 / RATE)
    return float(np.quantile(error, 0.99)), cost


def _work() -> None:
    """About a millisecond of Python."""
    sum(number * number for number in range(16_000))


def collector(live: int, frames: int) -> list[Row]:
    """The longest pause with so many live objects, when every frame leaves rings of garbage behind.

    The peer is one full collection as Python does it by itself when it thinks fit.
    """
    world = [[index] for index in range(live)]
    peer = _longest(gc.collect)
    gc.freeze()
    try:
        with Sweep() as sweep:

            def show() -> None:
                for _ in range(frames):
                    _litter(100)
                    sweep.step()

            ours = _longest(show)
    finally:
        gc.unfreeze()
    del world
    return [
        Row(
            name=f"pacing: longest pause of the collector, {live:,} live objects, {frames} frames",
            ours=ours * 1e3, peer=peer * 1e3, floor=None, unit="CPU ms", peer_name="a full collection",
            ratio=ours * 1e3, goal=f"<= {PAUSE_GOAL} ms", met=ours * 1e3 <= PAUSE_GOAL,
            note="the figure is ours in ms",
        )
    ]  # fmt: skip


def _litter(rings: int) -> None:
    """Leave garbage that only the collector can find."""
    for _ in range(rings):
        ring: list[object] = [{}]
        ring.append(ring)


def _longest(job: Callable[[], object]) -> float:
    """Processor seconds of the longest collection during ``job``: what neighbours do is not its fault."""
    longest = began = 0.0

    def watch(phase: str, _info: dict[str, int]) -> None:
        nonlocal longest, began
        now = time.thread_time()
        if phase == "start":
            began = now
        else:
            longest = max(longest, now - began)

    gc.callbacks.append(watch)
    try:
        job()
    finally:
        gc.callbacks.remove(watch)
    return longest
