"""Sound of films in tests: a chain that clicks where it is told to, and what is in a film."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from installation.ipc.feeds.sound import Drive
from installation.sound import BLOCK, RATE
from installation.sound.offline import CHANNELS, Chain, DirectChain

Floats = NDArray[np.float32]

CLICK = 0.8


class Clicks:
    """Clicks once for each ring, at the first sample of the block that sees it; as late as it says."""

    def __init__(self, latency: int = 0) -> None:
        self.driven: list[Drive] = []
        self.closed = False
        self._latency = latency
        self._rings = 0
        self._late = np.zeros((CHANNELS, latency), np.float32)

    def chain(self) -> Chain:
        """This as the chain of a film's sound."""
        return DirectChain(self.drive, self.render, self._latency, self.close)

    def drive(self, drive: Drive) -> None:
        """Take a frame of the show."""
        self.driven.append(drive)
        self._rings += len(drive.rings)

    def render(self) -> Floats:
        """The next block, ``(CHANNELS, BLOCK)``."""
        block = np.zeros((CHANNELS, BLOCK), np.float32)
        if self._rings:
            block[:, :32] = CLICK * np.hanning(64)[32:]
        self._rings = 0
        late = np.concatenate([self._late, block], axis=1)
        self._late = late[:, BLOCK:]
        return late[:, :BLOCK]

    def close(self) -> None:
        """Note that it was closed."""
        self.closed = True


def onsets(samples: Floats, least: float = 0.25, rest: float = 0.05) -> list[int]:
    """Samples at which the sound rises above ``least`` after ``rest`` seconds below it."""
    loud = np.flatnonzero(np.abs(samples).max(axis=0) > least).tolist()
    return [one for one, before in zip(loud, [-RATE, *loud], strict=False) if one - before > rest * RATE]


@dataclass
class Decoded:
    """A film as a player shows it: what its edit lists leave of it."""

    frames: list[tuple[float, NDArray[np.uint8]]]
    samples: Floats
    first: float
    """Seconds at which the first sample is heard."""
    pictures: list[tuple[int | None, bytes]]
    """Time and content of each picture: x264 does not always give the same bytes for it."""


def decoded(path: Path) -> Decoded:
    """Read a film back: frames with their times, pictures, and what is heard of its sound."""
    import av

    with av.open(str(path)) as film:
        seen = list(film.decode(video=0))
    frames = [(float(one.time), one.to_ndarray(format="gray")) for one in seen]
    pictures = [(one.pts, one.to_ndarray(format="yuv420p").tobytes()) for one in seen]
    samples, first = np.zeros((CHANNELS, 0), np.float32), 0.0
    with av.open(str(path)) as film:
        if film.streams.audio:
            stream: Any = film.streams.audio[0]
            parts = list(film.decode(audio=0))
            first = float(parts[0].time)
            length = round(stream.duration * stream.time_base * RATE)
            samples = np.concatenate([one.to_ndarray() for one in parts], axis=1)[:, :length]
    return Decoded(frames, samples, first, pictures)
