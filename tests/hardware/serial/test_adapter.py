"""Serial lines, through a real pair of pseudo terminals."""

import os
import pty
import sys
from collections.abc import Iterator
from contextlib import suppress
from time import monotonic
from typing import Any

import msgspec
import numpy as np
import pytest

from hardware.serial import SerialInput, SerialSettings
from installation.contract import AdapterError, Reading
from installation.devices.adapters import InputSupervisor
from tests.hardware.biosensor.made import ppg

pytest.importorskip("serial")


class Board:
    """The microcontroller's end of a serial line."""

    def __init__(self) -> None:
        self._end, other = pty.openpty()
        self.port = os.ttyname(other)
        os.set_blocking(self._end, False)
        self._other: int | None = other

    def free(self) -> None:
        """Close our copy of the other end, so that closing this one is an unplugged cable."""
        if self._other is not None:
            os.close(self._other)
            self._other = None

    def print(self, text: str, adapter: SerialInput) -> list[Reading]:
        """Print, while the adapter reads; a line holds only so much."""
        data, found = text.encode(), list[Reading]()
        while data:
            with suppress(BlockingIOError):
                data = data[os.write(self._end, data[:2048]) :]
            found += adapter.receive(0.01)
        end = monotonic() + 0.4
        while monotonic() < end:
            found += adapter.receive(0.05)
        return found

    def unplug(self) -> None:
        self.free()
        os.close(self._end)


@pytest.fixture
def board() -> Iterator[Board]:
    made = Board()
    yield made
    try:
        made.unplug()
    except OSError:
        return


def made(board: Board, **settings: Any) -> SerialInput:
    wanted = {"port": board.port, "seats": [[0.2, 0.3], [0.8, 0.4]]} | settings
    adapter = SerialInput("line", msgspec.convert(wanted, SerialSettings))
    adapter.open()
    return adapter


def lines(*columns: Any, before: str = "Booting, v1.2\r\n") -> str:
    rows = zip(*columns, strict=True)
    return before + "".join(",".join(f"{one:.2f}" for one in row) + "\r\n" for row in rows)


def test_csv_is_a_pulse_at_its_seat_and_a_plain_reading(board: Board) -> None:
    adapter = made(board, columns=["2/ppg", "", "/wind/speed"], private=False)
    pulse = 1023.0 * ppg(72, 12.0, 100.0)[0]
    found = board.print(lines(pulse, pulse * 0, np.full(len(pulse), 4.5)), adapter)
    named = {one.address: one for one in found}
    assert named["/person/2/heart"].values[0] == pytest.approx(72.0, rel=0.04)
    assert named["/person/2/x"].values[0] == 0.8
    assert all(one.private for one in found if one.address.startswith("/person/"))
    assert named["/wind/speed"].values == (4.5,)
    assert not named["/wind/speed"].private
    assert "1 of 2 on somebody" in adapter.detail
    adapter.close()


def test_named_lines_are_read_and_what_is_no_line_is_refused(board: Board) -> None:
    adapter = made(board, names={"hr": "1/heart", "door": "/door"})
    odd = "x" * 700 + "\r\nhr one\r\nother 3\r\n12,13\r\n\xff\r\nhr nan\r\n"
    found = board.print(f"half a line\r\nhr 64\r\n{odd}door: 1\r\nhr=66\r\n", adapter)
    assert [one.values[0] for one in found if one.address == "/door"] == [1.0]
    assert next(one for one in found if one.address == "/door").private
    assert adapter.counters.received == 3
    assert adapter.counters.dropped == 6
    assert {one.address for one in found} > {"/person/1/heart", "/person/1/quality"}
    adapter.close()


def test_an_unplugged_line_is_down_and_comes_back_without_anybody(
    board: Board, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr("installation.devices.adapters._FIRST_WAIT", 0.1)
    by_id = tmp_path / "usb-grip"
    by_id.symlink_to(board.port)
    settings = msgspec.convert({"port": str(by_id), "names": {"hr": "1/heart"}}, SerialSettings)
    heard: list[Reading] = []
    supervisor = InputSupervisor(SerialInput("line", settings), heard.extend)
    supervisor.start()
    try:
        until(lambda: supervisor.report().state == "up")
        board.free()
        board.unplug()
        until(lambda: supervisor.report().state == "down")
        assert "unplugged" in supervisor.report().detail
        by_id.unlink()
        other = Board()
        by_id.symlink_to(other.port)
        until(lambda: supervisor.report().state == "up")
        other.free()
        until(lambda: said(other, b"\nhr 70\n") and bool(heard))
        assert heard[0].address.startswith("/person/1/")
    finally:
        supervisor.stop()
    other.unplug()


def said(board: Board, line: bytes) -> bool:
    """Write a line; one that finds no room is left out."""
    with suppress(BlockingIOError):
        os.write(board._end, line)
    return True


def until(done: Any) -> None:
    end = monotonic() + 20.0
    while not done():
        assert monotonic() < end
        os.sched_yield()


def test_waking_a_port_that_is_being_closed_does_nothing(board: Board) -> None:
    adapter = made(board)
    adapter.open()
    port = adapter._port
    port.close()
    port.is_open = True  # as pyserial leaves it until its pipes are closed
    adapter.wake()
    assert port.is_open, "it was left alone"
    port.is_open = False
    adapter.close()


def test_a_line_belongs_to_one_program(board: Board) -> None:
    first = made(board)
    with pytest.raises(AdapterError, match="another program"):
        made(board)
    first.close()
    made(board).close()


def test_a_port_that_is_not_there_is_named(tmp_path: Any) -> None:
    settings = msgspec.convert({"port": str(tmp_path / "none")}, SerialSettings)
    with pytest.raises(AdapterError, match="there is no"):
        SerialInput("line", settings).open()


def test_without_the_library_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "serial", None)
    with pytest.raises(AdapterError, match=r"photophore\[serial\]"):
        SerialInput("line", msgspec.convert({"port": "/dev/null"}, SerialSettings)).open()


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"columns": ["3/ppg"]}, "columns: '3/ppg'"),
        ({"columns": ["1/hum"]}, "neither SEAT/KIND"),
        ({"names": {"a": "1/acc"}}, "use columns"),
        ({"columns": ["1/acc", "1/ppg"]}, "acc needs three columns .* '1/acc' there are 1"),
        ({"columns": ["1/acc"] * 2}, "'1/acc' there are 2"),
        ({"columns": ["1/acc"] * 4}, "'1/acc' there are 4"),
        ({"columns": ["01/acc", "1/acc", "1/acc"]}, "acc needs three columns"),
        ({"samples": 10.0}, "ppg needs 25"),
        ({"baud": 1}, "baud"),
    ],
)
def test_settings_that_mean_nothing_are_refused(settings: dict[str, Any], reason: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=reason):
        msgspec.convert({"port": "x"} | settings, SerialSettings)
