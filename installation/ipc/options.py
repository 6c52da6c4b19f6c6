"""What a stage is asked to play: the command line's wishes as one value that crosses to the process."""

from typing import Literal

import msgspec

from installation.values import DEFAULT_VENUE

__all__ = ["StageOptions"]


class StageOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that a stage process must know before it starts.

    Attributes:
        mode: Which of the three uses this is.
        show, venue: Names or paths; the defaults are the five acts and the laptop.
        scene, cue: Where to begin, without cues or at a cue.
        shader: An ISF file to play instead of a show.
        input: Picture file, or a scene of the show, for the shader's ``inputImage``.
        size: Width and height of the canvas instead of the venue's.
        seed: Instead of the show's.
        headless: Open no window.
        score: Where the score starts in the first frame: ``M:SS`` or ``act-N``; empty starts it not.
        speed: Factor on the cue clock.
        people: How many simulated people there are instead of the venue's; None leaves those.
        seconds: Show time after which to quit; None plays on.
        record, replay: Files of inputs.
        wanted: How the command line named show and venue, where others stand in for them; else empty.
        notes: What people should know from the start.
    """

    mode: Literal["preview", "perform", "run"] = "preview"
    show: str = ""
    venue: str = DEFAULT_VENUE
    scene: str = ""
    cue: str = ""
    shader: str = ""
    input: str = ""
    size: tuple[int, int] | None = None
    seed: int | None = None
    headless: bool = False
    score: str = ""
    speed: float = 1.0
    people: int | None = None
    seconds: float | None = None
    record: str = ""
    replay: str = ""
    wanted: tuple[str, str] | None = None
    notes: tuple[str, ...] = ()
