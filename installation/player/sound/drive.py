"""A frame of the show as far as it is heard: the same for the running sound process and for films."""

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from installation.ipc.feeds.sound import Drive, Ring
from installation.player.player import Player
from installation.player.sound.files import FILES
from installation.player.sound.hubs import AMOUNT, hub_rings
from installation.player.sound.parameters import STRIKE
from installation.render.readback.flashes import Flash
from installation.values import Address, Seconds

__all__ = ["BELOW", "Drives"]

BELOW: Final = ("/voice/", "/sound/")
"""Every parameter below these addresses is heard."""

_DIGITS: Final = 7
_ON: Final = 0.5
_RETURNS: Final[Seconds] = 2.0
"""Show time from the first frame on in which what played in the stage before has to play again to go on."""


class Drives:
    """Makes a ``Drive`` of each frame of a player.

    While one exists the player looks for flashes of the picture, whoever else listens to them.

    Args:
        player: Plays the show.
        names: Addresses of signals, and of parameters that are not below ``BELOW``, that the soundscape
            reads; unknown ones are left out.
        before: The one whose place it takes, if any: what plays goes on.
        left: What played in the stage that this one continues, as ``begun``.

    Attributes:
        begun: For each sound file that plays, since when (show time), and from which place.
        first: Show time of the first frame.
    """

    def __init__(
        self,
        player: Player,
        names: Iterable[Address] = (),
        before: "Drives | None" = None,
        left: dict[str, tuple[Seconds, float]] | None = None,
    ) -> None:
        self._player = player
        self._names = tuple(names)
        self._version = -1
        self._slots = np.zeros(0, np.intp)
        self._addresses: list[Address] = []
        self._struck = False
        self.begun: dict[str, tuple[Seconds, float]] = {} if before is None else before.begun
        self.left: dict[str, tuple[Seconds, float]] = dict(left or {}) if before is None else before.left
        self.first: Seconds | None = None if before is None else before.first
        player.sounding = True

    def of(self, at: Seconds, *, scope: bool = False) -> Drive:
        """Return that of the frame that was just played.

        Args:
            at: Monotonic seconds at the beginning of the frame.
            scope: Whether a shader reads the waveform or the spectrum.
        """
        player, frame = self._player, self._player.frame
        scene, cue = player.cues.scene, player.cues.current
        standing = cue is not None and player.cues.clock.elapsed >= 0.0
        self.note()
        return Drive(
            frame=frame.index,
            time=frame.time,
            at=at,
            before=scene.before,
            after=scene.after,
            progress=scene.progress,
            act=player.score.score.act,
            cue=cue.id if cue else "",
            state=player.interface.state,
            values=self._values(),
            rings=(*self._rings(), *self._of_hubs()),
            dark=player.dark,
            calm=player.cues.calmed,
            silent=standing and cue is not None and "silent" in cue.intended,
            scope=scope,
            played={name: max(frame.time - since, 0.0) for name, (since, _) in self.begun.items()},
        )  # fmt: skip

    def _rings(self) -> Iterator[Ring]:
        """Yield what flashed in the picture."""
        for one in sorted([*self._player.flashes, *self._strike()], key=lambda one: one.time):
            x, y, strength = (round(part, _DIGITS) for part in (one.x, one.y, one.strength))
            yield Ring(x=x, y=y, strength=strength, time=one.time)

    def _of_hubs(self) -> list[Ring]:
        """Return the flashes of fireflies whose hub has a small voice here."""
        player, tree = self._player, self._player.tree
        amount = tree.effective.item(tree.slot(AMOUNT))
        rig, said = player.rig, player.room.fireflies.said
        return hub_rings(rig.hubs, rig.hub, said, amount, player.frame.time) if said else []

    def _strike(self) -> list[Flash]:
        """Return a flash in the middle if a bell was asked for in this frame: whoever holds on rings once."""
        tree = self._player.tree
        before, self._struck = self._struck, bool(tree.shown()[tree.slot(STRIKE)] >= _ON)
        rings = self._struck and not before
        return [Flash(0.5, 0.5, 1.0, self._player.frame.time)] if rings else []

    def note(self) -> None:
        """Note which sound files play in the frame that was just played, whether or not anybody is told.

        A new sound process has to find its place in them, and may have been away when they began.
        """
        begun: dict[str, tuple[Seconds, float]] = {}
        now = self._player.frame.time
        if self.first is None:
            self.first = now
        if now >= self.first + _RETURNS:
            self.left.clear()
        for one in self._player.show.sounds:
            if self._shown(f"{FILES}/{one.name}/play") > _ON:
                seek, before = self._shown(f"{FILES}/{one.name}/seek"), self.begun.get(one.name)
                given = self.left.pop(one.name, None)  # what stops and plays again begins anew
                if before is None and given is not None and given[0] <= now:
                    before = given
                begun[one.name] = before if before is not None and before[1] == seek else (now, seek)
        self.begun = begun

    def _shown(self, address: Address) -> float:
        tree = self._player.tree
        return float(tree.shown()[tree.slot(address)]) if address in tree.parameters() else 0.0

    def _values(self) -> dict[Address, float]:
        """Return what is heard, by address; nothing that is private."""
        tree, signals = self._player.tree, self._player.signals
        if self._version != tree.version:
            self._look()
        values = dict(zip(self._addresses, tree.shown()[self._slots].tolist(), strict=True))
        for name in self._names:
            index = signals.index(name)
            if index is not None and not signals.private[index] and name not in values:
                value = signals.values.item(index)
                if value == value:  # it had one
                    values[name] = value
        return values

    def _look(self) -> None:
        """Find the slots of the parameters; component i > 0 of one is ``<address>/<i>``, as of a signal."""
        tree = self._player.tree
        slots: dict[Address, int] = {}
        for address, parameter in tree.parameters().items():
            if address.startswith(BELOW) or address in self._names:
                first = tree.slot(address)
                slots[address] = first
                slots |= {f"{address}/{i}": first + i for i in range(1, parameter.kind.components)}
        self._addresses = list(slots)
        self._slots = np.array(list(slots.values()), np.intp)
        self._version = tree.version
