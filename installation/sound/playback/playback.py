"""All sound files of a show, as one more source beside the voice."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from installation.ipc.feeds.sound import Drive, SoundFile
from installation.sound import BLOCK, STATIONS
from installation.sound.playback.ahead import Direct, ReadAhead
from installation.sound.playback.deck import Deck

__all__ = ["Playback"]

log = logging.getLogger(__name__)


class Playback:
    """Plays the files of ``Setup.sounds`` as the parameters below ``/sound`` say.

    Args:
        sounds: The files.
        folder: The show's folder.
        exact: Whether each block is waited for, as films need; else a thread for each file reads ahead.

    Attributes:
        unplayable: Files that could not be read at the last block, by name, and why; replaced, never changed.
    """

    def __init__(self, sounds: Sequence[SoundFile], folder: str, *, exact: bool = False) -> None:
        self._exact = exact
        self._decks: dict[str, Deck] = {}
        self._leaving: list[Deck] = []
        self.unplayable: Mapping[str, str] = {}
        self._folder = folder
        self.follow(sounds, folder)

    def follow(self, sounds: Sequence[SoundFile], folder: str) -> None:
        """Play other files from now on; what is not among them any more fades out."""
        wanted = {one.name: one for one in sounds}
        for name, deck in [*self._decks.items()]:
            if wanted.get(name) != deck.spec or folder != self._folder:
                deck.stop()
                self._leaving.append(self._decks.pop(name))
        self._folder = folder
        for name, spec in wanted.items():
            if name not in self._decks:
                path = Path(folder) / spec.file
                self._decks[name] = Deck(spec, Direct(path) if self._exact else ReadAhead(path))

    def drive(self, drive: Drive) -> None:
        """Take one frame of the show; it takes effect at the next block."""
        for name, deck in self._decks.items():
            deck.drive(drive.values, drive.played.get(name, 0.0))

    def render(self) -> NDArray[np.float32]:
        """Return the next block of the stations, (8, BLOCK), a new array."""
        if not self._decks and not self._leaving and not self.unplayable:
            return np.zeros((len(STATIONS), BLOCK), np.float32)
        out = np.zeros((len(STATIONS), BLOCK))
        for deck in [*self._decks.values(), *self._leaving]:
            deck.render(out)
        self._tell()
        for deck in [one for one in self._leaving if not one.sounding]:
            deck.close()
            self._leaving.remove(deck)
        return out.astype(np.float32)

    @property
    def sounding(self) -> int:
        """Number of files that play now."""
        return sum(deck.sounding for deck in [*self._decks.values(), *self._leaving])

    def close(self) -> None:
        """Close all files."""
        for deck in [*self._decks.values(), *self._leaving]:
            deck.close()
        self._decks.clear()
        self._leaving.clear()

    def lost(self) -> dict[str, str]:
        """Return the files that cannot be read, by name, and why."""
        return {name: deck.reason for name, deck in self._decks.items() if deck.reason}

    def late(self) -> int:
        """Return the number of blocks so far that were not read in time."""
        return sum(deck.late for deck in self._decks.values())

    def _tell(self) -> None:
        """Log each file that is lost once, and once that it is back."""
        lost = self.lost()
        if lost == self.unplayable:
            return
        for name, reason in lost.items():
            if self.unplayable.get(name) != reason:
                log.warning("sound %s is silent: %s", name, reason)
        for name in self.unplayable.keys() - lost.keys():
            log.info("sound %s can be played again", name)
        self.unplayable = lost
