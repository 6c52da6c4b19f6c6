"""monome grids and arcs over serialosc, in and out."""

from hardware.monome.adapter import MonomeSettings, MonomeSurface

__all__ = ["MonomeSettings", "MonomeSurface"]
