"""How long sound takes through an output and back by an input: measured by what both hear."""

from installation.sound.align.chirp import Arrival, arrival, chirp
from installation.sound.align.loop import Heard, Loop, heard_of

__all__ = ["Arrival", "Heard", "Loop", "arrival", "chirp", "heard_of"]
