"""The stage's supervisor under a clock of the test's; the process only sleeps."""

import signal
import sys
from collections.abc import Iterator

import pytest

from installation.ipc.link import Start
from installation.ipc.quarantine import Note
from installation.ipc.shared_memory import Heartbeat, Mapping
from installation.keeper.supervisor import Limits, StageSupervisor

SLEEPER = (sys.executable, "-c", "import time; time.sleep(600)")
LIMITS = Limits(silent=5.0, starting=30.0, loading=15.0)


@pytest.fixture
def stage() -> Iterator[tuple[StageSupervisor, Mapping]]:
    mapping = Mapping.create(1)
    supervisor = StageSupervisor(SLEEPER, mapping, Start(), LIMITS)
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
    supervisor._quarantine(-signal.SIGSEGV)
    supervisor.finish()

    supervisor.spawn(0.0)

    assert supervisor.process.running
    assert supervisor.quarantine == {}
    assert "rename it" in caplog.text
