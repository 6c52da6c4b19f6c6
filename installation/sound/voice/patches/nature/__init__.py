"""Patches of water, ground and air, and of what lives there."""
