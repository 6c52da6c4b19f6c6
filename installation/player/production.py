"""The production: show, venue and shaders, read and checked before anything is opened."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from installation import isf, paths
from installation.errors import ShaderError, ShowError
from installation.ipc.link import StageLink
from installation.ipc.options import StageOptions
from installation.light import Rig, load_profiles
from installation.light.controls import absent
from installation.light.profiles.library import profiles_of
from installation.player.edits.quarantine import mark_of, passing, resting
from installation.show import DEFAULT_SHOW, DEFAULT_VENUE, load_show, load_venue
from installation.show.load import find_venue
from installation.show.model import SceneSpec, Show
from installation.show.resolve import references, show_references
from installation.show.shows import find_shader
from installation.show.venue_model import AdapterSpec, Venue
from installation.values import Finding, Where

__all__ = [
    "SAFE_MODE",
    "Production",
    "checked",
    "fallback_production",
    "kept_production",
    "production_of",
    "read_production",
    "read_shaders",
    "tell_absent",
    "venue_files",
    "watched",
    "without_quarantined",
]

log = logging.getLogger(__name__)


SAFE_MODE = "safe mode"
_SIMULATED = "virtual-people"
"""Prefix of the note about safe mode."""


@dataclass(frozen=True, slots=True)
class Production:
    """Everything that is read from files before anything is opened."""

    show: Show
    venue: Venue
    shaders: Mapping[str, isf.Shader]
    rig: Rig
    given: Path | None = None
    """The source of ``inputImage``."""
    rests: bool = False
    """True for the fallback: one calm scene in place of a show whose files are wrong."""
    kept: bool = False
    """True for the last good version of files that are wrong now."""
    watched: tuple[Path, ...] = ()
    """Files and folders to watch for edits."""
    effects: Mapping[str, isf.Shader] = field(default_factory=dict)
    """Effects by name, in drawing order."""
    written: Venue | None = None
    """The venue as its file states it, regardless of the picture size given; None if equal to ``venue``."""

    @property
    def stands_in(self) -> bool:
        """Whether this replaces the show in the files; then an edit requires a restart."""
        return self.rests or self.kept


def read_production(options: StageOptions, installed: frozenset[str] = frozenset()) -> Production:
    """Read and check the show, the venue and the shaders.

    Raises:
        ShowError, ShaderError: contain all findings.
    """
    show = _single(Path(options.shader)) if options.shader else load_show(options.show or DEFAULT_SHOW)
    venue = load_venue(options.venue)
    return production_of(show, venue, options, installed)


def production_of(
    show: Show, venue: Venue, options: StageOptions, installed: frozenset[str] = frozenset()
) -> Production:
    """Check a show in a venue and read its shaders.

    Raises:
        ShowError, ShaderError: contain all findings.
    """
    written = venue
    if options.size is not None:
        width, height = options.size
        venue = replace(venue, canvas=replace(venue.canvas, width=width, height=height))
    if options.people is not None:
        venue = replace(venue, adapters=_with_people(venue.adapters, options.people))
    show = checked(show, venue, options, installed)
    shaders, effects = read_shaders(show)
    given = _given(options.input, show) if options.input else None
    rig = Rig(venue, load_profiles(venue))
    for warning in rig.warnings:
        log.warning("%s", warning)
    tell_absent(show, rig)
    return Production(
        show,
        venue,
        shaders,
        rig,
        given,
        watched=watched(show, (*shaders.values(), *effects.values()), venue),
        effects=effects,
        written=written,
    )


def _with_people(adapters: Sequence[AdapterSpec], count: int) -> tuple[AdapterSpec, ...]:
    """Return the adapters with so many simulated people instead of the venue's own."""
    others = [one for one in adapters if one.kind != _SIMULATED]
    own = next((one for one in adapters if one.kind == _SIMULATED), None)
    if not count:
        return tuple(others)
    settings = {**(own.settings if own else {"walking": 0.7}), "people": count}
    name, where = (own.name, own.where) if own else ("people", Where("--people"))
    return (*others, AdapterSpec(name, _SIMULATED, settings, where))


