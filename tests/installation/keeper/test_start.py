"""Where a first stage begins: any state of an earlier run, however old, damaged or strange, lets it start."""

import math
from pathlib import Path
from typing import Any

import msgspec
import pytest

from installation.ipc.link import Inheritance, Start, fingerprint, start_of


def crossed(start: Start) -> Start:
    """As the stage reads it."""
    given = Inheritance(mapping=1, channel=2, alive=3, start=start)
    return msgspec.json.decode(msgspec.json.encode(given), type=Inheritance).start


def test_a_show_goes_on_where_it_was() -> None:
    saved = {"show": "sea", "cue": "3", "state": "drifting", "state_age": 4.0, "time": 100.0}

    assert crossed(start_of(saved, "sea")) == Start(
        cue="3", state="drifting", state_age=4.0, time=100.0, began=100.0
    )
    assert start_of(saved, "another") == start_of(saved, None) == Start()


@pytest.mark.parametrize(
    "strange",
    [
        {"time": math.nan},
        {"time": math.inf},
        {"time": -5},
        {"time": 1e300},
        {"time": "soon"},
        {"time": 10**400},
        {"state_age": math.nan},
        {"cue": None},
        {"cue": ["3"]},
        {"cue": "\ud800"},
        {"state": 7},
        {"quarantine": 3},
        {"quarantine": {"gone.fs": "00", "with\0zero": "00", "half\ud800": "00"}},
        {"quarantine": {"gone.fs": None, "other.fs": ""}},
    ],
)
def test_whatever_was_saved_is_read_by_a_stage(strange: dict[str, Any]) -> None:
    start = crossed(start_of({"show": "sea", "cue": "", "time": 0.0} | strange, "sea"))

    assert math.isfinite(start.time)
    assert start.time >= 0
    assert start.quarantine == {}


def test_quarantine_forgets_what_was_edited_or_is_gone(tmp_path: Path) -> None:
    same, edited, gone = (tmp_path / name for name in ("same.fs", "edited.fs", "gone.fs"))
    for path in (same, edited, gone):
        path.write_text(path.name)
    saved = {"quarantine": {str(path): fingerprint(path) for path in (same, edited, gone)}}
    edited.write_text("mended")
    gone.unlink()

    assert start_of(saved, None).quarantine == {str(same): fingerprint(same)}
