"""Every cue of the score with its picture: beginning, change and end; both branches from the choice on."""

from contextlib import contextmanager

import pytest

from installation.clock import time_text
from installation.render.gl.context import Context
from installation.show import load_show
from installation.show.model import CueSpec
from installation.values import Command
from tests.cycles import Cycle, opened

STEP = 0.2
FRAMES = 8
"""Frames for a cue's whole fade: the cue clock runs as fast as that takes."""


ONCE = ("/strata/forget", "/marks/leave")
"""Parameters that fall back by themselves once they have been heard."""


def in_branch(cue: CueSpec, heal: bool) -> bool:
    if "/choice/heal" in cue.condition:
        return (">=" in cue.condition) is heal
    return cue.at is not None


@pytest.mark.gl
@pytest.mark.parametrize("heal", [True, False], ids=["heal", "divide"])
def test_every_cue_is_reached_and_drawn(context: Context, heal: bool) -> None:
    cues = [cue for cue in load_show().cues if in_branch(cue, heal)]
    if not heal:  # up to the choice there is but one way, and the other test plays it
        chosen = ["/choice/heal" in cue.condition for cue in cues]
        cues = cues[chosen.index(True) :]
    with contextmanager(opened)(context, (160, 90), STEP, 6, heal=heal) as cycle:
        for cue in cues:
            cycle.player.score.score.cycle = int("/score/odd >=" in cue.condition)
            following = [one.at for one in cues if one.at is not None and one.at > (cue.at or 0.0)]
            play_to_its_end(cycle, cue, min(following, default=1800.0))
    scenes = {cue.scene for cue in cues}
    assert {scene for scene, light in cycle.brightest.items() if light > 0.005} == scenes


def play_to_its_end(cycle: Cycle, cue: CueSpec, following: float) -> None:
    at = cue.at or 0.0
    player, begins = cycle.player, max(at - 1.0, 0.0)
    lasts = at + cue.fade + 0.1 - begins
    speed = min(max(lasts / (FRAMES * STEP), 0.5), 100.0)
    cycle.frame(Command("score", (time_text(begins), speed), 0.0, "test"))
    for _ in range(2 * FRAMES):
        if not missing(cycle, cue) or player.score.score.time + 1.01 * speed * STEP >= following:
            break
        cycle.frame()
    if following - at - cue.fade > 1.5 * speed * STEP:
        assert missing(cycle, cue) == []
        cycle.frame()
    else:  # the next cue comes as this one ends
        assert player.cues.current is not None
        assert player.cues.current.id == cue.id
        assert player.cues.scene.after == cue.scene


def missing(cycle: Cycle, cue: CueSpec) -> list[str]:
    """What the cue asks for and has not brought about."""
    player = cycle.player
    stands = player.cues.current.id if player.cues.current else "-"
    wanted = [f"cue {cue.id} where {stands} stands"] if stands != cue.id else []
    change = player.cues.scene
    if (change.before, change.after) != (cue.scene, cue.scene):
        wanted.append(f"scene {cue.scene} where {change.before} becomes {change.after}")
    for address, value in cue.set.items():
        base = player.tree.get_base(address)
        assert isinstance(value, (bool, float, int))
        if address not in ONCE and base != pytest.approx((float(value),), abs=1e-3):
            wanted.append(f"{address} = {value} where it is {base}")
    return wanted
