"""A state folder that is missing, read-only, full, or no folder: the show runs, and says what is lost."""

import errno
import os
import selectors
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from installation.errors import PhotophoreError
from installation.ipc import folder
from installation.ipc.folder import Listener, Lock, Place, connect, reach, wait_until_free
from installation.paths import run_folders


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a place that stands in may lie."""
    made = tmp_path / "run"
    made.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(made))
    return made


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No folder stands in."""
    monkeypatch.setattr("installation.ipc.folder.paths.run_folders", lambda state: (state,))


def in_the_way(state: Path) -> None:
    """A file where the folder should be."""
    state.write_text("")


def below_a_file(state: Path) -> None:
    """The same, one folder above."""
    state.parent.write_text("")


@pytest.mark.parametrize("spoil", [in_the_way, below_a_file])
def test_a_file_in_the_place_of_the_folder(spoil, tmp_path, run, caplog):
    state = tmp_path / "above" / "state" if spoil is below_a_file else tmp_path / "state"
    spoil(state)

    place = Place(state)

    assert place.folder is not None
    assert place.folder.parent == run
    assert len(place.troubles) == 1
    assert str(state) in place.troubles[0]
    assert "PHOTOPHORE_STATE" in place.troubles[0]
    assert place.troubles[0] in caplog.text
    place.release()


def test_a_missing_folder_is_made_for_its_owner_only(tmp_path, run):
    state = tmp_path / "not" / "yet"

    place = Place(state)

    assert (place.folder, place.troubles) == (state, [])
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    place.release()
    assert state.is_dir()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_folder_in_which_no_socket_can_be_made(tmp_path, run, monkeypatch, code):
    """A full disk takes the lock, whose file has no content, and not the name of a socket."""
    state = tmp_path / "state"
    try_out = folder._try_out

    def full(place: Path) -> None:
        if place == state:
            raise OSError(code, os.strerror(code))
        try_out(place)

    monkeypatch.setattr(folder, "_try_out", full)
    place = Place(state)

    assert place.folder is not None
    assert place.folder.parent == run
    assert os.strerror(code) in place.troubles[0]
    Lock(state).release()  # the first place is not held meanwhile
    place.release()


def test_a_trial_leaves_nothing_and_fails_where_no_name_can_be_written(tmp_path):
    (tmp_path / ".room").write_text("left by one that was killed")
    folder._try_out(tmp_path)
    assert list(tmp_path.iterdir()) == []

    (tmp_path / ".room").mkdir()
    with pytest.raises(OSError, match="directory"):
        folder._try_out(tmp_path)


@pytest.mark.usefixtures("nowhere")
def test_without_any_place_the_show_runs_and_says_that_nobody_can_ask_it(tmp_path, caplog):
    in_the_way(tmp_path / "state")

    place = Place(tmp_path / "state")

    assert place.folder is None
    assert "cannot be written" in place.troubles[0]
    assert "photophore status" in place.troubles[1]
    assert all(one in caplog.text for one in place.troubles)
    place.renew()
    place.release()


def test_a_lock_on_a_full_disk_holds_though_it_cannot_name_its_holder(tmp_path, monkeypatch):
    def full(*_arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("installation.ipc.folder.os.pwrite", full)
    lock = Lock(tmp_path)
    with pytest.raises(PhotophoreError, match="unknown"):
        Lock(tmp_path)
    lock.release()


def test_a_folder_is_free_once_its_lock_is_released_and_not_before(tmp_path, run, monkeypatch):
    state = tmp_path / "state"
    assert wait_until_free(state, 0.0)
    lock = Lock(state)
    assert not wait_until_free(state, 0.0)
    monkeypatch.setattr("installation.ipc.folder.time.sleep", lambda _seconds: lock.release())
    assert wait_until_free(state, 60.0)
    Lock(state).release()  # looking has taken nothing


def test_a_folder_that_was_removed_while_running_is_made_and_held_again(tmp_path):
    state = tmp_path / "state"
    place = Place(state)
    (state / "lock").unlink()
    state.rmdir()

    place.renew()

    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    with pytest.raises(PhotophoreError, match="already running"):
        Lock(state)
    place.release()


@pytest.fixture
def selector() -> Iterator[selectors.BaseSelector]:
    with selectors.DefaultSelector() as made:
        yield made


def test_a_socket_that_was_removed_with_its_folder_listens_again(tmp_path, selector):
    taken: list[socket.socket] = []
    path = tmp_path / "state" / "control.sock"
    path.parent.mkdir()
    listener = Listener(path, selector, taken.append)
    assert not listener.renew()
    path.unlink()
    path.parent.rmdir()

    assert listener.renew()

    with connect(path, 5.0):
        for key, _ in selector.select(5.0):
            key.data(0.0)
    assert len(taken) == 1
    taken[0].close()
    listener.close()
    assert not path.exists()


def test_a_place_of_somebody_else_is_neither_used_nor_asked(tmp_path, run, monkeypatch):
    state = tmp_path / "state"
    in_the_way(state)
    place = Place(state)
    assert place.folder is not None
    listener = folder.bind(place.folder / "control.sock")
    reach(state, "control.sock", 5.0).close()

    places = run_folders(state)
    monkeypatch.setattr("installation.ipc.folder.paths.run_folders", lambda _state: places)
    monkeypatch.setattr("installation.ipc.folder.os.getuid", lambda: 4711)
    with pytest.raises(OSError, match=r"."):
        reach(state, "control.sock", 5.0)
    listener.close()
    place.release()

    mine = next(one for one in places if one.parent == run)
    with pytest.raises(PermissionError, match="another user"):
        folder._own(mine)


def test_a_link_in_the_place_of_a_folder_is_not_followed(tmp_path):
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match=r"another user"):
        folder._own(link)
