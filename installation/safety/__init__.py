"""The flash law: how much, how often and how red the light may change, for the picture and for the lamps.

The law is in ``law``; ``refractory`` and ``strict`` are its two machines, with their proofs; ``reference`` is
the picture's guard in numpy, which the GPU pass in ``render.guard`` has to equal; ``lamps`` is the guard of
the lamps; ``judges`` measure what really came out. Nothing here has a switch that turns it off.
"""

from installation.safety.lamps.guard import LampGuard
from installation.safety.law import LAWS, FlashLaw, law_for
from installation.safety.picture.reference import PictureGuard
from installation.safety.report import GuardReport
from installation.safety.windows import Windows, lay_windows

__all__ = [
    "LAWS",
    "FlashLaw",
    "GuardReport",
    "LampGuard",
    "PictureGuard",
    "Windows",
    "law_for",
    "lay_windows",
]
