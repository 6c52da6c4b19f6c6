"""The picture as compressed video over the network: MPEG-TS over UDP or SRT, or RTSP to a media server."""

from hardware.video_stream.adapter import VideoStreamOutput, VideoStreamSettings

__all__ = ["VideoStreamOutput", "VideoStreamSettings"]
