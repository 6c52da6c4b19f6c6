"""What reaches a command, the master, the blackout or the tempo is not looped."""

from pathlib import Path

import pytest

from installation.values import Reading
from tests.installation.player.test_timing import FPS, Played
from tests.small_show import SHOW, write_small_show

ROUTED = '\n[[route]]\nfrom = "{0}"\nto = "{1}"\n'
MAPPED = 'format = 1\n[[control]]\nfrom = "{0}"\nto = "{1}"\ntakeover = "jump"\n'
CONTROL = "/midi/desk/cc/1"
GLOW = "/scene/two/glow"


def made(folder: Path, show: str, controls: str = "") -> Played:
    write_small_show(folder)
    (folder / "show.toml").write_text(SHOW + show)
    if controls:
        (folder / "controls.toml").write_text(controls)
    return Played(folder)


def gesture(played: Played) -> set[str]:
    """Move the control up and down while a loop records; return what the loop has."""
    played.give("set", "/tempo/bpm", 120.0)
    played.run(0.5)
    played.give("loop-record", 1, 1)
    played.until_bar()
    for value in (0.9, 0.0):
        played.run(0.5)
        played.step(Reading(CONTROL, (value,), played.now, "midi"))
    played.until_bar()
    return {one.address for one in played.player.timing.loops.slots[0].touches}


@pytest.mark.parametrize("target", ["/master", "/blackout", "/tempo/bpm", "/go", "standby -1"])
def test_a_control_of_the_map_that_moves_what_is_never_looped(tmp_path: Path, target: str) -> None:
    played = made(tmp_path / "s", ROUTED.format(CONTROL, GLOW), MAPPED.format(CONTROL, target))

    assert CONTROL not in gesture(played)


@pytest.mark.parametrize("target", ["/master", "/blackout", "/tempo/bpm", "/go"])
def test_a_route_to_what_is_never_looped(tmp_path: Path, target: str) -> None:
    played = made(tmp_path / "s", ROUTED.format(CONTROL, GLOW) + ROUTED.format(CONTROL, target))

    assert gesture(played) == set()


def test_a_generated_signal_on_the_way_to_the_master(tmp_path: Path) -> None:
    derived = f'\n[signal.up]\nkind = "envelope"\ntrigger = "{CONTROL}"\n'
    played = made(tmp_path / "s", derived + ROUTED.format("/signal/up", "/master"))

    assert gesture(played) == set()


def test_a_loop_gives_no_go_that_its_control_was_bound_to_later(tmp_path: Path) -> None:
    played = made(tmp_path / "s", ROUTED.format(CONTROL, GLOW))
    assert gesture(played) == {CONTROL}
    played.give("learn", "/go")
    for value in (0.0, 1.0, 0.0):
        played.step(Reading(CONTROL, (value,), played.now, "midi"))
    played.run(1.0)
    assert [one.bind.target for one in played.player.controls.active(CONTROL)] == ["/go"]
    count = played.player.cues.manual.count

    played.run(6.0)

    assert played.player.cues.manual.count == count


def test_a_control_that_moves_only_light_is_looped_as_before(tmp_path: Path) -> None:
    played = made(tmp_path / "s", ROUTED.format(CONTROL, GLOW), MAPPED.format(CONTROL, "/scene/one/glow"))

    assert CONTROL in gesture(played)
    values = set()
    for _ in range(2 * FPS):
        played.step()
        values.add(played.get(CONTROL))
    assert values == {0.0, 0.9}
