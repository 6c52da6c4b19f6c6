"""Fixture profiles: what a lamp of a kind is, and where its file is found."""
