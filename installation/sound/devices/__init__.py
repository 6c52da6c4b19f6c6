"""Audio devices by PortAudio: what there is, chosen by name, opened, written and read.

Only this package imports ``sounddevice``.
"""

from installation.sound.devices.library import SERVER, Input, Library, Output, missing
from installation.sound.devices.names import DEFAULT, NONE, Device, Inventory, choose
from installation.sound.devices.scan import refresh, scan

__all__ = [
    "DEFAULT",
    "NONE",
    "SERVER",
    "Device",
    "Input",
    "Inventory",
    "Library",
    "Output",
    "choose",
    "missing",
    "refresh",
    "scan",
]
