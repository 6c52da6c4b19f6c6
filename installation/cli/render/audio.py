"""The sound file that a film hears in place of the room (``render --audio``)."""

from pathlib import Path

from installation.player.player import Player
from installation.player.sound import heard_readings
from installation.player.sound.scope import Scopes
from installation.sound.ears import Ears
from installation.sound.hearing import FileHearing
from installation.values import Reading, Seconds

__all__ = ["FilmEars"]


class FilmEars:
    """Gives each frame what is heard of a file by its time: signals, and textures of shaders.

    The same ears hear it as in a room, so a show behaves as it would there, but for the delay of devices.

    Args:
        path: The file.
        seconds: Length of the film.
        player: Plays the show.
        everything: Whether signals that nothing uses are told as well, for a trace.

    Attributes:
        file: The file, for whoever adds its sound to the film.

    Raises:
        MediaError: It cannot be read.
    """

    def __init__(self, path: Path, seconds: Seconds, player: Player, *, everything: bool = False) -> None:
        self.file = FileHearing(path, seconds)
        self._ears = Ears(len(self.file.samples))
        self._signals = player.signals
        self._everything = everything
        self._scopes = Scopes(player.picture)

    def entries(self, now: Seconds) -> list[Reading]:
        """Return the readings of a frame at ``now``, and show shaders what is heard by then."""
        hops = [self._ears.hear(block, at) for at, block in self.file.until(now)]
        if hops:
            self._scopes.hear(self._ears.scope(), now)
        return heard_readings(hops, self._signals.declared, self._everything)
