"""Sound, bound to a player: what the sound process is told of a frame, and what of its news becomes input."""

from installation.player.sound.bound import BoundSound
from installation.player.sound.parameters import LEVEL, LOUDEST, MUTE, PARAMETERS, SOFTEST
from installation.player.sound.readings import BEAT, EARS, heard_readings, running_beat

__all__ = [
    "BEAT",
    "EARS",
    "LEVEL",
    "LOUDEST",
    "MUTE",
    "PARAMETERS",
    "SOFTEST",
    "BoundSound",
    "heard_readings",
    "running_beat",
]
