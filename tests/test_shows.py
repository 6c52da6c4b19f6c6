"""Every show that ships opens in every venue and plays: long without a picture, shorter with one."""

import json
import math

import pytest

from installation.clock import ManualClock
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.player import Player
from installation.player.production import read_production
from installation.render.gl.context import Context
from installation.show import DEFAULT_SHOW, list_shows, list_venues
from installation.signal.trace import trace_line
from installation.values import Command, Reading

SHOWS = [folder.name for folder in list_shows()]
VENUES = [file.stem for file in list_venues()]
PAIRS = [
    (show, venue)
    for show in SHOWS
    for venue in VENUES
    if venue != "three-hubs" or show == DEFAULT_SHOW  # its lamps and budget are the same to every show
]
DRAWN = [(show, venue) for show, venue in PAIRS if show == DEFAULT_SHOW or venue == "laptop"]
"""Venues differ in lamps and light, not in what they draw, so one show is drawn in all of them."""
SIZE = (96, 54)
RATE = 20
"""Pictures a second where they are drawn: a step of the clock costs as much as a short one."""


def open_in(show: str, venue: str, context: Context | None, rate: int = 60) -> Player:
    options = StageOptions(show=show, venue=venue, size=SIZE if context else None, headless=True)
    return build_player(read_production(options), options, ManualClock(1 / rate), context, repeatable=True)


def people(index: int) -> list[Reading | Command]:
    """Somebody who moves, speaks OSC, and presses GO now and then."""
    entries: list[Reading | Command] = [
        Reading("/mouse/x", (0.5 + 0.5 * math.sin(index / 31),), 0.0, "mouse"),
        Reading("/mouse/y", (0.5 + 0.5 * math.cos(index / 47),), 0.0, "mouse"),
        Reading("/hand/x", (index % 97 / 96,), 0.0, "osc"),
    ]
    if index % 150 == 149:
        entries.append(Command("go", (), 0.0, "test"))
    if index % 200 == 199:
        entries.append(Command("next-scene", (), 0.0, "test"))
    return entries


def play(player: Player, frames: int, rate: int = 60) -> list[str]:
    """Play, check each frame, and return the trace."""
    trace = []
    for index in range(frames):
        step = player.step([*player.features(), *people(index)], index / rate)
        assert {reason for _, reason in step.refused} <= {"the cue list is at its end"}
        assert step.left == ()
        assert step.light.light.shape == (player.rig.universes, 512)
        trace.append(trace_line(step.frame, player.signals, player.tree, player.guard_trace()))
    return trace


def in_range(player: Player) -> bool:
    return bool(
        (player.tree.effective >= player.tree.kinds.minimum).all()
        and (player.tree.effective <= player.tree.kinds.maximum).all()
    )


def test_there_are_shows_and_venues() -> None:
    assert "eco-symbiotic-collective" in SHOWS
    assert {"laptop", "loopback", "three-hubs"} <= set(VENUES)


@pytest.mark.parametrize(("show", "venue"), PAIRS)
def test_a_show_plays_400_frames_in_a_venue_without_a_picture(show: str, venue: str) -> None:
    player = open_in(show, venue, None)

    trace = play(player, 400)

    assert in_range(player)
    # It lives; people move the medium and not parameters, so these move with cues and nature only.
    assert len({json.dumps(json.loads(line)["parameters"]) for line in trace}) > 60
    if (show, venue) in DRAWN:  # and it is the same life again, through a GO and another scene
        assert trace[:250] == play(open_in(show, venue, None), 250)


@pytest.mark.gl
@pytest.mark.timeout(120)
@pytest.mark.parametrize(("show", "venue"), DRAWN)
def test_a_show_draws_in_a_venue(context: Context, show: str, venue: str) -> None:
    player = open_in(show, venue, context, RATE)
    picture = player.picture
    assert picture is not None

    play(player, RATE, RATE)
    image = picture.image()
    scenes = {player.cues.scene.before, player.cues.scene.after}
    elsewhere = next((scene for scene in player.show.scenes if scene not in scenes), player.cues.scene.after)
    player.to_scene(elsewhere, 0.2)
    play(player, RATE // 2, RATE)
    other = picture.image()
    context.collect()

    assert in_range(player)
    assert image.shape == (SIZE[1], SIZE[0], 3)
    assert image.max() > 8  # not blank
    assert (image != other).any()
    assert math.isfinite(picture.report().mean)
    picture.release()
