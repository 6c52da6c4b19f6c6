"""Blackout and panic act after every route, edge, cue, state and fade, on picture and lamps alike."""

from pathlib import Path

import pytest

from installation.clock import ManualClock
from installation.cue.override import BLACKOUT
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.player import Player
from installation.player.production import read_production
from installation.render.gl.context import Context
from installation.stage.hud import Hud, darkness
from installation.values import Command, Reading

FIGHTING = """
[signal.full]
kind = "constant"
value = 1.0

[signal.none]
kind = "constant"
value = 0.0

[[route]]
from = "/signal/full"
to = "/master"

[[route]]
from = "/signal/none"
to = "/blackout"
"""

CUE = """
[[cue]]
id = "3"
name = "fights as well"
fade = 0.0
set = { "/master" = 1.0, "/blackout" = false }
"""

PRESET = """format = 1

[set]
"/master" = 1.0
"/blackout" = false
"/scene/one/glow" = 0.75
"""


@pytest.fixture
def fighting(small_show: Path) -> Path:
    """A show whose routes, cues and presets hold master and blackout up."""
    for name, more in (("show.toml", FIGHTING), ("cues.toml", CUE)):
        path = small_show / name
        path.write_text(path.read_text() + more)
    (small_show / "presets").mkdir(exist_ok=True)
    (small_show / "presets" / "bright.toml").write_text(PRESET)
    return small_show


def make(folder: Path, context: Context | None = None) -> Player:
    size = (64, 36) if context is not None else None
    options = StageOptions(show=str(folder), venue="loopback", size=size)
    return build_player(read_production(options), options, ManualClock(1 / 60), context)


def order(verb: str, *arguments: float | str) -> Command:
    return Command(verb, arguments, 0.0, "test")


def osc(address: str, *values: float) -> Reading:
    return Reading(address, values, 0.0, "osc")


def lit(player: Player, seconds: float, *entries: Command | Reading) -> bool:
    """Play on, the entries in the first frame; whether master and blackout let any light through then."""
    player.step(entries, 0.0)
    for _ in range(round(seconds * 60) - 1):
        player.step([], 0.0)
    return player.tree.get("/blackout") == (0.0,) and player.tree.get("/master") > (0.0,)


def test_panic_holds_the_master_down_whatever_routes_cues_and_presets_say(fighting: Path) -> None:
    player = make(fighting)
    assert lit(player, 0.5)

    assert not lit(player, 2.1, order("panic"))
    assert player.cues.calmed
    assert not lit(player, 0.5, order("preset-recall", "bright"))
    assert not lit(player, 0.5, order("as-authored"))
    assert not lit(player, 0.5, order("hold"))


def test_panic_falls_as_its_time_says_although_a_route_holds_the_master(fighting: Path) -> None:
    player = make(fighting)
    lit(player, 0.5)
    seen = []
    player.step([order("panic")], 0.0)
    for _ in range(121):
        player.step([], 0.0)
        seen.append(player.tree.get("/master")[0])

    assert seen == sorted(seen, reverse=True)
    assert 0.4 < seen[59] < 0.6
    assert seen[-1] == 0.0


@pytest.mark.parametrize("ends", ["go", "cue", "panic off", "osc master"])
def test_a_panic_ends_by_go_a_cue_or_a_hand_on_the_master(fighting: Path, ends: str) -> None:
    player = make(fighting)
    lit(player, 0.5)
    lit(player, 3.0, order("panic"))
    given = {
        "go": order("go"), "cue": order("cue", "2"), "panic off": order("panic", "off"),
        "osc master": osc("/master", 0.6),
    }  # fmt: skip

    assert lit(player, 3.0, given[ends])
    assert not player.cues.calmed


def test_a_stream_onto_the_master_does_not_end_a_panic_but_a_new_hand_does(small_show: Path) -> None:
    player = make(small_show)
    for i in range(600):
        panic = [order("panic")] if i == 60 else []
        player.step([*panic, osc("/master", 0.9 + 0.1 * (i % 2))], 0.0)
    assert player.tree.get("/master") == (0.0,)
    assert player.cues.calmed
    assert not lit(player, 1.2)

    assert lit(player, 0.1, osc("/master", 0.5))
    assert player.tree.get("/master") == (0.5,)


