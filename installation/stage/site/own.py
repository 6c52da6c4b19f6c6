"""What the stage says of this station."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from installation.ipc.feeds.site import Own
from installation.player.player import Player
from installation.show.site import SiteSettings
from installation.values import Seconds

__all__ = ["TOLD", "own"]


def _standing(player: Player, site: SiteSettings) -> Mapping[str, Any]:
    """What stands on the picture, who is there, and whether the station's pad is held."""
    current = player.cues.current
    leaving, coming = player.stories.flying(site.hub)
    return {
        "show": player.show.name,
        "cue": current.id if current is not None else "",
        "scene": player.cues.scene.after,
        "pad": player.room.hubs.own(site.hub),
        "level": player.room.hubs.level(site.hub),
        "people": player.room.tracks.bodies.count,
        "blackout": bool(player.dark or player.cues.calmed),
        "flashing": player.room.fireflies.flashing(site.hub),
        "leaving": leaving,
        "coming": coming,
        "order": round(player.room.fireflies.order, 6),
    }


def _shared(player: Player, _site: SiteSettings) -> Mapping[str, Any]:
    """What the lamps would take, and what they keep to."""
    return player.shares.own()


TOLD: Final[tuple[Callable[[Player, SiteSettings], Mapping[str, Any]], ...]] = (_standing, _shared)
"""One function for each matter; each returns fields of ``Own``."""


def own(player: Player, site: SiteSettings, now: Seconds) -> Own:
    """Return what is told of this station at monotonic second ``now``."""
    fields: dict[str, Any] = {}
    for one in TOLD:
        fields |= one(player, site)
    return Own(at=now, **fields)
