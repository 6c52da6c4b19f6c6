"""The stage's end of sound: frames to the sound process, and what it hears as input."""

from installation.stage.sound.feed import SoundFeed

__all__ = ["SoundFeed"]
