"""The people in the room as numbers, and the interface's state: what answers whom, and how well."""

from installation.neuro.machine import CALM, Machine
from installation.neuro.room import Controls, Outcome, Room

__all__ = ["CALM", "Controls", "Machine", "Outcome", "Room"]
