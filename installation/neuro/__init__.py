"""The people in the room as numbers, and the interface's state: what answers whom, and how well."""

from installation.neuro.machine import Machine
from installation.neuro.room import Controls, Outcome, Room

__all__ = ["Controls", "Machine", "Outcome", "Room"]
