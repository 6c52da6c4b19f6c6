"""Where a first stage begins: any state of an earlier run, however old, damaged or strange, lets it start."""

import math
from pathlib import Path
from typing import Any

import msgspec
import pytest

from installation.ipc.link import Inheritance, Start
from installation.ipc.quarantine import Quarantined
from installation.keeper.memory import first_start


def crossed(start: Start) -> Start:
    """As the stage reads it."""
    given = Inheritance(mapping=1, fresh=4, channel=2, alive=3, start=start)
    return msgspec.json.decode(msgspec.json.encode(given), type=Inheritance).start


def test_a_show_goes_on_where_it_was() -> None:
    saved = {"show": "sea", "cue": "3", "state": "drifting", "state_age": 4.0, "time": 100.0}

    assert crossed(first_start(saved, "sea")) == Start(
        cue="3", state="drifting", state_age=4.0, time=100.0, began=100.0
    )
    assert first_start(saved, "another") == first_start(saved, None) == Start()


def test_what_was_set_by_hand_comes_back_after_a_crash_only() -> None:
    saved = {"show": "sea", "clean": False, "touched": {"/a": [0.5, 1]}, "scene": "two", "speed": 4.0}

    assert crossed(first_start(saved, "sea")) == Start(
        touched={"/a": (0.5, 1.0)}, scene="two", speed=4.0, unclean=True
    )
    assert first_start(saved | {"clean": True}, "sea") == Start()
    assert first_start(saved, "another") == Start()


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
        {"clean": False, "speed": math.nan},
        {"clean": False, "speed": "fast"},
        {"cue": None},
        {"cue": ["3"]},
        {"cue": "\ud800"},
        {"state": 7},
        {"scene": "\ud800"},
        {"scene": 7},
        {"touched": 3},
        {"touched": {"/a": 3, "/b": [math.nan], "/c": [10**400], "/d": ["x"], "\ud800": [1.0]}},
        {"quarantine": 3},
        {"quarantine": {"gone.fs": "00", "with\0zero": {"mark": "00"}, "half\ud800": {"mark": "00"}}},
        {"quarantine": {"gone.fs": None, "other.fs": {"mark": 3}}},
        {"quarantine": {__file__: {"mark": "\ud800"}}},
        {"quarantine": {__file__: {"mark": "00", "reason": "\ud800"}}},
    ],
)
def test_whatever_was_saved_is_read_by_a_stage(strange: dict[str, Any]) -> None:
    saved = {"show": "sea", "cue": "", "time": 0.0, "clean": False} | strange

    start = crossed(first_start(saved, "sea"))

    assert math.isfinite(start.time)
    assert start.time >= 0
    assert (start.quarantine, start.touched, start.scene) == ({}, {}, "")


def test_quarantine_forgets_what_is_gone(tmp_path: Path) -> None:
    there, gone = tmp_path / "there.fs", tmp_path / "gone.fs"
    there.write_text("")
    saved = {"quarantine": {str(path): {"mark": "m", "reason": "why"} for path in (there, gone)}}

    assert first_start(saved, None).quarantine == {str(there): Quarantined("m", "why")}
