"""Gestures that cameras see, bound to the people in the room and to the law that answers them."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation.bodies.gestures import COLUMNS, ROWS, Gestures
from installation.bodies.pads import Pads
from installation.logs import Refusals
from installation.neuro.attribution import Attribution
from installation.neuro.parameters import MOST_PEOPLE
from installation.player.room.bodies import BodyTracks
from installation.values import Address, Frame, Reading, Seconds

__all__ = ["FLOW", "FLOW_ABOVE", "BoundGestures"]

Floats = NDArray[np.float64]

FLOW: Final[Address] = "/camera/flow"
"""A private reading of 288 numbers: for each cell, the bottom row first, from the left, the motion to the
right and up, in widths and heights of the picture a second."""
FLOW_ABOVE: Final[Address] = "/camera/flow/above"
"""The same of a camera that looks straight down: its second number is motion along the floor's depth."""

_FRESH: Final[Seconds] = 0.15
"""How long a camera's last word counts."""
_MOST_CAMERAS: Final = 16
_OWN = np.arange(MOST_PEOPLE)
_AT_ONCE: Floats = np.zeros(MOST_PEOPLE)


class BoundGestures:
    """Adds what all cameras see, and has it answered.

    Args:
        refusals: Told what is no field of motion.

    Attributes:
        pads: Places that fingers hold; what they do is nobody's gesture and is answered as it is.
    """

    def __init__(self, refusals: Refusals) -> None:
        self.pads = Pads()
        self._gestures = Gestures()
        self._refusals = refusals
        self._heard: dict[tuple[str, bool], tuple[Seconds, Floats]] = {}

    @property
    def table(self) -> NDArray[np.float32]:
        """``(9, 16, 4)``: what shaders read, see ``bodies.gestures``."""
        own, pads = self._gestures.field, self.pads.field
        if pads is None:
            return own
        both = own + pads
        return np.asarray(both / np.maximum(both[..., 2:3], 1.0), np.float32)

    def hear(self, reading: Reading, now: Seconds) -> None:
        """Take a camera's reading at show time ``now``. It is kept here only, and becomes no signal."""
        if not reading.private:
            self._refusals.note("a field of motion that is not private", FLOW, "mark it as private")
            return
        above = reading.address == FLOW_ABOVE
        field, camera = _field(reading), (reading.source, above)
        if field is None:
            what = f"{ROWS} x {COLUMNS} x 2 finite numbers"
            self._refusals.note("no field of motion", "a private signal", f"send {what}")
        elif camera in self._heard or len(self._heard) < _MOST_CAMERAS:
            self._heard[camera] = now, field

    def advance(self, frame: Frame, tracks: BodyTracks, attribution: Attribution | None) -> None:
        """One frame, after the bodies.

        Args:
            frame: Now.
            tracks: Where people are, and how strongly they are answered.
            attribution: Whose doing they are answered with, and how late; None answers everybody with their
                own, at once.
        """
        laws = tracks.laws
        self.pads.advance(frame.dt, laws.aspect)
        motion: Floats | None = None
        for (_, above), (time, field) in self._heard.items():
            if frame.time - time <= _FRESH:
                motion = np.zeros((ROWS, COLUMNS, 3)) if motion is None else motion
                motion[..., [0, 2] if above else [0, 1]] += field * (laws.aspect, 1.0)
        sources = _OWN if attribution is None else attribution.source
        delays = _AT_ONCE if attribution is None else attribution.waits
        # Who points at the wall has no place on the floor.
        pointing = tracks.pointing[:, None] & (tracks.section > 0.0)
        self._gestures.advance(
            motion, np.where(pointing, np.nan, tracks.seen), sources, delays, tracks.gains, frame.time,
            (laws.aspect, laws.metres_per_height), tracks.section,
        )  # fmt: skip


def _field(reading: Reading) -> Floats | None:
    """The field of a reading; None if it is none."""
    if len(reading.values) != ROWS * COLUMNS * 2 or any(isinstance(one, str) for one in reading.values):
        return None
    field = np.array(reading.values, np.float64).reshape(ROWS, COLUMNS, 2)
    return field if bool(np.isfinite(field).all()) else None
