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
    monkeypatch.setattr(remote, "request", lambda *_: SAID | more)
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
