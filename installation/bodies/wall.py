"""How the floor becomes the wall: where in the picture a body stands whose place on the floor is known.

In a *plan* depth is height: the picture is the floor seen from above, with the wall at its upper edge. In a
*section* height is height: whoever stands on the floor stands at the lower edge of the picture, upright, and
depth only makes them smaller and weaker. A scene says which it is (``"FLOOR"`` in its header); from one to
the other places glide.

What people decide by where they are (stillness, company, privilege, resting places) is decided on the floor,
in metres, whatever the picture shows. What points at the wall, as a mouse does, has no place on the floor: it
is answered where it points in either.
"""

from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "BREAST",
    "CROWN",
    "FEET",
    "RADIUS",
    "crowd",
    "figure",
    "in_motion",
    "nearness",
    "on_wall",
    "sizes",
]

Floats = NDArray[np.float64]

RADIUS: Final = 0.22
"""Half the width of a body in metres."""
BREAST: Final = 1.1
"""Metres above the floor: the middle of a body's wake, and its place in a section."""
CROWN: Final = 0.42
"""Metres from there up to where the middle line of a body ends; its head is round about that."""
FEET: Final = 1.25
"""Metres from there down: a little below the floor, so that nobody floats."""
HIGHEST: Final = 0.55
"""Heights at which the breast is at most, where the picture is lower than people: their feet are below it."""
COVER: Final = 0.30
"""Share of the wall that bodies may darken; a denser crowd stands further away, so each is drawn smaller."""

_OVAL: Final = 3.73
"""Area of a body in a plan as ``shaders/medium/water.fs`` draws it, in squares of its radius."""
_TALL: Final = 1.4
"""Height in metres of a rectangle as wide as a body and as large, of one in a section."""
_STANDING_COVER: Final = 0.22
"""As ``COVER``, in a section, where many stand before each other."""
_SMALLER: Final = 0.14
"""By how much a metre of distance from the wall makes a body smaller and its answer weaker."""
_SMALLEST: Final = 0.65
_VARIES: Final = 0.08
"""By how much a body is larger or smaller than others, in a section."""


def nearness(up: Floats, metres_per_height: float) -> Floats:
    """Return the size and the strength of bodies in a section, 0.65 (2.5 m away and more) to 1 (at the wall).

    Args:
        up: Their places on the floor in heights from the edge that is farthest from the wall.
        metres_per_height: Of the piece.
    """
    away = np.maximum(1.0 - up, 0.0) * metres_per_height
    return np.maximum(1.0 - _SMALLER * away, _SMALLEST)


def sizes(near: Floats, upright: Floats, fewer: float, own: Floats | float = 0.5) -> Floats:
    """Return the factor on the size of each body.

    Args:
        near: As ``nearness`` gives it.
        upright: As in ``on_wall``.
        fewer: As ``crowd`` gives it.
        own: A number of each body's own, 0..1: people are not of one height, and the heads of a crowd make no
            line.
    """
    return fewer * (1.0 + (near * (1.0 + _VARIES * (2.0 * own - 1.0)) - 1.0) * upright)


def on_wall(floor: Floats, size: Floats, upright: Floats, metres_per_height: float) -> Floats:
    """Return places on the wall, ``(n, 2)`` in heights from the lower left corner.

    Args:
        floor: ``(n, 2)`` places on the floor in heights; on the wall for what points there.
        size: ``(n,)`` factor on the size of each body.
        upright: ``(n,)`` 0 = depth is height .. 1 = height is height.
        metres_per_height: Of the piece.
    """
    placed = floor.copy()
    stands = np.minimum(BREAST / metres_per_height * size, HIGHEST)
    placed[:, 1] += (stands - placed[:, 1]) * upright
    return placed


def in_motion(velocity: Floats, upright: Floats) -> Floats:
    """Return velocities on the wall, in heights a second: a step towards the wall raises nobody in a section.

    That places glide from one projection to the other is no motion.

    Args:
        velocity: ``(n, 2)`` on the floor.
        upright: ``(n,)`` as in ``on_wall``.
    """
    moved = velocity.copy()
    moved[:, 1] *= 1.0 - upright
    return moved


def figure(size: Floats, upright: Floats, metres_per_height: float) -> Floats:
    """Return how far the middle line of each body reaches up and down from its place: ``(n, 2)`` heights."""
    reach = size * upright / metres_per_height
    return np.stack([CROWN * reach, FEET * reach], axis=1)


def crowd(count: float, aspect: float, metres_per_height: float, section: float) -> float:
    """Return the factor on the size of bodies, 1 or less, that keeps so many from covering the wall.

    Args:
        count: Bodies that are there.
        aspect: Width of the picture in heights.
        metres_per_height: Of the piece.
        section: 0 = plan .. 1 = section.
    """
    if count <= 0.0:
        return 1.0
    radius = RADIUS / metres_per_height
    above = sqrt(min(1.0, COVER * aspect / (count * _OVAL * radius * radius)))
    if section <= 0.0:
        return above
    # Bodies that would be `beside` wide side by side stand before each other and cover about b / (1 + b) of
    # the width. The factor solves f * tall * f b / (1 + f b) = cover.
    beside, tall = 2.0 * radius * count / aspect, min(_TALL / metres_per_height, 1.0)
    cover = _STANDING_COVER * beside
    root = sqrt(cover * cover + 4.0 * tall * beside * _STANDING_COVER)
    standing = min(1.0, (cover + root) / (2.0 * tall * beside))
    return above + (standing - above) * section
