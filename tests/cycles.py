"""Plays the shipped score with a picture and checks every frame; for tests and for ``make soak``."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from hardware.biosensor import Crowd
from installation.clock import ManualClock
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.player import Player
from installation.player.production import read_production
from installation.render.gl.context import Context
from installation.values import Command, Reading

BRIGHTEST = 0.16
"""Mean luminance that no frame may exceed: the critics' white light is the most, 0.12."""


@dataclass(slots=True)
class Cycle:
    """A player of the default show, with people in the room.

    Attributes:
        player: The player.
        means: Mean luminance before the guard, frame by frame.
        cut: Share of the lit pixels that the guard cut, frame by frame.
        stood: Cues that stood, in order.
        brightest: The brightest channel that each scene has shown.
    """

    player: Player
    crowd: Crowd
    step: float
    heal: bool | None = None
    means: list[float] = field(default_factory=list)
    cut: list[float] = field(default_factory=list)
    stood: list[str] = field(default_factory=list)
    brightest: dict[str, float] = field(default_factory=dict)

    def frame(self, *entries: Command) -> None:
        """Play one frame and check what it drew."""
        player, now = self.player, self.player.frame.time
        self.crowd.advance(self.step)
        given: list[Command | Reading] = [*player.features(), *entries, *self.crowd.readings(now, "people")]
        if self.heal is not None:
            given.append(Reading("/choice/heal", (float(self.heal),), now, "choice"))
        done = player.step(given, now)
        assert done.refused == ()
        picture = player.picture
        assert picture is not None
        texture = picture.plain
        light = np.frombuffer(texture.read(), np.float16).reshape(texture.height, texture.width, 4)[..., :3]
        cue = player.cues.current.id if player.cues.current else "-"
        assert np.isfinite(light).all(), f"cue {cue}: not finite"
        assert (light >= 0.0).all(), f"cue {cue}: negative light"
        mean = float((light.astype(np.float32) @ np.array([0.2126, 0.7152, 0.0722], np.float32)).mean())
        assert mean < BRIGHTEST, f"cue {cue}: a mean of {mean:.3f}"
        scene = player.cues.scene.before
        self.brightest[scene] = max(self.brightest.get(scene, 0.0), float(light.max()))
        report = picture.report()
        self.means.append(mean)
        self.cut.append(report.cut)
        if not self.stood or self.stood[-1] != cue:
            self.stood.append(cue)
        picture.context.collect()


def opened(
    context: Context,
    size: tuple[int, int],
    step: float,
    people: int,
    *,
    heal: bool | None = None,
    seed: int = 0,
) -> Iterator[Cycle]:
    """Open the default show in the venue ``gallery``; frees it when the caller is done."""
    options = StageOptions(mode="run", venue="gallery", size=size, headless=True, seed=seed)
    player = build_player(read_production(options), options, ManualClock(step), context, repeatable=True)
    try:
        yield Cycle(player, Crowd(people, seed, walking=0.7), step, heal)
    finally:
        if player.picture is not None:
            player.picture.release()
