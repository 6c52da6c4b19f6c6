"""Plays the shipped score with a picture and checks every frame; for tests and for ``make soak``."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from installation.bench.look.rehearsal import Rehearsal
from installation.player.player import Player
from installation.render.gl.context import Context
from installation.values import Command

BRIGHTEST = 0.16
"""Mean luminance that no frame may exceed: the critics' white light is the most, 0.12."""


@dataclass(slots=True)
class Cycle:
    """A player of the default show, with people in the room.

    Attributes:
        show: The show that is played.
        means: Mean luminance before the guard, frame by frame.
        cut: Share of the lit pixels that the guard cut, frame by frame.
        stood: Cues that stood, in order.
        brightest: The brightest channel that each scene has shown alone.
    """

    show: Rehearsal
    means: list[float] = field(default_factory=list)
    cut: list[float] = field(default_factory=list)
    stood: list[str] = field(default_factory=list)
    brightest: dict[str, float] = field(default_factory=dict)

    @property
    def player(self) -> Player:
        """The player."""
        return self.show.player

    def frame(self, *entries: Command) -> None:
        """Play one frame and check what it drew."""
        done = self.show.frame(*entries)
        assert done.refused == ()
        player, picture = self.player, self.show.picture
        texture = picture.plain
        light = np.frombuffer(texture.read(), np.float16).reshape(texture.height, texture.width, 4)[..., :3]
        cue = player.cues.current.id if player.cues.current else "-"
        assert np.isfinite(light).all(), f"cue {cue}: not finite"
        assert (light >= 0.0).all(), f"cue {cue}: negative light"
        mean = float((light.astype(np.float32) @ np.array([0.2126, 0.7152, 0.0722], np.float32)).mean())
        assert mean < BRIGHTEST, f"cue {cue}: a mean of {mean:.3f}"
        change = player.cues.scene
        if change.before == change.after:  # in a transition the other one may be all that is seen
            scene = change.after
            self.brightest[scene] = max(self.brightest.get(scene, 0.0), float(light.max()))
        report = picture.report()
        self.means.append(mean)
        self.cut.append(report.cut)
        if not self.stood or self.stood[-1] != cue:
            self.stood.append(cue)


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
    with Rehearsal(context, size, step, people=people, heal=heal, seed=seed) as show:
        yield Cycle(show)
