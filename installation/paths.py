"""Where things lie on disk: what ships with the program, and what a running show writes."""

import contextlib
import os
import sys
from hashlib import sha256
from pathlib import Path
from typing import Final

__all__ = [
    "CONTROL",
    "assets",
    "is_file",
    "preset_folder",
    "presets",
    "real",
    "run_folders",
    "shaders",
    "state_folder",
]

CONTROL: Final = "control.sock"
"""Name of the keeper's control socket, in the state folder or in what stands in for it."""

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


def preset_folder(show: Path) -> Path:
    """Where the presets of a show are saved; it need not exist.

    Beside the show, or in the state folder where that cannot be: a show inside an installed program may not
    be written to, and would lose what was saved at the next update.
    """
    shipped = assets() == _PACKAGE / "_assets" and show.is_relative_to(assets())
    if not shipped and os.access(show, os.W_OK):
        return show / "presets"
    return _state_place() / "presets" / show.name


def real(path: Path) -> Path:
    """A path whose links are followed; only made absolute where the system can make nothing of it.

    People write names into files: some are too long, have a zero in them, or lead round in a circle.
    """
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        return path.absolute()


def is_file(path: Path) -> bool:
    """Whether there is such a file; there is none by a name that the system refuses."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def state_folder() -> Path:
    """Folder where a running show keeps its state; made on demand, readable by its owner only.

    ``PHOTOPHORE_STATE`` moves it. One show runs per state folder. Where it cannot be made it is named all the
    same: whoever writes there meets the reason, and the show goes on without.
    """
    folder = _state_place()
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def run_folders(state: Path | None = None) -> tuple[Path, ...]:
    """Where the lock and the sockets of a running show may lie, the best place first.

    In the state folder; where that is read-only or its disk is full, in a folder of this user's own among the
    temporary files, named after the state folder, so that other commands find it.
    ``PHOTOPHORE_RUN`` names the place that the keeper has found, for its children.
    """
    folder = state or _state_place()
    given = os.environ.get("PHOTOPHORE_RUN")
    if given and state is None:
        return (Path(given),)
    owner = os.getuid() if hasattr(os, "getuid") else 0
    name = f"photophore-{owner}-{sha256(os.fsencode(folder.absolute())).hexdigest()[:12]}"
    bases = [os.environ.get("XDG_RUNTIME_DIR", ""), f"/run/user/{owner}", "/tmp", "/dev/shm"]  # noqa: S108 - owned, 0700
    if sys.platform == "win32":
        return (folder,)
    return (folder, *(Path(base) / name for base in dict.fromkeys(bases) if base))


def _state_place() -> Path:
    given = os.environ.get("PHOTOPHORE_STATE")
    if given:
        return Path(given).expanduser()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "photophore"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "photophore"
    return Path(os.environ.get("XDG_STATE_HOME", str(Path.home() / ".local" / "state"))) / "photophore"
