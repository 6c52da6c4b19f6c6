"""What a film hears: a sound file from its beginning, in place of the room."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from installation.sound import BLOCK, RATE
from installation.sound.files import read_sound
from installation.values import Seconds

__all__ = ["FileHearing"]


class FileHearing:
    """Plays a sound file to the show, frame by frame; the same file and frames give the same again.

    Args:
        path: The file; see ``read_sound``.
        seconds: Length of the film.

    Raises:
        MediaError: It cannot be read.
    """

    def __init__(self, path: Path, seconds: Seconds) -> None:
        self.samples = read_sound(path, seconds)
        """The file as float32 ``(channels, samples)`` at ``RATE``, to be heard with the film."""
        self._heard = 0
        self._added = 0

    def until(self, time: Seconds) -> Iterator[tuple[Seconds, NDArray[np.float32]]]:
        """Yield the blocks that have ended by the time of a frame and were not yielded yet, with their ends.

        A frame at ``time`` knows nothing that comes later. After the file's end there is silence.
        """
        while (end := self._heard + BLOCK) <= round(time * RATE):
            block = self.samples[:, self._heard : end]
            if block.shape[1] < BLOCK:
                block = np.pad(block, ((0, 0), (0, BLOCK - block.shape[1])))
            self._heard = end
            yield end / RATE, block

    def mixed(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the next samples of a film's own sound, ``(2, n)``, with those of the file, within -1..1.

        A file of one channel is in the middle; of more than two, the odd ones are left, the even ones right.
        """
        count = samples.shape[1]
        file = self.samples[:, self._added : self._added + count]
        self._added += count
        left, right = file[::2].mean(axis=0), (file[1::2] if len(file) > 1 else file).mean(axis=0)
        both = samples.copy()
        both[:, : file.shape[1]] += np.stack([left, right])
        return np.clip(both, -1.0, 1.0)
