"""``photophore check``: reads shows, venues, profiles and shaders, renders these, and lists findings."""

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from installation import paths as places
from installation.cli.kinds import SHADER, Kind, illegible, kind_of, shaders_in
from installation.errors import FilesError, ShaderError, ShowError
from installation.render.isf_host.trial import LIMIT_S, draw_all, verdict
from installation.show import examine_show, examine_venue, list_shows, list_venues, load_venue
from installation.show.excerpt import report, shorten
from installation.show.model import Show
from installation.show.resolve import show_references, venue_references
from installation.show.venue_model import Venue
from installation.surface import profile_folder
from installation.values import Finding, Seconds, Where

__all__ = ["Checked", "check", "check_all"]

EXIT_GOOD, EXIT_FINDINGS, EXIT_USAGE = 0, 1, 2


@dataclass(slots=True)
class Checked:
    """The findings about one file."""

    path: Path
    findings: list[Finding] = field(default_factory=list)
    ms: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether it has no errors; warnings do not count."""
        return all(finding.severity != "error" for finding in self.findings)

    def plain(self) -> dict[str, Any]:
        """Return it as ``--json`` prints it. A finding in an included file has a ``file`` of its own."""
        return {
            "path": _told(self.path),
            "ok": self.ok,
            "findings": [self._plain(finding) for finding in self.findings],
            "ms": round(self.ms, 1),
        }

    def _plain(self, finding: Finding) -> dict[str, Any]:
        where = finding.where
        words = {"severity": finding.severity, "message": finding.message, "hint": finding.hint}
        place: dict[str, Any] = {"line": where.line, "column": where.column}
        if Path(where.file) != self.path:
            place["file"] = _told(Path(where.file))
        return place | words


class _Unknown(Exception):  # noqa: N818 - it never leaves this module
    """An argument that is neither a file nor a name."""


class _Book:
    """The pages of all checked files, each once."""

    def __init__(self) -> None:
        self.files: dict[Path, Checked] = {}
        self.shaders: dict[Path, None] = {}

    def file(self, path: Path) -> Checked:
        """Return the page of a file; a new one for a new file."""
        return self.files.setdefault(path, Checked(path))

    def add(self, findings: Iterable[Finding], default: Path) -> None:
        """Add each finding to the page of its own file."""
        for finding in findings:
            path = Path(finding.where.file)
            self.file(path if path.is_file() else default).findings.append(finding)

    def show(self, name: str | Path) -> None:
        """Check a show and queue its shaders for rendering."""
        start = time.perf_counter()
        shipped = {folder.name: folder for folder in list_shows()}
        head = (shipped.get(str(name)) or places.real(Path(name))) / "show.toml"
        try:
            show, findings = examine_show(name)
        except ShowError as error:
            show, findings = None, list(error.findings)
        if show is not None:
            head = show.folder / "show.toml"
            for path in show.files:
                self.file(path)
            findings = _together(findings, show_references(show))
            findings = [*show.warnings, *_together(findings, _playing_findings(show, sound=not findings))]
            drawn = [scene.shader for scene in show.scenes.values()]
            drawn += [effect.shader for effect in show.effects.values()]
            self.shaders |= dict.fromkeys(file for file in drawn if places.is_file(file))
        self.add(findings, head)
        self.file(head).ms = (time.perf_counter() - start) * 1000

    def venue(self, name: str | Path) -> None:
        """Check a venue: the file, its adapters' settings, its patch; all of them in any case."""
        start = time.perf_counter()
        path = Path(name)
        try:
            venue, findings = examine_venue(name)
        except ShowError as error:
            venue, findings = None, list(error.findings)
        if venue is not None:
            path = venue.files[0]
            findings = _together(findings, _venue_findings(venue))
        elif findings:
            path = Path(findings[0].where.file)
        self.file(path)
        self.add(findings, path)
        self.file(path).ms = (time.perf_counter() - start) * 1000

    def profile(self, path: Path) -> None:
        """Check a fixture profile, in all its modes."""
        start = time.perf_counter()
        from installation.light.profiles.ofl import read_ofl
        from installation.light.profiles.profile import read_profile

        path = places.real(path)
        self.file(path)
        try:
            if path.suffix == ".json":
                found = read_ofl(path)
                unfit = list(found.unfit.values())
                if found.modes:  # venues name the mode that they use
                    unfit = [replace(one, severity="warning") for one in unfit]
                self.add(unfit, path)
            else:
                read_profile(path)
        except ShowError as error:
            self.add(error.findings, path)
        self.file(path).ms = (time.perf_counter() - start) * 1000

    def controller(self, path: Path) -> None:
        """Check the file of a controller."""
        from installation.surface import read_profile

        start = time.perf_counter()
        path = places.real(path)
        self.file(path)
        try:
            read_profile(path)
        except ShowError as error:
            self.add(error.findings, path)
        self.file(path).ms = (time.perf_counter() - start) * 1000

    def draw(self, paths: Iterable[Path]) -> None:
        """Queue shaders for rendering, except those whose names cannot be passed to another program."""
        found = [places.real(path) for path in paths]
        bad = set(illegible(found))
        for path in bad:
            message = "the name is not one line of UTF-8 text"
            self.file(path).findings.append(Finding(Where(str(path)), message, "rename the file or folder"))
        self.shaders |= dict.fromkeys(path for path in found if path not in bad)


