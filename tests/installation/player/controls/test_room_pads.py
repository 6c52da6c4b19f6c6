"""The lower pads of an APC mini mk2 are the room; every default map works in the show that ships."""

from pathlib import Path

import numpy as np
import pytest

from installation.clock import ManualClock
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.controls.lights import Lights
from installation.player.player import Player
from installation.player.production import read_production
from installation.render.gl.context import Context
from installation.render.readback.glimpse import Glimpse
from installation.values import Command, Reading
from tests.installation.neuro.states import add_states

APC = "/midi/apc-mini-mk2"
SHIFT = f"{APC}/note/122"


def played(show: str) -> Player:
    options = StageOptions(show=show, venue="loopback")
    player = build_player(read_production(options), options, ManualClock(1 / 60), None)
    player.step([], 0.0)
    return player


@pytest.fixture
def player(small_show: Path) -> Player:
    add_states(small_show)
    made = played(str(small_show))
    made.step([said(f"{APC}/connected", 1.0)], 0.0)
    return made


def said(address: str, value: float) -> Reading:
    return Reading(address, (value,), 0.0, "midi")


def pad(row: int, column: int) -> str:
    """The pad of a place; notes count from the bottom left."""
    return f"{APC}/note/{(3 - row) * 8 + column}"


def frames(player: Player, count: int, *entries: Reading) -> None:
    for number in range(count):
        player.step([*player.features(), *(entries if number == 0 else ())], 0.0)


def test_a_pad_stirs_the_water_at_its_place_until_it_is_let_go(player: Player) -> None:
    table = player.room.gestures
    frames(player, 2, said(pad(0, 0), 0.4))
    first = float(np.abs(table.table[7:, :3, :2]).max())
    frames(player, 120)

    assert first > 0.01
    assert float(np.abs(table.table[7:, :3, :2]).max()) > 4.0 * first, "harder while it is held"
    assert not table.table[:5].any()
    frames(player, 60, said(pad(0, 0), 0.0))
    assert not table.table.any()


def test_pulling_the_cable_lets_a_held_pad_go(player: Player) -> None:
    frames(player, 10, said(pad(3, 7), 1.0))
    assert player.room.gestures.table.any()

    frames(player, 60, said(f"{APC}/connected", 0.0))

    assert not player.room.gestures.table.any()


def test_with_shift_a_pad_sends_a_shockwave_from_its_place(player: Player) -> None:
    frames(player, 1, said(SHIFT, 1.0))
    frames(player, 10, said(pad(1, 6), 1.0))

    assert player.signals.get("/neuro/shock/0/x") == pytest.approx(6.5 / 8)
    assert player.signals.get("/neuro/shock/0/y") == pytest.approx(1.0 - 1.5 / 4)
    assert (player.signals.get("/neuro/shock/0/energy") or 0.0) > 0.0
    assert not player.room.gestures.table.any(), "with Shift it does not stir"


def test_the_pads_show_the_colours_of_the_picture(player: Player) -> None:
    lights = Lights(player)
    seen = np.zeros((4, 8, 3))
    seen[0, 0], seen[3, 7] = (0.25, 0.5, 0.0), (0.0, 0.0, 1.0)
    player.hands.seen = seen

    found = {one.address: one.values for one in lights.changes(player.frame.time)}

    assert found[f"{APC}/pad/24"] == (0.5, 0, 0.5, 1.0, 0.0)
    assert found[f"{APC}/pad/7"] == (1.0, 0, 0.0, 0.0, 1.0)
    assert found[f"{APC}/pad/8"][0] == 0.0, "dark where the picture is"


@pytest.mark.gl
def test_a_glimpse_has_the_means_of_the_picture_the_top_row_first(context: Context) -> None:
    pixels = np.zeros((40, 80, 4), np.float32)
    pixels[30:, :10] = (0.25, 0.0, 0.0, 1.0)  # OpenGL's first row is the lowest
    pixels[:10, 70:] = (0.0, 0.0, 1.0, 1.0)
    picture = context.gl.texture((80, 40), 4, pixels.tobytes(), dtype="f4")
    glimpse = Glimpse(context, 4, 8)
    try:
        for _ in range(3):
            found = glimpse.read(picture)
    finally:
        glimpse.release()
        picture.release()

    expected = np.zeros((4, 8, 3))
    expected[0, 0], expected[3, 7] = (0.5, 0.0, 0.0), (0.0, 0.0, 1.0)
    assert found == pytest.approx(expected, abs=0.04)


@pytest.fixture
def shipped() -> Player:
    player = played("")
    for profile in player.controls.profiles.values():
        player.step([said(f"{profile.prefix}/connected", 1.0)], 0.0)
    return player


def test_every_control_that_a_default_map_names_does_something_in_the_show_that_ships(
    shipped: Player,
) -> None:
    assert len(shipped.controls.devices) == len(shipped.controls.profiles) >= 8
    assert [(bind.source, bind.target, why) for bind, why in shipped.controls.idle] == []


def test_heal_and_divide_decide_for_the_room_and_play_their_branch(shipped: Player) -> None:
    lights = Lights(shipped)
    heal, divide = f"{APC}/note/38", f"{APC}/note/39"
    shipped.step([Command("cue", ("60",), 0.0, "test")], 0.0)  # the choice is open, nobody has chosen
    frames(shipped, 40)
    frames(shipped, 40, said(heal, 1.0), said(heal, 0.0))
    assert shipped.cues.current is not None
    assert (shipped.cues.current.id, shipped.room.choice.healed) == ("65", True)
    assert shipped.cues.standby is not None
    assert shipped.cues.standby.id == "66", "and the branch goes on"
    assert (lights.look(heal)[0], lights.look(divide)[0]) == (1.0, 0.0)

    frames(shipped, 40, said(divide, 1.0), said(divide, 0.0))
    assert (shipped.cues.current.id, shipped.room.choice.healed) == ("61", False)
    assert shipped.cues.standby.id == "70"
    assert (lights.look(heal)[0], lights.look(divide)[0]) == (0.0, 1.0)


def test_a_choice_that_was_made_by_hand_is_counted_anew_in_the_next_cycle(shipped: Player) -> None:
    frames(shipped, 1)
    shipped.step([Command("choose", ("heal",), 0.0, "test")], 0.0)
    frames(shipped, 40)
    shipped.step([Command("cue", ("60",), 0.0, "test")], 0.0)
    frames(shipped, 40)
    assert not shipped.room.choice.healed
    assert shipped.room.choice.choice.open


def test_a_show_without_branches_says_so(player: Player) -> None:
    step = player.step([Command("choose", ("heal",), 0.0, "test")], 0.0)
    assert "no cue of this show has a condition on /choice/heal" in str(step.refused[0][1])
    step = player.step([Command("choose", ("both",), 0.0, "test")], 0.0)
    assert "heal or divide, not both" in str(step.refused[0][1])
