"""Lamps that exist on screen only: the default of the laptop venue."""

from hardware.virtual.adapter import VirtualOutput, VirtualSettings

__all__ = ["VirtualOutput", "VirtualSettings"]
