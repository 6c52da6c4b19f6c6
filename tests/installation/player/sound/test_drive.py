"""What the sound is told of a frame."""

from pathlib import Path

import pytest

from installation.clock import ManualClock
from installation.ipc.options import StageOptions
from installation.parameter import Kind, Parameter
from installation.player.build import build_player
from installation.player.player import Player
from installation.player.production import read_production
from installation.player.sound.drive import Drives
from installation.render.gl.context import Context
from installation.values import Command, Reading
from tests.installation.player.test_player import make, order
from tests.installation.player.test_readback import BLINK


def step(player: Player, *entries: Reading | Command) -> None:
    assert player.step(entries, 0.0).refused == ()


def test_it_says_scene_cue_time_and_the_values_that_are_heard(small_show: Path) -> None:
    player = make(small_show)
    player.tree.set("/voice/level", (-6.0,))
    drives = Drives(player, ["/osc/x", "/scene/one/glow", "/nobody"])
    step(player, Reading("/x", (0.5,), 0.0, "osc"))
    told = drives.of(7.0)
    assert (told.frame, told.time, told.at) == (player.frame.index, player.frame.time, 7.0)
    assert (told.before, told.after, told.cue, told.rings) == ("one", "one", "", ())
    assert told.values.items() >= {"/voice/level": -6.0, "/osc/x": 0.5, "/scene/one/glow": 0.25}.items()

    player.tree.add([Parameter("/voice/tint", Kind.FLOAT, (0.25,), (0.0,), (1.0,))])
    player.tree.remove("/voice/level")
    step(player, order("go"))
    told = drives.of(8.0)
    assert told.cue == player.show.cues[0].id
    assert "/voice/level" not in told.values
    assert told.values["/voice/tint"] == 0.25


def test_nothing_private_is_told(small_show: Path) -> None:
    player = make(small_show)
    drives = Drives(player, ["/osc/heart", "/hand", "/scene/one/glow"])
    for _ in range(30):
        step(
            player,
            Reading("/heart", (0.875,), 0.0, "osc", private=True),
            Reading("/hand", (0.875,), 0.0, "osc", private=True),
        )
    assert player.tree.get("/scene/one/glow") != (0.25,), "the hand moves it"
    told = drives.of(0.0).values
    assert {one for one in told if not one.startswith(("/voice/", "/sound/"))} == {"/scene/one/glow"}
    assert not told.keys() & {"/osc/heart", "/hand", "/osc/hand"}


def test_it_says_when_the_room_must_be_silent(small_show: Path) -> None:
    cues = small_show / "cues.toml"
    cue = '\n[[cue]]\nid = "hush"\nintended = ["silent"]\npre_wait = 0.5\n'
    cues.write_text(cues.read_text() + cue)
    player = make(small_show)
    drives = Drives(player)
    step(player, Command("cue", ("hush",), 0.0, "test"))
    assert not drives.of(0.0).silent, "it waits"
    for _ in range(40):
        step(player)
    assert drives.of(0.0).silent
    step(player, Command("blackout", ("on",), 0.0, "test"))
    assert drives.of(0.0).dark
    assert not drives.of(0.0).calm
    step(player, Command("panic", (), 0.0, "test"))
    assert drives.of(0.0).calm


def test_whoever_takes_the_master_up_after_a_panic_hears_the_room_again(small_show: Path) -> None:
    player = make(small_show)
    drives = Drives(player)
    step(player, Command("panic", (), 0.0, "test"))
    for _ in range(150):
        step(player)
    step(player, Command("set", ("/master", 1.0), 0.0, "test"))
    step(player)
    told = drives.of(0.0)
    assert (told.calm, told.silent, told.dark) == (False, False, False)


@pytest.mark.gl
def test_flashes_ring_although_no_route_listens(small_show: Path, context: Context) -> None:
    (small_show / "plain.fs").write_text(BLINK)
    show = small_show / "show.toml"
    kept = show.read_text().split("[signal.wave]")[0]
    show.write_text("\n".join(line for line in kept.splitlines() if "tint" not in line))
    options = StageOptions(show=str(small_show), venue="loopback", size=(160, 90))
    player = build_player(read_production(options), options, ManualClock(1 / 30), context)
    drives = Drives(player)
    assert player.picture is not None
    rings = []
    for _ in range(40):
        step(player, *player.features())
        player.picture.image()
        rings += [(player.frame.index, ring) for ring in drives.of(0.0).rings]
        context.collect()
    assert player.signals.get("/picture/flash") is None, "no reading of it comes in"
    player.picture.release()

    [(seen, ring)] = rings
    assert (ring.x, ring.y) == pytest.approx((0.25, 0.75), abs=0.03)
    assert ring.time == pytest.approx(0.5)
    assert seen == 17, "two frames late"


def test_it_says_for_how_long_each_sound_file_plays(small_show: Path) -> None:
    show = small_show / "show.toml"
    show.write_text(show.read_text() + '\n[sound.storm]\nfile = "storm.wav"\n')
    player = make(small_show)
    drives = Drives(player)

    def told(frames: int) -> dict[str, float]:
        for _ in range(frames):
            step(player)
            found = drives.of(0.0).played
        return found

    assert told(3) == {}
    player.tree.set("/sound/storm/play", (1.0,))
    assert told(1) == {"storm": 0.0}
    began = player.frame.time
    assert told(5) == {"storm": pytest.approx(player.frame.time - began)}
    player.tree.set("/sound/storm/seek", (0.5,))
    assert told(1) == {"storm": 0.0}
    player.tree.set("/sound/storm/play", (0.0,))
    assert told(1) == {}
