"""The kind of an argument of ``photophore check``: show, venue, fixture profile, shader or shaders."""

from collections.abc import Iterable
from enum import Enum
from pathlib import Path

from installation import paths as places
from installation.errors import ShowError
from installation.show import list_shows, list_venues
from installation.show.document import read

__all__ = ["SHADER", "Kind", "illegible", "kind_of", "shaders_in"]

SHADER = ".fs"

_OF_A_SHOW = ("show.toml", "cues.toml", "states.toml", "soundscape.toml")


class Kind(Enum):
    """Kinds of arguments; ``PART`` is a file of a show whose folder is not known."""

    SHOW = "a show"
    SHOW_FILE = "a file of a show"
    VENUE = "a venue"
    PROFILE = "a fixture profile"
    SHADER = "a shader"
    SHADERS = "a folder of shaders"
    CONTROLLER = "a controller's file"
    PART = "a part of a show"
    NOTHING = "nothing"


def kind_of(path: Path) -> Kind:
    """Return the kind of an argument: by its location if possible, else by its content."""
    name = str(path)
    if path.is_dir():
        return Kind.SHOW if places.exists(path / "show.toml") else Kind.SHADERS
    if path.suffix == SHADER and places.exists(path):
        return Kind.SHADER
    if name in [folder.name for folder in list_shows()]:
        return Kind.SHOW
    if path.name in _OF_A_SHOW and places.exists(path):
        return Kind.SHOW_FILE
    if path.parent.name == "presets" and places.exists(path.parent.parent / "show.toml"):
        return Kind.SHOW_FILE
    if path.suffix == ".json" and places.exists(path):
        return Kind.PROFILE  # of the Open Fixture Library
    if places.exists(path):
        return _by_content(path)
    return Kind.VENUE if name in [file.stem for file in list_venues()] else Kind.NOTHING


def _by_content(path: Path) -> Kind:
    """Return the kind by the file's content; an unreadable file counts as a venue, so it is reported."""
    try:
        keys = read(path).root.members.keys()
    except ShowError:
        return Kind.VENUE
    for kind, own in (
        (Kind.CONTROLLER, {"ports"}),
        (
            Kind.VENUE,
            {
                "canvas",
                "display",
                "adapter",
                "fixture",
                "pixels",
                "group",
                "guard",
                "light",
                "sound",
                "speaker",
            },
        ),
        (Kind.PROFILE, {"channel", "hazard", "lumens", "curve"}),
        (Kind.PART, {"scene", "route", "signal", "effect", "feedback", "cue", "state", "set"}),
    ):
        if own & keys:
            return kind
    return Kind.VENUE


def shaders_in(folder: Path) -> list[Path]:
    """Return every shader file below a folder."""
    return sorted(file for file in folder.rglob(f"*{SHADER}") if not file.is_dir())


def illegible(paths: Iterable[Path]) -> list[Path]:
    """Return the paths that are not one line of text: they cannot be printed or passed to a program."""
    return [path for path in paths if "\n" in str(path) or not _is_text(str(path))]


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
