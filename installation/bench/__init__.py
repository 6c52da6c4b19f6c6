"""Speed and memory, measured as ratios against a named peer in one run on one machine.

Each module here is one benchmark: ``run()`` returns its rows. Absolute times do not carry over from one
machine to another, so a goal is always a ratio. Nothing in the program imports this package.
"""

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time, thread_time

__all__ = ["Row", "interleave", "names", "run"]


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison.

    Attributes:
        name: What was measured, e.g. ``osc: dispatch, 400 addresses``.
        ours, peer, floor: The three figures in ``unit``; ``floor`` is the least that is possible, or None.
        peer_name: Who the peer is.
        ratio: The figure that the goal speaks of.
        goal: The goal in words, e.g. ``<= 1.10``.
        met: Whether the ratio reaches it.
    """

    name: str
    ours: float
    peer: float
    floor: float | None
    unit: str
    peer_name: str
    ratio: float
    goal: str
    met: bool
    note: str = ""


def names() -> list[str]:
    """Names of all benchmarks, sorted."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def run(name: str) -> Sequence[Row]:
    """Run one benchmark. Raises KeyError for an unknown name."""
    if name not in names():
        raise KeyError(name)
    module = importlib.import_module(f"{__name__}.{name}")
    rows: Sequence[Row] = module.run()
    return rows


_CLOCKS: dict[str, Callable[[], float]] = {
    "wall": perf_counter,
    "process": process_time,
    "thread": thread_time,
}


def interleave(jobs: Sequence[Callable[[], object]], rounds: int = 7, clock: str = "process") -> list[float]:
    """Median seconds of each job, the jobs run in turn A B C A B C so that drift hits all alike.

    Args:
        jobs: What to time; one call each is thrown away first.
        rounds: Counted calls of each.
        clock: ``wall``, ``process`` (CPU of all threads) or ``thread`` (CPU of this one).
    """
    now = _CLOCKS[clock]
    for job in jobs:
        job()
    taken: list[list[float]] = [[] for _ in jobs]
    for _ in range(rounds):
        for job, times in zip(jobs, taken, strict=True):
            start = now()
            job()
            times.append(now() - start)
    return [median(times) for times in taken]
