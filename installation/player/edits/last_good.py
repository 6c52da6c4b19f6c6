"""The last good version of a show's files: what ``run`` plays when the files are wrong at the start.

One archive for each pair of a show and a venue in the folder ``last-good`` of the state folder. It is written
when the files have played for a while, as a whole or not at all, and holds only what an author writes: the
show's folder (as far as the show uses it), the venue, and the fixture profiles that it names. What ships with
the program is not in it.
"""

import io
import logging
import shutil
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from operator import is_
from pathlib import Path, PurePosixPath
from time import localtime, strftime
from typing import Final, Protocol

from installation import paths
from installation.errors import PhotophoreError
from installation.light.profiles.library import BESIDE, SHIPPED, profiles_of
from installation.parameter.preset import write_atomically
from installation.show.model import Show
from installation.show.venue_model import Venue
from installation.values import Seconds

__all__ = ["MOST_ARCHIVES", "MOST_BYTES", "LastGood", "Versions", "keep", "last_good"]

MOST_BYTES: Final = 32 << 20
"""Most bytes of the files of one show and venue together; of larger ones no version is kept."""

MOST_ARCHIVES: Final = 8
"""Pairs of show and venue whose versions are kept; the one that was kept longest ago goes first."""

_MOST_FILES: Final = 2000
_STEADY: Final = (1980, 1, 1, 0, 0, 0)  # the same files make the same archive

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LastGood:
    """Where the last good version was unpacked to.

    Attributes:
        show: The show's folder.
        venue: The venue's file.
        kept: When it was kept, in local time, for people.
    """

    show: Path
    venue: Path
    kept: str


class _Drawn(Protocol):
    """A shader, as far as its files are concerned."""

    @property
    def files(self) -> tuple[Path, ...]: ...


def keep(
    folder: Path,
    named: tuple[str, str],
    show: Show,
    shaders: Iterable[Path],
    venue: Venue,
    prove: Callable[[LastGood], None],
) -> bool:
    """Keep the files of a show that plays, as they are on disk now; False when that is not possible.

    Why it is not possible is logged, and the version that was kept before stays.

    Args:
        folder: State folder.
        named: How the command line named the show and the venue.
        show: What plays.
        shaders: All files of its shaders.
        venue: Where.
        prove: Reads the copied files and raises PhotophoreError when they are wrong: somebody may be editing.
    """
    archive = _archive(folder, named)
    try:
        data = _pack(show, shaders, venue)
        if archive.is_file() and archive.read_bytes() == data:
            return True
        with tempfile.TemporaryDirectory(prefix="photophore-") as place:
            prove(_unpack(data, Path(place), archive))
        write_atomically(archive, data)
        _prune(archive.parent)
    except (PhotophoreError, OSError, zipfile.BadZipFile) as error:
        log.warning("this version of the show is not kept for a start with wrong files: %s", error)
        return False
    return True


class Versions:
    """Keeps the files of each version that plays well, in a thread of its own.

    Args:
        folder: State folder.
        named: How the command line named the show and the venue.
        prove: As ``keep`` wants it.
    """

    def __init__(self, folder: Path, named: tuple[str, str], prove: Callable[[LastGood], None]) -> None:
        self._place = folder, named
        self._prove = prove
        self._seen: tuple[object, ...] = ()
        self._keeping: threading.Thread | None = None

    def see(self, show: Show, drawn: Sequence[Mapping[str, _Drawn]], venue: Venue) -> None:
        """This plays well; keep it unless that was done. Never waits.

        Args:
            show: What plays.
            drawn: The shaders that it is drawn by. What was edited is another mapping.
            venue: Where. One whose patch was edited is another one.
        """
        version = (show, *drawn, venue)
        same = len(version) == len(self._seen) and all(map(is_, version, self._seen))
        if same or (self._keeping is not None and self._keeping.is_alive()):
            return
        self._seen = version
        files = {path for group in drawn for shader in group.values() for path in shader.files}
        given = (*self._place, show, files, venue, self._prove)
        self._keeping = threading.Thread(target=keep, args=given, name="keep version", daemon=True)
        self._keeping.start()

    def wait(self, timeout: Seconds | None = None) -> None:
        """Until what was begun is kept."""
        if self._keeping is not None:
            self._keeping.join(timeout)


