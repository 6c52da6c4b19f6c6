"""Where things lie on disk: what ships with the program, and what a running show writes."""

import os
import sys
from pathlib import Path

__all__ = ["assets", "presets", "shaders", "state_folder"]

_PACKAGE = Path(__file__).resolve().parent


def assets() -> Path:
    """The folder that holds ``shaders`` and ``presets``: the checkout, or inside the installed wheel."""
    checkout = _PACKAGE.parent
    if (checkout / "shaders").is_dir() and (checkout / "presets").is_dir():
        return checkout
    return _PACKAGE / "_assets"


def shaders() -> Path:
    """Folder of the shaders that ship with the program."""
    return assets() / "shaders"


def presets() -> Path:
    """Folder of the shows and venues that ship with the program."""
    return assets() / "presets"


def state_folder() -> Path:
    """Folder where a running show keeps its state; made on demand, readable by its owner only.

    ``PHOTOPHORE_STATE`` moves it. One show runs per state folder.
    """
    given = os.environ.get("PHOTOPHORE_STATE")
    if given:
        folder = Path(given).expanduser()
    elif sys.platform == "darwin":
        folder = Path.home() / "Library" / "Application Support" / "photophore"
    elif sys.platform == "win32":
        folder = Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "photophore"
    else:
        folder = Path(os.environ.get("XDG_STATE_HOME", str(Path.home() / ".local" / "state"))) / "photophore"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
