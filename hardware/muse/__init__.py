"""Muse headbands in, as Mind Monitor sends them over OSC: heart, alpha and stillness of who wears them."""

from hardware.muse.adapter import PORT, MuseInput, MuseSettings

__all__ = ["PORT", "MuseInput", "MuseSettings"]
