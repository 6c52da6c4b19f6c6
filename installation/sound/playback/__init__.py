"""Sound files of a show: read ahead, at our rate, played on the stations as cues say."""

from installation.sound.playback.check import sound_findings
from installation.sound.playback.playback import Playback
from installation.sound.playback.reader import probe

__all__ = ["Playback", "probe", "sound_findings"]
