"""Builds voice and ears for the process."""

import logging
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from installation.devices.priority import give_way
from installation.errors import PhotophoreError
from installation.ipc.feeds.sound import Drive, Setup
from installation.show.soundscape import Soundscape, unpack
from installation.sound.making import Making
from installation.sound.parts import EarsLike, Parts, VoiceLike
from installation.sound.sources import Sources
from installation.values import Seconds

if TYPE_CHECKING:
    from installation.sound.voice import Voice

__all__ = ["workshop"]

_PATIENCE: Final = 200
"""Blocks (1.1 s) without a number after which the voice is made anew; twice as many each time."""
_MOST_PATIENCE: Final = 12_800
_STOOD: Final[Seconds] = 20.0
"""A show that has played for so long has lost its sound: that of the scene is wanted back at once."""
_HURRY: Final[Seconds] = 2.0
"""For so long its making is as urgent as the picture; those of a scene take up to one on a free processor."""

Block = NDArray[np.float32]

log = logging.getLogger(__name__)


class _ShowVoice:
    """The voice of a show; see ``VoiceLike``. Raises PhotophoreError if it cannot be made.

    What is no number stays in signalflow's graph for ever: a voice that says nothing else is made anew.
    """

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._drive: Drive | None = None
        self._refused = 0
        self._patience = _PATIENCE
        self._making = Making()
        self._begun = False
        self._voice = self._made()

    def _made(self) -> "Voice":
        from installation.sound.voice import Voice

        try:
            return Voice(_soundscape(self._setup), self._setup.seed, self._behind, self._making)
        except RuntimeError as error:
            message = f"the soundscape cannot be played: {error}"
            raise PhotophoreError(message) from error

    @property
    def sounding(self) -> int:
        """See ``VoiceLike``."""
        return self._voice.sounding

    @property
    def refused(self) -> int:
        """See ``VoiceLike``."""
        return self._refused + self._voice.refused

    @property
    def unplayable(self) -> Mapping[str, str]:
        """See ``VoiceLike``: it plays no files."""
        return {}

    def follow(self, setup: Setup) -> None:
        """See ``VoiceLike``."""
        self._voice.adopt(_soundscape(setup))
        self._setup = msgspec.structs.replace(setup, seed=self._setup.seed)

    def drive(self, drive: Drive) -> None:
        """See ``VoiceLike``."""
        if not self._begun and drive.after:  # no stand-in for the first frame
            self._begun = True
            if drive.time > _STOOD:
                self._making.hurry(_HURRY)
        self._drive = drive
        self._voice.drive(drive)

    def render(self) -> Block:
        """See ``VoiceLike``."""
        if self._voice.refused_last >= self._patience:
            self._again()
        return self._voice.render()

    def _again(self) -> None:
        log.error("the soundscape was no number for %d blocks, and begins again", self._patience)
        self._patience = min(2 * self._patience, _MOST_PATIENCE)
        self._refused += self._voice.refused
        self._voice.close()
        self._voice = self._made()
        if self._drive is not None:
            self._voice.drive(msgspec.structs.replace(self._drive, rings=()))

    def close(self) -> None:
        """See ``VoiceLike``."""
        self._voice.close()

    def _behind(self, work: Callable[[], None]) -> None:
        """Run something in a thread that no thread of the sound has to wait for."""

        def run() -> None:
            give_way(patient=True)
            work()
            self._making.close()

        threading.Thread(target=run, name="making sounds", daemon=True).start()


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
