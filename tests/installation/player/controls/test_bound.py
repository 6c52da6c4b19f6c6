"""Readings of controllers against a small show, without a picture, at a manual clock."""

from pathlib import Path

import pytest

from installation.clock import ManualClock
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.player import Player
from installation.player.production import read_production
from installation.player.step import Step
from installation.values import Command, Reading

GLOW = "/scene/one/glow"

PROFILE = """format = 1
title = "Tiny Desk"
address = "tiny"
ports = ["tiny"]
sources = ["made up for tests"]
pages = ["one", "two"]

[light.lamp]
kind = "blink"
off = "B0 {n} 00"
on = "B0 {n} 7F"
blink = "B0 {n} 02"

[[control]]
name = "fader/{1..2}"
kind = "fader"
reading = "cc/{1..2}"
at = [0, 0, 1, 1]

[[control]]
name = "key/{1..6}"
kind = "button"
reading = "note/{1..6}"
light = "lamp"
at = [0, 1, 1, 1]

[[control]]
name = "wheel"
kind = "encoder"
reading = "cc/9"
relative = "twos"
at = [0, 2, 1, 1]

[[map]]
control = "fader/{1..2}"
to = "{/scene/one/glow,/no/such}"
page = "one"

[[map]]
control = "fader/1"
to = "/scene/two/glow"
page = "two"

[[map]]
control = "wheel"
to = "/scene/two/glow"

[[map]]
control = "key/{1..2}"
to = "{/go,standby-number 2}"

[[map]]
control = "key/3"
to = "/panic"
how = "hold"

[[map]]
control = "key/4"
to = "page 1"

[[map]]
control = "key/5"
to = "/scene/one/glow"
how = "momentary"
value = 0.75

[[map]]
control = "key/6"
to = "/blackout"
how = "toggle"

[[map]]
control = "key/1"
to = "standby -1"
held = "key/2"
"""


