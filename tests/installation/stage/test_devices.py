"""The devices that a stage builds for a venue, and what it tells its surfaces."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from installation.clock import ManualClock
from installation.contract import InputAdapter, Message, surface
from installation.devices import SurfaceSupervisor
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.inbox import Inbox
from installation.player.player import Player
from installation.player.production import read_production
from installation.stage.controls import StageSurfaces
from installation.stage.controls.watchers import Watchers
from installation.stage.hud import Hud
from installation.stage.main import _devices
from installation.values import Command, Reading

CONTROLLER = """format = 1
title = "Box"
address = "box"
ports = ["box"]
sources = ["none: made for a test"]

[light.lamp]
kind = "on"
off = "90 {n} 00"
on = "90 {n} 7F"

[[control]]
name = "key/{1..2}"
kind = "button"
reading = "note/{1..2}"
light = "lamp"
at = [0, 0, 1, 1]

[[map]]
control = "key/{1..2}"
to = "{/go,hold}"
"""
FINE = 'format = 1\n[[control]]\nfrom = "/midi/box/cc14/3"\nto = "/master"\n'


class Told:
    """What the MIDI adapter of a stage was told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.known: list[surface.Library] = []
        self.declared: list[Sequence[str]] = []
        self.shown: list[Message] = []
        monkeypatch.setattr("hardware.midi.MidiInput.equip", lambda _self, known: self.known.append(known))
        monkeypatch.setattr("hardware.midi.MidiInput.declare", lambda _self, one: self.declared.append(one))
        monkeypatch.setattr(SurfaceSupervisor, "show", lambda _self, messages: self.show(messages))

    def show(self, messages: Iterable[Message]) -> None:
        self.shown += messages

    def taken(self) -> dict[str, tuple[float, ...]]:
        taken, self.shown = self.shown, []
        return {one.address: tuple(map(float, one.values[:2])) for one in taken}


def stage(small_show: Path, tmp_path: Path, adapter: str) -> tuple[Player, StageSurfaces]:
    file = tmp_path / "room.toml"
    file.write_text(f'format = 1\n\n[adapter.desk]\nkind = "{adapter}"\n')
    (tmp_path / "controllers").mkdir()
    (tmp_path / "controllers" / "box.toml").write_text(CONTROLLER)
    options = StageOptions(show=str(small_show), venue=str(file))
    production = read_production(options)
    player = build_player(production, options, ManualClock(1 / 60), None)
    inputs, outputs = _devices(options, production.venue, Inbox(), True, off=False)
    assert outputs == []
    assert isinstance(inputs[0].adapter, InputAdapter)
    return player, StageSurfaces(player, lambda: inputs, Hud(), options, live=False)


def test_surfaces_are_told_of_controllers_beside_the_venue(
    small_show: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Told(monkeypatch)
    _, surfaces = stage(small_show, tmp_path, "midi")

    surfaces.settle()

    assert (told.known[0]["box"].title, told.known[0].sources["box"]) == ("Box", "venue")
    assert told.known[0].sources["nanokontrol2"] == "shipped"


def test_without_surfaces_no_file_of_a_controller_is_read(
    small_show: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    player, surfaces = stage(small_show, tmp_path, "virtual-people")
    monkeypatch.setattr(player.controls, "load", lambda: pytest.fail("it was read"))

    surfaces.settle()
    player.step([], 0.0)
    surfaces.frame()
    surfaces.words()


def test_lights_leave_in_the_frame_of_the_change_and_fine_readings_are_declared(
    small_show: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Told(monkeypatch)
    player, surfaces = stage(small_show, tmp_path, "midi")
    surfaces.settle()
    player.step([Reading("/midi/box/connected", (1.0,), 0.0, "desk")], 0.0)
    surfaces.frame()
    assert told.taken() == {"/midi/box/key/1": (1.0, 0.0), "/midi/box/key/2": (0.0, 0.0)}

    player.step([Command("hold", (), 0.0, "test")], 0.0)
    surfaces.frame()
    assert told.taken() == {"/midi/box/key/2": (1.0, 1.0)}
    player.step([], 0.0)
    surfaces.frame()
    assert told.taken() == {}

    (small_show / "controls.toml").write_text(FINE)
    options = StageOptions(show=str(small_show), venue="loopback")
    player.replace(read_production(options).show, player.shaders)
    surfaces.frame()
    assert told.declared[-1] == ["/midi/box/cc14/3"]


def test_an_adapter_sees_parameters_too_and_none_that_a_private_signal_moves(
    small_show: Path, tmp_path: Path
) -> None:
    file = tmp_path / "room.toml"
    file.write_text('format = 1\n\n[adapter.desk]\nkind = "virtual-people"\npeople = 2\n')
    options = StageOptions(show=str(small_show), venue=str(file))
    production = read_production(options)
    player = build_player(production, options, ManualClock(1 / 60), None)
    inputs, _ = _devices(options, production.venue, Inbox(), True, off=False)
    watchers = Watchers(player, lambda: inputs)
    player.tree.set("/trim/crowd", [1.0])
    for _ in range(30):
        player.step([], 0.0)

    with pytest.MonkeyPatch.context() as patch:
        seen: list[Sequence[float]] = []
        patch.setattr(inputs[0].adapter, "see", seen.append)
        watchers.frame()
        player.tree.hidden[player.tree.slot("/bodies/crowd")] = True
        watchers.frame()

    assert [values[2] for values in seen] == pytest.approx([2.0, float("nan")], nan_ok=True)
