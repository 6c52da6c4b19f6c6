"""One block of lamps of the same profile: a fixture, or all pixels of a strip."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from installation.light.pixelmap import pixel_profile, pixel_rectangles, pixel_slots, rectangle
from installation.light.profiles.profile import Profile
from installation.show.venue_model import FixtureSpec, PixelSpec

__all__ = ["Block", "fixture_block", "pixel_block"]


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """The lamps of one item of a venue file.

    Attributes:
        name: Name of the item.
        profile: Profile of each of its lamps.
        slots: ``(n,)`` first slot of each lamp; a slot is ``(universe - 1) * 512 + channel - 1``.
        rectangles: ``(n, 4)`` u0, v0, u1, v1 of the area that each lamp samples.
    """

    name: str
    profile: Profile
    slots: NDArray[np.int64]
    rectangles: NDArray[np.float32]

    @property
    def occupied(self) -> NDArray[np.int64]:
        """``(n, width)`` all slots of each lamp."""
        return self.slots[:, None] + np.arange(len(self.profile.channels))


def fixture_block(spec: FixtureSpec, profile: Profile) -> Block:
    """Return the block of a fixture: one lamp."""
    slots = pixel_slots(spec.universe, spec.channel, 1, len(profile.channels))
    return Block(spec.name, profile, slots, rectangle(spec.position, spec.size))


def pixel_block(spec: PixelSpec) -> Block:
    """Return the block of a strip or matrix: one lamp per pixel."""
    profile = pixel_profile(spec.format, spec.curve)
    slots = pixel_slots(spec.universe, spec.channel, spec.columns * spec.rows, len(profile.channels))
    return Block(spec.name, profile, slots, pixel_rectangles(spec))
