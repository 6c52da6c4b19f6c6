"""How the wire's thread asks the system for its share of time."""

import os

__all__ = ["ask_for_time"]


def ask_for_time() -> str:
    """Request real-time scheduling of the calling thread, else a better niceness; returns what was granted.

    Children do not inherit it.
    """
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(10))
    except (AttributeError, OSError):
        pass
    else:
        return "fifo"
    try:
        os.setpriority(os.PRIO_PROCESS, 0, -10)
    except (AttributeError, OSError):
        return "none"
    return "nice"
