"""What the stage publishes in the shared memory, taken in by the wire's thread."""

import logging

import numpy as np
from numpy.typing import NDArray

from installation.errors import PhotophoreError
from installation.ipc.shared_memory import Mapping
from installation.keeper.light.frames import Encoder
from installation.keeper.light.look import Look
from installation.values import Seconds

__all__ = ["Intake"]

log = logging.getLogger(__name__)


class Intake:
    """The newest light of the stage, and what it says of the picture beside the lamps.

    Args:
        mapping: Memory in which the stage publishes both.

    Attributes:
        light: ``(universes, 512)`` of the newest frame, linear light, 65535 = full; None before the first.
        received, rejected: Numbers of frames of the stage.
    """

    def __init__(self, mapping: Mapping) -> None:
        self.light: NDArray[np.uint16] | None = None
        self.received = 0
        self.rejected = 0
        self._mapping = mapping
        self._generation = 0
        self._heard = 0

    def hear_picture(self, encoder: Encoder) -> None:
        """Tell the guard of the lamps what is new of the picture."""
        said = self._mapping.picture.newest(self._heard)
        if said is not None:
            self._heard, message = said
            try:
                encoder.hear(message)
            except ValueError as error:
                self._refuse(error)

    def take_light(self, encoder: Encoder, look: Look, now: Seconds) -> None:
        """Show the newest light, if there is another one; of an earlier patch it is left out.

        Args:
            encoder: Of the present patch.
            look: Where it is shown.
            now: Monotonic seconds.
        """
        found = self._mapping.state.newest(self._generation)
        if found is None:
            return
        self._generation, data = found
        try:
            state = encoder.decode(data)
        except (ValueError, PhotophoreError) as error:
            self._refuse(error)
            return
        if state is None:
            self.rejected += 1  # sent before the patch changed
            return
        self.received += 1
        self.light = state.light
        look.take(state.light.astype(np.float32) * np.float32(1 / 65535), now, state.time)

    def _refuse(self, error: Exception) -> None:
        if not self.rejected:
            log.error("a frame of the stage was refused: %s", error)
        self.rejected += 1
