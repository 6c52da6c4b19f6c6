"""``photophore preview``, ``perform``, ``run`` and ``replay``: start the keeper, which starts the rest."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec

from installation.errors import PhotophoreError
from installation.options import StageOptions
from installation.show import load_show, load_venue

__all__ = ["Choice", "has_display", "parse_size", "play"]

DEFAULT_SHOW = "eco-symbiotic-collective"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the command line asked for; see the verbs' options."""

    mode: str
    show: str | None = None
    venue: str | None = None
    scene: str | None = None
    cue: str | None = None
    shader: Path | None = None
    input: str | None = None
    size: str | None = None
    seed: int | None = None
    headless: bool = False
    seconds: float | None = None
    record: Path | None = None
    replay: Path | None = None


def parse_size(text: str) -> tuple[int, int]:
    """``1280x720`` as two numbers.

    Raises:
        PhotophoreError: it is not of that form, or larger than 16384 pixels a side.
    """
    width, _, height = text.lower().partition("x")
    if not (width.isdigit() and height.isdigit()):
        message = f"--size {text}: expected WIDTHxHEIGHT, e.g. 1280x720"
        raise PhotophoreError(message)
    size = int(width), int(height)
    if not all(16 <= side <= 16384 for side in size):
        message = f"--size {text}: each side must be 16 to 16384 pixels"
        raise PhotophoreError(message)
    return size


def has_display() -> bool:
    """Whether a window can be hoped for: always, except on Unix without X or Wayland."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
