"""How a thread that must not be late asks the system for its share of time."""

import contextlib
import os

__all__ = ["ask_for_time", "give_back_time"]


def ask_for_time(priority: int = 10, *, inherited: bool = False) -> str:
    """Request real-time scheduling of the calling thread, else a better niceness; returns what was granted.

    Args:
        priority: Among threads in real time, 1..99; the lamps have 10.
        inherited: Whether threads and processes that it starts have it, too.
    """
    try:
        policy = os.SCHED_FIFO if inherited else os.SCHED_FIFO | os.SCHED_RESET_ON_FORK
        os.sched_setscheduler(0, policy, os.sched_param(priority))
    except (AttributeError, OSError):
        pass
    else:
        return "fifo"
    try:
        os.setpriority(os.PRIO_PROCESS, 0, -10)
    except (AttributeError, OSError):
        return "none"
    return "nice"


def give_back_time() -> None:
    """Return the calling thread from real time to ordinary scheduling, before long work that may wait."""
    with contextlib.suppress(AttributeError, OSError):
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
