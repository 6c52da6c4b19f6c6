"""Naming the program that holds a port, from a /proc of our own."""

from pathlib import Path

from hardware.osc.holder import holder

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
ROW = (
    "  12: 0100007F:23B1 00000000:0000 07 00000000:00000000 00:00000000 00000000  1000        0 4242 2 0 0\n"
)


def proc(folder: Path, name: str) -> Path:
    (folder / "net").mkdir()
    (folder / "net" / "udp").write_text(HEAD + ROW)
    (folder / "17" / "fd").mkdir(parents=True)
    (folder / "17" / "comm").write_text(name)
    (folder / "17" / "fd" / "3").symlink_to("socket:[4242]")
    (folder / "18").mkdir()
    return folder


def test_program_is_named_with_its_pid(tmp_path: Path) -> None:
    assert holder(0x23B1, proc(tmp_path, "oscdump\n")) == "oscdump (pid 17)"


def test_control_characters_in_a_name_do_not_reach_the_terminal(tmp_path: Path) -> None:
    assert holder(0x23B1, proc(tmp_path, "a\x1b[2Jb\n")) == "a[2Jb (pid 17)"


def test_unknown_when_nothing_can_be_read(tmp_path: Path) -> None:
    assert holder(1, proc(tmp_path, "x")) == "another program"
    assert holder(1, tmp_path / "nothing") == "another program"
