"""The default show with simulated people, frame by frame: for measurements, pictures and tests."""

from types import TracebackType

from hardware.biosensor import Crowd
from installation.clock import ManualClock, time_text
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.player import Step
from installation.player.production import read_production
from installation.render.gl.context import Context
from installation.render.picture import Picture
from installation.values import Command, Reading, Seconds

__all__ = ["WALKING", "Rehearsal"]

WALKING = 0.7
"""Share of the people who walk rather than rest."""


class Rehearsal:
    """Plays the default show's score in the venue ``gallery``.

    Args:
        context: The OpenGL context; it stays the caller's.
        size: Of the picture in pixels.
        step: Seconds of show time in a frame.
        place: Seconds of the score at which it begins, in the first frame; None leaves the score alone.
        people: How many are in the room.
        heal: The branch: what the room has chosen; None leaves the choice to the people.
        odd: Whether it is every second cycle's turn.
        seed: Of the show and of the people.

    Attributes:
        production: What is played.
        player: The player.
        picture: What it draws.
    """

    def __init__(
        self,
        context: Context,
        size: tuple[int, int],
        step: Seconds,
        place: Seconds | None = None,
        *,
        people: int = 6,
        heal: bool | None = None,
        odd: bool = False,
        seed: int = 0,
    ) -> None:
        options = StageOptions(mode="run", venue="gallery", size=size, headless=True, seed=seed)
        self.production = read_production(options)
        self.player = build_player(self.production, options, ManualClock(step), context, repeatable=True)
        assert self.player.picture is not None  # noqa: S101 - there is a context
        self.picture: Picture = self.player.picture
        self.player.score.score.cycle = int(odd)
        self._crowd = Crowd(people, seed, walking=WALKING)
        self._context, self._step, self._heal = context, step, heal
        self._frames = 0
        self._first: list[Command] = []
        if place is not None:
            self._first = [Command("score", (time_text(place),), 0.0, "rehearsal")]

    def frame(self, *entries: Command | Reading) -> Step:
        """Play one frame, with further entries before those of the people."""
        now = self._frames * self._step
        self._frames += 1
        self._crowd.advance(self._step)
        # What was chosen comes before the order that takes the score to its place: cues there ask for it.
        chosen = () if self._heal is None else (Reading("/choice/heal", (float(self._heal),), now, "choice"),)
        given = [*self.player.features(), *chosen, *self._first, *entries]
        self._first = []
        step = self.player.step([*given, *self._crowd.readings(now, "people")], now)
        self._context.collect()
        return step

    def close(self) -> None:
        """Free what was drawn with. Safe to call twice."""
        self.picture.release()

    def __enter__(self) -> "Rehearsal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
