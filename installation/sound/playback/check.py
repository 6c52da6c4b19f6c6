"""Sound files of a show that are missing or cannot be played, each at its place."""

from installation.errors import MediaError
from installation.show.model import Show
from installation.sound.playback.reader import probe
from installation.values import Finding

__all__ = ["sound_findings"]


def sound_findings(show: Show) -> list[Finding]:
    """Return what is wrong with the sound files of a show; the first block of each is read."""
    found = []
    for one in show.sounds:
        try:
            probe(show.folder / one.file)
        except MediaError as error:
            hint = "give a WAV, FLAC, Ogg or MP3 file next to show.toml"
            found.append(Finding(one.places.get("file", one.where), f"sound {one.name}: {error}", hint))
    return found
