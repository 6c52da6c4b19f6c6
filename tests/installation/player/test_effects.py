"""Effects in a show that plays: their parameters, their files, what happens to them while it runs."""

from pathlib import Path

import pytest

from installation.clock import ManualClock
from installation.errors import FilesError, ShaderError, ShowError
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.player import Player
from installation.player.production import Production, production_of, read_production, without_quarantined
from installation.render.gl.context import Context
from installation.show import load_show, load_venue
from installation.values import Command
from tests.installation.player.test_production import Remembers
from tests.installation.stage.test_stage import settle, stage_of

FILTER = """/*{
  "PHOTOPHORE": {"COLOR": "linear"},
  "INPUTS": [
    {"NAME": "inputImage", "TYPE": "image"},
    {"NAME": "amount", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "to", "TYPE": "color", "DEFAULT": [0.0, 0.3, 0.0, 1.0]}
  ]
}*/
void main() { gl_FragColor = mix(IMG_THIS_PIXEL(inputImage), to, amount); }
"""

CHAIN = """
[effect.green]
shader = "green.fs"
inputs = { amount = 1.0 }

[effect.off]
shader = "green.fs"

[[route]]
from = "/osc/off"
to = "/effect/off/amount"
"""


@pytest.fixture
def folder(small_show: Path) -> Path:
    (small_show / "green.fs").write_text(FILTER)
    with (small_show / "show.toml").open("a") as file:
        file.write(CHAIN)
    return small_show


def production(folder: Path) -> tuple[Production, StageOptions]:
    options = StageOptions(show=str(folder), venue="loopback", size=(64, 36))
    return read_production(options), options


def make(folder: Path, context: object = None) -> Player:
    read, options = production(folder)
    return build_player(read, options, ManualClock(1 / 20), context)  # type: ignore[arg-type]


def again(folder: Path, player: Player) -> None:
    show = load_show(folder)
    options = StageOptions(show=str(folder), venue="loopback", size=(64, 36))
    read = production_of(show, load_venue("loopback"), options)
    player.replace(show, read.shaders, read.effects)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_their_inputs_are_parameters_with_the_shows_values(folder: Path) -> None:
    player = make(folder)

    assert player.tree.get("/effect/green/amount") == (1.0,)
    assert player.tree.get("/effect/off/amount") == (0.0,)
    assert "/effect/green/inputImage" not in player.tree.parameters()


@pytest.mark.gl
def test_what_the_tree_says_reaches_the_picture(folder: Path, context: Context) -> None:
    player = make(folder, context)
    assert player.picture is not None
    red = Command("set", ("/effect/green/to", 0.2, 0.0, 0.0, 1.0), 0.0, "test")

    for index in range(60):
        player.step([red] if index == 0 else [], index / 20)
    image = player.picture.image()

    assert image[..., 0].min() > 80, "the guard takes a little of a deep red"
    assert image[..., 1:].max() < image[..., 0].min() / 2
    assert list(player.picture.effects.chain) == ["green", "off"]
    player.picture.release()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('shader = "green.fs"', 'shader = "gren.fs"', 'shader: there is no file "gren.fs"'),
        ("/effect/off/amount", "/effect/of/amount", 'there is no effect "of"; did you mean off?'),
        ("/effect/off/amount", "/effect/off/amuont", "/effect/off/amuont"),
        ("amount = 1.0", "amuont = 1.0", "amuont"),
        ("amount = 1.0", 'amount = "much"', "amount"),
        ('"green.fs"\ninputs', '"plain.fs"\ninputs', "plain.fs is not a filter and cannot be an effect"),
    ],
)
def test_what_is_wrong_is_named_at_its_place(folder: Path, old: str, new: str, expected: str) -> None:
    edit(folder / "show.toml", old, new)

    with pytest.raises(FilesError) as caught:
        make(folder)

    assert expected in str(caught.value)
    assert all(one.where.line > 20 for one in caught.value.findings)


@pytest.mark.gl
def test_edits_change_their_order_their_values_and_their_number(folder: Path, context: Context) -> None:
    player = make(folder, context)
    assert player.picture is not None
    player.step([], 0.0)
    green, off = CHAIN.partition("\n\n[effect.off]")[0], '[effect.off]\nshader = "green.fs"\n'
    show = folder / "show.toml"

    edit(show, green, "")
    edit(show, off, f"{off}{green.replace('1.0', '0.5')}\n")
    again(folder, player)
    player.step([], 0.05)
    assert list(player.picture.effects.chain) == ["off", "green"]
    assert player.tree.get("/effect/green/amount") == (0.5,)

    edit(show, green.replace("1.0", "0.5"), "")
    again(folder, player)
    player.step([], 0.1)
    assert list(player.picture.effects.chain) == ["off"]
    assert "/effect/green/amount" not in player.tree.parameters()
    player.picture.release()


