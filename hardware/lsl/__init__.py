"""Lab Streaming Layer: biosignals of any program or device that speaks it."""

from hardware.lsl.adapter import LslInput, LslSettings, StreamSpec

__all__ = ["LslInput", "LslSettings", "StreamSpec"]
