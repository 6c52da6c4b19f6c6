"""Reads edited files while the show goes on, and makes of them what the player can adopt between two frames.

All of it may run in any thread: it looks at what stands in the player and changes nothing of it.
"""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from installation import isf
from installation.errors import ShaderError
from installation.ipc.link import StageLink
from installation.player.player import Player
from installation.player.production import Production
from installation.player.quarantine import mark_of, passing, resting
from installation.player.update import ShowUpdate, read_ahead, update_of
from installation.show import load_venue
from installation.show.excerpt import shorten
from installation.show.model import EffectSpec, SceneSpec, Show
from installation.values import Seconds

__all__ = ["Edit", "Reader"]

_LATER = "saved; a venue takes effect when the show is started again"

_Drawn = tuple[Mapping[str, isf.Shader], Mapping[str, isf.Shader]]


@dataclass(frozen=True, slots=True)
class Edit:
    """An edited file that was read without a fault.

    Attributes:
        subject: What it belongs to: itself, or the folder of the show.
        base: The show that was played when it was read.
        update: What to take over; None when nothing changes.
        note: What people should know instead.
        seconds: How long it took to read.
    """

    subject: Path
    base: Show
    update: ShowUpdate | None
    note: str
    seconds: Seconds


class Reader:
    """Reads what an edit concerns.

    Args:
        player: What plays.
        production: What it played at the start.
        read: Reads the show again. Raises FilesError.
        link: To the keeper, which knows what is in quarantine.
    """

    def __init__(
        self, player: Player, production: Production, read: Callable[[], Show], link: StageLink | None
    ) -> None:
        self._player = player
        self._read = read
        self._link = link
        self._venue = frozenset(path.resolve() for path in production.venue.files)

    def subject(self, path: Path) -> Path:
        """What an edited file belongs to."""
        whole = path.suffix == ".toml" and path not in self._venue
        return self._player.show.folder if whole else path

    def of_venue(self, path: Path) -> bool:
        """Whether a file says what the venue is; its edits wait for the next start."""
        return path in self._venue

    def gather(self, path: Path, waiting: Collection[Path]) -> tuple[Path, frozenset[Path]]:
        """The subject of a file, and all waiting files of the same edit: a show is read as a whole."""
        subject = self.subject(path)
        return subject, frozenset(one for one in waiting if self.subject(one) == subject) | {path}

    def read(self, path: Path, touched: frozenset[Path]) -> Edit:
        """Read one edited file with all that depends on it, and check it.

        Args:
            path: Of the file.
            touched: All files of this edit.

        Raises:
            FilesError: It is wrong; all findings at once.
        """
        began = time.perf_counter()
        show, standing, note = self._player.show, (self._player.shaders, self._player.effects), ""
        update = None
        if path in self._venue:
            load_venue(str(path))
            note = f"{path.name}: {_LATER}"
        elif path.suffix != ".toml":
            update = self._shader_file(show, standing, path, touched)
        elif show.files:  # else a single shader is played, and there is no show to read
            update = self._show_file(standing, touched)
            note = "; ".join(f"{shorten(one.where)}: {one.message}" for one in update.show.warnings)
        return Edit(self.subject(path), show, update, note, time.perf_counter() - began)

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
        return replace(update, images=read_ahead(picture, update, standing))

    def _shader_of(self, spec: SceneSpec, standing: _Drawn) -> isf.Shader:
        """A scene's shader, for an edited show that may not speak of the shader at all."""
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
            return standing  # it is broken, which was said when it was edited
        return (
            stand_in(shader)
            if self._link is not None and self._link.quarantined(path, mark_of(shader))
            else shader
        )


def _edited(
    path: Path, specs: Mapping[str, SceneSpec] | Mapping[str, EffectSpec], shaders: Mapping[str, isf.Shader]
) -> dict[str, isf.Shader]:
    """The shaders that an edited file belongs to, read again. Raises ShaderError."""
    return {
        name: isf.parse(spec.shader)
        for name, spec in specs.items()
        if path in (spec.shader, spec.shader.with_suffix(".vs"), *shaders[name].files)
    }
