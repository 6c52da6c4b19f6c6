"""Pictures, videos, cameras and streams of a show: which input has which, and where their playheads stand."""

from installation.player.media.binding import media_findings, media_of, media_parameters
from installation.player.media.playheads import MediaInputs

__all__ = ["MediaInputs", "media_findings", "media_of", "media_parameters"]
