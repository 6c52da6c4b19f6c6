"""Reads edited files while the show runs, and prepares updates that the player can apply between two frames.

All of it may run in any thread: it reads the state of the player and does not change it.
"""

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from installation import isf
from installation.devices.adapters import load_adapters
from installation.devices.installed import kinds
from installation.errors import ShaderError, ShowError
from installation.ipc.link import StageLink
from installation.light import Rig, load_profiles
from installation.player.edits.quarantine import mark_of, passing, resting
from installation.player.edits.update import ShowUpdate, is_news, read_ahead, update_of
from installation.player.player import Player
from installation.player.production import Production, venue_files
from installation.render.isf_host.trial import draw_all, verdict
from installation.show import load_venue
from installation.show.excerpt import shorten
from installation.show.mapping import NO_MAPPING
from installation.show.model import EffectSpec, SceneSpec, Show
from installation.show.resolve import venue_references
from installation.show.venue_model import Display, Venue
from installation.values import Seconds, Where

__all__ = ["Edit", "Reader", "Repatched", "later"]

_LONG: Final = 48 << 10
"""Length in characters above which a shader is first drawn in another process; few are that long."""

_PATIENCE: Final[Seconds] = 10.0

_Drawn = tuple[Mapping[str, isf.Shader], Mapping[str, isf.Shader]]


@dataclass(frozen=True, slots=True)
class Repatched:
    """A venue whose patch can be applied while the show runs."""

    venue: Venue
    rig: Rig


@dataclass(frozen=True, slots=True)
class Edit:
    """An edited file that was read without errors.

    Attributes:
        subject: What it belongs to: itself, or the folder of the show.
        base: The show that was played when it was read.
        update: The update to apply; None when nothing changes.
        note: A note for the operator instead.
        seconds: How long reading took.
        repatched: The venue with its new lamps; None if no venue was edited.
    """

    subject: Path
    base: Show
    update: ShowUpdate | None
    note: str
    seconds: Seconds
    repatched: Repatched | None = None


class Reader:
    """Reads everything that an edit affects.

    Args:
        player: The running player.
        production: What it played at the start.
        read: Reads the show again. Raises FilesError.
        link: Link to the keeper, which holds the quarantine.
    """

    def __init__(
        self, player: Player, production: Production, read: Callable[[], Show], link: StageLink | None
    ) -> None:
        self._player = player
        self._read = read
        self._link = link
        self._began = production.written or production.venue
        self._venue = venue_files(production.venue)

    def subject(self, path: Path) -> Path:
        """Return what an edited file belongs to: itself, or the folder of the show."""
        if path in self._venue:
            return self._began.files[0].resolve()
        return self._player.show.folder if path.suffix == ".toml" else path

    def taken(self, repatched: Repatched) -> None:
        """Note that the lamps of a venue are in use now: its profiles may be other files."""
        self._venue = venue_files(repatched.venue)

    def gather(self, path: Path, waiting: Collection[Path]) -> tuple[Path, frozenset[Path]]:
        """Return the subject of a file, and all pending files of the same edit: a show is read as a whole."""
        subject = self.subject(path)
        return subject, frozenset(one for one in waiting if self.subject(one) == subject) | {path}

    def read(self, path: Path, touched: frozenset[Path]) -> Edit:
        """Read one edited file with everything that depends on it, and check it.

        Args:
            path: Path of the file.
            touched: All files of this edit.

        Raises:
            FilesError: It has errors; all findings at once.
        """
        began = time.perf_counter()
        show, standing, note = self._player.show, (self._player.shaders, self._player.effects), ""
        update, repatched = None, None
        if path in self._venue:
            repatched = self._hang()
            note = later(self._began, repatched.venue)
        elif path.suffix != ".toml":
            update = self._shader_file(show, standing, path, touched)
        elif show.files:  # otherwise a single shader is played, and there is no show to read
            update = self._show_file(standing, touched)
            note = "; ".join(f"{shorten(one.where)}: {one.message}" for one in update.show.warnings)
        return Edit(self.subject(path), show, update, note, time.perf_counter() - began, repatched)

    def _hang(self) -> Repatched:
        """Read the lamps of the venue from its file. Raises ShowError with all findings."""
        venue = load_venue(self._began.files[0])
        wrong = [one for one in venue_references(venue, frozenset(kinds())) if one.severity == "error"]
        if wrong:
            raise ShowError(wrong)
        for home in ("keeper", "stage"):
            load_adapters(venue.adapters, home)  # only checks their settings; nothing is opened
        return Repatched(venue, Rig(_of_site(self._began, venue), load_profiles(venue)))

    def _show_file(self, standing: _Drawn, touched: frozenset[Path]) -> ShowUpdate:
        show = self._read()
        shaders = {scene: self._shader_of(spec, standing) for scene, spec in show.scenes.items()}
        effects = {name: self._effect_of(spec, standing) for name, spec in show.effects.items()}
        return self._update(show, (shaders, effects), standing, touched)

    def _shader_file(
        self, show: Show, standing: _Drawn, path: Path, touched: frozenset[Path]
    ) -> ShowUpdate | None:
        scenes = _edited(path, show.scenes, standing[0])
        effects = _edited(path, show.effects, standing[1])
        if not (scenes or effects):
            return None
        return self._update(show, ({**standing[0], **scenes}, {**standing[1], **effects}), standing, touched)

    def _update(self, show: Show, wanted: _Drawn, standing: _Drawn, touched: frozenset[Path]) -> ShowUpdate:
        update, picture = update_of(show, *wanted, touched=touched), self._player.picture
        if picture is None:
            return update
        _try_out(update, standing)
        return replace(update, images=read_ahead(picture, update, standing))

    def _shader_of(self, spec: SceneSpec, standing: _Drawn) -> isf.Shader:
        """Return a scene's shader, for an edited show that may not name the shader at all."""
        return self._read_again(spec.shader, standing[0].get(spec.id), resting)

    def _effect_of(self, spec: EffectSpec, standing: _Drawn) -> isf.Shader:
        return self._read_again(spec.shader, standing[1].get(spec.name), passing)

    def _read_again(
        self, path: Path, standing: isf.Shader | None, stand_in: Callable[[isf.Shader], isf.Shader]
    ) -> isf.Shader:
        try:
            shader = isf.parse(path)
        except ShaderError:
            if standing is None or standing.path != path:
                raise
            return standing  # it is broken, which was reported when it was edited
        return (
            stand_in(shader)
            if self._link is not None and self._link.quarantined(path, mark_of(shader))
            else shader
        )


