"""Real time for the threads of a process that ask for it, and back."""

import os
import subprocess
import sys
from typing import Final

SCRIPT: Final = """
import os, threading
from installation.devices.priority import ask_for_time, give_way, hurry_process, relax_process

def at_work(begin):
    there, end = threading.Event(), threading.Event()
    def run():
        begin()
        there.set()
        end.wait()
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    there.wait()
    return thread.native_id

threads = [
    at_work(int), at_work(give_way), at_work(lambda: give_way(patient=True)),
    at_work(lambda: ask_for_time(3, inherited=True)),
]

def told():
    for thread in threads:
        policy = os.sched_getscheduler(thread) & ~os.SCHED_RESET_ON_FORK
        nice = os.getpriority(os.PRIO_PROCESS, thread)
        print(policy, os.sched_getparam(thread).sched_priority, nice, end=";")
    print()

print(os.getpriority(os.PRIO_PROCESS, 0))
told()
print(hurry_process(5))
told()
threads.append(at_work(int))
relax_process(5)
told()
print(hurry_process(5))
told()
"""


def test_threads_of_a_process_are_hurried_and_relaxed_but_for_patient_ones_and_those_of_others() -> None:
    """In a process of its own: this one's scheduling is not to change."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=60
    )
    lines = done.stdout.splitlines()
    nice = lines.pop(0)
    granted = lines.pop(1)
    assert lines.pop(3) == granted
    before, hurried, relaxed, again = (line.rstrip(";").split(";") for line in lines)

    ordinary, batch = f"{os.SCHED_OTHER} 0 {nice}", f"{os.SCHED_BATCH} 0 {nice}"
    others = [batch, before[3]]
    assert before == [ordinary, batch, *others]
    quick = {"fifo": f"{os.SCHED_FIFO} 5 {nice}", "nice": f"{os.SCHED_OTHER} 0 -10", "none": ordinary}[
        granted
    ]
    assert hurried[1:] == [quick, *others]
    *relaxed, new = relaxed  # a thread that a hurried one has started; the system gives it a niceness of 0
    assert relaxed == [batch, batch, *others]
    assert new.startswith(f"{os.SCHED_BATCH} 0 ")
    assert again[:-1] == [quick, quick, *others]
    assert again[-1].split()[:2] == quick.split()[:2]
