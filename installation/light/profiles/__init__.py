"""Fixture profiles: the description of each kind of lamp, and the folders of their files."""
