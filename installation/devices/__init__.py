"""Adapters: found by their entry points, opened, supervised and opened again."""
