"""Musical time: a beat clock, who sets it, and what rides on it. Pure: no device, no file, no wall clock."""

from installation.tempo.accent import Accents, divider
from installation.tempo.clock import HIGHEST, LOWEST, PHRASE, BeatClock
from installation.tempo.division import beats_of, read_length
from installation.tempo.midi_clock import HOLD, PPQN, ClockFollower
from installation.tempo.tap import Tap

__all__ = [
    "HIGHEST",
    "HOLD",
    "LOWEST",
    "PHRASE",
    "PPQN",
    "Accents",
    "BeatClock",
    "ClockFollower",
    "Tap",
    "beats_of",
    "divider",
    "read_length",
]
