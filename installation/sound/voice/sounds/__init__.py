"""Sounds that are made once, of numbers: struck things, water, small life, voices. No recording is used."""

from installation.sound.voice.sounds.library import Behind, Library

__all__ = ["Behind", "Library"]
