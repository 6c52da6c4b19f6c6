"""Macros and trims: one fader for many parameters, as an offset to the cue."""

from installation.player.macros.bound import BoundMacros
from installation.player.macros.looks import Looks
from installation.player.macros.parameters import macro_parameters
from installation.player.macros.routes import check_macros, macro_names, macro_routes

__all__ = ["BoundMacros", "Looks", "check_macros", "macro_names", "macro_parameters", "macro_routes"]
