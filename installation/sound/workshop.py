"""Builds the pure parts for the process: a stand-in until the real ones are merged."""

from math import pi

import numpy as np
from numpy.typing import NDArray

from installation.ipc.feeds.sound import Drive, Heard, Scope, Setup
from installation.sound import BLOCK, RATE, STATIONS
from installation.sound.parts import Levels, Parts
from installation.values import Seconds

__all__ = ["workshop"]

Block = NDArray[np.float32]


class _Drone:
    """A soft fifth in the middle."""

    sounding = 2

    def __init__(self) -> None:
        self._at = 0

    def drive(self, drive: Drive) -> None:
        """Ignore the frame."""

    def render(self) -> Block:
        """See ``VoiceLike``."""
        time = (self._at + np.arange(BLOCK)) / RATE
        self._at += BLOCK
        made = np.zeros((len(STATIONS), BLOCK), np.float32)
        made[2] = 0.1 * (np.sin(2 * pi * 220 * time) + 0.5 * np.sin(2 * pi * 330 * time))
        return made

    def close(self) -> None:
        """Nothing to release."""


class _Desk:
    def __init__(self, channels: int) -> None:
        self._channels = channels
        self._gain = 0.0
        self._power = 0.0

    def process(self, stations: Block, drive: Drive, *, calm: bool) -> Block:
        """See ``DeskLike``."""
        off = calm or drive.dark or drive.silent or drive.values.get("/voice/mute", 0.0) >= 0.5
        level = drive.values.get("/voice/level", 0.0)
        wanted = 0.0 if off or level <= -60.0 else 10.0 ** (level / 20.0)
        gain = np.linspace(self._gain, wanted, BLOCK + 1, dtype=np.float32)[1:]
        self._gain = wanted
        mono = stations.sum(axis=0) * gain
        self._power += 0.02 * (float((mono**2).mean()) - self._power)
        return np.tile(mono, (self._channels, 1))

    def levels(self) -> Levels:
        """See ``DeskLike``."""
        loud = 10.0 * np.log10(self._power + 1e-12)
        return Levels(loud, loud, loud + 3.0, 0.0)


class _Ears:
    def hear(self, block: Block, at: Seconds) -> Heard:
        """See ``EarsLike``."""
        level = float(np.sqrt((block**2).mean()))
        return Heard(at=at, values={"level": level, "peak": float(np.abs(block).max())})

    def scope(self) -> Scope:
        """See ``EarsLike``."""
        return Scope()


def _voice(_setup: Setup) -> _Drone:
    return _Drone()


def workshop() -> Parts:
    """Return what builds voice, desk and ears."""
    return Parts(_voice, lambda _setup, channels: _Desk(channels), lambda _channels: _Ears())
