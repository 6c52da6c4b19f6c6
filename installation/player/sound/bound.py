"""Sound bound to a player: the loudness that comes back, and muting by hand."""

from typing import TYPE_CHECKING, Final

from installation.commands import switched
from installation.player.inbox import Entry
from installation.player.readback import SOUND
from installation.player.sound.parameters import MUTE
from installation.player.sound.readings import SOURCE
from installation.values import Reading, Seconds

if TYPE_CHECKING:
    from installation.player.player import Player

__all__ = ["BoundSound"]

_DIGITS: Final = 6


class BoundSound:
    """What comes back of the sound, and what people do to it.

    Args:
        player: Whose.

    Attributes:
        level: Loudness of our own output now, 0..1, as the sound process says; 0 without one.
        left_muted: Whether it is muted because this machine was left so, which a replay sets in no parameter.
    """

    def __init__(self, player: "Player") -> None:
        self._player = player
        self.level = 0.0
        self.left_muted = False

    def readings(self, now: Seconds) -> list[Entry]:
        """Return the loudness of our own output, for the next frame's inbox, if anything listens to it."""
        if self._player.signals.index(SOUND) is None:
            return []
        return [Reading(SOUND, (round(self.level, _DIGITS),), now, SOURCE)]

    def mute(self, state: bool | str | None = None) -> str:
        """Mute by hand, or end that; without a state it changes over. Returns what it has done."""
        tree = self._player.tree
        on = switched(state, self.left_muted or tree.get_base(MUTE)[0] >= 0.5)
        tree.set(MUTE, (float(on),))
        return f"the sound is {'muted' if on else 'on again'}"
