"""The devices that a stage builds for a venue."""

from pathlib import Path

import pytest

from installation.contract import InputAdapter, surface
from installation.devices import SurfaceSupervisor
from installation.ipc.options import StageOptions
from installation.player.inbox import Inbox
from installation.show import load_venue
from installation.stage.main import _devices

CONTROLLER = (
    'format = 1\ntitle = "Box"\naddress = "box"\nports = ["box"]\nsources = ["none: made for a test"]\n'
)


def test_surfaces_are_told_of_controllers_beside_the_venue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[surface.Library] = []
    file = tmp_path / "room.toml"
    file.write_text('format = 1\n\n[adapter.desk]\nkind = "midi"\n')
    (tmp_path / "controllers").mkdir()
    (tmp_path / "controllers" / "box.toml").write_text(CONTROLLER)
    monkeypatch.setattr("hardware.midi.MidiInput.equip", lambda _self, known: told.append(known))

    inputs, outputs = _devices(StageOptions(), load_venue(file), Inbox(), True, off=False)

    assert [type(one) for one in inputs] == [SurfaceSupervisor]
    assert isinstance(inputs[0].adapter, InputAdapter)
    assert outputs == []
    assert (told[0]["box"].title, told[0].sources["box"]) == ("Box", "venue")
    assert told[0].sources["nanokontrol2"] == "shipped"
