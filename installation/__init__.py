"""Photophore: living light from the people in a room.

For scripts and notebooks: ``Player`` and ``load_show``. Everything else is reached by its own module.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from installation.player.offline import Player
    from installation.show import load_show

__all__ = ["Player", "load_show"]


def __getattr__(name: str) -> Any:
    # Loaded on demand: `photophore --help` and the keeper must not pay for graphics.
    if name == "Player":
        from installation.player.offline import Player

        return Player
    if name == "load_show":
        from installation.show import load_show

        return load_show
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
