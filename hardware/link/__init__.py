"""Ableton Link in: the beat of all programs on the network that share one."""

from hardware.link.adapter import LinkInput, LinkSettings

__all__ = ["LinkInput", "LinkSettings"]
