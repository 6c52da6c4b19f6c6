"""From the voice's stations to the venue's speakers: placed, delayed, limited, and never with a click."""

from installation.sound.desk.controls import Controls, Meters
from installation.sound.desk.desk import Desk

__all__ = ["Controls", "Desk", "Meters"]
