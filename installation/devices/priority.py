"""How threads that must not be late ask the system for their share of time."""

import contextlib
import os
import threading
from pathlib import Path

__all__ = ["ask_for_time", "give_way", "hurry_process", "relax_process"]

_NICE = -10
_USUAL = os.getpriority(os.PRIO_PROCESS, 0) if hasattr(os, "getpriority") else 0
"""Niceness that this process was started with."""
_TASKS = Path("/proc/self/task")
"""Threads of this process, by the number that the scheduler knows them by; see proc(5)."""
_patient: set[int] = set()
"""Threads that may wait."""


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
        os.setpriority(os.PRIO_PROCESS, 0, _NICE)
    except (AttributeError, OSError):
        return "none"
    return "nice"


def give_way(*, patient: bool = False) -> None:
    """Let the calling thread, and those that it starts from now on, interrupt no ordinary thread at work.

    Args:
        patient: It may wait: ``hurry_process`` leaves it so.
    """
    if patient:
        _patient.add(threading.get_native_id())
    with contextlib.suppress(AttributeError, OSError):
        kept = os.sched_getscheduler(0) & os.SCHED_RESET_ON_FORK  # only root may take that off
        os.sched_setscheduler(0, os.SCHED_BATCH | kept, os.sched_param(0))


def hurry_process(priority: int) -> str:
    """Request real-time scheduling of all threads of this process that have none and are not patient.

    Those that libraries have started are meant, too. Threads that they start from then on have none.

    Args:
        priority: Among threads in real time, 1..99.

    Returns:
        What was granted: ``fifo``, else ``nice`` for a better niceness, else ``none``.
    """
    granted = set()
    threads = _threads()
    _patient.intersection_update(threads)  # numbers of threads that have ended are given again
    for thread in threads:
        with contextlib.suppress(AttributeError, OSError):  # it may have ended
            if thread not in _patient and _is_ordinary(thread):
                granted.add(_hurry(thread, priority))
    return next((one for one in ("fifo", "nice") if one in granted), "none")


def relax_process(priority: int) -> None:
    """Take back what ``hurry_process`` has changed, as after ``give_way``.

    Threads that are in real time by others stay so.
    """
    for thread in _threads():
        with contextlib.suppress(AttributeError, OSError):
            policy = os.sched_getscheduler(thread)
            ours = policy == os.SCHED_FIFO | os.SCHED_RESET_ON_FORK
            if (ours and os.sched_getparam(thread).sched_priority == priority) or _is_ordinary(thread):
                kept = policy & os.SCHED_RESET_ON_FORK
                os.sched_setscheduler(thread, os.SCHED_BATCH | kept, os.sched_param(0))
            if os.getpriority(os.PRIO_PROCESS, thread) == _NICE:
                os.setpriority(os.PRIO_PROCESS, thread, _USUAL)


def _is_ordinary(thread: int) -> bool:
    return os.sched_getscheduler(thread) & ~os.SCHED_RESET_ON_FORK in (os.SCHED_OTHER, os.SCHED_BATCH)


def _hurry(thread: int, priority: int) -> str:
    try:
        os.sched_setscheduler(thread, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(priority))
    except PermissionError:
        kept = os.sched_getscheduler(thread) & os.SCHED_RESET_ON_FORK
        os.sched_setscheduler(thread, os.SCHED_OTHER | kept, os.sched_param(0))
    else:
        return "fifo"
    try:
        os.setpriority(os.PRIO_PROCESS, thread, _NICE)
    except PermissionError:
        return "none"
    return "nice"


def _threads() -> list[int]:
    try:
        return [int(one.name) for one in _TASKS.iterdir()]
    except OSError:
        return []
