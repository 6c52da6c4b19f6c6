"""Where fixture profiles are found: beside the venue file, in the user's folder, and what ships.

The nearest one of a name counts, and it is told that it hides others. A file is read when a venue names it:
one that is broken and that nobody uses disturbs nobody.
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
"""Folder beside a venue file, and in the user's folder."""
SHIPPED: Final = "shipped"
"""Source of the profiles that ship with the program."""
_ENDINGS: Final = (".toml", ".json")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of profiles.

    Attributes:
        name: What a venue calls it.
        source: ``venue``, ``user`` or ``shipped``.
        path: The file.
    """

    name: str
    source: str
    path: Path


def places(venue: Venue | None = None) -> list[tuple[str, Path]]:
    """Folders that are searched, the nearest first, each with its source."""
    beside = [("venue", file.parent / BESIDE) for file in (venue.files[:1] if venue else ())]
    return [*beside, ("user", paths.user_folder() / BESIDE), (SHIPPED, profile_folder())]


def load_profiles(venue: Venue | None = None) -> "Library":
    """The profiles that a venue may name; without one, those of the user and those that ship."""
    return Library(places(venue))


def profiles_of(venue: Venue) -> list[Entry]:
    """The files of the profiles that a venue's fixtures name, each once; an unknown name is passed over."""
    known = load_profiles(venue)
    return list(dict.fromkeys(known.entry(one.profile) for one in venue.fixtures if one.profile in known))


class Library(Mapping[str, Profile]):
    """Profiles by name; ``NAME/MODE`` for a mode of a file that has several. Each is read when asked for.

    Asking for one whose file is wrong raises ShowError with its findings.

    Args:
        folders: Source and folder, the nearest first.

    Attributes:
        hidden: Entries that a nearer one of the same name hides.
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
        """Where a profile comes from. Raises KeyError."""
        return self._entries[name.partition("/")[0]]

    def modes(self, name: str) -> tuple[str, ...]:
        """Modes of a file that can be used; none for a profile of one mode. Raises ShowError."""
        found = self._of(name)
        return () if isinstance(found, Profile) else tuple(found.modes)

    def title(self, name: str) -> str:
        """A line for people. Raises ShowError."""
        return self._of(name).title

    def clashes(self, specs: Sequence[FixtureSpec]) -> list[Finding]:
        """A warning for each fixture whose profile hides another one of the same name."""
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
        return  # there is no such folder: nobody has profiles of his own there
