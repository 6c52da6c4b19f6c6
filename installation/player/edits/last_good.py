"""The last good version of a show's files: the fallback of ``run`` if the files are wrong at startup.

One archive per pair of show and venue in the folder ``last-good`` of the state folder. It is written
atomically once the files have played without problems for a while, and contains only authored files: the
parts of the show's folder that the show uses, the venue, and the fixture profiles that it names. Files that
ship with the program are not included.
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
"""Maximum total size in bytes of a show and venue; larger ones are not kept."""

MOST_ARCHIVES: Final = 8
"""Maximum number of archives; the oldest is deleted first."""

_MOST_FILES: Final = 2000
_STEADY: Final = (1980, 1, 1, 0, 0, 0)  # fixed time stamps: equal files give equal archives

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LastGood:
    """Where the last good version was unpacked.

    Attributes:
        show: The show's folder.
        venue: The venue's file.
        kept: When it was archived, in local time, for display.
    """

    show: Path
    venue: Path
    kept: str


class _Drawn(Protocol):
    """A shader, reduced to its files."""

    @property
    def files(self) -> tuple[Path, ...]:
        """The shader's own file and all that it includes."""
        ...


def keep(
    folder: Path,
    named: tuple[str, str],
    show: Show,
    shaders: Iterable[Path],
    venue: Venue,
    prove: Callable[[LastGood], None],
) -> bool:
    """Archive the files of a playing show as they are on disk now; return False on failure.

    The reason for a failure is logged, and the previous version is kept.

    Args:
        folder: State folder.
        named: Show and venue as given on the command line.
        show: The show that plays.
        shaders: All files of its shaders.
        venue: The venue.
        prove: Reads the copied files and raises PhotophoreError if they are wrong, e.g. in the middle of an
        edit.
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
        log.warning("cannot keep this version of the show as the last good one: %s", error)
        return False
    return True


class Versions:
    """Archives each version that plays well, in a background thread.

    Args:
        folder: State folder.
        named: Show and venue as given on the command line.
        prove: See ``keep``.
    """

    def __init__(self, folder: Path, named: tuple[str, str], prove: Callable[[LastGood], None]) -> None:
        self._place = folder, named
        self._prove = prove
        self._seen: tuple[object, ...] = ()
        self._keeping: threading.Thread | None = None

    def see(self, show: Show, drawn: Sequence[Mapping[str, _Drawn]], venue: Venue) -> None:
        """Archive this version, which plays well, unless already done. Does not block.

        Args:
            show: The show that plays.
            drawn: Its shaders; an edit replaces the mapping.
            venue: The venue; an edit of the patch replaces the object.
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
        """Wait until the archive in progress is written."""
        if self._keeping is not None:
            self._keeping.join(timeout)


def last_good(folder: Path, named: tuple[str, str]) -> LastGood | None:
    """Unpack the last good version into the state folder; None if there is none or it is damaged.

    Args:
        folder: State folder.
        named: Show and venue as given on the command line.
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
        log.warning("%s: cannot read the last good version: %s", archive, error)
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
    """Return the archive as bytes. Raises PhotophoreError if a file is not allowed in it, and OSError."""
    files = {f"venue/{venue.files[0].name}": venue.files[0]}
    for entry in profiles_of(venue):
        if entry.source != SHIPPED:
            files[f"venue/{BESIDE}/{entry.path.name}"] = entry.path
    files |= _certificates(venue)
    for path in sorted({*show.files, *shaders}):
        name = _place(path, show)
        if name is not None:
            files[f"show/{show.name}/{name}"] = path
    if len(files) > _MOST_FILES or sum(path.stat().st_size for path in files.values()) > MOST_BYTES:
        message = f"it has more than {_MOST_FILES} files or more than {MOST_BYTES >> 20} MB in total"
        raise PhotophoreError(message)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in files.items():
            archive.writestr(zipfile.ZipInfo(name, _STEADY), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _certificates(venue: Venue) -> dict[str, Path]:
    """What the site needs to let this hub in, as far as it lies beside the venue."""
    site, home = venue.site, paths.real(venue.files[0].parent)
    given = [Path(one) for one in (site.certificate, site.private_key, site.authority) if one]
    return {f"venue/{one.relative_to(home).as_posix()}": one for one in given if one.is_relative_to(home)}


def _place(path: Path, show: Show) -> str | None:
    """Return the place of a file relative to the show's folder; None for files of the program."""
    real, home = paths.real(path), paths.real(show.folder)
    if real.is_relative_to(home):
        return real.relative_to(home).as_posix()
    if real.is_relative_to(paths.real(paths.shaders())):
        return None
    if path == paths.controls_file(show.folder):
        return None if (home / "controls.toml").exists() else "controls.toml"
    if path.suffix == ".toml":  # a preset saved elsewhere because the show's folder is read-only
        return f"presets/{path.name}"
    message = f"{path} is outside the show's folder; move it into {show.folder}"
    raise PhotophoreError(message)


def _unpack(data: bytes, place: Path, archive: Path) -> LastGood:
    """Unpack an archive into a folder. Raises BadZipFile if it is damaged, and OSError."""
    show = venue = None
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(one.file_size for one in packed.infolist()) > MOST_BYTES:
            raise zipfile.BadZipFile("it is too large")
        for one in packed.infolist():
            parts = PurePosixPath(one.filename).parts
            if one.is_dir() or ".." in parts or len(parts) < 2 or parts[0] not in ("show", "venue"):
                message = f"{one.filename!r} is not an expected member"
                raise zipfile.BadZipFile(message)
            target = place.joinpath(*parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(packed.read(one))
            if parts[0] == "venue":
                venue = venue or target  # it is packed first, then what it needs
            else:
                show = place / "show" / parts[1]
    if show is None or venue is None:
        raise zipfile.BadZipFile("it lacks a show or a venue")
    kept = archive.stat().st_mtime if archive.is_file() else None
    return LastGood(show, venue, strftime("%Y-%m-%d %H:%M", localtime(kept)))


def _prune(folder: Path) -> None:
    """Delete the oldest archives and their unpacked files."""
    archives = sorted(folder.glob("*.zip"), key=lambda path: path.stat().st_mtime)
    for archive in archives[:-MOST_ARCHIVES]:
        archive.unlink()
        shutil.rmtree(archive.with_suffix(""), ignore_errors=True)
