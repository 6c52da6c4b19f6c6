"""Sensors on a serial line: a microcontroller that prints numbers."""

from hardware.serial.adapter import SerialInput, SerialSettings
from hardware.serial.lines import LineReader, parse

__all__ = ["LineReader", "SerialInput", "SerialSettings", "parse"]
