import json
from pathlib import Path

import pytest

from installation.cli.listing import KINDS, listing
from installation.errors import to_install


@pytest.mark.parametrize("what", sorted(set(KINDS) - {"parameters"}))  # those have a test of their own below
def test_every_list_is_json_and_a_table(what: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert listing(what, as_json=True) == 0
    rows = json.loads(capsys.readouterr().out)
    assert isinstance(rows, list)
    assert listing(what) == 0
    assert len(capsys.readouterr().out.splitlines()) == (len(rows) + 1 if rows else 1)


def test_parameters_have_the_shape_of_the_contract(
    tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    from installation.cli.new import new

    folder = Path(str(tmp_path)) / "mine"
    new(folder)
    capsys.readouterr()

    assert listing("parameters", show=str(folder), as_json=True) == 0

    rows = {row["address"]: row for row in json.loads(capsys.readouterr().out)}
    keys = {"address", "type", "min", "max", "default", "unit", "value"}
    assert all(set(row) == keys for row in rows.values())
    assert rows["/scene/water/glow"]["value"] == 0.8
    assert rows["/scene/water/glow"]["default"] == 0.6
    assert rows["/scene/water/hand"]["max"] == [1.0, 1.0]


def test_the_parameters_of_the_running_show_are_listed_unless_a_show_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    row = {"address": "/scene/shader/only-live", "type": "float", "min": 0.0, "max": 1.0, "default": 0.0}
    answer = [{**row, "unit": "", "value": 0.5}]
    monkeypatch.setattr("installation.ipc.control.request", lambda *_: answer)

    assert listing("parameters") == 0
    assert "only-live" in capsys.readouterr().out
    assert listing("parameters", show="eco-symbiotic-collective") == 0
    assert "only-live" not in capsys.readouterr().out


def test_inputs_are_listed_with_what_they_are_made_for_and_what_moves_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert listing("inputs", as_json=True) == 0

    rows = {row["address"]: row for row in json.loads(capsys.readouterr().out)}
    pulse = rows["/scene/symbiosis/pulse"]
    assert pulse == {
        "address": "/scene/symbiosis/pulse", "value": 0.0, "made for": "/neuro/pulse",
        "moved by": "route /neuro/pulse",
    }  # fmt: skip
    assert rows["/scene/reef/glow"]["moved by"] == ""
    assert rows["/effect/malfunction/cells"]["moved by"] == "state malfunction"
    assert "/effect/malfunction/inputImage" not in rows


def test_a_list_that_does_not_exist_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert listing("fixture") == 2
    assert "did you mean fixtures?" in capsys.readouterr().err


def test_the_adapters_of_a_venue_can_be_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert listing("adapters", venue="loopback", as_json=True) == 0
    assert [row["kind"] for row in json.loads(capsys.readouterr().out)] == [
        "osc", "virtual-people", "artnet", "sacn",
    ]  # fmt: skip


def test_what_an_adapter_lacks_stands_in_the_list(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("installation.devices.installed.find_spec", lambda name: None)
    assert listing("adapters", as_json=True) == 0
    rows = {row["kind"]: row["lacks"] for row in json.loads(capsys.readouterr().out)}
    assert rows["serial"] == to_install("photophore[serial]")
    assert rows["osc"] == ""


def test_what_loops_hear_and_say_is_listed_among_the_signals(capsys: pytest.CaptureFixture[str]) -> None:
    assert listing("signals", as_json=True) == 0

    rows = {row["address"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["/picture/motion"]["moves"] == "/effect/malfunction/tear"
    assert rows["/lamps/power"]["made by"] == "the lamps"
    assert {"/neuro/loop-gain", "/neuro/lyapunov", "/governor/reseed"} <= set(rows)
    assert not any(address.startswith(("/scene/", "/effect/")) for address in rows)


def test_cues_are_those_of_the_running_show_unless_a_show_is_named(
    small_show: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []

    def answer(verb: str) -> list[dict[str, object]]:
        asked.append(verb)
        return [{"id": "live", "name": "only live", "stands": "current"}]

    monkeypatch.setattr("installation.ipc.control.request", answer)

    assert listing("cues") == 0
    assert "live" in capsys.readouterr().out
    assert asked == ["cues"]
    assert listing("cues", show=str(small_show), as_json=True) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["id"], row["name"], row["stands"]) for row in rows] == [
        ("1", "bright", ""), ("2", "other scene", ""),
    ]  # fmt: skip


def test_what_is_not_there_is_an_empty_cell(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{"control": "fader/1", "at": None, "stands": 0.5, "why": ""}]
    monkeypatch.setattr("installation.ipc.control.request", lambda _verb: rows)
    assert listing("controls") == 0
    assert capsys.readouterr().out.splitlines()[1].split() == ["fader/1", "0.5"]


def test_controllers_are_listed_with_whether_they_are_plugged_in(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    port = "nanoKONTROL2:nanoKONTROL2 MIDI 1"
    monkeypatch.setattr("hardware.monome.look.device_kinds", lambda: ["monome 128"])
    for names, expected in (([port], ("yes", "no")), ([], ("no", "no")), (None, ("unknown", "unknown"))):
        monkeypatch.setattr("hardware.midi.backend.port_names", lambda names=names: (names, ""))
        assert listing("controllers", as_json=True) == 0
        rows = {row["name"]: row["plugged"] for row in json.loads(capsys.readouterr().out)}
        assert (rows["nanokontrol2"], rows["apc-mini-mk2"]) == expected
        assert (rows["grid"], rows["arc"]) == ("yes", "no")
