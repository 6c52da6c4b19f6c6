"""The sound process with the ears of a room, and a voice that is hard to miss: pink noise in the middle."""

import logging
import os
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from installation.bench.cancel.room import pink
from installation.ipc.feeds.sound import Drive, Setup
from installation.sound import BLOCK, RATE, STATIONS
from installation.sound.__main__ import main
from installation.sound.parts import Parts
from installation.sound.room_ears import RoomEars


class Noise:
    """A voice."""

    sounding = 1
    refused = 0
    unplayable: Mapping[str, str] = MappingProxyType({})

    def __init__(self, setup: Setup) -> None:
        del setup
        count = 10 * RATE // BLOCK
        noise = 0.05 * pink(np.random.default_rng(11), count * BLOCK)
        self._blocks = noise.reshape(count, BLOCK).astype(np.float32)
        self._at = 0

    def follow(self, setup: Setup) -> None:
        """Nothing changes."""

    def drive(self, drive: Drive) -> None:
        """It sounds whatever is played."""

    def render(self) -> NDArray[np.float32]:
        """A block."""
        made = np.zeros((len(STATIONS), BLOCK), np.float32)
        made[2] = self._blocks[self._at % len(self._blocks)]
        self._at += 1
        return made

    def close(self) -> None:
        """Nothing to release."""


if __name__ == "__main__":
    status = main(Parts(Noise, RoomEars))
    logging.shutdown()
    os._exit(status)
