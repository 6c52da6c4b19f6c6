"""Which worker gets which file of tests (``make test`` with several workers).

A worker takes a file at a time, so that what a file computes once is computed once. The files of ``LIVE``
start real programs, servers and windows, wait for them and watch what they do in real time: one worker takes
them, one after the other, while the others compute at a lower priority. A worker that has nothing else left
helps from the end of that list, where those stand that only wait, and watch no picture, no sound and no bus
of a device.
"""

from collections.abc import Sequence

__all__ = ["LIVE", "LONG", "NICE", "choose", "is_live", "rank"]

NICE = 5
"""What the niceness of a worker rises by at its first test that is not of ``LIVE``."""

LIVE = (
    "tests/end_to_end/",
    "tests/installation/sound/live/",
    "tests/hardware/midi/",
    "tests/hardware/test_receivers.py",
    "tests/hardware/test_contract.py",
    "tests/installation/bench/",
    "tests/installation/visitors/",
    "tests/installation/panel/",
    "tests/installation/keeper/",
    "tests/installation/hub/",
)

LONG = (
    "tests/installation/safety/",
    "tests/installation/player/controls/test_replay.py",
    "tests/installation/render/",
    "tests/test_",
)
"""Those who compute begin with these, so that no worker is left alone with a long file at the end."""


def is_live(nodeid: str) -> bool:
    """Return whether a test, or a file of tests, works in real time."""
    return nodeid.startswith(LIVE)


def rank(nodeid: str) -> int:
    """Return the place of a test's file in the order in which files are dealt out."""
    order = (*LIVE, *LONG)
    return next((at for at, start in enumerate(order) if nodeid.startswith(start)), len(order))


def choose(waiting: Sequence[str], *, takes_live: bool) -> str:
    """Return the next file for a worker.

    Args:
        waiting: Files that nobody has, in order; at least one.
        takes_live: Whether this worker is the one that takes those of ``LIVE``.
    """
    if takes_live:
        return waiting[0]  # those of LIVE stand first
    return next((file for file in waiting if not is_live(file)), waiting[-1])
