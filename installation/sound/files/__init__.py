"""Sound files of a show: read ahead, at our rate, played on the stations as cues say."""

from installation.sound.files.playback import Playback
from installation.sound.files.reader import probe

__all__ = ["Playback", "probe"]
