"""The ears in the room: what the microphones hear without our own output, unless the show wants its loop."""

import logging

import numpy as np
from numpy.typing import NDArray

from installation.ipc.feeds.sound import LOOP, Drive, Heard, Scope
from installation.sound import BLOCK, RATE
from installation.sound.ears import Ears
from installation.sound.ears.cancel import Canceller
from installation.sound.ears.loop_gate import LoopGate
from installation.values import Seconds

__all__ = ["RoomEars"]

Block = NDArray[np.float32]

log = logging.getLogger(__name__)


class RoomEars:
    """Microphones -> canceller -> ears.

    Args:
        channels: Number of microphones, 1..8.
    """

    def __init__(self, channels: int) -> None:
        self._canceller = Canceller(channels)
        self._gate = LoopGate()
        self._ears = Ears(channels)
        self._no_numbers = 0

    @property
    def scrubbed(self) -> int:
        """See ``EarsLike``."""
        return self._no_numbers + self._ears.scrubbed

    @property
    def reduction_db(self) -> float:
        """By how much our own output is removed, in decibels, over the last second."""
        return self._canceller.reduction_db

    @property
    def held(self) -> bool:
        """Whether the acoustic loop is held closed, because it fed on itself."""
        return self._gate.held

    def skip(self, blocks: int) -> None:
        """Note that so many blocks that were played have no match in what was heard."""
        self._canceller.skip(blocks)

    def hear(self, block: Block, played: Block, drive: Drive, at: Seconds) -> Heard:
        """Analyse one block.

        Args:
            block: The microphones, ``(channels, BLOCK)``.
            played: What was given to the output meanwhile, ``(outputs, BLOCK)``.
            drive: The newest frame of the show; it may ask for the loop.
            at: Monotonic seconds of the block's last sample.
        """
        if not np.isfinite(block.sum()):
            self._no_numbers += int(np.count_nonzero(~np.isfinite(block)))  # the canceller makes them 0
        held = self._gate.held
        self._canceller.gate = self._gate.advance(
            drive.values.get(LOOP, 0.0), self._canceller.echo, BLOCK / RATE, calm=drive.calm or drive.dark
        )
        if self._gate.held and not held:
            log.warning("the acoustic loop fed on itself and is closed for %.0f s", self._gate.left)
        return self._ears.hear(self._canceller.process(block, played), at)

    def scope(self) -> Scope:
        """Return the newest waveform and spectrum."""
        return self._ears.scope()
