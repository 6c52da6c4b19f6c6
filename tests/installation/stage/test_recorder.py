import json
import logging
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from installation.errors import ShowError
from installation.signal.record import open_replay
from installation.stage import recorder
from installation.stage.recorder import Recorder
from installation.values import Command, Frame, Reading

HAND = Reading("/hand", (0.5,), 0.0, "osc")


@pytest.fixture(autouse=True)
def state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A state folder of the test's own."""
    monkeypatch.setenv("PHOTOPHORE_STATE", str(tmp_path_factory.mktemp("state")))


def test_what_was_recorded_can_be_read_before_the_recording_ends(tmp_path: Path) -> None:
    path = tmp_path / "night.jsonl"
    journal = Recorder(str(path))

    journal.note(Frame(0, 0.0, 0.0), [HAND])

    assert [one.inbox for one in open_replay(path)] == [(HAND,)]
    journal.close()
    journal.close()


def test_what_concerns_windows_and_files_is_not_recorded(tmp_path: Path) -> None:
    path = tmp_path / "night.jsonl"
    journal = Recorder(str(path))
    journal.note(Frame(0, 0.0, 0.0), [Command("go"), Command("hud"), Command("screenshot"), Command("dance")])
    journal.close()

    (line,) = path.read_text().splitlines()
    assert [one["verb"] for one in json.loads(line)["inbox"]] == ["go", "dance"]


def test_a_recording_from_the_start_overwrites_neither_a_crashed_stage_s_nor_an_earlier_night_s(
    tmp_path: Path,
) -> None:
    path, frames = tmp_path / "night.jsonl", []
    for index, part in enumerate((0, 1, 0)):  # a stage, the one after its crash, the next evening
        journal = Recorder(str(path), part)
        journal.note(Frame(index, 0.0, 0.0), [HAND])
        frames.append((Path(journal.path).name, index))
        journal.close()

    assert frames == [("night.jsonl", 0), ("night-2.jsonl", 1), ("night-3.jsonl", 2)]
    assert [json.loads((tmp_path / name).read_text())["frame"] for name, _ in frames] == [0, 1, 2]


def test_a_file_that_cannot_be_written_is_said_at_the_start_and_suffered_later(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere = str(tmp_path / "gone" / "night.jsonl")

    with pytest.raises(ShowError, match="cannot be written"):
        Recorder(nowhere)
    with caplog.at_level(logging.ERROR):
        Recorder(nowhere, 2).note(Frame(0, 0.0, 0.0), [HAND])

    assert "nothing is recorded" in caplog.text


def test_a_full_disk_ends_the_recording_and_not_the_show(caplog: pytest.LogCaptureFixture) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    journal = Recorder("/dev/full")

    for index in range(3):
        journal.note(Frame(index, 0.0, 0.0), [HAND])

    assert caplog.text.count("the recording ends here") == 1


def test_record_begins_and_ends_one(tmp_path: Path) -> None:
    journal, path = Recorder(), tmp_path / "part.jsonl"
    journal.note(Frame(0, 0.0, 0.0), [HAND])
    assert journal.toggle(str(path)) == f"recording to {path}"
    journal.note(Frame(1, 0.0, 0.0), [HAND])
    assert journal.toggle("") == f"the recording {path} has ended"
    journal.note(Frame(2, 0.0, 0.0), [HAND])

    assert [one.index for one in open_replay(path)] == [1]


def test_a_screenshot_lies_in_the_state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHOTOPHORE_STATE", str(tmp_path))

    monkeypatch.setattr("installation.stage.recorder.time.strftime", lambda _form: "20260101-000000")
    for grey in (0, 9):
        Recorder().screenshot("50 %S", np.full((4, 4, 3), grey, np.uint8))

    found = sorted((tmp_path / "screenshots").iterdir())
    assert [path.name for path in found] == ["50 %S-20260101-000000-2.png", "50 %S-20260101-000000.png"]
    assert [np.asarray(Image.open(path)).max() for path in found] == [9, 0], "two of one second are both kept"


def test_a_recording_by_command_never_overwrites_an_earlier_set(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    for night in range(3):
        journal = Recorder()
        journal.toggle(str(path))
        journal.note(Frame(night, 0.0, 0.0), [HAND])
        assert journal.path == str(path if not night else path.with_stem(f"set-{night + 1}"))
        journal.toggle(str(path))
        assert not journal.path
        journal.close()

    assert sorted(one.name for one in tmp_path.glob("*.jsonl")) == ["set-2.jsonl", "set-3.jsonl", "set.jsonl"]
    assert [json.loads(one.read_text())["frame"] for one in sorted(tmp_path.glob("*.jsonl"))] == [1, 2, 0]


def test_a_recording_by_command_goes_on_after_a_crash_and_not_after_a_clean_end(
    tmp_path: Path,
) -> None:
    crashed = Recorder()
    crashed.toggle(str(tmp_path / "set.jsonl"))
    crashed.note(Frame(0, 0.0, 0.0), [HAND])
    later = Recorder(part=1)
    later.note(Frame(7, 0.0, 0.0), [HAND])
    assert json.loads((tmp_path / "set-2.jsonl").read_text())["frame"] == 7

    later.toggle(str(tmp_path / "set.jsonl"))  # the same again ends it
    Recorder(part=2).note(Frame(9, 0.0, 0.0), [HAND])
    Recorder().note(Frame(9, 0.0, 0.0), [HAND])
    assert len(list(tmp_path.glob("*.jsonl"))) == 2
    crashed.close()


def test_two_that_begin_at_once_take_two_files(tmp_path: Path) -> None:
    """A file without a line yet is one that another program writes to."""
    path = tmp_path / "set.jsonl"
    first = Recorder(str(path))
    assert path.stat().st_size == 0
    second = Recorder(str(path))
    second.note(Frame(2, 0.0, 0.0), [HAND])
    first.note(Frame(1, 0.0, 0.0), [HAND])

    assert [Path(one.path).name for one in (first, second)] == ["set.jsonl", "set-2.jsonl"]
    assert [one.index for one in open_replay(path)] == [1]
    first.close()
    second.close()


def test_a_folder_and_a_name_that_is_used_up_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "_MOST", 3)
    (tmp_path / "sets").mkdir()
    for name in ("set.jsonl", "set-2.jsonl"):
        (tmp_path / name).write_text("a set")

    for wanted in (tmp_path / "sets", Path("/")):
        with pytest.raises(IsADirectoryError):
            Recorder().toggle(str(wanted))
    with pytest.raises(FileExistsError, match="give another"):
        Recorder().toggle(str(tmp_path / "set.jsonl"))

    assert sorted(one.name for one in tmp_path.iterdir()) == ["set-2.jsonl", "set.jsonl", "sets"]
    assert (tmp_path / "set.jsonl").read_text() == "a set"
