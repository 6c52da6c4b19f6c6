"""Files that people wrote are regular files of a bounded size; nothing else is waited for or read on."""

import os
import socket
from pathlib import Path

import pytest

from installation.paths import exists, open_regular, read_bytes
from installation.show import load_show
from installation.show.excerpt import report
from installation.values import Finding, Where


def refused(path: Path) -> str:
    with pytest.raises(OSError, match=r".") as caught:
        read_bytes(path, 10)
    return caught.value.strerror or ""


def test_only_regular_files_are_read_and_only_up_to_their_bound(tmp_path: Path) -> None:
    good = tmp_path / "good"
    good.write_bytes(b"0123456789")
    (tmp_path / "link").symlink_to(good)
    assert read_bytes(good, 10) == read_bytes(tmp_path / "link", 10) == b"0123456789"
    assert refused(Path(os.devnull)) == "is a device, not a file"
    good.write_bytes(b"0123456789a")
    assert refused(good) == "is larger than 10 bytes"
    os.mkfifo(tmp_path / "pipe")
    assert refused(tmp_path / "pipe") == "is a pipe, not a file"
    assert refused(tmp_path) == "is a folder, not a file"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "s"))
        assert refused(tmp_path / "s") == "is a socket, not a file"
    (tmp_path / "loop").symlink_to("loop")
    assert refused(tmp_path / "loop")
    assert refused(Path("a\0b")).startswith("is no name of a file")
    with pytest.raises(OSError, match="is a pipe"):
        open_regular(tmp_path / "pipe")


def test_what_leads_nowhere_exists_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")

    assert exists(tmp_path / "loop")
    assert not exists(tmp_path / "none")
    assert not exists(Path("a\0b"))


def test_the_source_of_a_finding_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    said = report([Finding(Where(str(tmp_path / "pipe"), 1), f"m{n}") for n in range(3)])

    assert said.count("pipe:1:1") == 3


def test_a_device_among_the_presets_is_read_to_no_end(small_show: Path) -> None:
    (small_show / "presets").mkdir(exist_ok=True)
    (small_show / "presets" / "zero.toml").symlink_to("/dev/zero")

    (said,) = load_show(small_show).warnings
    assert "is a device, not a file" in said.message
