"""MIDI in: controllers, keyboards, pads and other programs."""

from hardware.midi.adapter import MidiInput, MidiSettings

__all__ = ["MidiInput", "MidiSettings"]