def _try_out(update: ShowUpdate, standing: _Drawn) -> None:
    """Draw new, long shaders in another process, before the show's own driver compiles them.

    A driver compiles without interruption, and takes seconds to list thousands of errors, which would block
    the frame. Raises ShaderError with its findings, or if that process hangs or crashes.
    """
    shaders = {
        shader.path: shader
        for wanted, drawn in zip((update.shaders, update.effects), standing, strict=True)
        for name, shader in wanted.items()
        if is_news(shader, drawn.get(name), update.touched) and len(shader.source) > _LONG
    }
    if not shaders:
        return
    findings = [
        one
        for drawn in draw_all(list(shaders), _PATIENCE)
        if drawn.state != "unavailable"  # no second OpenGL context here: the show's own driver reports errors
        for one in verdict(drawn)
        if one.severity == "error"
    ]
    if findings:
        raise ShaderError(findings)


def later(began: Venue, venue: Venue) -> str:
    """Return which parts of an edited venue take effect at the next start, as text; empty if none.

    Args:
        began: The venue at the start of the show.
        venue: The venue as it is now.
    """
    waits = [
        name
        for name, before, after in (
            ("the canvas", began.canvas, venue.canvas),
            ("displays", _plain(began.displays), _plain(venue.displays)),
            ("the guard", began.guard, venue.guard),
            ("the place", began.place, venue.place),
            ("the rate of the lamps", began.light.rate, venue.light.rate),
            ("the site", began.site, venue.site),
            ("the budget", began.budget, venue.budget if began.site.there else began.budget),
            ("inputs and message outputs", _inputs(began), _inputs(venue)),
        )
        if before != after
    ]
    if not waits:
        return ""
    return f"{venue.name}.toml: {', '.join(waits)} will be as saved when the show is started again"


def _of_site(began: Venue, venue: Venue) -> Venue:
    """Return an edited venue with the site of the start, and its budget, which the hub process divides."""
    return replace(venue, site=began.site, budget=began.budget if began.site.there else venue.budget)


def _plain(displays: Iterable[Display]) -> list[Display]:
    """Return displays without their positions in the file, and without their mapping, which is live."""
    return [replace(one, where=Where(""), mapping=NO_MAPPING) for one in displays]


def _inputs(venue: Venue) -> list[tuple[str, str, object]]:
    """Return the adapters of a venue that run in the stage."""
    mine = {one.name for one in load_adapters(venue.adapters, "stage")}
    return [(one.name, one.kind, one.settings) for one in venue.adapters if one.name in mine]


def _edited(
    path: Path, specs: Mapping[str, SceneSpec] | Mapping[str, EffectSpec], shaders: Mapping[str, isf.Shader]
) -> dict[str, isf.Shader]:
    """Read again the shaders that an edited file belongs to. Raises ShaderError."""
    return {
        name: isf.parse(spec.shader)
        for name, spec in specs.items()
        if path in (spec.shader, spec.shader.with_suffix(".vs"), *shaders[name].files)
    }
