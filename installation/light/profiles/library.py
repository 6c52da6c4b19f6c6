"""The library of fixture profiles: beside the venue file, in the user's folder, and those that ship.

Of several profiles of the same name the first in this order is used, with a warning that it hides the
others. A file is read only when a venue names it, so a broken file that is not used does no harm.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from installation import paths
from installation.errors import ShowError, nearest
from installation.light.profiles.ofl import OflFile, read_ofl
from installation.light.profiles.profile import Profile, profile_folder, read_profile
from installation.show.venue_model import FixtureSpec, Venue
from installation.values import Finding, Where

__all__ = ["BESIDE", "SHIPPED", "Entry", "Library", "load_profiles", "places", "profiles_of"]

BESIDE: Final = "fixtures"
"""Name of the folder beside a venue file and in the user's folder."""
SHIPPED: Final = "shipped"
"""Source of the profiles that ship with the program."""
_ENDINGS: Final = (".toml", ".json")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of profiles.

    Attributes:
        name: Its name in venue files.
        source: ``venue``, ``user`` or ``shipped``.
        path: The file.
    """

    name: str
    source: str
    path: Path


def places(venue: Venue | None = None) -> list[tuple[str, Path]]:
    """Return the folders to search, in order of precedence, each with its source."""
    beside = [("venue", file.parent / BESIDE) for file in (venue.files[:1] if venue else ())]
    return [*beside, ("user", paths.user_folder() / BESIDE), (SHIPPED, profile_folder())]


def load_profiles(venue: Venue | None = None) -> "Library":
    """Return the profiles available to a venue; without a venue, the user's and the shipped ones."""
    return Library(places(venue))


def profiles_of(venue: Venue) -> list[Entry]:
    """Return the files of the profiles that a venue's fixtures name, each once; unknown names are ignored."""
    known = load_profiles(venue)
    return list(dict.fromkeys(known.entry(one.profile) for one in venue.fixtures if one.profile in known))


class Library(Mapping[str, Profile]):
    """Profiles by name; ``NAME/MODE`` for a mode of a file that has several. Each is read on access.

    Access to a profile whose file has errors raises ShowError with all findings.

    Args:
        folders: Source and folder, in order of precedence.

    Attributes:
        hidden: Entries that are hidden by one of the same name in an earlier folder.
    """

    def __init__(self, folders: Sequence[tuple[str, Path]]) -> None:
        self._entries: dict[str, Entry] = {}
        self.hidden: list[Entry] = []
        self._read: dict[str, Profile | OflFile] = {}
        for source, folder in folders:
            for path in sorted(_files(folder)):
                entry = Entry(path.stem, source, path)
                if path.stem in self._entries:
                    self.hidden.append(entry)
                else:
                    self._entries[path.stem] = entry

    def __getitem__(self, name: str) -> Profile:
        found = self._of(name)
        if isinstance(found, Profile):
            return found
        stem, _, mode = name.partition("/")
        usable = found.modes
        wanted = found.short.get(mode, mode) or (next(iter(usable)) if len(usable) == 1 else "")
        if wanted in usable:
            return usable[wanted]
        where = Where(str(self._entries[stem].path))
        if wanted in found.unfit:
            raise ShowError([found.unfit[wanted]])
        listed = nearest(mode, usable, f"its modes are {', '.join(usable) or 'none'}")
        message = f"{stem} has no mode {mode!r}" if mode else f'{stem} has several modes: say mode = "..."'
        raise ShowError([Finding(where, message, listed), *([] if usable else found.unfit.values())])

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.partition("/")[0] in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def entry(self, name: str) -> Entry:
        """Return the file of a profile. Raises KeyError."""
        return self._entries[name.partition("/")[0]]

    def modes(self, name: str) -> tuple[str, ...]:
        """Return the usable modes of a file; none for a profile with a single mode. Raises ShowError."""
        found = self._of(name)
        return () if isinstance(found, Profile) else tuple(found.modes)

    def title(self, name: str) -> str:
        """Return the human-readable title of a profile. Raises ShowError."""
        return self._of(name).title

    def clashes(self, specs: Sequence[FixtureSpec]) -> list[Finding]:
        """Return a warning for each fixture whose profile hides another one of the same name."""
        found = []
        for spec in specs:
            for other in self.hidden:
                if other.name == spec.profile:
                    taken = self._entries[spec.profile].path
                    message = f"profile {spec.profile!r} is the one of {taken}; it hides {other.path}"
                    where = spec.places.get("profile", spec.where)
                    found.append(Finding(where, message, "rename one of them", "warning"))
        return found

    def _of(self, name: str) -> Profile | OflFile:
        stem = name.partition("/")[0]
        if stem not in self._read:
            entry = self._entries[stem]
            self._read[stem] = (
                read_ofl(entry.path) if entry.path.suffix == ".json" else read_profile(entry.path)
            )
        return self._read[stem]


def _files(folder: Path) -> Iterator[Path]:
    try:
        yield from (path for path in folder.iterdir() if path.suffix in _ENDINGS and path.is_file())
    except OSError:
        return  # no such folder: no user profiles there
