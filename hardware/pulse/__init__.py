"""Pulse grips in: light through a finger (PPG), over OSC, as the heart beats of who holds them."""

from hardware.pulse.adapter import PORT, PulseInput, PulseSettings

__all__ = ["PORT", "PulseInput", "PulseSettings"]
