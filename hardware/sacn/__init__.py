"""Streaming ACN (ANSI E1.31) out: universes to nodes, unicast or multicast."""

from hardware.sacn.adapter import SacnOutput, SacnSettings

__all__ = ["SacnOutput", "SacnSettings"]
