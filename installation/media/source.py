"""What a moving picture is, where its playhead stands, and what its decoder tells."""

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from installation.values import Seconds

__all__ = ["EARLY", "MOVING", "Decoder", "Kind", "Pixels", "Playhead", "Report", "Shown", "Source", "State"]

Kind: TypeAlias = Literal["image", "video", "camera", "stream"]

State: TypeAlias = Literal["opening", "playing", "paused", "ended", "resting", "lost"]
"""``resting``: not shown now; ``lost``: it cannot be read, and is tried again."""

Pixels: TypeAlias = NDArray[np.uint8]
"""``(height, width, 4)`` bytes: red, green, blue, straight alpha; display-encoded, bottom row first."""

_VIDEO = ".mp4 .m4v .mov .mkv .webm .avi .mpg .mpeg .ts .gif .ogv .wmv .flv .mxf .y4m .nut .3gp"
MOVING = frozenset(_VIDEO.split())
"""Endings of files that are played as video; any other file is read as one picture."""

EARLY: Seconds = 0.0005
"""How much before its time a frame counts as due: times of frames are rounded to the ticks of the file."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a moving picture comes from.

    Attributes:
        kind: What it is.
        name: Path of a file, device of a camera, or address of a stream.
        size: Width and height to ask a camera for; None takes its own.
        rate: Frames per second to ask a camera for; 0 takes its own.
        rows: Most rows: larger pictures are made smaller while they are decoded; 0 keeps them as they are.
    """

    kind: Kind
    name: str
    size: tuple[int, int] | None = None
    rate: float = 0.0
    rows: int = 0

    @property
    def told(self) -> str:
        """The name for status and logs: of an address without what may be a password."""
        if self.kind != "stream":
            return self.name
        parts = urlsplit(self.name)
        host = parts.netloc.rpartition("@")[2]
        return f"{parts.scheme}://{host}{parts.path}"

    @property
    def live(self) -> bool:
        """Whether it has no time of its own: a camera or a stream."""
        return self.kind in ("camera", "stream")


@dataclass(frozen=True, slots=True)
class Playhead:
    """What is to be shown of a clip.

    Attributes:
        epoch: Counts jumps. Within an epoch ``at`` never falls.
        at: Seconds from the beginning of the clip; each lap of a loop adds the length of the clip.
        loop: Whether the clip begins again after its end.
        play: Whether it moves.
    """

    epoch: int = 0
    at: Seconds = 0.0
    loop: bool = True
    play: bool = True


@dataclass(frozen=True, slots=True)
class Shown:
    """One decoded picture.

    Attributes:
        serial: Differs from that of every other picture of the same decoder.
        pixels: The picture; not to be written to.
    """

    serial: int
    pixels: Pixels


@dataclass(frozen=True, slots=True)
class Report:
    """The state of a decoder.

    Attributes:
        state: See ``State``.
        reason: Why it is lost; empty otherwise.
        size: Width and height in pixels; (0, 0) while unknown.
        length: Seconds of a clip; 0 for live sources and while unknown.
        late: Frames that were left out because their time had passed.
    """

    state: State
    reason: str = ""
    size: tuple[int, int] = (0, 0)
    length: Seconds = 0.0
    late: int = 0


class Decoder(Protocol):
    """Decodes one source in a thread of its own."""

    @property
    def length(self) -> Seconds:
        """Length of a clip; 0 for live sources and while unknown."""
        ...

    def take(self, playhead: Playhead, wait: Seconds = 0.0) -> Shown | None:
        """Return the newest picture for a playhead; None while there is none.

        Args:
            playhead: What to show.
            wait: Seconds to wait for exactly that picture; 0 returns what is ready.
        """
        ...

    def rest(self) -> None:
        """Note that nobody shows it now."""
        ...

    def report(self) -> Report:
        """Return its state."""
        ...

    def close(self, wait: Seconds = 0.0) -> None:
        """End the thread and close the source. Safe to call twice.

        Args:
            wait: Seconds to wait for the end; a source that does not answer ends later, or with the process.
        """
        ...
