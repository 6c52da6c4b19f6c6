"""Sound: what the room is heard to do, and what it hears; a process of its own.

``ears/`` analyses, ``voice/`` makes the soundscape, ``desk/`` places, limits and delays it; these three are
pure and work on blocks of samples, so that films get the same sound as rooms. Audio devices are opened in
``devices/`` only, by the process (``python -m installation.sound``).
"""

from typing import Final

__all__ = ["BLOCK", "RATE", "STATIONS"]

RATE: Final = 48_000
"""Samples per second, of everything."""
BLOCK: Final = 256
"""Samples of one block: 5.3 ms. A hop of the ears is one block."""
STATIONS: Final[tuple[float, ...]] = (-40.0, -20.0, 0.0, 20.0, 40.0, 110.0, 180.0, -110.0)
"""Azimuths in degrees of the channels that a voice has, whatever speakers there are: five across the picture
from its left to its right edge, three behind the listeners. The desk places them on the venue's speakers."""
