"""MIDI out: notes, controllers, programs, pitch bend and MIDI Show Control."""

from hardware.midi.out.adapter import MidiOutput, MidiOutputSettings

__all__ = ["MidiOutput", "MidiOutputSettings"]
