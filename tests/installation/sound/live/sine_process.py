"""The sound process with a voice that is easy to recognise: 440 Hz in the middle, and nothing else."""

import logging
import os
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from installation.ipc.feeds.sound import Drive, Heard, Scope, Setup
from installation.sound import BLOCK, RATE, STATIONS
from installation.sound.__main__ import main
from installation.sound.parts import Parts


class Sine:
    """A voice."""

    sounding = 1
    refused = 0
    unplayable: Mapping[str, str] = MappingProxyType({})

    def __init__(self, setup: Setup) -> None:
        del setup
        self.at = 0

    def follow(self, setup: Setup) -> None:
        """Nothing changes."""

    def drive(self, drive: Drive) -> None:
        """It sounds whatever is played."""

    def render(self) -> NDArray[np.float32]:
        """A block."""
        time = (self.at + np.arange(BLOCK)) / RATE
        self.at += BLOCK
        made = np.zeros((len(STATIONS), BLOCK), np.float32)
        made[2] = 0.05 * np.sin(2 * np.pi * 440.0 * time)
        return made

    def close(self) -> None:
        """Nothing to release."""


class Level:
    """Ears that know the level only."""

    reduction_db = 0.0
    scrubbed = 0

    def skip(self, blocks: int) -> None:
        """They do not matter."""

    def hear(self, block: NDArray[np.float32], played: NDArray[np.float32], drive: Drive, at: float) -> Heard:
        """A hop."""
        del played, drive
        return Heard(at=at, values={"level": float(np.abs(block).max())})

    def scope(self) -> Scope:
        """The newest samples."""
        return Scope(channels=1, wave=b"wave", spectrum=b"spectrum")


if __name__ == "__main__":
    status = main(Parts(Sine, lambda _channels: Level()))
    logging.shutdown()
    os._exit(status)
