"""People's biosignals as shared state, the interface's state machine, and the attribution of answers."""

from installation.neuro.machine import Machine
from installation.neuro.room import Controls, Outcome, Room

__all__ = ["Controls", "Machine", "Outcome", "Room"]
