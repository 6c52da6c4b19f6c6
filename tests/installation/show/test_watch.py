import threading
import time
from pathlib import Path

import pytest

from installation.show.watch import Watch


def change_until_seen(watch: Watch, path: Path, write: int = 0) -> frozenset[Path]:
    """Write until the watch has begun to look; only the first write may come too early."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        write += 1
        path.write_text(str(write))
        if seen := watch.wait(0.5):
            return seen
    return frozenset()


def test_a_changed_file_is_told_and_its_neighbours_are_not(tmp_path: Path) -> None:
    show, other = tmp_path / "show.toml", tmp_path / "other.txt"
    show.write_text("")
    other.write_text("")
    watch = Watch([show])
    try:
        assert change_until_seen(watch, show) == {show}
        other.write_text("x")
        assert watch.wait(0.3) <= {show}
    finally:
        watch.close()


def test_a_replaced_file_and_a_new_file_in_a_folder_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "presets"
    folder.mkdir()
    show = tmp_path / "show.toml"
    show.write_text("")
    watch = Watch([show, folder])
    try:
        assert change_until_seen(watch, folder / "new.toml") == {folder / "new.toml"}
        (tmp_path / "show.toml~").write_text("new")
        (tmp_path / "show.toml~").replace(show)
        seen: set[Path] = set()
        deadline = time.monotonic() + 20
        while show not in seen and time.monotonic() < deadline:
            seen |= watch.wait(1.0)
        assert show in seen
    finally:
        watch.close()


def test_a_folder_that_is_replaced_by_another_is_followed(tmp_path: Path) -> None:
    folder, copy = tmp_path / "show", tmp_path / "copy"
    for one in (folder, copy):
        one.mkdir()
        (one / "show.toml").write_text("")
    show = folder / "show.toml"
    watch = Watch([show])
    try:
        assert change_until_seen(watch, show) == {show}
        folder.rename(tmp_path / "old")
        copy.rename(folder)
        assert watch.wait(20) == {show}, "what lies there now is another file"
        show.write_text("edited")
        assert watch.wait(20) == {show}
    finally:
        watch.close()


def test_closing_leaves_no_thread(tmp_path: Path) -> None:
    before = threading.active_count()
    watch = Watch([tmp_path])
    assert threading.active_count() == before + 1

    watch.close()
    watch.close()

    assert threading.active_count() == before
    assert watch.changed() == frozenset()


def test_what_does_not_exist_is_watched_for_nothing(tmp_path: Path) -> None:
    before = threading.active_count()
    watch = Watch([tmp_path / "none" / "show.toml"])

    assert threading.active_count() == before
    watch.close()


def test_a_change_before_the_system_watches_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    show = tmp_path / "show.toml"
    show.write_text("")
    start = threading.Thread.start

    def late(thread: threading.Thread) -> None:
        show.write_text("edited while the thread was on its way")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", late)
    watch = Watch([show])
    try:
        assert watch.wait(20) == {show}
    finally:
        watch.close()
