"""Modulators: the steps that transform a signal on its route."""
