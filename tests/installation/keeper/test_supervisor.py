"""The stage's supervisor under a clock of the test's; the process only sleeps."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from installation.ipc.exit_codes import OUTDATED, RESTART
from installation.ipc.link import Start
from installation.ipc.quarantine import Note
from installation.ipc.shared_memory import Heartbeat, Mapping
from installation.keeper.notify import managed
from installation.keeper.stage.run_queue import RunQueue
from installation.keeper.stage.supervisor import Limits, StageSupervisor
from tests.parts import needs

SLEEPER = (sys.executable, "-c", "import time; time.sleep(600)")
LIMITS = Limits(silent=5.0, starting=30.0, loading=15.0)
COUNTS_WAITS = Path("/proc/self/schedstat").exists() and hasattr(os, "sched_setaffinity")
COMPILING = Note("/shaders/large.fs", "mark", "compiled")


class Starved(RunQueue):
    """A queue in which the stage waits for a share of the time."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share, self.since = share, 0.0

    def reset(self) -> None:
        self.since = -1.0

    def waited(self, pid: int | None, now: float) -> float:
        self.since = now if self.since < 0 else self.since
        return self.share * (now - self.since)


@pytest.fixture
def stage() -> Iterator[tuple[StageSupervisor, Mapping]]:
    mapping = Mapping.create(1)
    supervisor = StageSupervisor(SLEEPER, mapping, Start(), LIMITS)
    supervisor._silence.queue = Starved(0.0)  # what Linux counts is of another clock than the test's
    supervisor.spawn(0.0)
    yield supervisor, mapping
    supervisor.finish()
    mapping.close()


def killed(supervisor: StageSupervisor, since: float, until: float) -> bool:
    """Look twice a second; True once the stage counts as hung."""
    for half in range(round(since * 2), round(until * 2) + 1):
        supervisor.poll(half / 2)
        if supervisor._hung:
            return True
    return False


def test_a_stage_that_never_beats_has_the_time_that_a_start_may_take(
    stage: tuple[StageSupervisor, Mapping],
) -> None:
    supervisor, _ = stage
    assert not killed(supervisor, 0.0, 30.0)
    assert killed(supervisor, 30.5, 31.0)


def test_a_stage_that_compiles_one_shader_after_another_is_not_taken_for_hung(
    stage: tuple[StageSupervisor, Mapping],
) -> None:
    supervisor, mapping = stage
    assert not killed(supervisor, 0.0, 25.0)
    mapping.note.write(b"/shaders/first.fs")
    assert not killed(supervisor, 25.5, 50.0)
    mapping.note.write(b"/shaders/second.fs")
    assert not killed(supervisor, 50.5, 80.0)
    assert killed(supervisor, 80.5, 81.0)  # the same note, however often it is looked at, is one sign


def test_a_playing_stage_that_compiles_an_edited_shader_is_given_more_time(
    stage: tuple[StageSupervisor, Mapping],
) -> None:
    supervisor, mapping = stage
    mapping.mark(Heartbeat(1, 0.0, 0.0, "", "", 0.0))
    supervisor.poll(0.0)
    mapping.note.write(b"/shaders/edited.fs")
    assert not killed(supervisor, 0.5, 15.0)
    assert killed(supervisor, 15.5, 16.0)


def test_a_playing_stage_that_falls_silent_without_compiling_is_killed_soon(
    stage: tuple[StageSupervisor, Mapping],
) -> None:
    supervisor, mapping = stage
    mapping.note.write(b"/shaders/edited.fs")
    supervisor.poll(0.0)
    mapping.note.write(b"")  # its trial is over
    mapping.mark(Heartbeat(1, 0.0, 0.0, "", "", 0.0))
    assert not killed(supervisor, 0.5, 5.0)
    assert killed(supervisor, 5.5, 6.5)


