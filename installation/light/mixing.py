"""Colour mixing: a colour from the emitters of a lamp, red, green, blue and any others."""

import numpy as np
from numpy.typing import NDArray

from installation.light.profiles.profile import Channel, Profile

__all__ = ["LUMINANCE", "PRIMARIES", "mix"]

PRIMARIES = ("red", "green", "blue")

LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)
"""Luminance of linear red, green and blue (ITU-R BT.709, IEC 61966-2-1)."""


def mix(profile: Profile, colours: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the light of each emitter that together give each colour.

    Without red, green or blue every emitter shows the colour's luminance. With them, the other emitters, in
    the profile's order, first take as much as their own tint allows, and the primaries give the rest: the
    sum stays the same, and white comes from the white emitter.

    Args:
        profile: Profile of the lamps.
        colours: ``(n, 3)`` linear, 0..1.

    Returns:
        ``(n, emitters)`` linear, 0..1, in the profile's channel order.
    """
    emitters = [channel for channel in profile.channels if channel.emits]
    roles = [channel.role for channel in emitters]
    if tuple(roles) == PRIMARIES:
        return colours
    if not set(roles) & set(PRIMARIES):
        level = colours @ LUMINANCE
        return np.repeat(level[:, None], len(emitters), axis=1)
    out = np.empty((len(colours), len(emitters)), np.float32)
    rest = colours.copy()
    for i, channel in enumerate(emitters):
        if channel.role not in PRIMARIES:
            out[:, i] = _take(rest, channel)
    for i, role in enumerate(roles):
        if role in PRIMARIES:
            out[:, i] = rest[:, PRIMARIES.index(role)]
    return out


def _take(rest: NDArray[np.float32], channel: Channel) -> NDArray[np.float32]:
    """Return the most light of an emitter that the rest of each colour allows, and subtract it from there."""
    tint = np.array(channel.color, np.float32)
    used = tint > 0
    if not used.any():
        return np.zeros(len(rest), np.float32)
    amount: NDArray[np.float32] = (rest[:, used] / tint[used]).min(axis=1)
    np.clip(amount, 0.0, 1.0, out=amount)
    rest -= amount[:, None] * tint
    np.maximum(rest, 0.0, out=rest)
    return amount
