"""Which deaths are a shader's."""

import signal

import pytest

from installation.ipc.quarantine import Note, Quarantined
from installation.keeper.stage.quarantine import blame, read_quarantine

NOTE = Note("/a.fs", "mark", "drawn")
MUCH = 1 << 30


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGBUS", "SIGABRT", "SIGFPE", "SIGILL"])
def test_a_crash_signal_while_a_new_shader_is_drawn_is_its_doing(name):
    status = -getattr(signal, name)
    assert blame(NOTE, status, hung=0.0, blameless=False, free=MUCH) == (
        f"the stage was killed by {name} while it was drawn"
    )


@pytest.mark.parametrize("status", [1, 2, 70, 134, -signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT])
def test_any_other_end_is_not(status):
    assert blame(NOTE, status, hung=0.0, blameless=False, free=MUCH) == ""


def test_nobody_is_to_blame_while_nothing_new_is_compiled_or_drawn():
    assert blame(None, -signal.SIGSEGV, hung=0.0, blameless=False, free=MUCH) == ""
    assert blame(None, -signal.SIGKILL, hung=15.0, blameless=False, free=MUCH) == ""


def test_a_hang_is_its_doing_unless_the_process_could_not_go_on():
    assert "hung for 15 s while it was drawn" in blame(NOTE, -9, hung=15.0, blameless=False, free=MUCH)
    assert blame(NOTE, -9, hung=15.0, blameless=True, free=MUCH) == ""


def test_a_bus_error_on_a_full_disk_is_the_disks():
    assert blame(NOTE, -signal.SIGBUS, hung=0.0, blameless=False, free=1000) == ""
    assert blame(NOTE, -signal.SIGSEGV, hung=0.0, blameless=False, free=1000)


def test_a_note_goes_through_the_memory_whatever_its_path():
    for path in ("/a.fs", "/with\nline.fs", "/\udcff.fs"):
        note = Note(path, "mark", "compiled")
        assert Note.from_bytes(note.to_bytes()) == note
    assert Note.from_bytes(b"") is None
    assert Note.from_bytes(b"nonsense") is None


def test_a_quarantine_of_a_state_file_is_read_and_nonsense_left_out():
    saved = {"/a.fs": {"mark": "m", "reason": "r"}, "/old.fs": "text", "/b.fs": {"mark": 1}}
    assert read_quarantine(saved) == {"/a.fs": Quarantined("m", "r")}
    assert read_quarantine([]) == {}
