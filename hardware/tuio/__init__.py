"""TUIO 1.1 in: bodies that another program tracks, as places of people."""

from hardware.tuio.adapter import TuioInput, TuioSettings
from hardware.tuio.protocol import PROFILES, Frame, Tracker

__all__ = ["PROFILES", "Frame", "Tracker", "TuioInput", "TuioSettings"]
