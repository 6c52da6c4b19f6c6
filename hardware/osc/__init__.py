"""OSC in and out, over UDP and TCP: faders, sensors, phones, consoles and other programs."""

from hardware.osc.adapter import OscInput, OscSettings
from hardware.osc.output import OscOutput, OscOutputSettings

__all__ = ["OscInput", "OscOutput", "OscOutputSettings", "OscSettings"]
