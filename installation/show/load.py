"""Opens shows and venues by name or path. All errors of all files are reported together."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from installation import paths
from installation.errors import ShowError, nearest
from installation.show.controls import ControlSpec, read_controls
from installation.show.document import Document, read
from installation.show.interface import InterfaceSpec
from installation.show.model import CueSpec, PresetSpec, ScheduleSpec, ScoreSpec, Show, StorySpec
from installation.show.shows import read_cues, read_head, read_preset, read_stories
from installation.show.soundscape import FILE as SOUNDSCAPE
from installation.show.soundscape import Soundscape, read_soundscape
from installation.show.states import read_states
from installation.show.venue_model import Venue
from installation.show.venues import read_venue
from installation.values import DEFAULT_SHOW, DEFAULT_VENUE, Finding, Where

__all__ = [
    "DEFAULT_SHOW",
    "DEFAULT_VENUE",
    "examine_show",
    "examine_venue",
    "find_venue",
    "list_shows",
    "list_venues",
    "load_show",
    "load_venue",
]

MOST_PRESETS = 999
_NO_CUES: tuple[tuple[CueSpec, ...], ScoreSpec | None, tuple[ScheduleSpec, ...]] = ((), None, ())

PartT = TypeVar("PartT")


def list_shows() -> Sequence[Path]:
    """Return the folders of the shipped shows, sorted by name."""
    return sorted(file.parent for file in (paths.presets() / "shows").glob("*/show.toml"))


def list_venues() -> Sequence[Path]:
    """Return the files of the shipped venues, sorted by name."""
    return sorted((paths.presets() / "venues").glob("*.toml"))


def load_show(show: str | Path = DEFAULT_SHOW) -> Show:
    """Read a show: a name under ``presets/shows``, a folder, or its ``show.toml``.

    Raises:
        ShowError: Contains all findings of all files. References are checked later (``resolve``).
    """
    found, findings = examine_show(show)
    if found is None or findings:
        stale = found.warnings if found is not None else ()
        raise ShowError(sorted([*findings, *stale], key=lambda finding: finding.where))
    return found


def examine_show(show: str | Path) -> tuple[Show | None, list[Finding]]:
    """Read as much of a show as possible.

    Returns:
        The show, with defaults in place of invalid values, and all findings of all files. The show is None if
        a
        file is missing or not TOML.

    Raises:
        ShowError: There is no such show.
    """
    folder = _find_show(show)
    findings: list[Finding] = []
    files = [folder / "show.toml"]
    documents = [_read(files[0], findings)]
    head = read_head(documents[0], folder, findings) if documents[0] else None
    parts = _Parts(folder, files, documents, findings)
    cues, score, schedule = parts.read("cues.toml", read_cues, _NO_CUES)
    interface: InterfaceSpec | None = parts.read("states.toml", read_states, None)
    stories: tuple[StorySpec, ...] = parts.read("stories.toml", read_stories, ())
    controls: tuple[ControlSpec, ...] = parts.read("controls.toml", read_controls, ())
    known: dict[str, Collection[str]] = {"scene": head.scenes} if head is not None else {}
    known |= {"state": [one.name for one in interface.states]} if interface is not None else {}
    soundscape: Soundscape | None = parts.read(SOUNDSCAPE, partial(read_soundscape, known=known), None)
    stale: list[Finding] = []  # saved by the program: errors there must not stop a show
    presets = _presets(folder, files, stale)
    controls += _overlay(folder, files, stale)
    findings.sort(key=lambda finding: finding.where)
    if head is None or None in documents:
        return None, sorted([*findings, *stale], key=lambda finding: finding.where)
    found = Show(
        name=folder.name,
        title=head.title,
        folder=folder,
        scenes=MappingProxyType(head.scenes),
        signals=head.signals,
        routes=head.routes,
        cues=cues,
        presets=MappingProxyType(presets),
        start=head.start,
        seed=head.seed,
        panic=head.panic,
        files=tuple(files),
        effects=MappingProxyType(head.effects),
        feedback=head.feedback,
        interface=interface,
        score=score,
        schedule=schedule,
        warnings=tuple(stale),
        stories=stories,
        macros=head.macros,
        controls=controls,
        sends=head.sends,
        sounds=head.sounds,
        soundscape=soundscape,
    )
    return found, findings


def _presets(folder: Path, files: list[Path], stale: list[Finding]) -> dict[str, PresetSpec]:
    """Return the presets without errors; their files are added to ``files``, errors to ``stale``."""
    presets: dict[str, PresetSpec] = {}
    for path in _preset_files(folder):
        files.append(path)
        wrong: list[Finding] = []
        document = _read(path, wrong)
        preset = read_preset(document, wrong) if document else None
        if preset is not None and not wrong:
            presets[path.stem] = preset
        stale += [replace(one, severity="warning") for one in wrong]
    return presets


def _overlay(folder: Path, files: list[Path], stale: list[Finding]) -> tuple[ControlSpec, ...]:
    """Return the controls that lie on top of a show that ships; they outlive its updates.

    Those with errors are left out: what the program wrote must not stop a show.
    """
    path = paths.controls_file(folder)
    if path == folder / "controls.toml" or not paths.exists(path):
        return ()
    files.append(path)
    wrong: list[Finding] = []
    document = _read(path, wrong)
    found = read_controls(document, wrong, overlay=True) if document else ()
    stale += [replace(one, severity="warning") for one in wrong]
    return () if wrong else found


def load_venue(venue: str | Path = DEFAULT_VENUE) -> Venue:
    """Read a venue: a name under ``presets/venues`` or the path of a TOML file.

    Raises:
        ShowError: Contains all findings of the file.
    """
    found, findings = examine_venue(venue)
    if found is None or findings:
        raise ShowError(findings)
    return found


def examine_venue(venue: str | Path) -> tuple[Venue | None, list[Finding]]:
    """Read as much of a venue as possible: with defaults in place of invalid values, and all findings.

    The venue is None if the file is missing or not TOML.

    Raises:
        ShowError: There is no venue of that name.
    """
    findings: list[Finding] = []
    document = _read(find_venue(venue), findings)
    found = read_venue(document, findings) if document else None
    return found, sorted(findings, key=lambda finding: finding.where)


@dataclass(frozen=True, slots=True)
class _Parts:
    """Files of a show that may be missing."""

    folder: Path
    files: list[Path]
    documents: list[Document | None]
    findings: list[Finding]

    def read(self, name: str, reader: Callable[[Document, list[Finding]], PartT], missing: PartT) -> PartT:
        """Return what a file says; ``missing`` where there is none, or it is not TOML."""
        path = self.folder / name
        if not paths.exists(path):
            return missing
        self.files.append(path)
        document = _read(path, self.findings)
        self.documents.append(document)
        return reader(document, self.findings) if document else missing


def _read(path: Path, findings: list[Finding]) -> Document | None:
    try:
        return read(path)
    except ShowError as error:
        findings.extend(error.findings)
        return None


def _find_show(show: str | Path) -> Path:
    shipped = paths.presets() / "shows" / str(show)
    if _is_name(show) and (shipped / "show.toml").is_file():
        return shipped
    path = Path(show).expanduser()
    if path.name == "show.toml":
        path = path.parent
    if paths.exists(path / "show.toml"):  # even if unreadable: the reader reports why
        return paths.real(path)
    if _is_name(show) and not path.exists():
        names = [folder.name for folder in list_shows()]
        raise ShowError(
            [Finding(Where(str(show)), "there is no show of that name", nearest(str(show), names))]
        )
    hint = "a show is a folder with a show.toml; `photophore new DIR` writes one"
    raise ShowError([Finding(Where(str(path)), "this is not a show", hint)])


def _preset_files(folder: Path) -> list[Path]:
    """Return the presets of a show, shipped and saved; a saved one replaces one of the same name."""
    found = {
        path.stem: path
        for place in (folder / "presets", paths.preset_folder(folder))
        for path in sorted(place.glob("*.toml"))
    }
    return list(found.values())[:MOST_PRESETS]


def find_venue(venue: str | Path) -> Path:
    """Return the file of a venue, which need not exist. Raises ShowError for an unknown name."""
    shipped = paths.presets() / "venues" / f"{venue}.toml"
    if _is_name(venue) and shipped.is_file():
        return shipped
    path = Path(venue).expanduser()
    if path.is_file() or not _is_name(venue):
        return path.resolve()
    names = [file.stem for file in list_venues()]
    raise ShowError(
        [Finding(Where(str(venue)), "there is no venue of that name", nearest(str(venue), names))]
    )


def _is_name(text: str | Path) -> bool:
    return isinstance(text, str) and bool(text) and text not in {".", ".."} and not set("/\\~") & set(text)
