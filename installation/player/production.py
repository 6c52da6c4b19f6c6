"""What is played: read from files, checked, and frozen, before anything is opened."""

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
from installation.show.resolve import references
from installation.show.shows import find_shader
from installation.show.venue_model import Canvas, Venue
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
"""How the note begins that says of it."""


@dataclass(frozen=True, slots=True)
class Production:
    """Everything that is read from files before anything is opened."""

    show: Show
    venue: Venue
    shaders: Mapping[str, isf.Shader]
    rig: Rig
    given: Path | None = None
    """What ``inputImage`` is bound to."""
    rests: bool = False
    """True when this is one calm scene that only stands in for a show whose files are wrong."""
    kept: bool = False
    """True when this is the last good version of files that are wrong now."""
    watched: tuple[Path, ...] = ()
    """Files and folders whose edits concern it."""
    effects: Mapping[str, isf.Shader] = field(default_factory=dict)
    """By name, in the order in which they are drawn."""
    written: Venue | None = None
    """The venue as its file says it, whatever size the picture was given; None where that is ``venue``."""

    @property
    def stands_in(self) -> bool:
        """Whether this plays instead of what is in the files now: then an edit asks for a fresh start."""
        return self.rests or self.kept


def read_production(options: StageOptions, installed: frozenset[str] = frozenset()) -> Production:
    """Read and check the show, the venue and the shaders.

    Raises:
        ShowError, ShaderError: all findings at once.
    """
    show = _single(Path(options.shader)) if options.shader else load_show(options.show or DEFAULT_SHOW)
    venue = load_venue(options.venue)
    return production_of(show, venue, options, installed)


def production_of(
    show: Show, venue: Venue, options: StageOptions, installed: frozenset[str] = frozenset()
) -> Production:
    """Check a show in a venue and read its shaders.

    Raises:
        ShowError, ShaderError: all findings at once.
    """
    written = venue
    if options.size is not None:
        venue = replace(venue, canvas=Canvas(*options.size, venue.canvas.metres_per_height))
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


def tell_absent(show: Show, rig: Rig) -> None:
    """Log each lamp that a show speaks of and the venue has not: a show opens in every venue."""
    for name, near in absent(show, rig.turned).items():
        hint = f"did you mean /light/{near}?" if near else "nothing follows it here"
        log.warning("the show turns /light/%s, but this venue has no such lamp; %s", name, hint)


def read_shaders(show: Show) -> tuple[dict[str, isf.Shader], dict[str, isf.Shader]]:
    """The shaders of a show's scenes, and of its effects.

    Raises:
        ShaderError: Some cannot be read; all findings at once.
    """
    wrong: list[Finding] = []

    def read(files: Mapping[str, Path]) -> dict[str, isf.Shader]:
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


def checked(show: Show, venue: Venue, options: StageOptions, installed: frozenset[str] = frozenset()) -> Show:
    """The show as the options want it, once its references lead somewhere. Raises ShowError."""
    found = references(show, venue, installed)
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
        show = replace(show, start=options.scene, cues=())
    if options.cue and options.cue not in {cue.id for cue in show.cues}:
        hint = f"there are {', '.join(cue.id for cue in show.cues) or 'none'}"
        raise ShowError([Finding(Where(str(show.folder)), f"no cue {options.cue!r}", hint)])
    return show


def watched(show: Show, shaders: Iterable[isf.Shader], venue: Venue) -> tuple[Path, ...]:
    """The files whose edits concern a show that plays in a venue, and the folders that they lie in.

    What appears in one of those may be what a broken file lacks.
    """
    files = {path for shader in shaders for path in shader.files}
    drawn = {spec.shader for spec in show.scenes.values()}
    drawn |= {spec.shader for spec in show.effects.values()}
    files |= drawn | {path.with_suffix(".vs") for path in drawn}  # a vertex shader may yet be written, too
    if show.files:  # a cue list and an interface may yet be written
        files |= {show.folder / "cues.toml", show.folder / "states.toml"}
    files |= set(show.files) | venue_files(venue)
    return tuple(sorted(files | {path.parent for path in files}))


def venue_files(venue: Venue) -> frozenset[Path]:
    """The file of a venue, and those of the profiles that its fixtures name."""
    return frozenset(path.resolve() for path in (*venue.files, *(one.path for one in profiles_of(venue))))


def _single(shader: Path) -> Show:
    """A show that consists of one ISF file."""
    path = shader.resolve()
    if not path.is_file():
        raise ShaderError([Finding(Where(str(shader)), "no such file", "give the path of an ISF file (.fs)")])
    spec = SceneSpec("shader", path, {}, Where(str(path)))
    return Show(
        name=path.stem, title=path.stem, folder=path.parent, scenes={"shader": spec}, signals=(), routes=(),
        cues=(), presets={}, start="shader",
    )  # fmt: skip


def _given(name: str, show: Show) -> Path:
    """The file behind ``--input``: a scene's shader, a path, or a shader as a show names it."""
    if name in show.scenes:
        return show.scenes[name].shader
    shipped = paths.shaders() / "scenes" / f"{name}.fs"
    for path in (Path(name), find_shader(show.folder, name), shipped):
        if paths.is_file(path):
            return paths.real(path)
    message = f"--input {name}: neither a picture file nor a scene"
    raise ShowError([Finding(Where(name), message, "give a PNG, a JPEG, an ISF file or the name of a scene")])


def without_quarantined(production: Production, link: StageLink) -> tuple[Production, tuple[str, ...]]:
    """Leave out what took a stage down before; returns what is left and a line about each loss."""
    notes = (
        [f"{SAFE_MODE}: {link.start.safe_mode}; inputs are off for a while"] if link.start.safe_mode else []
    )
    shaders = dict(production.shaders)
    for scene, shader in production.shaders.items():
        if link.quarantined(shader.path, mark_of(shader)):
            shaders[scene] = resting(shader)
            why = link.why(shader.path)
            notes.append(f"{shader.path.name} rests, because {why}; edit it to try again")
    effects = dict(production.effects)
    for effect, shader in production.effects.items():
        if link.quarantined(shader.path, mark_of(shader)):
            effects[effect] = passing(shader)
            why = link.why(shader.path)
            notes.append(f"{shader.path.name} is left out, because {why}; edit it to try again")
    return replace(production, shaders=shaders, effects=effects), tuple(notes)


def fallback_production(options: StageOptions, findings: Sequence[Finding]) -> Production:
    """What is played while a show's files are wrong: one calm scene that nothing moves.

    The lamps of the venue are lit by it; when it is the venue that is wrong, they rest as well.

    Args:
        options: What should be played.
        findings: What is wrong. Edits of these files are watched, and everything beside the show's files.
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
        venue = replace(venue, canvas=Canvas(*options.size, venue.canvas.metres_per_height))
    watched = {folder, folder / "presets", *places}
    return Production(show, venue, {"rest": scene}, rig, rests=True, watched=tuple(sorted(watched)))


def kept_production(
    options: StageOptions, kept: Path, findings: Sequence[Finding], installed: frozenset[str] = frozenset()
) -> Production:
    """The last good version of a show whose files are wrong now; presets are saved beside the wrong files.

    Args:
        options: What should be played.
        kept: Folder of the last good version.
        findings: What is wrong. Edits of these files are watched, and everything beside the show's files.
        installed: Kinds of adapter that are installed.

    Raises:
        FilesError: This version does not fit either.
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
    """The folder of a show that may not be readable."""
    folder = given.parent if given.suffix else given
    return folder.resolve() if folder.is_dir() else paths.presets() / "shows" / folder.name