def test_a_shader_whose_name_no_stage_can_be_told_stops_no_later_stage(
    stage: tuple[StageSupervisor, Mapping], caplog: pytest.LogCaptureFixture
) -> None:
    supervisor, mapping = stage
    mapping.note.write(Note("/\udcff.fs", "mark", "drawn").to_bytes())
    supervisor._handover.put_in_quarantine(-signal.SIGSEGV, hung=0.0, blameless=False)
    supervisor.finish()

    supervisor.spawn(0.0)

    assert supervisor.process.running
    assert supervisor.quarantine == {}
    assert "rename it" in caplog.text


def end(supervisor: StageSupervisor, now: float) -> None:
    """Wait for the end of the killed stage, and have it seen."""
    assert supervisor.process._child is not None
    supervisor.process._child.wait(10.0)
    supervisor.poll(now)


def test_a_stage_that_waits_for_a_processor_has_longer_and_then_is_restarted_without_blame(
    stage: tuple[StageSupervisor, Mapping], caplog: pytest.LogCaptureFixture
) -> None:
    supervisor, mapping = stage
    supervisor._silence.queue = Starved(0.95)
    mapping.note.write(COMPILING.to_bytes())
    assert not killed(supervisor, 0.0, 300.0)
    assert [one.message for one in caplog.records if "overloaded" in one.message] != []
    assert killed(supervisor, 300.5, 301.0)
    end(supervisor, 301.0)
    assert supervisor.quarantine == {}
    supervisor.poll(301.5)
    assert supervisor.process.running  # another one


def test_a_shader_that_hangs_on_a_busy_machine_is_in_quarantine_once_its_own_time_is_over(
    stage: tuple[StageSupervisor, Mapping],
) -> None:
    supervisor, mapping = stage
    supervisor._silence.queue = Starved(0.5)
    mapping.note.write(COMPILING.to_bytes())
    assert not killed(supervisor, 0.0, 58.5)
    assert killed(supervisor, 59.0, 62.0)
    end(supervisor, 62.0)
    assert list(supervisor.quarantine) == [COMPILING.path]


class Threads:
    """Threads of process 7 as Linux tells them."""

    def __init__(self, proc: Path) -> None:
        self.proc = proc
        self.runs = 0

    def write(self, thread: str, waited: float, state: str = "S", *, ran: bool = True) -> None:
        folder = self.proc / "7" / "task" / thread
        folder.mkdir(parents=True, exist_ok=True)
        self.runs += ran
        (folder / "schedstat").write_text(f"1000 {round(waited * 1e9)} {self.runs}\n")
        (folder / "stat").write_text(f"{thread} (a name) {state} 1 7")


def test_the_wait_is_that_of_the_thread_that_waited_longest_in_each_interval(tmp_path: Path) -> None:
    threads, queue = Threads(tmp_path), RunQueue(tmp_path)
    threads.write("7", 100.0)
    assert queue.waited(7, 0.0) == 0.0  # what was before does not count
    threads.write("7", 100.5)
    threads.write("8", 0.25)
    assert queue.waited(7, 1.0) == 0.5
    threads.write("8", 1.0)
    assert queue.waited(7, 1.1) == 0.5  # too soon for another look
    assert queue.waited(7, 2.0) == 1.25
    threads.write("8", 50.0)
    assert queue.waited(7, 3.0) == 3.0  # no more than passed
    queue.reset()
    assert queue.waited(7, 4.0) == 0.0


def test_a_wait_that_is_not_over_counts_and_sleep_does_not(tmp_path: Path) -> None:
    threads, queue = Threads(tmp_path), RunQueue(tmp_path)
    threads.write("7", 1.0, "R")
    threads.write("8", 1.0, "S")
    queue.waited(7, 0.0)
    assert queue.waited(7, 2.0) == queue.waited(7, 2.1) == 2.0
    threads.write("7", 5.0, "R")  # Linux counts a wait when it ends
    assert queue.waited(7, 4.0) == 4.0
    threads.write("7", 5.0, "S", ran=False)
    assert queue.waited(7, 9.0) == 4.0


def test_a_sleep_before_a_wait_is_no_wait(tmp_path: Path) -> None:
    """A stage that hangs, with a thread that wakes now and then, would be spared for minutes."""
    threads, queue = Threads(tmp_path), RunQueue(tmp_path)
    threads.write("7", 1.0, "S")
    for second in range(21):
        assert queue.waited(7, float(second)) == 0.0
    threads.write("7", 1.0, "R", ran=False)
    assert queue.waited(7, 21.0) == 1.0
    assert queue.waited(7, 22.0) == 2.0


