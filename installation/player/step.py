"""The result of one frame of the player."""

from dataclasses import dataclass

from installation.light import LightState
from installation.values import Command, Frame

__all__ = ["Step"]


@dataclass(frozen=True, slots=True)
class Step:
    """The result of one frame.

    Attributes:
        frame: Time of the frame.
        left: Commands that are not the player's: windows, files, quitting.
        refused: Commands that could not be carried out, with the reason.
        light: Target light of the lamps.
        told: Commands that were carried out and have something to tell about it.
    """

    frame: Frame
    left: tuple[Command, ...]
    refused: tuple[tuple[Command, str], ...]
    light: LightState
    told: tuple[tuple[Command, str], ...] = ()
