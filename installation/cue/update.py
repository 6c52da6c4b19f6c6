"""Saves the live look into a cue of the file, and takes that back."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from installation import paths
from installation.cue.cuelist import CueList
from installation.cue.override import BLACKOUT, LOUDNESS, MASTER
from installation.errors import CommandError
from installation.parameter.parameter import Kind, Parameter
from installation.parameter.preset import Snapshot, write_atomically
from installation.parameter.tree import Tree
from installation.show.editing.cues import with_values
from installation.show.editing.splices import toml_value
from installation.show.model import CueSpec
from installation.values import Address, FileValue

__all__ = ["CueUpdates"]

_MOST: Final = 20
"""Updates that can be taken back."""
_BYTES: Final = 1 << 22
_NOT_OF_A_LOOK: Final = ("/macro/", "/trim/", "/tempo/", "/choice/", "/neuro/")
"""Beginnings of what belongs to a performance, or to the people in the room."""


@dataclass(frozen=True, slots=True)
class _Written:
    cue: str
    path: Path
    before: bytes
    after: bytes


class CueUpdates:
    """Writes what people have changed since a cue began into the list's file.

    The file is read again as after any edit by hand, so the running show, its findings and its restart are
    those of the file. Nothing moves: the bases that are saved stand already.

    Args:
        cues: The cue list.
        tree: The tree of the bases.
    """

    def __init__(self, cues: CueList, tree: Tree) -> None:
        self._cues = cues
        self._tree = tree
        self._begun = cues.begun
        self._touches = tree.touches()
        self._written: list[_Written] = []
        self.moving: Callable[[], Collection[Address]] = frozenset
        """What something else than a hand moves now, such as a gesture loop: it is left out."""

    def look(self) -> None:
        """Note the beginning of a cue, once a frame after the cue list: only what follows is a change."""
        if self._cues.begun != self._begun:
            self._begun = self._cues.begun
            self._touches = self._tree.touches()

    def save(self, cue: CueSpec | None) -> str:
        """Save the live look into a cue's file.

        For the current cue that is what was set by hand since it began; for another one everything that makes
        the look differ from that cue's. Blackout, master, loudness, macros, trims, events and what belongs to
        the interface are no part of a look, nor is what gesture loops move.

        Args:
            cue: The cue; None is the current one.

        Returns:
            What was written, in words.

        Raises:
            CommandError: There is no cue, nothing has changed, or the file cannot be edited.
        """
        target = cue or self._cues.current
        if target is None:
            raise CommandError("no cue has been played yet; play one, or name it")
        values, scene = self._changed(target)
        looped = self._looped()
        if not values and not scene:
            message = f"nothing was changed by hand that cue {target.id} does not say already{looped}"
            raise CommandError(message)
        path = paths.real(Path(target.where.file))
        before = _read(path)
        try:
            text = with_values(before.decode(), target.id, values, scene)
        except (LookupError, ValueError) as error:
            reason = str(error.args[0] if error.args else error)
            raise CommandError(f"{path.name}: {reason}; edit the file by hand") from error
        after = text.encode()
        _write(path, after)
        self._written = [*self._written[1 - _MOST :], _Written(target.id, path, before, after)]
        words = [f"scene {scene}"] if scene else []
        words += [f"{address} = {toml_value(value)}" for address, value in values.items()]
        return f"cue {target.id} of {path.name}: {', '.join(words)}{looped}"

    def undo(self) -> str:
        """Take the last update back, and return what was taken back, in words.

        The live look stays as it is.

        Raises:
            CommandError: There is none, or its file was edited since.
        """
        if not self._written:
            raise CommandError("no cue was updated since the start")
        last = self._written[-1]
        if _read(last.path) != last.after:
            message = (
                f"{last.path.name} was edited after cue {last.cue} was updated; take it back there by hand"
            )
            raise CommandError(message)
        _write(last.path, last.before)
        self._written.pop()
        return f"cue {last.cue} of {last.path.name} is as it was before the update"

    def _looped(self) -> str:
        """Return what was touched and is left out because a gesture loop moves it, in words."""
        now, known = self._tree.touches(), self._tree.parameters()
        names = [
            address
            for address in self.moving()
            if now.get(address, 0) > self._touches.get(address, 0)
            and address in known
            and _belongs(known[address])
        ]
        return f"; left out, as a gesture loop moves it: {', '.join(sorted(names))}" if names else ""

    def _changed(self, target: CueSpec) -> tuple[dict[Address, FileValue], str]:
        """Return the values that the cue lacks, and the scene if it is another one."""
        cues, known = self._cues, self._tree.parameters()
        look: Snapshot = cues.authored()
        ends = cues.order.ends(self._tree, target.id)
        going = cues.going_to()
        moving = self.moving()
        for address, touches in self._tree.touches().items():
            if address not in moving and touches > self._touches.get(address, 0):
                look[address] = going.get(address, self._tree.get_base(address))
        values = {
            address: _file_value(known[address], value)
            for address, value in look.items()
            if address in known
            and _belongs(known[address])
            and _file_value(known[address], value)
            != _file_value(known[address], ends.get(address, known[address].default))
        }
        scene = cues.scene_by_hand or cues.order.scene_of(cues.current.id if cues.current else None)
        return values, "" if scene == cues.order.scene_of(target.id) else scene


def _belongs(parameter: Parameter) -> bool:
    address = parameter.address
    own = address in {BLACKOUT, MASTER, *LOUDNESS} or address.startswith(_NOT_OF_A_LOOK)
    return not own and parameter.kind is not Kind.EVENT


def _file_value(parameter: Parameter, values: tuple[float, ...]) -> FileValue:
    """Return a base as a file states it, with six digits: more is not seen, and would hide what matters."""
    match parameter.kind:
        case Kind.BOOL:
            return values[0] >= 0.5
        case Kind.INT:
            return round(values[0])
        case Kind.CHOICE:
            place = parameter.values.index(values[0]) if values[0] in parameter.values else 0
            return parameter.labels[place] if place < len(parameter.labels) else round(values[0])
    short = tuple(float(f"{value:.6g}") for value in values)
    return short[0] if len(short) == 1 else short


def _read(path: Path) -> bytes:
    try:
        return paths.read_bytes(path, _BYTES)
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror or error}") from error


def _write(path: Path, data: bytes) -> None:
    if not paths.writable(path.parent):
        raise CommandError(f"{path} cannot be written to; copy the show's folder and play the copy")
    try:
        write_atomically(path, data)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror or error}") from error
