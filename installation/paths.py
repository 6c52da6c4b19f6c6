"""Where things lie on disk, and how files that people wrote are read: regular ones only, up to a size."""

import contextlib
import errno
import os
import stat
import sys
from hashlib import sha256
from io import BufferedReader
from pathlib import Path
from typing import Final

__all__ = [
    "CONTROL", "assets", "controls_file", "exists", "is_file", "open_regular", "preset_folder", "presets",
    "read_bytes", "real", "run_folders", "shaders", "stamp", "state_folder", "user_folder", "writable",
]  # fmt: skip

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
    if writable(show):
        return show / "presets"
    return _state_place() / "presets" / show.name


def controls_file(show: Path) -> Path:
    """Where the map of controls of a show is written; it need not exist.

    ``controls.toml`` beside the show. A show that ships is not written to, since the next update would undo
    it, nor is one whose folder may not be written to: its controls lie on top of it, in the user's folder.
    """
    shipped = show.is_relative_to(real(presets())) or show.is_relative_to(presets())
    if not shipped and os.access(show, os.W_OK):
        return show / "controls.toml"
    return user_folder() / "controls" / f"{show.name}.toml"


def writable(show: Path) -> bool:
    """Whether the program may write into a show's folder: not where it is installed itself."""
    shipped = assets() == _PACKAGE / "_assets" and show.is_relative_to(assets())
    return not shipped and os.access(show, os.W_OK)


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


def exists(path: Path) -> bool:
    """Whether there is anything by that name: also a folder, a pipe, a link that leads nowhere."""
    try:
        return os.path.lexists(path)
    except (OSError, ValueError):
        return False


_KINDS = (
    (stat.S_ISDIR, "is a folder, not a file"),
    (stat.S_ISFIFO, "is a pipe, not a file"),
    (stat.S_ISSOCK, "is a socket, not a file"),
    (stat.S_ISCHR, "is a device, not a file"),
    (stat.S_ISBLK, "is a device, not a file"),
)


def stamp(path: Path) -> tuple[int, int] | None:
    """Time of change in ns and size in bytes: they differ when a file was replaced. None without a file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def read_bytes(path: Path, most: int) -> bytes:
    """What a file holds that a person wrote. Never waits for another program, never reads without an end.

    Args:
        path: Of a regular file; links are followed.
        most: Bytes that it may have.

    Raises:
        OSError: It is missing, unreadable, no regular file or larger; ``strerror`` says which.
    """
    with open_regular(path) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"is larger than {_size(most)}", os.fspath(path))
    return data


def open_regular(path: Path) -> BufferedReader:
    """A regular file, opened for reading bytes; for what is too long to be read at once.

    Raises:
        OSError: It is missing, unreadable or no regular file; ``strerror`` says which.
    """
    name = os.fspath(path)
    try:
        _only_regular(Path(name).stat().st_mode, name)  # opening a device or a pipe may do something already
        # a pipe may have taken the file's place since: it must not be waited for
        descriptor = os.open(name, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except ValueError as error:  # a zero byte in the name
        raise OSError(errno.EINVAL, f"is no name of a file: {error}", name) from None
    file = os.fdopen(descriptor, "rb")
    try:
        _only_regular(os.fstat(descriptor).st_mode, name)
    except OSError:
        file.close()
        raise
    return file


def _only_regular(mode: int, name: str) -> None:
    if not stat.S_ISREG(mode):
        kind = next((words for test, words in _KINDS if test(mode)), "is no regular file")
        raise OSError(errno.EINVAL, kind, name)


def _size(count: int) -> str:
    if count < 1 << 10:
        return f"{count} bytes"
    return f"{count >> 20} MiB" if count >= 1 << 20 else f"{count >> 10} KiB"


def state_folder() -> Path:
    """Folder where a running show keeps its state; made on demand, readable by its owner only.

    ``PHOTOPHORE_STATE`` moves it. One show runs per state folder. Where it cannot be made it is named all the
    same: whoever writes there meets the reason, and the show goes on without.
    """
    folder = _state_place()
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def user_folder() -> Path:
    """Folder of what a user adds for all shows, e.g. ``fixtures``; it need not exist.

    ``PHOTOPHORE_USER`` moves it.
    """
    given = os.environ.get("PHOTOPHORE_USER")
    if given:
        return Path(given).expanduser()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "photophore"
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", str(Path.home()))) / "photophore"
    return Path(os.environ.get("XDG_CONFIG_HOME", str(Path.home() / ".config"))) / "photophore"


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