@pytest.mark.gl
def test_a_broken_edit_leaves_the_effect_as_it_was_and_all_else_is_taken(
    folder: Path, context: Context
) -> None:
    player = make(folder, context)
    assert player.picture is not None
    edit(folder / "green.fs", "to, amount", "nothing, amount")
    edit(folder / "show.toml", "glow = 0.75", "glow = 0.125")

    with pytest.raises(ShaderError, match="green"):
        again(folder, player)
    for index in range(60):
        player.step([], index / 20)

    assert player.picture.image()[..., 1].min() > 100
    assert player.tree.get_base("/scene/two/glow") == (0.125,)
    assert player.effects["green"].source == player.picture.effects.chain["green"].shader.source

    (folder / "green.fs").write_text(FILTER.replace('"to"', '"into"').replace("to, am", "into, am"))
    again(folder, player)
    assert "/effect/green/into" in player.tree.parameters()
    player.picture.release()


@pytest.mark.gl
def test_a_new_effect_that_does_not_compile_changes_nothing(folder: Path, context: Context) -> None:
    player = make(folder, context)
    assert player.picture is not None
    (folder / "bad.fs").write_text(FILTER.replace("mix(", "mox("))
    with (folder / "show.toml").open("a") as file:
        file.write('\n[effect.bad]\nshader = "bad.fs"\n')
    edit(folder / "show.toml", "glow = 0.75", "glow = 0.125")

    with pytest.raises(ShaderError, match="bad"):
        again(folder, player)

    assert list(player.picture.effects.chain) == ["green", "off"]
    assert player.tree.get_base("/scene/two/glow") == (0.75,)
    player.picture.release()


def test_an_edit_that_a_route_cannot_live_with_changes_nothing(folder: Path) -> None:
    player = make(folder)
    edit(folder / "green.fs", '"amount"', '"share"')
    edit(folder / "green.fs", "to, amount", "to, share")
    edit(folder / "show.toml", "amount = 1.0", "share = 1.0")

    with pytest.raises(ShowError, match="/effect/off/amount"):
        again(folder, player)

    assert player.tree.get("/effect/green/amount") == (1.0,)


def test_their_files_are_watched_and_taken_over_by_the_stage(folder: Path) -> None:
    stage, parts = stage_of(folder)
    file = (folder / "green.fs").resolve()
    assert file in parts.production.watched

    for text, errors in ((FILTER.replace("]\n}*/", "}*/"), 1), (FILTER.replace("0.3", "0.4"), 0)):
        file.write_text(text)
        parts.watch.edits.add(file)  # type: ignore[attr-defined]
        settle(stage)
        assert len(stage.status().errors) == errors
    stage.frame()

    assert stage._player.tree.get("/effect/off/to")[1] == pytest.approx(0.4)


@pytest.mark.gl
def test_an_effect_in_quarantine_leaves_the_picture_alone(folder: Path, context: Context) -> None:
    read, options = production(folder)
    rests = (folder / "green.fs").resolve()

    left, notes = without_quarantined(read, Remembers(rests))  # type: ignore[arg-type]
    player = build_player(left, options, ManualClock(1 / 20), context)
    for index in range(60):
        player.step([], index / 20)

    assert player.picture is not None
    image = player.picture.image()
    assert "green.fs is in quarantine, because" in notes[0]
    assert player.tree.get("/effect/green/amount") == (1.0,)
    assert abs(int(image[0, 0, 2]) - round(0.25 * 255)) <= 2, "the scene as it is"
    player.picture.release()


@pytest.mark.gl
def test_an_effect_is_noted_while_it_is_loaded_and_when_it_is_first_drawn(
    folder: Path, context: Context
) -> None:
    from installation.ipc.quarantine import Note
    from installation.player.edits.quarantine import Quarantine

    noted: list[Note | None] = []
    read, options = production(folder)
    player = build_player(read, options, ManualClock(1 / 20), context, quarantine=Quarantine(noted.append))
    loaded = [Path(one.path).name for one in noted if one is not None]
    assert noted[-1] is None, "nothing is compiled any more"
    del noted[:]
    off, on = (Command("set", ("/effect/green/amount", level), 0.0, "test") for level in (0.0, 1.0))
    for index in range(140):
        player.step({0: [off], 70: [on]}.get(index, []), index / 20)

    assert loaded == ["plain.fs", "green.fs"]
    assert [Path(one.path).name if one else None for one in noted] == ["plain.fs", None, "green.fs"]
    assert player.picture is not None
    player.picture.release()
