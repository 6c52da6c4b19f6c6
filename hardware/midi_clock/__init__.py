"""MIDI clock out: other programs and machines follow the show's beat."""

from hardware.midi_clock.adapter import MidiClockOutput, MidiClockSettings

__all__ = ["MidiClockOutput", "MidiClockSettings"]
