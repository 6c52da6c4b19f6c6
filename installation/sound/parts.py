"""The pure parts that the process works with, as it knows them: voice and ears; the desk is always ours."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from installation.ipc.feeds.sound import Drive, Heard, Scope, Setup
from installation.values import Seconds

__all__ = ["EarsLike", "Parts", "VoiceLike"]

Block = NDArray[np.float32]


class VoiceLike(Protocol):
    """Makes the soundscape."""

    @property
    def sounding(self) -> int:
        """Number of single sounds that play now."""

    @property
    def refused(self) -> int:
        """Blocks so far that were no numbers, and were replaced by silence."""

    @property
    def unplayable(self) -> Mapping[str, str]:
        """Sound files that cannot be played now, by name, and why. May be asked by any thread."""

    def follow(self, setup: Setup) -> None:
        """Go over to the soundscape of another setup without a break. Raises PhotophoreError."""

    def drive(self, drive: Drive) -> None:
        """Take one frame of the show; it takes effect at the next block."""

    def render(self) -> Block:
        """Return the next block ``(len(STATIONS), BLOCK)``."""

    def close(self) -> None:
        """Release what it holds."""


class EarsLike(Protocol):
    """Listens."""

    def hear(self, block: Block, played: Block, drive: Drive, at: Seconds) -> Heard:
        """Analyse one block ``(channels, BLOCK)`` whose last sample came at monotonic second ``at``.

        ``played`` is what was given to the output meanwhile, ``drive`` the newest frame of the show.
        """

    def skip(self, blocks: int) -> None:
        """Note that so many blocks were played before the next one that have no match in what was heard."""

    @property
    def scrubbed(self) -> int:
        """Samples so far that were no numbers or far beyond full scale, and were made silent."""

    @property
    def reduction_db(self) -> float:
        """By how much our own output is removed, in decibels."""

    def scope(self) -> Scope:
        """Return the newest waveform and spectrum."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Builds them.

    Attributes:
        voice: From the setup. Raises PhotophoreError for a soundscape that cannot be played.
        ears: From the number of channels of the input.
    """

    voice: Callable[[Setup], VoiceLike]
    ears: Callable[[int], EarsLike]
