"""Edited files: reading them in the background, and applying them to the running show."""
