"""Voice and sound files as one."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from installation.ipc.feeds.sound import Drive, Setup
from installation.sound.parts import VoiceLike
from installation.sound.playback import Playback

__all__ = ["Sources"]


class Sources:
    """The voice, and the sound files of the show beside it; see ``VoiceLike``.

    Args:
        voice: Makes the soundscape.
        setup: Names the files.
        exact: Whether each block of a file is waited for, as films need.
    """

    def __init__(self, voice: Callable[[Setup], VoiceLike], setup: Setup, *, exact: bool = False) -> None:
        self._voice = voice(setup)
        self._playback = Playback(setup.sounds, setup.folder, exact=exact)

    @property
    def sounding(self) -> int:
        """Number of single sounds that play now."""
        return self._voice.sounding + self._playback.sounding

    @property
    def refused(self) -> int:
        """Blocks of the voice so far that were no numbers, and were replaced by silence."""
        return self._voice.refused

    @property
    def unplayable(self) -> Mapping[str, str]:
        """Sound files that cannot be played now, by name, and why. May be asked by any thread."""
        return self._playback.unplayable

    def follow(self, setup: Setup) -> None:
        """Go over to another setup without a break. Raises PhotophoreError."""
        self._playback.follow(setup.sounds, setup.folder)
        self._voice.follow(setup)

    def drive(self, drive: Drive) -> None:
        """Take one frame of the show; it takes effect at the next block."""
        self._playback.drive(drive)
        self._voice.drive(drive)

    def render(self) -> NDArray[np.float32]:
        """Return the next block ``(len(STATIONS), BLOCK)``."""
        made = self._voice.render()
        made += self._playback.render()
        return made

    def close(self) -> None:
        """Release what they hold."""
        self._playback.close()
        self._voice.close()
