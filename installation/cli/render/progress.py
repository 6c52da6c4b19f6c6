"""How far a film is: a bar on the terminal that knows its end."""

import sys
import time
from collections.abc import Callable, Iterator

from installation.clock import time_text
from installation.values import Seconds

__all__ = ["progress_line", "show_progress"]

_WIDTH = 30
"""Characters of the bar."""
_EVERY: Seconds = 0.2
"""Least time between two lines."""


def progress_line(done: int, total: int, elapsed: Seconds, left: Seconds | None) -> str:
    """One line of progress.

    Args:
        done: Frames that are finished, 1 to ``total``.
        total: Frames of the film.
        elapsed: Seconds that they took; told at the end.
        left: Seconds that the others will take, about; told before; None while nobody knows.
    """
    filled = _WIDTH * done // total
    ends = f", in {time_text(round(elapsed))}"
    if done < total:
        ends = "" if left is None else f", {time_text(round(left))} left"
    bar = "#" * filled + "-" * (_WIDTH - filled)
    return f"[{bar}] {done}/{total} frames, {100 * done // total} %{ends}"


def show_progress(total: int, clock: Callable[[], Seconds] = time.monotonic) -> Iterator[None]:
    """Show the progress of a film on stderr, if that is a terminal; each ``next`` is a finished frame.

    Args:
        total: Frames of the film.
        clock: Monotonic seconds.
    """
    return _lines(total, clock, clock()) if sys.stderr.isatty() else _nothing()


def _lines(total: int, clock: Callable[[], Seconds], start: Seconds) -> Iterator[None]:
    first = told = clock()  # shaders are compiled in the first frame, which says nothing of the others
    length = 0
    for done in range(1, total + 1):
        now = clock()
        if done in (1, total) or now - told >= _EVERY:
            left = (now - first) * (total - done) / (done - 1) if done > 1 else None
            line = progress_line(done, total, now - start, left)
            end = "\n" if done == total else ""
            print(f"\r{line.ljust(length)}", end=end, file=sys.stderr, flush=True)
            told, length = now, len(line)
        yield
    yield from _nothing()


def _nothing() -> Iterator[None]:
    while True:
        yield
