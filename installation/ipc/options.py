"""The options of a stage: those of the command line as one value that is passed to the process."""

from typing import Literal

import msgspec

from installation.values import DEFAULT_VENUE

__all__ = ["StageOptions"]


class StageOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of a stage process.

    Attributes:
        mode: The way of playing: preview, perform or run.
        show, venue: Names or paths; the defaults are the five acts and the laptop.
        scene, cue: Scene to play without cues, or cue to begin at.
        shader: An ISF file to play instead of a show.
        input: Picture file, or a scene of the show, for the shader's ``inputImage``.
        size: Width and height of the canvas in pixels, instead of the venue's.
        seed: Seed instead of the show's.
        headless: Open no window.
        score: Position at which the score starts in the first frame, ``M:SS`` or ``act-N``; empty for none.
        speed: Factor on the cue clock.
        date: Date and local time at which a film begins, ISO 8601; empty for the usual one.
        people: Number of simulated people instead of the venue's; None keeps those.
        seconds: Seconds of show time after which to quit; None for no limit.
        record, replay: Files of recorded input.
        wanted: Show and venue as named on the command line, if others stand in for them; else empty.
        notes: Notes to show from the start.
        sound: Whether there is a sound process.
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
    date: str = ""
    people: int | None = None
    seconds: float | None = None
    record: str = ""
    replay: str = ""
    wanted: tuple[str, str] | None = None
    notes: tuple[str, ...] = ()
    sound: bool = False
