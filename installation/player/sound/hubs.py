"""Small voices of hubs: what a machine plays for the hubs that it is, and the bells of their fireflies."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from installation.ipc.feeds.sound import Ring
from installation.player.surroundings.fireflies import AMOUNT, Flashed
from installation.player.surroundings.hubs import level_address
from installation.show.model import Show
from installation.show.soundscape import FollowSpec, PartSpec, Soundscape, default_soundscape
from installation.show.venue_model import HubSpec, Venue
from installation.values import Seconds

__all__ = ["AMOUNT", "SMALL", "hub_rings", "places", "soundscape_of", "speaks_alone"]

SMALL: Final = "small"
_PATCH: Final = "hub"
_FADE: Final[Seconds] = 3.0
_REST: Final = (0.12, 1.0)
"""How loud a hub's drone is, by its pilot light: nearly nothing while that is dark."""
_AGAIN: Final = 0.75
"""Factor of each flash of a burst on the one before."""
_DIGITS: Final = 7


def _small(hubs: Iterable[HubSpec], own: str) -> list[HubSpec]:
    return [one for one in hubs if one.voice == SMALL and own in ("", one.name)]


def speaks_alone(venue: Venue) -> bool:
    """Return whether this machine is a hub whose small voice sounds in place of the show's sound."""
    return bool(venue.site.hub and _small(venue.hubs, venue.site.hub))


def soundscape_of(show: Show, venue: Venue) -> Soundscape | None:
    """Return the soundscape of this machine; None for the default one.

    A machine that is one hub of a site plays the small voice of that hub alone, if it has one. A machine that
    plays all hubs has theirs beside the show's soundscape.
    """
    small = _small(venue.hubs, venue.site.hub)
    if not small:
        return show.soundscape
    table = show.soundscape or default_soundscape()
    if venue.site.hub:
        one = small[0]
        alone = PartSpec(
            "", _FADE, 0.0, {_PATCH: 1.0}, {f"{_PATCH}/place": places(venue.hubs)[one.name]},
            (FollowSpec(f"{_PATCH}/rest", level_address(one.name), (0.0, 1.0), _REST, 1.0),),
        )  # fmt: skip
        scenes = {name: replace(alone, name=name) for name in show.scenes}
        return Soundscape(table.tuning, table.silence, (), scenes, {})
    beside = {name: table.scenes.get(name, PartSpec(name)) for name in (*table.scenes, *show.scenes)}
    scenes = {name: replace(one, patches={_PATCH: 1.0, **one.patches}) for name, one in beside.items()}
    return replace(table, scenes=scenes)


def places(hubs: Sequence[HubSpec]) -> Mapping[str, float]:
    """Return the pitch of each hub, 0..1 from low to high, by name: those of a venue are spread evenly."""
    names = sorted(one.name for one in hubs)
    return {
        name: index / max(len(names) - 1, 1) if len(names) > 1 else 0.5 for index, name in enumerate(names)
    }


def hub_rings(
    hubs: Sequence[HubSpec], own: str, said: Iterable[Flashed], amount: float, time: Seconds
) -> list[Ring]:
    """Return the bells of a frame.

    Args:
        hubs: Of the venue.
        own: Name of the hub that this machine is; empty if it plays all of them.
        said: Flashes of our own hubs in this frame.
        amount: Light of the fireflies, 0..1: at 0 they rest, and nothing rings.
        time: Show time of the frame.
    """
    small = {one.name for one in _small(hubs, own)}
    if not small or amount <= 0.0:
        return []
    pitches = places(hubs)
    return [
        Ring(
            x=0.5 if own else round(x, _DIGITS), y=round(pitches[name], _DIGITS),
            strength=round(amount * _AGAIN**number, _DIGITS), time=time, hub=name,
        )
        for name, x, _, number, _ in said
        if name in small
    ]  # fmt: skip
