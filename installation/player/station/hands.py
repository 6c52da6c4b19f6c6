"""What hands and people have made of the leader's piece, besides its cues: macros and the interface's state.

A macro is a fader on the whole piece, and a state is how the piece takes its people: both are one on all
walls. A trim belongs to a place, to its lamps, loudspeakers and people, and stays there.

Only what has changed at the leader is done here, so that a hand, or a state that somebody asked for, stays
until the leader's next.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from installation.player.macros.bound import NEUTRAL

if TYPE_CHECKING:
    from installation.player.player import Player

__all__ = ["follow_macros", "macros_told"]

_BELOW: Final = "/macro/"
_STEP: Final = 0.005
"""To what a fader is rounded: a hand that moves it sends two hundred messages at most from end to end."""
_DIGITS: Final = 3


def macros_told(player: "Player") -> str:
    """Return the macros that are off the middle, as ``NAME=0.8``, with spaces between them.

    Bases only: what routes add comes of signals that the others have themselves, or that are private.
    """
    tree, found = player.tree, []
    for one in player.macros.specs:
        if one.address.startswith(_BELOW):
            value = round(round(tree.base.item(tree.slot(one.address)) / _STEP) * _STEP, _DIGITS)
            if value != NEUTRAL:
                found.append(f"{one.address.removeprefix(_BELOW)}={value:g}")
    return " ".join(sorted(found))


def follow_macros(player: "Player", before: str | None, now: str) -> None:
    """Move those macros that have changed at the leader.

    Args:
        player: That follows.
        before: What the leader told last; None if it was not followed.
        now: What it tells.
    """
    last, told = _places(before or ""), _places(now)
    for one in player.macros.specs:
        name = one.address.removeprefix(_BELOW)
        if not one.address.startswith(_BELOW):
            continue
        value = told.get(name, NEUTRAL)
        moved = before is None or last.get(name, NEUTRAL) != value
        if moved and player.tree.get_base(one.address) != (value,):
            player.tree.set(one.address, (value,))


def _places(text: str) -> Mapping[str, float]:
    """Return places of faders by name; what is no such text is left out."""
    found = {}
    for word in text.split(" "):
        name, _, place = word.partition("=")
        with suppress(ValueError):
            at = float(place)
            if at == at:  # a number
                found[name] = min(max(at, 0.0), 1.0)
    return found
