"""Sounds that are made once, of numbers: struck things, water, small life, voices. No recording is used."""

from installation.sound.voice.sounds.library import KINDS, Behind, Library, Made, Make, made

__all__ = ["KINDS", "Behind", "Library", "Made", "Make", "made"]