def last_good(folder: Path, named: tuple[str, str]) -> LastGood | None:
    """Unpack the last good version into the state folder; None where there is none, or it is damaged.

    Args:
        folder: State folder.
        named: How the command line named the show and the venue.
    """
    archive = _archive(folder, named)
    place = archive.with_suffix("")
    try:
        if not archive.is_file():
            return None
        data = archive.read_bytes()
        shutil.rmtree(place, ignore_errors=True)
        return _unpack(data, place, archive)
    except (OSError, ValueError, zipfile.BadZipFile, zipfile.LargeZipFile) as error:
        log.warning("%s: the last good version cannot be read: %s", archive, error)
        return None


def _archive(folder: Path, named: tuple[str, str]) -> Path:
    show, venue = named
    if not (paths.presets() / "shows" / show / "show.toml").is_file():
        show = str(Path(show).expanduser().absolute())
    if not (paths.presets() / "venues" / f"{venue}.toml").is_file():
        venue = str(Path(venue).expanduser().absolute())
    digest = sha256(f"{show}\0{venue}".encode("utf-8", "surrogateescape")).hexdigest()
    return folder / "last-good" / f"{digest[:16]}.zip"


def _pack(show: Show, shaders: Iterable[Path], venue: Venue) -> bytes:
    """The files as bytes. Raises PhotophoreError for what lies elsewhere or is too much, and OSError."""
    files = {f"venue/{venue.files[0].name}": venue.files[0]}
    for entry in profiles_of(venue):
        if entry.source != SHIPPED:
            files[f"venue/{BESIDE}/{entry.path.name}"] = entry.path
    for path in sorted({*show.files, *shaders}):
        name = _place(path, show)
        if name is not None:
            files[f"show/{show.name}/{name}"] = path
    if len(files) > _MOST_FILES or sum(path.stat().st_size for path in files.values()) > MOST_BYTES:
        message = f"its files are more than {_MOST_FILES}, or larger than {MOST_BYTES >> 20} MB together"
        raise PhotophoreError(message)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in files.items():
            archive.writestr(zipfile.ZipInfo(name, _STEADY), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _place(path: Path, show: Show) -> str | None:
    """Where a file goes below the show's folder; None for what ships with the program."""
    real, home = paths.real(path), paths.real(show.folder)
    if real.is_relative_to(home):
        return real.relative_to(home).as_posix()
    if real.is_relative_to(paths.real(paths.shaders())):
        return None
    if path.suffix == ".toml":  # a preset that was saved where the show's own folder cannot be written
        return f"presets/{path.name}"
    message = f"{path} lies outside of the show's folder; put it into {show.folder}"
    raise PhotophoreError(message)


def _unpack(data: bytes, place: Path, archive: Path) -> LastGood:
    """Write the files of an archive below a folder. Raises BadZipFile for a damaged one, and OSError."""
    show = venue = None
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(one.file_size for one in packed.infolist()) > MOST_BYTES:
            raise zipfile.BadZipFile("it is too large")
        for one in packed.infolist():
            parts = PurePosixPath(one.filename).parts
            if one.is_dir() or ".." in parts or len(parts) < 2 or parts[0] not in ("show", "venue"):
                message = f"{one.filename!r} does not belong there"
                raise zipfile.BadZipFile(message)
            target = place.joinpath(*parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(packed.read(one))
            if parts[0] == "venue":
                venue = target if len(parts) == 2 else venue
            else:
                show = place / "show" / parts[1]
    if show is None or venue is None:
        raise zipfile.BadZipFile("a show or a venue is missing")
    kept = archive.stat().st_mtime if archive.is_file() else None
    return LastGood(show, venue, strftime("%Y-%m-%d %H:%M", localtime(kept)))


def _prune(folder: Path) -> None:
    """Forget the oldest versions, and what was unpacked of them."""
    archives = sorted(folder.glob("*.zip"), key=lambda path: path.stat().st_mtime)
    for archive in archives[:-MOST_ARCHIVES]:
        archive.unlink()
        shutil.rmtree(archive.with_suffix(""), ignore_errors=True)
