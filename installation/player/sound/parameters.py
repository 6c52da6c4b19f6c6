"""Parameters of the sound that every show has; those of patches come from the table of the voice."""

from typing import Final

from installation.parameter import Kind, Parameter
from installation.values import Address

__all__ = ["LEVEL", "LOUDEST", "MUTE", "PARAMETERS", "SOFTEST"]

LEVEL: Final[Address] = "/voice/level"
MUTE: Final[Address] = "/voice/mute"
SOFTEST: Final = -60.0
"""Decibels at which the master fader is shut: silence."""
LOUDEST: Final = 0.0


def _number(
    address: Address, default: float, low: float, high: float, unit: str, label: str, about: str
) -> Parameter:
    return Parameter(address, Kind.FLOAT, (default,), (low,), (high,), unit, label, about)


PARAMETERS: Final = (
    _number(
        LEVEL, LOUDEST, SOFTEST, LOUDEST, "dB", "Level",
        "Master fader of the sound; 0 dB is as loud as the venue allows, -60 dB is silence",
    ),
    Parameter(
        MUTE, Kind.BOOL, (0.0,), (0.0,), (1.0,), label="Mute", description="No sound, whatever the level",
    ),
    _number(
        "/voice/detune", 0.0, 0.0, 400.0, "cents", "Detune",
        "How far the voices of all patches stray from their scale",
    ),
    _number(
        "/voice/feedback", 0.0, 0.0, 1.0, "", "Feedback",
        "How much of the soundscape comes back into itself, through delay and filter; it stays bounded",
    ),
    _number(
        "/voice/ahead", 0.0, 0.0, 2.0, "s", "Ahead",
        "How long before its cause a sound may come, or how far it wanders from it",
    ),
)  # fmt: skip
