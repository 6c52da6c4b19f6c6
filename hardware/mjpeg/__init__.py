"""The picture as Motion JPEG over HTTP: for browsers, VLC, OBS, ffmpeg and other programs."""

from hardware.mjpeg.adapter import MjpegOutput, MjpegSettings

__all__ = ["MjpegOutput", "MjpegSettings"]
