"""OSC in and out, over UDP and TCP: faders, sensors, phones, consoles and other programs."""

from hardware.osc.adapter import OscInput, OscSettings
from hardware.osc.datagrams import DatagramInput, DatagramSettings
from hardware.osc.output import OscOutput, OscOutputSettings

__all__ = ["DatagramInput", "DatagramSettings", "OscInput", "OscOutput", "OscOutputSettings", "OscSettings"]
