"""Small pictures of the cue that stands by, for the operator's screen; only while they are looked at."""

from collections.abc import Mapping, Sequence
from typing import Final

from installation.errors import ShaderError
from installation.ipc.feeds.operator import STANDBY, STANDBY_WATCHED
from installation.ipc.telemetry import Publisher
from installation.player.player import Player
from installation.values import Seconds

__all__ = ["PERIOD", "StandbyFeed", "standby_look"]

PERIOD: Final[Seconds] = 0.5
"""From one picture to the next: beside 60 frames a second, one frame in thirty draws it."""


def standby_look(player: Player) -> tuple[str, Mapping[str, Sequence[float] | float]] | None:
    """Return the scene that a GO would show, and its inputs by name; None without a standby.

    What no cue of the list sets is as it is now, routes included.
    """
    cues, tree = player.cues, player.tree
    standby = cues.standby
    scene = cues.order.scene_of(standby.id) if standby is not None else ""
    if standby is None or scene not in player.show.scenes:
        return None
    ends, prefix, shown = cues.order.ends(tree, standby.id), f"/scene/{scene}/", tree.shown()
    values: dict[str, Sequence[float] | float] = {}
    for address, parameter in tree.parameters().items():
        if address.startswith(prefix):
            slot = tree.slot(address)
            value = ends.get(address) or shown[slot : slot + parameter.kind.components].tolist()
            values[address.removeprefix(prefix)] = value if len(value) > 1 else value[0]
    return scene, values


class StandbyFeed:
    """Draws and sends what ``operator/standby`` is.

    Args:
        player: The running player.
    """

    def __init__(self, player: Player) -> None:
        self._player = player
        self._due: Seconds = 0.0
        self._watched = False
        self._refused: object = None

    def put(self, now: Seconds, publisher: Publisher) -> None:
        """Do what is due; call once a frame."""
        picture = self._player.picture
        if picture is None:
            return
        if self._watched:
            jpeg = picture.preview.jpeg()
            if jpeg:
                publisher.put(STANDBY, jpeg)
        if now < self._due:
            return
        self._due = now + PERIOD
        watched = publisher.watched_by(STANDBY_WATCHED)
        if self._watched and not watched:
            picture.preview.release()
        self._watched = watched
        if watched:
            self._draw()

    def _draw(self) -> None:
        player, picture = self._player, self._player.picture
        look = standby_look(player)
        if picture is None or look is None:
            return
        scene, values = look
        renderer = picture.scenes.get(scene)
        if renderer is None or not renderer.prepared or renderer.shader is self._refused:
            return
        try:
            picture.preview.draw(scene, renderer.shader, values, picture.exposure.gain(scene))
        except ShaderError as error:
            self._refused = renderer.shader  # told once: it would be refused again
            picture.preview.release()
            reason = error.findings[0].message
            player.refusals.note("no picture of the standby", reason, "the show is not affected")
