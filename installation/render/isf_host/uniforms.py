"""ISF's time uniforms, and the conversion of show time to 32-bit floats without loss of precision.

A 32-bit float resolves 1 ms only up to 16,384 s. ``TIME`` therefore wraps at 16,384 s (4 h 33 min): a shader
that reads it jumps once in that time but never stutters, even after ten years. Shaders that must not jump
either keep their own state and add ``TIMEDELTA``, or declare periods in the header::

    "PHOTOPHORE": {"PHASES": {"breath": 12.0}}

and read ``breath``, which runs 0..1 every 12 s of show time, computed in 64 bits.
"""

import math
from collections.abc import Callable
from datetime import datetime

from installation.isf.shader import Shader
from installation.values import Frame

__all__ = ["MOMENTS", "TIME_WRAP", "date_of", "moments"]

TIME_WRAP = 16384.0
"""Seconds after which ``TIME`` wraps to 0."""

MOMENTS = ("TIME", "TIMEDELTA", "FRAMEINDEX", "DATE")
"""ISF's time uniforms; a shader's PHASES are added to them."""

_INDEX_WRAP = 1 << 30
"""``FRAMEINDEX`` wraps here: after 207 days at 60 Hz; GLSL's int ends at 2^31 - 1."""


def date_of(moment: datetime) -> tuple[float, float, float, float]:
    """Return ISF's DATE: year, month from 1, day from 1, seconds since midnight."""
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6
    return (float(moment.year), float(moment.month), float(moment.day), seconds)


def moments(
    shader: Shader, frame: Frame, index: int, today: Callable[[], datetime] | None
) -> dict[str, float | int | tuple[float, ...]]:
    """Return all values that change once per frame, by uniform name.

    Args:
        shader: The shader.
        frame: The frame's time.
        index: Number of frames that this shader has drawn so far.
        today: The wall clock; None if DATE is not read.
    """
    said: dict[str, float | int | tuple[float, ...]] = {
        "TIME": math.fmod(frame.time, TIME_WRAP),
        "TIMEDELTA": frame.dt if index else 0.0,
        "FRAMEINDEX": index % _INDEX_WRAP,
    }
    for name, period in shader.phases.items():
        said[name] = math.fmod(frame.time, period) / period
    if today is not None:
        said["DATE"] = date_of(today())
    return said
