"""What a show gives to an ``image`` input of a shader: a picture, a video file, a camera or a stream."""

from dataclasses import dataclass, field
from typing import Annotated, Final

from installation.show.schema import key
from installation.values import Places, Where

__all__ = ["KINDS", "SCHEMES", "MediaSpec"]

SCHEMES: Final = ("http", "https", "rtmp", "rtp", "rtsp", "srt", "tcp", "udp")
"""What the address of a stream begins with."""

KINDS: Final = ("image", "video", "camera", "stream")
"""Keys of which a table has exactly one."""


@dataclass(frozen=True, slots=True)
class MediaSpec:
    """``INPUT = { video = "clip.mp4" }`` below ``[scene.ID.inputs]`` or ``[effect.NAME.inputs]``."""

    where: Where
    image: Annotated[str, key("a picture file, searched next to `show.toml`", default="one of these")] = ""
    video: Annotated[str, key("a video file, searched next to `show.toml`", default="one of these")] = ""
    camera: Annotated[
        str, key("a camera of the machine: its device, e.g. `/dev/video0`", default="one of these")
    ] = ""
    stream: Annotated[
        str,
        key("address of a network stream: `http:`, `rtsp:`, `srt:`, `udp:`, `tcp:`", default="one of these"),
    ] = ""
    play: Annotated[bool, key("default of `/play`: whether it moves")] = True
    seek: Annotated[
        float, key("video: default of `/seek`, where it begins as a share of its length", low=0.0, high=1.0)
    ] = 0.0
    loop: Annotated[bool, key("video: default of `/loop`, whether it begins again after its end")] = True
    rate: Annotated[float, key("video: default of `/rate`, its speed", low=0.0, high=4.0)] = 1.0
    rows: Annotated[
        int,
        key(
            "most rows: larger pictures are made smaller while decoded", low=16, high=8192, default="its own"
        ),
    ] = 0
    size: Annotated[
        tuple[float, float],
        key("camera: width and height to ask it for", low=16.0, high=8192.0, default="its own"),
    ] = (0.0, 0.0)
    fps: Annotated[
        float, key("camera: frames per second to ask it for", low=0.0, high=240.0, default="its own")
    ] = 0.0
    places: Places = field(default_factory=dict, compare=False)

    @property
    def kind(self) -> str:
        """The one of ``KINDS`` that is named; empty if none is."""
        return next((kind for kind in KINDS if getattr(self, kind)), "")

    @property
    def name(self) -> str:
        """What is named: a file, a device or an address."""
        return str(getattr(self, self.kind)) if self.kind else ""

    @property
    def moves(self) -> bool:
        """Whether there is anything to play."""
        return self.kind not in ("", "image")