def test_a_go_after_a_stream_brings_the_master_back_to_where_the_stream_left_it(small_show: Path) -> None:
    player = make(small_show)
    for i in range(240):
        panic = [order("panic")] if i == 60 else []
        player.step([*panic, osc("/master", 0.8)], 0.0)

    assert lit(player, 3.0, order("go"))
    assert player.tree.get("/master") == pytest.approx((0.8,))


def test_blackout_stays_whatever_routes_cues_and_presets_say_and_ends_by_hand(fighting: Path) -> None:
    player = make(fighting)
    lit(player, 0.5)

    assert not lit(player, 0.1, order("blackout"))
    assert player.dark
    assert not lit(player, 0.5, order("preset-recall", "bright"))
    assert not lit(player, 0.5, order("cue", "3"))
    assert player.tree.get_base("/blackout") == (1.0,)
    assert lit(player, 0.1, osc("/blackout"))
    assert not lit(player, 0.1, order("set", "/blackout", 1.0))
    assert lit(player, 0.1, osc("/blackout", 0.0))


def test_a_cue_may_make_it_dark_and_the_next_one_light_again(small_show: Path) -> None:
    path = small_show / "cues.toml"
    path.write_text(path.read_text() + CUE.replace("false", "true"))
    player = make(small_show)

    assert not lit(player, 0.1, order("cue", "3"))
    assert player.blackout.asked_by(player.cues.current) == "3 fights as well"
    assert lit(player, 0.5, order("cue", "2")) is False  # too soon after the first GO
    assert lit(player, 0.5, order("cue", "2"))
    assert player.blackout.asked_by(player.cues.current) == ""
    assert not lit(player, 0.6, order("cue", "3"))
    assert not lit(player, 0.1, order("blackout", True))
    assert player.blackout.asked_by(player.cues.current) == "", "a hand holds it now, over the next cue"
    assert not lit(player, 0.6, order("cue", "2"))


@pytest.mark.gl
@pytest.mark.parametrize("asked", [order("panic"), order("blackout")])
def test_picture_and_lamps_obey_alike(fighting: Path, context: Context, asked: Command) -> None:
    player = make(fighting, context)
    assert player.picture is not None
    for _ in range(200):  # past the guard's start from black
        step = player.step([], 0.0)
    assert player.picture.image().max() > 30
    assert step.light.light.any()

    step = player.step([asked], 0.0)
    for _ in range(130):
        step = player.step([], 0.0)
    dark = player.picture.image().max()
    player.picture.release()

    assert dark <= 1
    assert not step.light.light.any()


def test_a_blackout_that_a_route_holds_is_told_with_its_signal_and_the_switch_does_not_end_it(
    small_show: Path,
) -> None:
    with (small_show / "show.toml").open("a") as file:
        file.write('\n[[route]]\nfrom = "/osc/dark"\nto = "/blackout"\n')
    player = make(small_show)
    assert not lit(player, 0.1, osc("/dark", 1.0))
    assert player.blackout.held_by(player.show) == "/osc/dark"
    player.tree.hidden[player.tree.slot(BLACKOUT)] = True
    assert player.blackout.held_by(player.show) == "a private signal"
    player.tree.hidden[player.tree.slot(BLACKOUT)] = False

    step = player.step([order("blackout", "off")], 0.0)

    told = [words for _, words in step.told]
    assert told == ["it stays dark: a route from /osc/dark holds the blackout"]
    assert lit(player, 0.1, osc("/dark", 0.0))
    assert player.blackout.held_by(player.show) == ""
    assert not lit(player, 0.1, order("blackout", "on"))
    assert player.blackout.held_by(player.show) == "", "a hand does, whose switch ends it"
    assert player.step([order("blackout", "off")], 0.0).told == ()
    assert lit(player, 0.1)


def test_the_hud_tells_why_it_is_dark(small_show: Path) -> None:
    hud = Hud(shown=True, greet=False, dark=darkness(blackout=True, panic=False))

    assert "blackout" in hud.lines(100.0, ["one"])[0]
    assert "/osc/dark" in darkness(blackout=True, panic=False, held_by="/osc/dark")
    assert "panic" in darkness(blackout=False, panic=True)
    assert darkness(blackout=False, panic=False) == ""
    asked = darkness(blackout=True, panic=False, asked_by="1 Act I: black")
    assert asked.startswith("black, as cue 1 Act I: black asks")