@pytest.fixture
def desk(small_show: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Desk":
    user = tmp_path / "user"
    (user / "controllers").mkdir(parents=True)
    (user / "controllers" / "tiny.toml").write_text(PROFILE)
    monkeypatch.setenv("PHOTOPHORE_USER", str(user))
    return Desk(small_show)


class Desk:
    """A small show, and hands on a made-up controller."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        options = StageOptions(show=str(folder), venue="loopback")
        self.player: Player = build_player(read_production(options), options, ManualClock(1 / 60), None)
        self.player.step([], 0.0)

    def step(self, *entries: Reading | Command, frames: int = 1) -> Step:
        step = self.player.step(entries, 0.0)
        for _ in range(frames - 1):
            self.player.step([], 0.0)
        return step

    def move(self, control: str, *steps: int) -> Step:
        return self.step(*(cc(control, one) for one in steps))

    def glow(self, scene: str = "one") -> float:
        return self.player.tree.get_base(f"/scene/{scene}/glow")[0]


def cc(control: str, step: int) -> Reading:
    return Reading(f"/midi/tiny/{control}", (step / 127,), 0.0, "midi")


def order(verb: str, *arguments: float | str) -> Command:
    return Command(verb, arguments, 0.0, "test")


def test_a_fader_picks_its_parameter_up_in_the_very_frame(desk: Desk) -> None:
    desk.move("cc/1", 0)
    desk.move("cc/1", 20)
    assert desk.glow() == 0.25

    desk.move("cc/1", 40)

    assert desk.glow() == pytest.approx(40 / 127)
    assert desk.player.tree.get(GLOW) == pytest.approx((40 / 127,))


def test_all_events_between_two_frames_count_in_their_order(desk: Desk) -> None:
    desk.move("cc/1", 10, 40, 90, 60)

    assert desk.glow() == pytest.approx(60 / 127)


def test_the_next_cue_takes_the_parameter_from_the_fader_and_the_fader_takes_it_back(desk: Desk) -> None:
    desk.move("cc/1", 10, 40, 100)
    desk.step(order("go"), frames=90)
    assert desk.glow() == 0.5

    desk.move("cc/1", 101)
    assert desk.glow() == 0.5
    desk.move("cc/1", 60)

    assert desk.glow() == pytest.approx(60 / 127)


def test_a_fader_that_is_caught_in_a_fade_ends_the_fade(desk: Desk) -> None:
    desk.move("cc/1", 0)
    desk.step(order("go"), frames=30)
    assert 0.25 < desk.glow() < 0.5

    desk.move("cc/1", 60)
    caught = desk.glow()
    desk.step(frames=90)

    assert caught == pytest.approx(60 / 127)
    assert desk.glow() == caught


def test_what_a_console_set_before_in_the_same_frame_counts_before(desk: Desk) -> None:
    desk.step(cc("cc/1", 0), Reading(GLOW, (0.9,), 0.0, "osc"), cc("cc/1", 127))

    assert desk.glow() == 1.0  # the fader passed 0.9, which was there when it moved


def test_an_encoder_needs_no_catching(desk: Desk) -> None:
    desk.move("cc/9", 1, 1, 2)
    assert desk.glow("two") == pytest.approx(0.75 + 4 / 127)

    desk.move("cc/9", 127)

    assert desk.glow("two") == pytest.approx(0.75 + 3 / 127)


def test_a_press_gives_its_command_once_in_the_same_frame(desk: Desk) -> None:
    desk.step(cc("note/1", 90), cc("note/1", 0))

    assert desk.player.cues.current is not None
    assert desk.player.cues.current.id == "1"
    desk.step(frames=60)
    desk.step(cc("note/2", 90), cc("note/2", 0))
    assert desk.player.cues.standby is not None
    assert desk.player.cues.standby.id == "2"


def test_shift_changes_what_a_button_does(desk: Desk) -> None:
    desk.step(cc("note/2", 90), cc("note/1", 90))

    assert desk.player.cues.current is None
    assert desk.player.cues.standby is not None
    assert desk.player.cues.standby.id == "1"


def test_panic_waits_until_its_button_was_held_for_a_second(desk: Desk) -> None:
    desk.step(cc("note/3", 90), frames=50)
    desk.step(cc("note/3", 0), frames=30)
    assert not desk.player.cues.calmed

    desk.step(cc("note/3", 90), frames=62)

    assert desk.player.cues.calmed


def test_momentary_gives_back_what_was_there_and_a_caught_fader_stays_caught(desk: Desk) -> None:
    desk.move("cc/1", 10, 40)
    before = desk.glow()
    desk.move("note/5", 90)
    assert desk.glow() == 0.75

    desk.move("note/5", 0)
    assert desk.glow() == before
    desk.move("cc/1", 41)

    assert desk.glow() == pytest.approx(41 / 127)


def test_toggle_is_on_and_off_press_by_press(desk: Desk) -> None:
    desk.move("note/6", 90, 0)
    assert desk.player.dark
    desk.move("note/6", 90, 0)
    assert not desk.player.dark


def test_on_another_page_a_fader_moves_another_parameter_and_nothing_jumps(desk: Desk) -> None:
    desk.move("cc/1", 10, 40, 100)
    desk.move("note/4", 90, 0)
    desk.move("cc/1", 60)
    assert desk.glow() == pytest.approx(100 / 127)
    assert desk.glow("two") == pytest.approx(60 / 127)  # it passed 0.75 on its way from 100

    desk.move("note/4", 90, 0)
    desk.move("cc/1", 61)

    assert desk.glow() == pytest.approx(100 / 127)
    desk.move("cc/1", 110)
    assert desk.glow() == pytest.approx(110 / 127)


def test_after_it_was_plugged_in_again_a_fader_waits(desk: Desk) -> None:
    desk.move("cc/1", 10, 40)
    desk.step(Reading("/midi/tiny/connected", (0.0,), 0.0, "midi"))
    desk.step(Reading("/midi/tiny/connected", (1.0,), 0.0, "midi"))

    desk.move("cc/1", 127)

    assert desk.glow() == pytest.approx(40 / 127)


def test_unplugged_while_a_button_is_held_gives_back_what_was_there(desk: Desk) -> None:
    desk.move("note/5", 90)
    desk.step(Reading("/midi/tiny/connected", (0.0,), 0.0, "midi"))

    assert desk.glow() == 0.25


def test_a_private_reading_moves_nothing(desk: Desk) -> None:
    for step in (10, 60):
        desk.step(Reading("/midi/tiny/cc/1", (step / 127,), 0.0, "midi", private=True))

    assert desk.glow() == 0.25


def test_the_map_of_the_show_comes_before_the_default_map_and_both_are_lines_of_a_list(desk: Desk) -> None:
    (desk.folder / "controls.toml").write_text(
        'format = 1\n[[control]]\nfrom = "/midi/tiny/cc/1"\nto = "/scene/two/glow"\ntakeover = "jump"\n'
        "low = 0.8\nhigh = 0.2\n"
    )
    again = Desk(desk.folder)

    again.move("cc/1", 127)
    assert (again.glow("one"), again.glow("two")) == (0.25, 0.2)
    again.move("cc/1", 0)
    assert again.glow("two") == 0.8


def test_a_route_from_the_same_control_goes_on_and_the_default_map_leaves_it_alone(desk: Desk) -> None:
    text = (desk.folder / "show.toml").read_text()
    route = '[[route]]\nfrom = "/midi/tiny/cc/1"\nto = "/scene/one/tint"\ncomponent = "red"\n'
    (desk.folder / "show.toml").write_text(text + route)
    again = Desk(desk.folder)

    again.move("cc/1", 10, 100)

    assert again.player.tree.get("/scene/one/tint")[0] == pytest.approx(100 / 127)
    assert again.glow() == 0.25


def test_what_a_default_map_names_and_a_show_lacks_is_told(desk: Desk) -> None:
    desk.move("cc/2", 60)

    mine = [one for one in desk.player.controls.idle if one[0].device == "/midi/tiny"]
    assert [(bind.target, reason) for bind, reason in mine] == [
        ("/no/such", "there is no parameter /no/such")
    ]
