"""A set becomes a score: when its cues began."""

import json
from pathlib import Path

import pytest

from installation.cli.moments import moments, tell
from installation.signal.record import record_line
from installation.values import Command, Frame

STEP = 0.05


@pytest.fixture
def recording(small_show: Path) -> Path:
    """GO after a second, again after three; the second cue's scene follows by a hand on the keyboard."""
    cues = (small_show / "cues.toml").read_text()
    (small_show / "cues.toml").write_text(cues + '[[cue]]\nid = "3"\npre_wait = 0.5\n')
    goes = {20, 60, 80}
    lines = [
        record_line(
            Frame(index, index * STEP, STEP),
            [Command("go", (), 100.0 + index * STEP, "keyboard")] if index in goes else [],
        )
        for index in range(120)
    ]
    path = small_show.parent / "set.jsonl"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_the_cues_of_a_recording_are_told_with_the_times_at_which_they_began(
    small_show: Path, recording: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = [(round(seconds, 2), cue.id) for seconds, cue in moments(recording, str(small_show))]

    assert tell(recording, str(small_show), as_json=False) == 0
    lines = capsys.readouterr().out.splitlines()
    tell(recording, str(small_show), as_json=True)
    plain = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert found == [(pytest.approx(1.0, abs=2 * STEP), "1"), (pytest.approx(3.0, abs=2 * STEP), "2"),
                     (pytest.approx(4.5, abs=2 * STEP), "3")]  # fmt: skip
    assert lines[0].endswith("# cue 1  bright")
    assert lines[2].startswith('at = "0:04.')
    assert [one["cue"] for one in plain] == ["1", "2", "3"]
