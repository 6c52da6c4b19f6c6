"""The small frozen values that every part of the program passes around, and the defaults that several know.

Nothing here knows about files, devices or pictures; everything else may import it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

__all__ = [
    "BT709", "CANVAS_HEIGHT", "CANVAS_WIDTH", "CHANNELS", "DEFAULT_SHOW", "DEFAULT_VENUE", "FRAME_RATE",
    "HOST", "LARGEST_PICTURE", "LAST_UNIVERSE", "LIGHT_RATE", "LIMITED_RANGE", "LONGEST_LIGHT_DELAY",
    "METER", "MOST_IN_SPAN", "OSC_PORT", "PANEL_PORT", "PANEL_SOURCES", "SITE_PORT", "SMALLEST_PICTURE",
    "STREAM_PORT", "TEMPO", "VISITORS_PORT",
    "Address", "Beat",
    "Command", "FileValue", "Finding", "Frame", "Places", "Reading", "Scalar", "Seconds", "Where",
]  # fmt: skip

HOST = "127.0.0.1"
"""Where everything listens and sends that is not told otherwise: this machine only."""

OSC_PORT = 9137
"""UDP port of OSC in."""

STREAM_PORT = 8139
"""TCP port of the picture as a stream, where a venue has one."""

PANEL_PORT = 8137
"""TCP port of the panel: status page, live picture, OSCQuery."""

VISITORS_PORT = 8138
"""TCP port of the visitors' page, where a venue has one."""

SITE_PORT = 7447
"""TCP port at which hubs of a site reach each other, where none is stated (Zenoh's own)."""

PANEL_SOURCES = ("oscquery:operator", "oscquery:moderator", "oscquery:admin")
"""Sources of what clients of the panel write, by their role."""

DEFAULT_SHOW = "eco-symbiotic-collective"
DEFAULT_VENUE = "laptop"

CANVAS_WIDTH, CANVAS_HEIGHT = 1280, 720
"""Pixels of a picture whose size nobody says."""

FRAME_RATE = 60.0
"""Frames a second of a picture whose rate nobody says."""

SMALLEST_PICTURE, LARGEST_PICTURE = 16, 16_384
"""Pixels of a side."""

TEMPO, METER = 120.0, 4
"""Beats a minute, and beats of a bar, that nobody says."""

LIGHT_RATE = 44.0
"""Frames a second on the wire to the lamps; DMX512 does not carry more of 512 channels."""

LONGEST_LIGHT_DELAY = 0.4
"""Seconds by which lamps may follow later, to coincide with a picture that is shown late."""

CHANNELS = 512
"""Channels of one universe (ANSI E1.11, DMX512-A)."""

LAST_UNIVERSE = 63_999
"""Highest number of a universe (ANSI E1.31)."""

MOST_IN_SPAN = 4096
"""Universes of one run that an adapter sends."""

BT709, LIMITED_RANGE = 1, 1
"""Colours of encoded pictures: matrix, primaries and transfer of ITU-T H.273, which libswscale's matrix is
called, too; and FFmpeg's AVCOL_RANGE_MPEG."""

Seconds: TypeAlias = float
"""A duration or a point on the monotonic clock, in seconds."""

Address: TypeAlias = str
"""An OSC-style path such as ``/scene/sparkle/stir``: the name of a parameter or a signal."""

Scalar: TypeAlias = float | int | bool | str
"""One argument of a message or one value in a file."""

FileValue: TypeAlias = float | int | bool | str | tuple["FileValue", ...]
"""A value as a file states it; lists become tuples."""


@dataclass(frozen=True, slots=True, order=True)
class Where:
    """A place in a file that a person wrote. Lines and columns count from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


Places: TypeAlias = Mapping[str, Where]
"""Where each key of an item was written."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong in a file: where it is, what it is, and what to do."""

    where: Where
    message: str
    hint: str = ""
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" + (f"; {self.hint}" if self.hint else "")


@dataclass(frozen=True, slots=True)
class Beat:
    """Musical time.

    Attributes:
        position: Beats since the downbeat of bar 0; never falls. A beat is a quarter note.
        bpm: Beats a minute.
        meter: Beats of a bar.
    """

    position: float = 0.0
    bpm: float = TEMPO
    meter: int = METER


@dataclass(frozen=True, slots=True)
class Frame:
    """The only time that anything sees.

    Attributes:
        index: Counts from 0.
        time: Show time in seconds since the start of the show.
        dt: Seconds of show time since the previous frame, clamped (see ``clock``); 0 on the first.
        beat: Musical time of the frame (see ``tempo``).
    """

    index: int
    time: Seconds
    dt: Seconds
    beat: Beat = Beat()


@dataclass(frozen=True, slots=True)
class Reading:
    """One value that came in from a device, a network or a person.

    Attributes:
        address: Where it belongs, e.g. ``/osc/hand/x`` or ``/midi/nanokontrol2/cc/16``.
        values: The arguments, at least one number for it to become a signal.
        time: Monotonic time of arrival in seconds (kernel time stamp where there is one).
        source: Name of the adapter.
        private: True keeps it inside the stage: never recorded, watched, published or logged.
    """

    address: Address
    values: tuple[Scalar, ...]
    time: Seconds
    source: str = ""
    private: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """One intention of an operator: ``go``, ``back``, ``panic``, ``set``, ``reload``, ...

    Attributes:
        verb: Name of the command.
        arguments: What it acts on, e.g. ``("/master", 0.5)`` for ``set``.
        time: Monotonic time in seconds.
        source: Who asked: an adapter's name, ``keyboard``, ``socket``, ``cue``.
    """

    verb: str
    arguments: tuple[Scalar, ...] = field(default=())
    time: Seconds = 0.0
    source: str = ""