def test_where_waits_are_not_counted_there_are_none(tmp_path: Path) -> None:
    threads, queue = Threads(tmp_path), RunQueue(tmp_path)
    assert queue.waited(7, 0.0) == queue.waited(7, 10.0) == queue.waited(None, 20.0) == 0.0
    threads.write("7", 0.0, "R", ran=False)  # of a kernel that counts nothing
    assert queue.waited(7, 30.0) == queue.waited(7, 40.0) == 0.0


@needs("a kernel that counts how long a process waits (/proc/PID/schedstat)", there=COUNTS_WAITS)
def test_a_starved_stage_is_not_taken_for_hung_and_its_shader_not_for_the_cause() -> None:
    """A real process that is always ready to run, behind others on the same processor."""
    core = min(os.sched_getaffinity(0))
    spin = f"import os; os.sched_setaffinity(0, {{{core}}})\nos.nice(%d)\nwhile True: pass"
    hogs = [subprocess.Popen((sys.executable, "-c", spin % 0)) for _ in range(3)]
    mapping = Mapping.create(1)
    limits = Limits(starting=1.5, overloaded=4.0)
    supervisor = StageSupervisor((sys.executable, "-c", spin % 19), mapping, Start(), limits)
    began = time.monotonic()
    try:
        supervisor.spawn(began)
        mapping.note.write(COMPILING.to_bytes())
        while not supervisor._hung:
            time.sleep(0.02)
            supervisor.poll(time.monotonic())
        assert time.monotonic() - began >= 4.0
        end(supervisor, time.monotonic())
        assert supervisor.quarantine == {}
    finally:
        supervisor.finish()
        mapping.close()
        for one in hogs:
            one.kill()
            one.wait()


@pytest.mark.parametrize("again", [False, True])
def test_a_stage_of_another_version_is_left_to_another_start_of_all(
    again: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """As after an update of a show that plays: to restart only the stage can never help."""
    mapping = Mapping.create(1)
    command = (sys.executable, "-c", f"import sys; sys.exit({OUTDATED})")
    supervisor = StageSupervisor(command, mapping, Start(), LIMITS)
    supervisor.managed = again
    supervisor.spawn(0.0)
    now = 0.0
    while supervisor.process.starts < 4 and not supervisor.quit:
        time.sleep(0.02)
        now += 1.0
        supervisor.poll(now)
    supervisor.finish()
    mapping.close()

    assert supervisor.quit == supervisor.refused == again
    assert supervisor.process.starts == (1 if again else 4)
    assert not supervisor.safe_mode, "no crash, and no shader is to blame"
    assert "photophore stop" in supervisor.last_death
    assert [one.message for one in caplog.records if "cannot be restarted" in one.message] == [
        f"the stage cannot be restarted: {supervisor.last_death}"
    ]


def test_a_restart_that_was_asked_for_is_no_death() -> None:
    mapping = Mapping.create(1)
    supervisor = StageSupervisor(
        (sys.executable, "-c", f"import sys; sys.exit({RESTART})"), mapping, Start(), LIMITS
    )
    supervisor.spawn(0.0)
    while supervisor.process.starts < 2:
        time.sleep(0.02)
        supervisor.poll(1.0)
    supervisor.finish()
    mapping.close()

    assert supervisor.last_death == ""


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, False),
        ({"NOTIFY_SOCKET": "/run/notify"}, False),  # inherited from a service that started a terminal, e.g.
        ({"NOTIFY_SOCKET": "/run/notify", "SYSTEMD_EXEC_PID": "1"}, False),
        ({"NOTIFY_SOCKET": "/run/notify", "SYSTEMD_EXEC_PID": str(os.getpid())}, True),
    ],
)
def test_only_the_process_that_a_service_manager_started_is_managed(
    given: dict[str, str], expected: bool
) -> None:
    assert managed(given) == expected
