"""The sound file that a film hears in place of the room (``render --audio``)."""

from pathlib import Path

from installation.player.sound.scope import Scopes
from installation.render.picture import Picture
from installation.sound.hearing import FileHearing
from installation.values import Reading, Seconds

__all__ = ["FilmEars"]


class FilmEars:
    """Gives each frame what is heard of a file by its time: textures of shaders, and readings.

    Args:
        path: The file.
        seconds: Length of the film.
        picture: Draws; None for a trace without a picture.

    Attributes:
        file: The file, for whoever adds its sound to the film.

    Raises:
        MediaError: It cannot be read.
    """

    def __init__(self, path: Path, seconds: Seconds, picture: Picture | None) -> None:
        self.file = FileHearing(path, seconds)
        self._scopes = Scopes(picture)

    def entries(self, now: Seconds) -> list[Reading]:
        """Return the readings of a frame at ``now``, and show shaders what is heard by then."""
        for _at, _block in self.file.until(now):
            pass
        self._scopes.hear(self.file.scope(), now)
        return []
