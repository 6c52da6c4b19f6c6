"""The sound files of a show: their parameters, and what the sound process is told of them."""

from typing import Final

from installation.ipc.feeds.sound import SoundFile
from installation.parameter import Kind, Parameter
from installation.show.model import Show

__all__ = ["FILES", "file_parameters", "sound_files"]

FILES: Final = "/sound"
"""The address above all of them."""

_PARAMETERS: Final = (
    ("play", Kind.BOOL, 0.0, 1.0, "", "begins when it goes on, fades out when it goes off"),
    ("level", Kind.FLOAT, -60.0, 12.0, "dB", "0 dB is as it is in the file, -60 dB is silence"),
    ("azimuth", Kind.FLOAT, -180.0, 180.0, "deg", "direction from the middle of the picture, to the right"),
    ("loop", Kind.BOOL, 0.0, 1.0, "", "begins again after its end"),
    (
        "seek",
        Kind.FLOAT,
        0.0,
        1.0,
        "",
        "share of the length where it begins; it jumps there when that changes",
    ),
)
"""Name, kind, range, unit and meaning."""


def file_parameters(show: Show) -> list[Parameter]:
    """Return the parameters of all sound files, with the show's values as defaults."""
    return [
        Parameter(
            f"{FILES}/{spec.name}/{name}", kind, (float(getattr(spec, name)),), (low,), (high,), unit,
            f"{spec.name} {name}", f"{spec.file}: {about}",
        )
        for spec in show.sounds
        for name, kind, low, high, unit, about in _PARAMETERS
    ]  # fmt: skip


def sound_files(show: Show) -> tuple[SoundFile, ...]:
    """Return what the sound process has to know."""
    return tuple(
        SoundFile(name=one.name, file=one.file, width=one.width, fade_in=one.fade_in, fade_out=one.fade_out)
        for one in show.sounds
    )
