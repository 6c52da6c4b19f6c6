"""The controllers that are known: beside the venue file, in the user's folder, and those that ship.

Of several files for one address the first in this order is used. A file with errors is left out and reported;
the others stay usable.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from installation import paths
from installation.errors import ShowError
from installation.surface.profile import Profile, profile_folder
from installation.surface.reader import read_profile
from installation.values import Finding

__all__ = ["BESIDE", "Library", "load_controllers", "places"]

BESIDE: Final = "controllers"
"""Name of the folder beside a venue file and in the user's folder."""


def places(venue_file: Path | None = None) -> list[tuple[str, Path]]:
    """Return the folders to search, in order of precedence, each with its source."""
    beside = [] if venue_file is None else [("venue", venue_file.parent / BESIDE)]
    return [*beside, ("user", paths.user_folder() / BESIDE), ("shipped", profile_folder())]


def load_controllers(venue_file: Path | None = None) -> "Library":
    """Return the controllers known to a venue; without one, the user's and those that ship."""
    return Library(places(venue_file))


class Library(Mapping[str, Profile]):
    """Profiles by address.

    Args:
        folders: Source and folder, in order of precedence.

    Attributes:
        findings: What is wrong in files that are left out.
        hidden: Profiles that are hidden by one of the same address in an earlier folder.
        sources: ``venue``, ``user`` or ``shipped`` by address.
    """

    def __init__(self, folders: Sequence[tuple[str, Path]] = ()) -> None:
        self.findings: list[Finding] = []
        self.hidden: list[Profile] = []
        self.sources: dict[str, str] = {}
        self._profiles: dict[str, Profile] = {}
        for source, folder in folders:
            for path in _files(folder):
                self._add(source, path)

    def _add(self, source: str, path: Path) -> None:
        try:
            made = read_profile(path)
        except ShowError as error:
            self.findings += error.findings
            return
        if made.address in self._profiles:
            self.hidden.append(made)
        else:
            self._profiles[made.address] = made
            self.sources[made.address] = source

    def __getitem__(self, address: str) -> Profile:
        return self._profiles[address]

    def __iter__(self) -> Iterator[str]:
        return iter(self._profiles)

    def __len__(self) -> int:
        return len(self._profiles)

    def recognise(self, port: str, prefer: Iterable[str] = (), protocol: str = "midi") -> Profile | None:
        """Return the profile that a port belongs to; None if no file knows it.

        The longest beginning that fits decides; of those that fit equally, one that is preferred, then the
        first by address. A port whose name has a part that the profile skips is none of its ports.

        Args:
            port: Name as the system gives it, ``client:port``, without numbers that change.
            prefer: Addresses of profiles that are chosen before others of the same device.
            protocol: What the device speaks.
        """
        client, _, own = port.casefold().partition(":")
        wanted = frozenset(prefer)
        best: tuple[int, bool, str] | None = None
        found: Profile | None = None
        for address, profile in sorted(self._profiles.items(), reverse=True):
            if profile.protocol != protocol or any(
                part.casefold() in port.casefold() for part in profile.skip
            ):
                continue
            fitting = [
                len(one)
                for one in map(str.casefold, profile.ports)
                if own.strip().startswith(one) or client.startswith(one)
            ]
            if fitting:
                rank = (max(fitting), address in wanted, "")
                if best is None or rank >= best:
                    best, found = rank, profile
        return found


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == ".toml" and path.is_file())
    except OSError:
        return []  # no such folder: no controllers there
