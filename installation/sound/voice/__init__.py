"""What the room is heard to do: a generative soundscape, one patch for each kind of sound."""

from installation.show.soundscape import Soundscape
from installation.show.soundscape import unpack as load
from installation.sound.voice.voice import Voice

__all__ = ["Soundscape", "Voice", "load"]
