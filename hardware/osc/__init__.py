"""OSC over UDP in: faders, sensors, phones and other programs."""

from hardware.osc.adapter import OscInput, OscSettings

__all__ = ["OscInput", "OscSettings"]
