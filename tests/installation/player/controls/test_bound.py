"""Readings of controllers move bases and give commands, in order of arrival."""

from dataclasses import replace

import pytest

from installation.player.inbox import NOW
from installation.values import Reading
from tests.installation.player.controls.desk import GLOW, Desk, cc, order


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


def test_a_fader_gives_its_command_once_on_its_way_up_and_a_button_without_release_each_time(
    desk: Desk,
) -> None:
    (desk.folder / "controls.toml").write_text(
        "format = 1\n"
        '[[control]]\nfrom = "/midi/tiny/cc/60"\nto = "standby 1"\n'
        '[[control]]\nfrom = "/midi/tiny/cc/61"\nto = "standby -1"\n'
    )
    again = Desk(desk.folder)

    def standby() -> str:
        cue = again.player.cues.standby
        return cue.id if cue else ""

    assert standby() == "1"
    again.move("cc/60", 10, 70, 90, 127)
    assert standby() == "2"
    again.step(order("standby", -1))
    again.move("cc/60", 100)
    assert standby() == "1"
    again.step(order("standby", 1))

    again.move("cc/61", 127)
    assert standby() == "1"
    again.step(order("standby", 1))
    again.move("cc/61", 127)
    assert standby() == "1"


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


def test_a_hold_counts_by_the_hands_own_time_where_stalls_took_show_time_away(desk: Desk) -> None:
    def key(level: float, at: float) -> None:
        desk.step(Reading("/midi/tiny/note/3", (level,), at, "midi"))

    key(1.0, 100.0)
    key(0.0, 100.9)
    assert not desk.player.cues.calmed
    key(1.0, 200.0)
    key(0.0, 201.3)  # four frames of a machine that stood still
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


def test_unplugged_while_a_switch_is_held_ends_what_the_switch_began(desk: Desk) -> None:
    (desk.folder / "controls.toml").write_text(
        'format = 1\n[[control]]\nfrom = "/midi/tiny/note/9"\nto = "panic"\nhow = "momentary"\n'
    )
    again = Desk(desk.folder)
    again.move("note/9", 90)
    assert again.player.cues.calmed

    again.step(Reading("/midi/tiny/connected", (0.0,), 0.0, "midi"))

    assert not again.player.cues.calmed


def test_what_is_held_while_an_edit_takes_its_parameter_away_is_let_go_without_harm(desk: Desk) -> None:
    (desk.folder / "controls.toml").write_text(
        'format = 1\n[[control]]\nfrom = "/midi/tiny/note/9"\nto = "/scene/two/glow"\nhow = "momentary"\n'
    )
    again = Desk(desk.folder)
    again.move("note/9", 90)
    assert again.glow("two") == 1.0
    show = again.player.show
    one = {"one": show.scenes["one"]}
    routes = tuple(route for route in show.routes if "/two/" not in route.target)

    again.player.replace(
        replace(show, scenes=one, cues=(), routes=routes, controls=()), {"one": again.player.shaders["one"]}
    )
    again.move("note/9", 0)

    assert "/scene/two/glow" not in again.player.tree.parameters()


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


def test_what_a_default_map_names_and_a_show_lacks_is_told_once(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    desk.move("cc/2", 60)
    desk.move("cc/2", 61)

    assert [one.message for one in caplog.records if "this show has no" in one.message] == [
        "/midi/tiny: this show has no /no/such"
    ]

    mine = [one for one in desk.player.controls.idle if one[0].device == "/midi/tiny"]
    assert [(bind.target, reason) for bind, reason in mine] == [
        ("/no/such", "there is no parameter /no/such")
    ]


def test_the_inputs_of_the_scene_that_is_on_are_numbered(desk: Desk) -> None:
    (desk.folder / "controls.toml").write_text(
        'format = 1\n[[control]]\nfrom = "/midi/tiny/cc/1"\nto = "scene-input 1"\ntakeover = "jump"\n'
    )
    again = Desk(desk.folder)
    again.move("cc/1", 127)
    assert (again.glow("one"), again.glow("two")) == (1.0, 0.75)

    again.step(order("scene", "two"))
    again.move("cc/1", 0)

    assert (again.glow("one"), again.glow("two")) == (1.0, 0.0)


def test_an_edit_of_the_map_leaves_a_caught_fader_caught(desk: Desk) -> None:
    desk.move("cc/1", 10, 40)

    desk.player.replace(desk.player.show, desk.player.shaders)
    desk.move("cc/1", 127)

    assert desk.glow() == 1.0


def test_a_held_button_gives_its_command_at_the_time_of_its_frame(desk: Desk) -> None:
    (desk.folder / "controls.toml").write_text(
        'format = 1\n[[control]]\nfrom = "/midi/tiny/note/9"\nto = "resync"\nhow = "hold"\n'
    )
    again = Desk(desk.folder)
    again.step(order("set", "/tempo/bpm", 120.0))
    now = 5000.0

    def frame(*readings: Reading) -> None:
        nonlocal now
        now += 1 / 60
        again.player.step([Reading(NOW, (), now, "clock"), *readings], now)

    frame(Reading("/midi/tiny/note/9", (1.0,), now, "midi"))
    for number in range(62):
        frame(Reading("/midi/tiny/cc/1", (number / 127,), now, "midi"))

    position = again.player.frame.beat.position % 32.0
    assert min(position, 32.0 - position) < 0.2  # in beats of half a second
