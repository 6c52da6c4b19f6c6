"""A sound file that the show can play."""

from dataclasses import dataclass, field
from typing import Annotated

from installation.show.schema import key
from installation.values import Places, Seconds, Where

__all__ = ["SoundSpec"]


@dataclass(frozen=True, slots=True)
class SoundSpec:
    """``[sound.NAME]`` of a show: one file, its parameters below ``/sound/NAME``."""

    name: str
    where: Where
    file: Annotated[str, key("a sound file, searched next to `show.toml`: WAV, FLAC, Ogg, MP3, AIFF")]
    play: Annotated[bool, key("default of `/play`: whether it plays from the start of the show")] = False
    level: Annotated[
        float,
        key("default of `/level` in dB; -60 is silence, 0 is as it is in the file", low=-60.0, high=12.0),
    ] = 0.0
    azimuth: Annotated[
        float,
        key(
            "default of `/azimuth`: degrees from the middle of the picture, positive to the right",
            low=-180.0,
            high=180.0,
        ),
    ] = 0.0
    loop: Annotated[bool, key("default of `/loop`: whether it begins again after its end")] = False
    seek: Annotated[
        float, key("default of `/seek`: where it begins, as a share of its length", low=0.0, high=1.0)
    ] = 0.0
    width: Annotated[
        float, key("degrees between the outermost channels of the file", low=0.0, high=360.0)
    ] = 40.0
    fade_in: Annotated[Seconds, key("fade in seconds when it begins", low=0.0, high=600.0)] = 0.005
    fade_out: Annotated[Seconds, key("fade in seconds when it is stopped", low=0.005, high=600.0)] = 0.25
    places: Places = field(default_factory=dict, compare=False)
