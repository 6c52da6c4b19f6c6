from typing import Any

import pytest

from installation.cli import remote

SAID: dict[str, Any] = {
    "show": "small",
    "cue": "",
    "scene": "one",
    "uptime_s": 3.0,
    "keeper": {"look": "live", "frames": 7, "late": 0},
    "adapters": [],
    "processes": [],
}


def told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], **more: Any) -> list[str]:
    monkeypatch.setattr(remote, "request", lambda *_, **__: SAID | more)
    assert remote.status(as_json=False) == 0
    return capsys.readouterr().out.splitlines()


def test_status_says_what_state_stands_and_why_another_did_not_begin(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    state = {"state": "malfunction", "since": 12.34, "refused": "attuned does not follow"}
    loop = {"gain": 2.5, "exponent": 0.31, "reseed": 0.0, "reason": "black"}

    lines = told(monkeypatch, capsys, interface=state, loop=loop)

    assert "interface malfunction for 12 s" in lines
    assert "interface refused: attuned does not follow" in lines
    assert "loop gain 2.50, exponent +0.31 1/s" in lines

    lines = told(monkeypatch, capsys, interface={}, loop=loop | {"reseed": 0.2})

    assert not any(line.startswith("interface") for line in lines)
    assert "loop gain 2.50, exponent +0.31 1/s, stirring because it is black" in lines


def test_status_of_a_show_without_interface_and_loops_does_not_speak_of_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(monkeypatch, capsys, interface={}, loop={}) == told(monkeypatch, capsys)


def test_the_act_of_a_score_is_told_where_it_has_acts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    score = {"time": 61.0, "length": 180.0, "running": False, "cycle": 0, "act": 0}
    assert "score 1:01 of 3:00, stopped" in told(monkeypatch, capsys, score=score)
    assert "score 1:01 of 3:00, act 2, stopped" in told(monkeypatch, capsys, score=score | {"act": 2})


def test_stop_returns_once_another_show_could_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(remote, "request", lambda verb, **_: seen.append(verb))
    monkeypatch.setattr(remote, "wait_until_free", lambda *_: bool(seen.append("free")))
    assert remote.tell("go") == 0
    assert seen == ["go"]
    assert capsys.readouterr().err == ""
    assert remote.tell("stop") == 1
    assert seen == ["go", "stop", "free"]
    assert "still ending" in capsys.readouterr().err


def test_what_became_of_a_value_beyond_the_range_is_said_beside_the_data(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = [{"done": "set", "note": "/a takes 0 to 1: 7 became 1"}, {"done": "set"}]
    monkeypatch.setattr(remote, "request", lambda *_, **__: answers.pop(0))

    assert remote.set_value("/a", ["7"]) == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "/a takes 0 to 1: 7 became 1\n")
    assert remote.set_value("/a", ["1"]) == 0
    assert capsys.readouterr() == ("", "")


def test_what_is_watched_in_vain_is_said_before_anything_arrives(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    line = {"source": "signal", "address": "/neuro/state", "values": [1.0]}
    answers = [{"watching": "/neuro/stat", "note": "no such thing"}, {"readings": [line], "left_out": 2}]
    monkeypatch.setattr(remote, "stream", lambda *_: iter(answers))

    assert remote.watch("/neuro/stat", None, as_json=False) == 0

    said = capsys.readouterr()
    assert said.out == "signal     /neuro/state 1\n"
    assert said.err.splitlines()[1:] == ["no such thing", "... and 2 more in this frame"]


def test_status_says_of_each_guard_how_often_it_stepped_in_and_what_the_last_time_was(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    idle = {"active": False, "reduction": 0.0, "interventions": 0, "last": {}}
    last = {"seconds": 2.26, "cause": "window", "reason": "because", "reduction": 0.6}
    last |= {"where": "top left", "during": "scene one, cue 2"}
    busy = {"active": True, "reduction": 0.413, "interventions": 3, "last": last}

    lines = told(monkeypatch, capsys, guard=busy, keeper=SAID["keeper"] | {"guard": idle})

    assert "lamps' guard idle" in lines
    words = "darker by up to 60 % (top left) in scene one, cue 2 for 2.3 s: because"
    assert f"guard active, takes 41.3 % of the light; stepped in 3 times, last {words}" in lines


def test_status_tells_of_a_guard_that_takes_colour_and_no_light(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    last = {"seconds": 9.0, "cause": "red", "reason": "because", "reduction": 0.0, "moved": 0.28}
    busy = {"active": False, "cause": "red", "moved": 0.14, "interventions": 1, "last": last}
    stripes = {"active": False, "cause": "pattern", "contrast": 0.4, "interventions": 0, "last": {}}

    lines = told(monkeypatch, capsys, guard=busy, keeper=SAID["keeper"] | {"guard": stripes})

    words = "paler, 28 % of the light moved out of red for 9.0 s: because"
    assert f"guard paler, 14 % of the light moved out of red; stepped in once, last {words}" in lines
    assert "lamps' guard contrast of stripes at 40 %" in lines


def test_status_tells_what_was_refused_why_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = {
        "source": "osc",
        "reason": "too late",
        "example": "/imu/x",
        "remedy": "set the clock",
        "count": 40,
    }
    bare = {"source": "inbox", "reason": "too many", "example": "", "remedy": "", "count": 1}

    lines = told(monkeypatch, capsys, refused=[refused, bare])

    assert "osc refused 40 times: too late (last: /imu/x); set the clock" in lines
    assert "inbox refused once: too many" in lines


def test_status_tells_what_is_wrong_in_the_files(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = told(monkeypatch, capsys, errors=["show.toml:3:1: wrong"], notices=["venue.toml: later"])

    assert lines.count("files: show.toml:3:1: wrong") == lines.count("files: venue.toml: later") == 1


def test_status_says_what_is_not_as_it_should_be_and_how_long(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keeper = SAID["keeper"] | {
        "safe_mode": "3 crashes",
        "safe_mode_left_s": 299.6,
        "folder": ["/state cannot be written"],
    }
    rests = [{"path": "/a.fs", "reason": "the stage hung for 15 s while it was drawn"}]
    failed = [{"part": "the bus", "count": 2, "last": "OSError: full"}]

    lines = told(monkeypatch, capsys, keeper=keeper, quarantine=rests, contained=failed)

    assert "/state cannot be written" in lines
    assert "safe mode, inputs are off for 300 s more: 3 crashes" in lines
    assert any(line.startswith("in quarantine /a.fs: the stage hung for 15 s") for line in lines)
    assert "the bus failed 2 times, last: OSError: full" in lines


def test_the_quarantine_is_listed_with_its_reasons(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = [{"path": "/a.fs", "reason": "why"}]
    monkeypatch.setattr(remote, "request", lambda *_, **__: kept)
    assert remote.quarantine(as_json=False) == 0
    assert capsys.readouterr().out == "/a.fs: why\n"
