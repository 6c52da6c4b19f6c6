"""Moving pictures from outside: video files, cameras and network streams as arrays of pixels.

Decoding is PyAV's (FFmpeg's libraries), in one thread for each source; whoever draws only takes what is
ready. Nothing here knows shaders, parameters or OpenGL.
"""

from installation.media.clip import Clip, Facts, probe
from installation.media.clip_decoder import ClipDecoder
from installation.media.live_decoder import LiveDecoder
from installation.media.source import MOVING, Decoder, Pixels, Playhead, Report, Shown, Source
from installation.media.still_decoder import StillDecoder

__all__ = [
    "MOVING",
    "Clip",
    "ClipDecoder",
    "Decoder",
    "Facts",
    "LiveDecoder",
    "Pixels",
    "Playhead",
    "Report",
    "Shown",
    "Source",
    "StillDecoder",
    "probe",
]