def tell_absent(show: Show, rig: Rig) -> None:
    """Log a warning for each lamp that the show names but the venue lacks: shows open in any venue."""
    for name, near in absent(show, rig.turned).items():
        hint = f"did you mean /light/{near}?" if near else "it has no effect here"
        log.warning("the show sets /light/%s, but this venue has no such lamp; %s", name, hint)


def read_shaders(show: Show) -> tuple[dict[str, isf.Shader], dict[str, isf.Shader]]:
    """Return the shaders of a show's scenes and of its effects.

    Raises:
        ShaderError: Some cannot be read; contains all findings.
    """
    wrong: list[Finding] = []

    def read(files: Mapping[str, Path]) -> dict[str, isf.Shader]:
        """Parse each shader; the findings of those that are wrong are added to ``wrong``."""
        shaders = {}
        for name, path in files.items():
            try:
                shaders[name] = isf.parse(path)
            except ShaderError as error:
                wrong.extend(error.findings)
        return shaders

    scenes = read({scene: spec.shader for scene, spec in show.scenes.items()})
    effects = read({name: spec.shader for name, spec in show.effects.items()})
    if wrong:
        raise ShaderError(wrong)
    return scenes, effects


def checked(
    show: Show, venue: Venue | None, options: StageOptions, installed: frozenset[str] = frozenset()
) -> Show:
    """Return the show with the options applied, after checking references. Raises ShowError.

    Args:
        show: The show.
        venue: Its venue; None where that was checked and told before.
        options: Of the command line.
        installed: Kinds of adapter; empty skips that check.
    """
    found = show_references(show) if venue is None else references(show, venue, installed)
    findings = [one for one in found if one.severity == "error"]
    if findings:
        raise ShowError(findings)
    for one in (*show.warnings, *found):
        log.warning("%s", one)
    if options.scene:
        if options.scene not in show.scenes:
            message = f"no scene {options.scene!r}"
            raise ShowError(
                [Finding(Where(str(show.folder)), message, f"there are {', '.join(show.scenes)}")]
            )
        show = replace(show, start=options.scene, cues=(), score=None)
    if options.cue and options.cue not in {cue.id for cue in show.cues}:
        hint = f"there are {', '.join(cue.id for cue in show.cues) or 'none'}"
        raise ShowError([Finding(Where(str(show.folder)), f"no cue {options.cue!r}", hint)])
    return show


def watched(show: Show, shaders: Iterable[isf.Shader], venue: Venue) -> tuple[Path, ...]:
    """Return the files and folders to watch for a show in a venue.

    The folders are included because a new file may fix a broken reference.
    """
    files = {path for shader in shaders for path in shader.files}
    drawn = {spec.shader for spec in show.scenes.values()}
    drawn |= {spec.shader for spec in show.effects.values()}
    files |= drawn | {path.with_suffix(".vs") for path in drawn}  # vertex shaders may be added later
    if show.files:  # these may be added later
        names = ("cues.toml", "controls.toml", "states.toml", "stories.toml")
        files |= {show.folder / name for name in names} | {paths.controls_file(show.folder)}
    files |= set(show.files) | venue_files(venue)
    return tuple(sorted(files | {path.parent for path in files}))


def venue_files(venue: Venue) -> frozenset[Path]:
    """Return the file of a venue and the fixture profiles that it names."""
    return frozenset(path.resolve() for path in (*venue.files, *(one.path for one in profiles_of(venue))))


def _single(shader: Path) -> Show:
    """Return a show that consists of one ISF file."""
    path = shader.resolve()
    if not path.is_file():
        raise ShaderError([Finding(Where(str(shader)), "no such file", "give the path of an ISF file (.fs)")])
    spec = SceneSpec("shader", path, {}, Where(str(path)))
    return Show(
        name=path.stem, title=path.stem, folder=path.parent, scenes={"shader": spec}, signals=(), routes=(),
        cues=(), presets={}, start="shader",
    )  # fmt: skip


