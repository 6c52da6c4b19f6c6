"""Compiles what may be drawn later, while the show runs."""

import time
from collections.abc import Callable

from installation.errors import ShaderError
from installation.player.player import Player
from installation.stage.hud import Hud
from installation.values import Seconds

__all__ = ["Precompiling"]

_REST = 4.0
"""Pause after a step, in durations of that step.

Where the driver has not seen the shaders and there is no graphics card, all scenes of the show take 30 s of
compiling in 437 steps. One step a frame would more than halve the frame rate of the first minute; so the
pictures keep four fifths of the time, and the scene of the next cue is compiled first.
"""


class Precompiling:
    """Compiles one pass of a pending shader after a frame, and rests in proportion to the time it took.

    Args:
        player: What is played.
        hud: Tells why a shader cannot be drawn.
        now: A monotonic clock, in seconds.
    """

    def __init__(self, player: Player, hud: Hud, now: Callable[[], Seconds] = time.monotonic) -> None:
        self._player = player
        self._hud = hud
        self._now = now
        self._rests_until: Seconds = 0.0

    @property
    def over(self) -> bool:
        """Whether nothing is left to compile."""
        picture = self._player.picture
        return picture is None or not picture.host.pending

    def frame(self) -> None:
        """Compile one pass, unless it rests. Raises ShaderError if the driver rejects it."""
        began = self._now()
        if began < self._rests_until:
            return
        try:
            self._player.prepare()
        except ShaderError as error:
            self._hud.notes = (*self._hud.notes, *(str(finding) for finding in error.findings))
            raise
        finally:
            ended = self._now()
            self._rests_until = ended + _REST * (ended - began)
