"""Builds voice and ears for the process."""

import numpy as np
from numpy.typing import NDArray

from installation.errors import PhotophoreError
from installation.ipc.feeds.sound import Drive, Setup
from installation.show.soundscape import Soundscape, unpack
from installation.sound.parts import EarsLike, Parts, VoiceLike
from installation.sound.sources import Sources

__all__ = ["workshop"]

Block = NDArray[np.float32]


class _ShowVoice:
    """The voice of a show; see ``VoiceLike``. Raises PhotophoreError if it cannot be made."""

    def __init__(self, setup: Setup) -> None:
        from installation.sound.voice import Voice

        try:
            self._voice = Voice(_soundscape(setup), setup.seed)
        except RuntimeError as error:
            message = f"the soundscape cannot be played: {error}"
            raise PhotophoreError(message) from error

    @property
    def sounding(self) -> int:
        """See ``VoiceLike``."""
        return self._voice.sounding

    def follow(self, setup: Setup) -> None:
        """See ``VoiceLike``."""
        self._voice.adopt(_soundscape(setup))

    def drive(self, drive: Drive) -> None:
        """See ``VoiceLike``."""
        self._voice.drive(drive)

    def render(self) -> Block:
        """See ``VoiceLike``."""
        return self._voice.render()

    def close(self) -> None:
        """See ``VoiceLike``."""
        self._voice.close()


def _soundscape(setup: Setup) -> Soundscape:
    try:
        return unpack(setup.soundscape)
    except ValueError as error:
        message = f"the soundscape cannot be read: {error}"
        raise PhotophoreError(message) from error


def _voice(setup: Setup) -> VoiceLike:
    return Sources(_ShowVoice, setup)


def _ears(channels: int) -> EarsLike:
    from installation.sound.room_ears import RoomEars

    return RoomEars(channels)


def workshop() -> Parts:
    """Return what builds voice and ears."""
    return Parts(_voice, _ears)
