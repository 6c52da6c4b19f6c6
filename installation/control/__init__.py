"""Hands on controllers: how a control takes a parameter over, how a control is learned, what pages there are.

Pure: numbers and names in, numbers and names out. Nothing here knows a device, a tree or a running show.
"""

from installation.control.learn import Capture, Caught, guess
from installation.control.pages import Pages
from installation.control.relative import ENCODINGS, ticks
from installation.control.takeover import Takeover

__all__ = ["ENCODINGS", "Capture", "Caught", "Pages", "Takeover", "guess", "ticks"]
