"""A preview on a machine without a display."""

import re
import signal
import urllib.request
from pathlib import Path

import pytest

from tests.end_to_end.program import started, until

pytestmark = [pytest.mark.gl, pytest.mark.slow, pytest.mark.timeout(180)]


def test_without_a_display_a_preview_says_where_it_can_be_seen_and_ends_with_ctrl_c(
    small_show: Path, tmp_path: Path
) -> None:
    with started(tmp_path / "state", "preview", str(small_show)) as program:
        program.playing()
        said = program.output()
        assert "no display" in said
        address = until(lambda: re.search(r"http://127\.0\.0\.1:\d+/", program.output()), "the address")[0]

        def picture() -> bytes:
            try:
                with urllib.request.urlopen(address + "picture", timeout=5) as answer:
                    return bytes(answer.read(4000))
            except OSError:
                return b""

        assert b"\xff\xd8\xff" in until(picture, "the live picture")

        program.process.send_signal(signal.SIGINT)

        assert program.process.wait(30) == 0
    assert "Traceback" not in program.output()
