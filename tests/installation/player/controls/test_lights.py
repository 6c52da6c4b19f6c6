"""What lights show: the map, the state, and only what has changed."""

from pathlib import Path

import pytest

from installation.player.controls.lights import QUIET, Lights
from installation.values import Reading
from tests.installation.player.controls.desk import Desk, cc, order
from tests.installation.player.test_player import make


def told(desk: Desk, lights: Lights) -> dict[str, tuple[float, ...]]:
    changes = lights.changes(desk.player.frame.time)
    return {one.address.removeprefix("/midi/tiny/"): tuple(map(float, one.values[:2])) for one in changes}


@pytest.fixture
def lights(desk: Desk) -> Lights:
    desk.step(Reading("/midi/tiny/connected", (1.0,), 0.0, "midi"))
    return Lights(desk.player)


def test_without_a_controller_nothing_is_computed(desk: Desk) -> None:
    assert Lights(desk.player).changes(1.0) == []
    desk.step(cc("cc/1", 10))  # heard, but nobody said that it is there: nothing to light
    assert Lights(desk.player).changes(1.0) == []


def test_all_lights_are_told_when_a_controller_comes_and_again_when_it_comes_again(
    desk: Desk, lights: Lights
) -> None:
    first = told(desk, lights)
    assert set(first) == {"wheel", *(f"key/{one}" for one in range(1, 7))}
    assert first["key/1"] == (1.0, 0.0)  # GO: there is a cue
    assert told(desk, lights) == {}

    desk.step(*(Reading("/midi/tiny/connected", (one,), 0.0, "midi") for one in (0.0, 1.0)))

    again = told(desk, lights)
    assert {**again, "wheel": first["wheel"]} == first  # the wheel's value wavers by a route


def test_a_standby_blinks_and_a_running_cue_is_lit_in_the_frame_in_which_it_begins(
    desk: Desk, lights: Lights
) -> None:
    assert told(desk, lights)["key/2"] == (0.0, 0.0)
    desk.step(order("go"))
    assert told(desk, lights)["key/2"] == (1.0, 1.0)  # cue 2 stands by

    desk.step(frames=30)
    desk.step(order("go"))

    assert told(desk, lights)["key/2"] == (1.0, 0.0)


def test_a_cue_has_its_own_colour_else_that_of_its_act_and_is_dim_in_it_until_its_turn(
    small_show: Path, tmp_path: Path
) -> None:
    cues = small_show / "cues.toml"
    cues.write_text(
        cues.read_text()
        .replace('id = "1"\n', 'id = "1"\nact = 2\n')
        .replace('id = "2"\n', 'id = "2"\ncolor = "#FF0080"\n')
    )
    player, pink, orange = make(small_show), (1.0, 0.0, 128 / 255), (1.0, 0.33, 0.0)
    lights = Lights(player)
    assert lights._cue("1") == (1.0, 1, *orange), "it stands by"
    assert lights._cue("2") == (0.35, 0, *pink)
    assert lights._cue("nobody") == (0.0, 0, 0.0, 1.0, 0.0)
    for _ in range(2):
        player.step([order("go")], 0.0)
        for _ in range(60):
            player.step([], 0.0)
    assert lights._cue("2") == (1.0, 0, *pink), "it runs"
    assert lights._cue("1")[2:] == orange


def test_blackout_panic_and_pages_are_shown(desk: Desk, lights: Lights) -> None:
    told(desk, lights)
    desk.step(order("blackout", "on"))
    assert told(desk, lights)["key/6"] == (1.0, 1.0)
    desk.step(order("panic"))
    assert told(desk, lights)["key/3"] == (1.0, 2.0)
    desk.step(order("page"))
    assert told(desk, lights)["key/4"] == (1.0, 0.0)


def test_a_button_that_brings_back_is_lit_while_its_parameter_is_away(desk: Desk, lights: Lights) -> None:
    assert told(desk, lights)["key/5"] == (1.0, 0.0)  # 0.25 is not 0.75
    desk.step(order("set", "/scene/one/glow", 0.74))

    assert told(desk, lights)["key/5"] == (0.0, 0.0)


def test_a_control_is_left_alone_while_it_is_moved(desk: Desk, lights: Lights) -> None:
    told(desk, lights)
    desk.step(cc("note/6", 90), cc("note/6", 0))
    assert desk.player.dark

    seen = []
    for _ in range(30):
        seen.append(told(desk, lights).get("key/6"))
        desk.step()

    quiet = round(QUIET * 60)
    assert seen[: quiet - 1] == [None] * (quiet - 1)
    assert [one for one in seen if one] == [(1.0, 1.0)]  # told once, afterwards


def test_a_ring_shows_the_effective_value_but_not_a_private_one(desk: Desk, lights: Lights) -> None:
    told(desk, lights)
    tree = desk.player.tree
    slot = tree.slot("/scene/two/glow")
    tree.effective[slot] = 0.5
    assert told(desk, lights)["wheel"] == (0.5, 0.0)

    tree.hidden[slot] = True

    assert told(desk, lights)["wheel"] == (0.75, 0.0)  # its base