def _given(name: str, show: Show) -> Path:
    """Return the file for ``--input``: a scene's shader, a path, or a shader as a show names it."""
    if name in show.scenes:
        return show.scenes[name].shader
    shipped = paths.shaders() / "scenes" / f"{name}.fs"
    for path in (Path(name), find_shader(show.folder, name), shipped):
        if paths.is_file(path):
            return paths.real(path)
    message = f"--input {name}: neither an image file nor a scene"
    raise ShowError([Finding(Where(name), message, "give a PNG, JPEG or ISF file, or the name of a scene")])


def without_quarantined(production: Production, link: StageLink) -> tuple[Production, tuple[str, ...]]:
    """Remove quarantined shaders; return the rest and a note about each removal."""
    notes = (
        [f"{SAFE_MODE}: {link.start.safe_mode}; inputs are off for a while"] if link.start.safe_mode else []
    )
    shaders = dict(production.shaders)
    for scene, shader in production.shaders.items():
        if link.quarantined(shader.path, mark_of(shader)):
            shaders[scene] = resting(shader)
            why = link.why(shader.path)
            notes.append(f"{shader.path.name} is in quarantine, because {why}; edit it to try again")
    effects = dict(production.effects)
    for effect, shader in production.effects.items():
        if link.quarantined(shader.path, mark_of(shader)):
            effects[effect] = passing(shader)
            why = link.why(shader.path)
            notes.append(f"{shader.path.name} is in quarantine, because {why}; edit it to try again")
    return replace(production, shaders=shaders, effects=effects), tuple(notes)


def fallback_production(options: StageOptions, findings: Sequence[Finding]) -> Production:
    """Return the fallback that plays while a show's files are wrong: one calm scene without modulation.

    The venue's lamps are lit by it, unless the venue itself is wrong.

    Args:
        options: What was asked for.
        findings: The errors. The files that they name are watched for edits, and the show's folder.
    """
    scene = isf.parse(paths.shaders() / "patterns" / "rest.fs")
    spec = SceneSpec("rest", scene.path, {}, Where(str(scene.path)))
    given = Path(options.shader or options.show or DEFAULT_SHOW).expanduser()
    folder = _folder_of(given)
    show = Show(
        name=given.stem, title=given.stem, folder=folder, scenes={"rest": spec}, signals=(), routes=(),
        cues=(), presets={}, start="rest",
    )  # fmt: skip
    places = {Path(finding.where.file) for finding in findings}
    try:
        places.add(find_venue(options.venue))
        venue = load_venue(options.venue)
        rig = Rig(venue, load_profiles(venue))
    except ShowError:
        venue = replace(load_venue(DEFAULT_VENUE), fixtures=(), pixels=(), adapters=(), hubs=())
        rig = Rig(venue, load_profiles())
    if options.size is not None:
        width, height = options.size
        venue = replace(venue, canvas=replace(venue.canvas, width=width, height=height))
    if options.people is not None:
        venue = replace(venue, adapters=_with_people(venue.adapters, options.people))
    watched = {folder, folder / "presets", *places}
    return Production(show, venue, {"rest": scene}, rig, rests=True, watched=tuple(sorted(watched)))


def kept_production(
    options: StageOptions, kept: Path, findings: Sequence[Finding], installed: frozenset[str] = frozenset()
) -> Production:
    """Return the last good version of a show whose files are wrong; presets are saved with the current files.

    Args:
        options: What was asked for.
        kept: Folder of the last good version.
        findings: The errors. The files that they name are watched for edits, and the show's folder.
        installed: Installed kinds of adapter.

    Raises:
        FilesError: This version is not valid either.
    """
    production = read_production(msgspec.structs.replace(options, show=str(kept)), installed)
    folder = _folder_of(Path(options.show or DEFAULT_SHOW).expanduser())
    copies = {path for path in production.watched if path.is_relative_to(kept)}
    own = {folder / path.relative_to(kept) for path in copies}
    places = {Path(finding.where.file) for finding in findings}
    watched = {*production.watched, *own, *places, folder, folder / "presets"} - copies
    show = replace(production.show, folder=folder)
    return replace(production, show=show, kept=True, watched=tuple(sorted(watched)))


def _folder_of(given: Path) -> Path:
    """Return the folder of a show, which may be unreadable."""
    folder = given.parent if given.suffix else given
    return folder.resolve() if folder.is_dir() else paths.presets() / "shows" / folder.name
