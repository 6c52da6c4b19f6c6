"""A made-up controller at a small show, without a picture, at a manual clock."""

from pathlib import Path

from installation.clock import Clock, ManualClock
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.player import Player
from installation.player.production import read_production
from installation.player.step import Step
from installation.values import Command, Reading

__all__ = ["GLOW", "PROFILE", "Desk", "cc", "order"]

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

[light.ring]
kind = "ring"
off = "B1 {n} 00"
on = "B1 {n} {level}"

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
light = "ring"
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


class Desk:
    """A small show, and hands on a made-up controller."""

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        self.folder = folder
        options = StageOptions(show=str(folder), venue="loopback")
        self.player: Player = build_player(
            read_production(options), options, clock or ManualClock(1 / 60), None
        )
        if clock is None:
            self.player.step([], 0.0)

    def step(self, *entries: Reading | Command, frames: int = 1) -> Step:
        """Play a frame with this input, then frames without; returns what the first one did."""
        step = self.player.step(entries, 0.0)
        for _ in range(frames - 1):
            self.player.step([], 0.0)
        return step

    def move(self, control: str, *steps: int) -> Step:
        """Move a control through these 7-bit values within one frame."""
        return self.step(*(cc(control, one) for one in steps))

    def glow(self, scene: str = "one") -> float:
        """Base of the glow of a scene."""
        return self.player.tree.get_base(f"/scene/{scene}/glow")[0]


def cc(control: str, step: int) -> Reading:
    """A reading of a control with a 7-bit value."""
    return Reading(f"/midi/tiny/{control}", (step / 127,), 0.0, "midi")


def order(verb: str, *arguments: float | str) -> Command:
    """A command, as if somebody gave it."""
    return Command(verb, arguments, 0.0, "test")
