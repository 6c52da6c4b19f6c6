"""The flash law of the lamps."""
