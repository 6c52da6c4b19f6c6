"""What came out of one frame of the player."""

from dataclasses import dataclass

from installation.light import LightState
from installation.values import Command, Frame

__all__ = ["Step"]


@dataclass(frozen=True, slots=True)
class Step:
    """What came out of one frame.

    Attributes:
        frame: Its time.
        left: Commands that are not the player's business: windows, files, quitting.
        refused: Commands that could not be carried out, with the reason.
        light: What the lamps should show.
    """

    frame: Frame
    left: tuple[Command, ...]
    refused: tuple[tuple[Command, str], ...]
    light: LightState
