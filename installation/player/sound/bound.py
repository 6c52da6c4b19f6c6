"""Sound bound to a player: one ``Drive`` a frame, the flashes that may ring, the loudness that comes back."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from installation.commands import switched
from installation.ipc.feeds.sound import Drive, Ring
from installation.player.inbox import Entry
from installation.player.readback import SOUND, flash_readings, flashes_wanted
from installation.player.sound.parameters import MUTE
from installation.player.sound.readings import SOURCE
from installation.render.picture import Picture
from installation.render.readback.flashes import Flash
from installation.values import Address, Frame, Reading, Seconds

if TYPE_CHECKING:
    from installation.player.player import Player

__all__ = ["BoundSound"]

_ROOTS = ("/voice/", "/sound/")
_DIGITS = 6


class BoundSound:
    """What the sound is told of a frame, and what comes back of it.

    Args:
        player: Whose.

    Attributes:
        level: Loudness of our own output now, 0..1, as the sound process says; 0 without one.
        rings: Whether flashes of the picture are wanted for the sound.
        scope: Whether waveform and spectrum of the input are wanted.
        names: Signals and parameters that the soundscape follows, besides those of sound.
        newest: Flashes found in the last frame.
    """

    def __init__(self, player: "Player") -> None:
        self._player = player
        self.level = 0.0
        self.rings = self.scope = False
        self.names: tuple[Address, ...] = ()
        self.newest: Sequence[Flash] = ()
        self._known: tuple[int, tuple[Address, ...]] = -1, ()
        self._addresses: list[Address] = []
        self._slots = np.zeros(0, np.intp)

    def flashed(self, picture: Picture, frame: Frame, now: Seconds) -> list[Reading]:
        """Find the flashes of a frame, and return them as readings where signals listen to them."""
        heard = flashes_wanted(self._player.signals)
        self.newest = picture.flashes(frame) if heard or self.rings else ()
        return flash_readings(self.newest, now) if heard else []

    def readings(self, now: Seconds) -> list[Entry]:
        """Return the loudness of our own output, for the next frame's inbox, if anything listens to it."""
        if self._player.signals.index(SOUND) is None:
            return []
        return [Reading(SOUND, (round(self.level, _DIGITS),), now, SOURCE)]

    def drive(self, at: Seconds) -> Drive:
        """Return the frame just played, as far as it is heard, which began at monotonic second ``at``."""
        player = self._player
        cues, frame = player.cues, player.frame
        change, cue = cues.scene, cues.current
        return Drive(
            frame=frame.index,
            time=frame.time,
            at=at,
            before=change.before,
            after=change.after,
            progress=change.progress if change.after != change.before else 1.0,
            act=player.score.score.act,
            cue=cue.id if cue is not None else "",
            state=player.interface.state,
            values=self._values(),
            rings=tuple(Ring(x=one.x, y=one.y, strength=one.strength, time=one.time) for one in self.newest),
            dark=player.dark,
            calm=cues.calmed,
            silent=cue is not None and cues.elapsed >= 0.0 and "silent" in cue.intended,
            scope=self.scope,
        )

    def mute(self, state: bool | str | None = None) -> str:
        """Mute by hand, or end that; without a state it changes over. Returns what it has done."""
        tree = self._player.tree
        on = switched(state, tree.get_base(MUTE)[0] >= 0.5)
        tree.set(MUTE, (float(on),))
        return f"the sound is {'muted' if on else 'on again'}"

    def _values(self) -> dict[Address, float]:
        """Return effective values of the parameters of sound, and of what is followed; nothing private."""
        tree, signals = self._player.tree, self._player.signals
        if (tree.version, self.names) != self._known:
            self._known = tree.version, self.names
            wanted = frozenset(self.names)
            known = tree.parameters().values()
            found = [one for one in known if one.address.startswith(_ROOTS) or one.address in wanted]
            self._addresses = [one.address for one in found if one.kind.components == 1]
            self._slots = np.array([tree.slot(one) for one in self._addresses], np.intp)
        values = dict(zip(self._addresses, tree.shown()[self._slots].tolist(), strict=True))
        for name in self.names:
            heard, index = signals.get(name), signals.index(name)
            if heard is not None and index is not None and not signals.private[index]:
                values[name] = heard
        return values
