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
