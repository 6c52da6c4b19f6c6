"""The bar of a film that is rendered."""

import io

from installation.cli.render.progress import progress_line, show_progress


class Terminal(io.StringIO):
    """What is written to a terminal."""

    def isatty(self):
        return True


def test_a_line_says_how_much_is_done_and_how_long_the_rest_takes():
    half = progress_line(450, 900, elapsed=40.0, left=95.0)
    assert half.count("#") == half.count("-") == 15
    assert half.endswith("450/900 frames, 50 %, 1:35 left")
    assert progress_line(899, 900, 40.0, 0.1).count("-") == 1  # not full before it is done
    assert progress_line(900, 900, 80.4, 0.0).endswith("900/900 frames, 100 %, in 1:20")


def test_the_first_frame_does_not_count_for_the_pace_of_the_others(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)  # not in a fixture: pytest sets its own before the test
    times = iter([0.0, 30.0, 30.0, *(30.0 + index for index in range(1, 10))])
    bar = show_progress(10, lambda: next(times))
    for _ in range(10):
        next(bar)
    lines = terminal.getvalue().split("\r")[1:]
    assert len(lines) == 10
    assert lines[0].endswith("1/10 frames, 10 %")
    assert "2/10 frames, 20 %, 0:08 left" in lines[1]
    assert lines[-1].rstrip(" \n").endswith("10/10 frames, 100 %, in 0:39")
    assert lines[-1].endswith("\n")
    next(bar)  # a frame more than was thought does no harm


def test_nothing_is_written_where_stderr_is_no_terminal(capsys):
    bar = show_progress(3)
    for _ in range(3):
        next(bar)
    assert capsys.readouterr().err == ""
