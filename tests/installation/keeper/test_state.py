"""Whatever happens during a save, the old or the new state loads; never neither."""

import errno
import os
import signal
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from installation.ipc import state_file as state
from installation.ipc.state_file import StateFile

SAVER = """
import os, signal, sys
from pathlib import Path
from installation.ipc.state_file import StateFile
folder, fatal = Path(sys.argv[1]), int(sys.argv[2])
calls = 0
def lethal(real):
    def call(*arguments):
        global calls
        calls += 1
        if calls == fatal:
            if real is real_pwrite:  # half of it reaches the disk
                real(arguments[0], arguments[1][: len(arguments[1]) // 2], arguments[2])
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments)
    return call
real_pwrite = os.pwrite
file = StateFile(folder)
file.load()
os.open, os.pwrite, os.fsync, os.close = map(lethal, (os.open, os.pwrite, os.fsync, os.close))
file.save({"cue": "new"})
print(calls)
"""


def saved(folder: Path, cue: str = "old", times: int = 1) -> None:
    file = StateFile(folder)
    file.load()
    for _ in range(times):
        assert file.save({"cue": cue})


def test_nothing_saved_is_an_empty_state(tmp_path):
    assert StateFile(tmp_path).load() == {}


def test_the_newest_state_is_loaded(tmp_path):
    file = StateFile(tmp_path)
    for number in range(5):
        file.save({"cue": str(number)})
        assert StateFile(tmp_path).load() == {"cue": str(number)}


@pytest.mark.parametrize("times", [1, 2])
def test_a_kill_at_every_call_of_a_save_leaves_the_old_or_the_new_state(tmp_path, times):
    for fatal in range(1, 12):
        folder = tmp_path / str(fatal)
        folder.mkdir()
        saved(folder, times=times)
        done = subprocess.run([sys.executable, "-c", SAVER, str(folder), str(fatal)], capture_output=True)
        assert StateFile(folder).load() in ({"cue": "old"}, {"cue": "new"})
        if done.returncode == 0:
            assert fatal > int(done.stdout) >= 3
            break
        assert done.returncode == -signal.SIGKILL
    else:
        pytest.fail("the save never survived")


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS])
@pytest.mark.parametrize("name", ["open", "pwrite", "fsync"])
def test_an_error_at_any_call_is_no_exception_and_loses_nothing(tmp_path, monkeypatch, caplog, name, code):
    saved(tmp_path, times=2)
    file = StateFile(tmp_path)
    file.load()

    def fail(*_arguments):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(f"installation.ipc.state_file.os.{name}", fail)
    assert not file.save({"cue": "new"})
    assert not file.save({"cue": "new"})
    monkeypatch.undo()
    assert len(caplog.records) == 1
    assert StateFile(tmp_path).load() in ({"cue": "old"}, {"cue": "new"})
    assert file.save({"cue": "later"})
    assert StateFile(tmp_path).load() == {"cue": "later"}


def test_any_damaged_byte_or_length_of_one_slot_leaves_the_other(tmp_path):
    saved(tmp_path, times=1)
    saved(tmp_path, cue="new")
    newest = tmp_path / "state.b"
    whole = newest.read_bytes()
    used = whole.rstrip(b"\0")
    for at in range(len(used)):
        newest.write_bytes(whole[:at] + bytes([whole[at] ^ 0x40]) + whole[at + 1 :])
        assert StateFile(tmp_path).load() == {"cue": "old"}
    for length in range(len(used)):
        newest.write_bytes(whole[:length])
        assert StateFile(tmp_path).load() == {"cue": "old"}


def test_a_state_that_is_too_large_is_refused_and_the_old_one_stays(tmp_path):
    saved(tmp_path)
    file = StateFile(tmp_path)
    file.load()
    assert not file.save({"cue": "x" * 70000})
    assert StateFile(tmp_path).load() == {"cue": "old"}


def test_a_save_needs_no_new_room_on_the_disk(tmp_path):
    saved(tmp_path, times=2)
    before = [path.stat().st_blocks for path in sorted(tmp_path.iterdir())]
    saved(tmp_path, cue="n" * 30000, times=2)
    assert [path.stat().st_blocks for path in sorted(tmp_path.iterdir())] == before


def test_a_state_of_another_version_or_of_endless_depth_is_no_state_and_no_crash(tmp_path, caplog):
    saved(tmp_path)
    data = bytearray((tmp_path / "state.a").read_bytes())
    data[8] = 99
    (tmp_path / "state.a").write_bytes(data)
    assert StateFile(tmp_path).load() == {}
    assert "another version" in caplog.text

    deep = b'{"a":' + b"[" * 30_000 + b"]" * 30_000 + b"}"
    body = state._BODY.pack(1, len(deep)) + deep
    head = state._HEAD.pack(b"PHOTSTAT", 1, zlib.crc32(body))
    (tmp_path / "state.a").write_bytes(head + body)
    assert StateFile(tmp_path).load() == {}
