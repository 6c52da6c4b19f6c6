"""What a driver has linked is remembered for it alone, and a damaged or large list does no harm."""

from pathlib import Path

import pytest

from installation.render.gl.linked import Linked

PAIR = ("void main() {}", "out vec4 c;")


def test_a_pair_is_known_in_this_run_and_the_next_but_not_to_another_driver(tmp_path: Path) -> None:
    first = Linked(tmp_path / "cache", "driver 1")
    assert PAIR not in first
    first.add(PAIR)
    first.add(PAIR)

    assert PAIR in first
    assert PAIR in Linked(tmp_path / "cache", "driver 1")
    assert PAIR not in Linked(tmp_path / "cache", "driver 2")
    assert PAIR[::-1] not in first
    (file,) = (tmp_path / "cache").iterdir()
    assert len(file.read_text().split()) == 1


def test_without_a_folder_it_is_remembered_for_this_run() -> None:
    linked = Linked(None, "driver")
    linked.add(PAIR)
    assert PAIR in linked


@pytest.mark.parametrize("content", [b"\xff\xfe", b"short\n", b"0" * (1 << 21)])
def test_a_list_that_is_damaged_or_too_long_is_as_good_as_none(tmp_path: Path, content: bytes) -> None:
    Linked(tmp_path, "driver").add(PAIR)
    (file,) = tmp_path.iterdir()
    file.write_bytes(content)

    again = Linked(tmp_path, "driver")
    assert PAIR not in again
    again.add(PAIR)
    assert PAIR in again


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    linked = Linked(tmp_path / "file", "driver")
    linked.add(PAIR)
    assert PAIR in linked
    assert PAIR not in Linked(tmp_path / "file", "driver")
