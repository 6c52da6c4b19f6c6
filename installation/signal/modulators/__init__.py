"""Modulators: what bends a signal on its way."""