def check(paths: Sequence[Path], as_json: bool = False, limit: Seconds = LIMIT_S) -> int:
    """Check files and names; without any, everything shipped.

    Args:
        paths: Shows, venues, fixture profiles, shaders, folders of shaders; or names of shipped ones.
        as_json: Print JSON instead of text.
        limit: Seconds that rendering one shader may take.

    Returns:
        0 without errors, 1 with errors, 2 if a path does not exist.
    """
    progress = None if as_json or not sys.stderr.isatty() else _progress
    try:
        checked = check_all(paths, limit, progress)
    except _Unknown as error:
        print(_legible(str(error)), file=sys.stderr)
        return EXIT_USAGE
    if as_json:
        print(msgspec.json.format(msgspec.json.encode([one.plain() for one in checked]), indent=2).decode())
    else:
        for one in checked:
            _print(one)
    return EXIT_GOOD if all(one.ok for one in checked) else EXIT_FINDINGS


def check_all(
    paths: Sequence[Path], limit: Seconds = LIMIT_S, progress: Callable[[str], None] | None = None
) -> list[Checked]:
    """Check everything and report file by file, in the order of the arguments."""
    book = _Book()
    if not paths:
        for folder in list_shows():
            book.show(folder)
        for file in list_venues():
            book.venue(file)
        for file in sorted(profile_folder().glob("*.toml")):
            book.controller(file)
        book.draw(shaders_in(places.shaders()))
    for path in paths:
        _sort_in(book, path)
    shaders = list(book.shaders)
    for drawn in draw_all(shaders, limit):
        page = book.file(Path(drawn.path))
        page.ms = drawn.ms
        page.findings += verdict(drawn)
        if progress:
            progress(shorten(Where(drawn.path)).file)
    if progress and shaders:
        progress("")
    return list(book.files.values())


def _sort_in(book: _Book, path: Path) -> None:
    """Check one argument according to its kind."""
    kind = kind_of(path)
    if kind is Kind.SHADERS:
        shaders = shaders_in(path)
        if not shaders:
            message = f"{path}: there is no show.toml and no shader (*{SHADER}) in this folder"
            raise _Unknown(message)
        book.draw(shaders)
    elif kind is Kind.SHADER:
        book.draw([path])
    elif kind is Kind.SHOW:
        book.show(str(path))
    elif kind is Kind.SHOW_FILE:
        folder = path.parent.parent if path.parent.name == "presets" else path.parent
        book.show(places.real(folder))
    elif kind is Kind.PROFILE:
        book.profile(path)
    elif kind is Kind.CONTROLLER:
        book.controller(path)
    elif kind is Kind.VENUE:
        book.venue(str(path))
    elif kind is Kind.NOTHING:
        message = f"{path}: there is no such file, show or venue; see `photophore list shows`"
        raise _Unknown(message)
    else:
        where = Where(str(places.real(path)))
        message = f"this is {kind.value} and is not checked alone"
        book.add([Finding(where, message, "check its folder")], Path(where.file))


