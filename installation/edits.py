"""What to do when a file is edited while the show plays: take it over between two frames, or say why not.

The last good version always goes on. What is wrong is remembered by file: a good edit of one does not hide
that another is still broken.
"""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path

from installation import isf
from installation.errors import FilesError, ShaderError
from installation.hud import Hud
from installation.keeper.link import StageLink
from installation.loop import Player
from installation.piece import Piece, watched
from installation.probation import passing, resting
from installation.show import load_venue
from installation.show.excerpt import shorten
from installation.show.model import EffectSpec, SceneSpec, Show, Venue
from installation.show.watch import Watch

__all__ = ["Edits"]

log = logging.getLogger(__name__)

_TOLD = 8
"""Findings of one edit that the log tells; the rest are counted."""
_LATER = "saved; a venue takes effect when the show is started again"


class Edits:
    """Takes edited files over.

    Args:
        player: What plays.
        piece: What it played at the start.
        read: Reads the show again. Raises FilesError.
        link: To the keeper, which knows what is in quarantine.
        hud: Where people are told.
        watch: Tells of edited files.

    Attributes:
        watch: The one in use; it is replaced when the set of files changes.
    """

    def __init__(
        self,
        player: Player,
        piece: Piece,
        read: Callable[[], Show],
        link: StageLink | None,
        hud: Hud,
        watch: Watch,
    ) -> None:
        self._player = player
        self._venue = frozenset(path.resolve() for path in piece.venue.files)
        self._read = read
        self._link = link
        self._hud = hud
        self.watch = watch
        self._files = self._watched(piece.venue)
        self._piece = piece

    def changed(self) -> frozenset[Path]:
        """Files that were edited since the last call."""
        return self.watch.changed()

    def take(self, path: Path) -> None:
        """Take one edited file over."""
        act: Callable[[Path], str]
        if path in self._venue:
            subject, act = path, self._venue_file
        elif path.suffix == ".toml":
            subject, act = self._player.show.folder, self._show_file
        else:
            subject, act = path, self._shader_file
        try:
            note = act(path)
        except FilesError as error:
            self._hud.broken[subject] = [
                (
                    Path(one.where.file),
                    f"{shorten(one.where)}: {one.message}" + (f"; {one.hint}" if one.hint else ""),
                )
                for one in error.findings
            ]
            lines = [str(finding) for finding in error.findings]
            for line in lines[:_TOLD]:  # one thing that is missing may be missed in a hundred places
                log.error("%s", line)
            if len(lines) > _TOLD:
                log.error("and %d more; `photophore check %s` shows all", len(lines) - _TOLD, subject)
        else:
            self._hud.mended(subject)
            if note:
                self._hud.broken[subject] = [(path, note)]
                log.warning("%s", note)

    def close(self) -> None:
        """Stop watching."""
        self.watch.close()

    def _venue_file(self, path: Path) -> str:
        load_venue(str(path))
        return f"{path.name}: {_LATER}"

    def _show_file(self, _path: Path) -> str:
        if self._player.show.files:  # else a single shader is played, and there is no show to read
            show = self._read()
            shaders = {scene: self._shader_of(spec) for scene, spec in show.scenes.items()}
            self._replace(show, shaders, {name: self._effect_of(spec) for name, spec in show.effects.items()})
        return ""

    def _shader_file(self, path: Path) -> str:
        show = self._player.show
        scenes = _edited(path, show.scenes, self._player.shaders)
        effects = _edited(path, show.effects, self._player.effects)
        if scenes or effects:
            self._replace(show, {**self._player.shaders, **scenes}, {**self._player.effects, **effects})
        return ""

    def _shader_of(self, spec: SceneSpec) -> isf.Shader:
        """A scene's shader, for an edited show that may not speak of the shader at all."""
        return self._read_again(spec.shader, self._player.shaders.get(spec.id), resting)

    def _effect_of(self, spec: EffectSpec) -> isf.Shader:
        return self._read_again(spec.shader, self._player.effects.get(spec.name), passing)

    def _read_again(
        self, path: Path, standing: isf.Shader | None, stand_in: Callable[[isf.Shader], isf.Shader]
    ) -> isf.Shader:
        try:
            shader = isf.parse(path)
        except ShaderError:
            if standing is None or standing.path != path:
                raise
            return standing  # it is broken, which was said when it was edited
        return stand_in(shader) if self._link is not None and self._link.quarantined(path) else shader

    def _watched(self, venue: Venue) -> tuple[Path, ...]:
        shaders = (*self._player.shaders.values(), *self._player.effects.values())
        return watched(self._player.show, shaders, venue)

    def _replace(
        self, show: Show, shaders: Mapping[str, isf.Shader], effects: Mapping[str, isf.Shader]
    ) -> None:
        try:
            self._player.replace(show, shaders, effects)
        finally:
            files = self._watched(self._piece.venue)
            if files != self._files:
                self._files = files
                self.watch.close()
                self.watch = Watch(files)


def _edited(
    path: Path, specs: Mapping[str, SceneSpec] | Mapping[str, EffectSpec], shaders: Mapping[str, isf.Shader]
) -> dict[str, isf.Shader]:
    """The shaders that an edited file belongs to, read again. Raises ShaderError."""
    return {
        name: isf.parse(spec.shader)
        for name, spec in specs.items()
        if path == spec.shader or path in shaders[name].files
    }
