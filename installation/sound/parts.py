"""The pure parts that the process works with, as it knows them: voice, desk, ears."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from installation.ipc.feeds.sound import Drive, Heard, Scope, Setup
from installation.values import Seconds

__all__ = ["DeskLike", "EarsLike", "Levels", "Parts", "VoiceLike"]

Block = NDArray[np.float32]


class VoiceLike(Protocol):
    """Makes the soundscape."""

    @property
    def sounding(self) -> int:
        """Number of voices that sound."""

    def drive(self, drive: Drive) -> None:
        """Take one frame of the show; it takes effect at the next block."""

    def render(self) -> Block:
        """Return the next block ``(len(STATIONS), BLOCK)``."""

    def close(self) -> None:
        """Release what it holds."""


@dataclass(frozen=True, slots=True)
class Levels:
    """What the desk measures of its output.

    Attributes:
        momentary, short_term: LUFS (EBU R 128).
        true_peak: dBTP.
        reduction_db: Decibels that the limiter takes away, 0 or more.
    """

    momentary: float = -120.0
    short_term: float = -120.0
    true_peak: float = -120.0
    reduction_db: float = 0.0


class DeskLike(Protocol):
    """Places, limits, mutes and fades."""

    def process(self, stations: Block, drive: Drive, *, calm: bool) -> Block:
        """Return ``(channels, BLOCK)``; ``calm`` silences as a panic does."""

    def levels(self) -> Levels:
        """Return what it measures."""


class EarsLike(Protocol):
    """Listens."""

    def hear(self, block: Block, at: Seconds) -> Heard:
        """Analyse one block ``(channels, BLOCK)`` whose last sample came at ``at``, in monotonic seconds."""

    def scope(self) -> Scope:
        """Return the newest waveform and spectrum."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Builds them.

    Attributes:
        voice: From the setup. Raises PhotophoreError for a soundscape that cannot be played.
        desk: From the setup and the number of channels of the output.
        ears: From the number of channels of the input.
    """

    voice: Callable[[Setup], VoiceLike]
    desk: Callable[[Setup, int], DeskLike]
    ears: Callable[[int], EarsLike]