def _together(first: list[Finding], more: Iterable[Finding]) -> list[Finding]:
    """Return the findings of a second check, without those at lines that already have one.

    A value with an error was read as its default, and findings about a default are meaningless.
    """
    known = {(one.where.file, one.where.line) for one in first}
    return first + [one for one in more if (one.where.file, one.where.line) not in known]


def _playing_findings(show: Show, *, sound: bool) -> list[Finding]:
    """Return findings of the player: inputs, routes, cues and presets that do not match the shaders.

    Args:
        show: The show.
        sound: Whether its files are without errors; others are looked at as far as they hold together.
    """
    from installation.clock import ManualClock
    from installation.light import Rig, load_profiles
    from installation.player.inputs import unmoved_findings
    from installation.player.media import media_findings
    from installation.player.player import Player
    from installation.player.production import read_shaders
    from installation.sound.playback import sound_findings

    try:
        scenes, effects = read_shaders(show)
        rig = Rig(load_venue("loopback"), load_profiles())
        player = Player(show, scenes, rig, ManualClock(), effects=effects)
        found = [*player.warnings, *media_findings(show, scenes, effects), *sound_findings(show)]
        return found + unmoved_findings(show, scenes, effects, player.tree.parameters())
    except ShowError as error:
        return list(error.findings)
    except ShaderError:
        return []  # rendering reports it, on the shader's own page
    except Exception:
        if sound:
            raise
        return []  # defaults in place of what is wrong do not go together


def _venue_findings(venue: Venue) -> list[Finding]:
    """Return findings of the adapters and the patch."""
    from installation.devices.adapters import load_adapters
    from installation.devices.installed import kinds
    from installation.light.patch import lay_patch
    from installation.light.profiles.library import load_profiles

    findings = [*venue_references(venue, kinds()), *_weather_findings(venue)]
    known = [adapter for adapter in venue.adapters if adapter.kind in kinds()]
    jobs: list[Callable[[], object]] = [
        lambda: load_adapters(known, "keeper"),
        lambda: load_adapters(known, "stage"),
        lambda: findings.extend(lay_patch(venue, load_profiles(venue)).findings),
    ]
    for job in jobs:
        try:
            job()
        except FilesError as error:
            findings += [finding for finding in error.findings if finding not in findings]
    return findings


def _weather_findings(venue: Venue) -> list[Finding]:
    """Return that there is no file of weather, or what cannot be used in it. A station may write it later."""
    from installation.nature import parse_weather
    from installation.nature.weather import LONGEST_FILE

    if not venue.place.weather:
        return []
    path = venue.files[0].parent / Path(venue.place.weather).expanduser()
    where = venue.place.places["weather"]
    hint = "until the weather station writes it, the weather is imagined"
    try:
        text = places.read_bytes(path, LONGEST_FILE).decode("utf-8", "replace")
    except OSError as error:
        reason = error.strerror or str(error)
        return [Finding(where, f"weather: {path.name} cannot be read: {reason}", hint, "warning")]
    return [replace(one, severity="warning") for one in parse_weather(text, str(path))[1]]


def _progress(text: str) -> None:
    print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def _print(one: Checked) -> None:
    name = shorten(Where(str(one.path))).file
    if one.findings:
        print(_legible(report(one.findings)))
    if one.ok:
        print(_legible(f"ok {name} ({one.ms:.0f} ms)"))


def _told(path: Path) -> str:
    return _legible(str(path))


def _legible(text: str) -> str:
    """Return text that can be printed whatever bytes a file's name has."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
