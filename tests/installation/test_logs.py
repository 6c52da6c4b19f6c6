import errno
import io
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from installation.logs import (
    BURST_BYTES,
    FOLD_S,
    HOUR_BYTES,
    MOST_LINES,
    MOST_REASONS,
    TOLD_AGAIN_S,
    Folding,
    Refusals,
    _Bounded,
    set_up,
    tell_findings,
)
from installation.status import RefusalStatus
from installation.values import Finding, Where


@pytest.fixture(autouse=True)
def root_logger() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    for handler in list(root.handlers):
        root.removeHandler(handler)
        if handler not in handlers:
            handler.close()
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(level)


class Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def record(text: str, *arguments: object) -> logging.LogRecord:
    return logging.LogRecord("a", logging.WARNING, "f", 1, text, arguments, None)


def test_a_repeated_line_is_written_once_and_then_counted() -> None:
    now, out = [0.0], Lines()
    folding = Folding([out], now=lambda: now[0])

    for _ in range(1000):
        folding.handle(record("lost %s", "midi"))
        now[0] += FOLD_S / 2000
    folding.handle(record("another"))
    now[0] = FOLD_S + 1
    folding.handle(record("lost %s", "midi"))

    assert out.lines == ["lost midi", "another", "lost midi (999 more since the last such line)"]


def test_a_warning_about_a_file_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    stale = Finding(Where("presets/dim.toml", 3, 1), "no parameter /a", severity="warning")
    broken = Finding(Where("cues.toml", 2, 1), "no scene reef")

    with caplog.at_level(logging.WARNING):
        tell_findings(logging.getLogger("t"), [stale, broken])

    told = [(one.levelname, one.getMessage().partition(":")[0]) for one in caplog.records]
    assert told == [("WARNING", "presets/dim.toml"), ("ERROR", "cues.toml")]


def test_memory_of_lines_is_bounded() -> None:
    out = Lines()
    folding = Folding([out], now=lambda: 0.0)

    for number in range(5000):
        folding.handle(record("line %d", number))

    assert len(out.lines) == 5000
    assert len(folding._seen) <= 256


def test_the_file_never_grows_beyond_its_cap(tmp_path: Path) -> None:
    set_up(tmp_path, cap_bytes=20_000, stream=io.StringIO())

    for number in range(3000):
        logging.getLogger("adapter").warning("something happened %d", number)

    sizes = [file.stat().st_size for file in tmp_path.iterdir()]
    assert 10_000 < sum(sizes) <= 20_000
    assert "something happened 2999" in (tmp_path / "photophore.log").read_text()


def test_people_see_warnings_and_the_file_sees_more(tmp_path: Path) -> None:
    stream = io.StringIO()
    set_up(tmp_path, stream=stream)

    logging.getLogger("show").info("opened")
    logging.getLogger("show").warning("a name\nwith a line end \x1b[2J")

    assert stream.getvalue() == "warning: a name\\nwith a line end \\x1b[2J\n"
    lines = (tmp_path / "photophore.log").read_text().splitlines()
    assert len(lines) == 2
    assert " info    " in lines[0]
    assert lines[0].endswith(" show: opened")


def test_a_folder_that_cannot_be_written_leaves_the_other_output(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    stream = io.StringIO()

    set_up(tmp_path / "file", stream=stream)
    logging.getLogger("x").warning("still here")

    assert "no log file is written" in stream.getvalue()
    assert "still here" in stream.getvalue()


class FullDisk(io.StringIO):
    def write(self, _text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_loses_lines_and_nobody_is_told_in_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = io.StringIO()
    folding = set_up(tmp_path, stream=stream)
    file = folding._targets[1]
    assert isinstance(file, logging.FileHandler)
    before = file.setStream(FullDisk())

    logging.getLogger("x").warning("still here")

    assert stream.getvalue() == "warning: still here\n"
    assert capsys.readouterr().err == ""
    file.setStream(before)


def test_a_refusal_is_told_at_once_then_seldom_and_always_counted(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    refusals = Refusals("osc", now=lambda: now[0])

    for index in range(1000):
        refusals.note("wrong kind", f"/a got {index}", "send a number")
    now[0] = TOLD_AGAIN_S
    refusals.note("wrong kind", "/a got x", "send a number")

    assert [one.getMessage() for one in caplog.records] == [
        "osc refused /a got 0: wrong kind; send a number",
        "osc refused /a got x: wrong kind; send a number (1000 times)",
    ]
    assert refusals.report() == (
        RefusalStatus(
            source="osc", reason="wrong kind", example="/a got x", remedy="send a number", count=1001
        ),
    )
    assert refusals.latest == "refused 1001, last: /a got x: wrong kind; send a number"
    now[0] += TOLD_AGAIN_S
    assert refusals.latest == ""


def test_a_sender_of_ever_new_mistakes_fills_neither_log_nor_memory(caplog: pytest.LogCaptureFixture) -> None:
    refusals = Refusals("osc", now=lambda: 0.0)
    asked: list[int] = []

    def remedy() -> str:
        asked.append(1)
        return "look"

    for index in range(1000):
        refusals.note(f"reason {index}", "x" * 10_000 + "\n", remedy, count=2)
    refusals.note("the last", "y" * 10_000, "look")

    assert len(caplog.records) == len(asked) == MOST_LINES
    assert refusals.total == 2001
    told = refusals.report()
    assert len(told) == MOST_REASONS
    assert told[-1].reason == "the last"
    assert len(told[-1].example) == 160
    assert all("\n" not in one.getMessage() for one in caplog.records)


def test_no_refusal_is_no_line() -> None:
    assert (Refusals("osc").latest, Refusals("osc").report(), Refusals("osc").total) == ("", (), 0)


def test_what_goes_to_people_is_bounded_for_a_file_behind_stderr(tmp_path: Path) -> None:
    now, out = [0.0], io.StringIO()
    people = _Bounded(out, lambda: now[0])

    for number in range(40000):
        people.handle(record("%d " + "x" * 90, number))
    flooded = len(out.getvalue())
    assert flooded <= BURST_BYTES

    for hour in range(1, 100):
        now[0] = hour * 3600.0
        for number in range(2000):
            people.handle(record("%d " + "x" * 90, number))
    assert len(out.getvalue()) <= BURST_BYTES + 100 * (HOUR_BYTES + 200)
    assert "lines were left out here" in out.getvalue()
