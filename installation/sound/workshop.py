"""Builds voice and ears for the process."""

import numpy as np
from numpy.typing import NDArray

from installation.errors import PhotophoreError
from installation.ipc.feeds.sound import Drive, Heard, Scope, Setup
from installation.show.soundscape import Soundscape, unpack
from installation.sound.parts import Parts, VoiceLike
from installation.values import Seconds

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


class _Ears:
    def hear(self, block: Block, at: Seconds) -> Heard:
        """See ``EarsLike``."""
        level = float(np.sqrt((block**2).mean()))
        return Heard(at=at, values={"level": level, "peak": float(np.abs(block).max())})

    def scope(self) -> Scope:
        """See ``EarsLike``."""
        return Scope()


def _voice(setup: Setup) -> VoiceLike:
    return _ShowVoice(setup)


def workshop() -> Parts:
    """Return what builds voice and ears."""
    return Parts(_voice, lambda _channels: _Ears())
