"""The site that this machine is one hub of, as the status tells it."""

from typing import Annotated

import msgspec

__all__ = ["SiteStatus"]


def _means(text: str) -> msgspec.Meta:
    return msgspec.Meta(description=text)


class SiteStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A site, as its hub process on this machine sees it."""

    name: Annotated[str, _means("Name of the site")]
    hub: Annotated[str, _means("Which hub this machine is")]
    role: Annotated[str, _means("leader, standby or hub; away while the hub process is silent")] = "hub"
    leader: Annotated[str, _means("Hub that leads; empty while there is none")] = ""
    epoch: Annotated[int, _means("Of the leader, counted upward")] = 0
    here: Annotated[tuple[str, ...], _means("Hubs that are here, this one included")] = ()
    away: Annotated[tuple[str, ...], _means("Hubs that were here and are not reached")] = ()
    refused: Annotated[tuple[str, ...], _means("Hubs that are kept out")] = ()
    error_ms: Annotated[float, _means("Bound of the error of this hub's clock; -1 if unknown")] = -1.0
    order: Annotated[float, _means("How far the fireflies of the site are in step, 0..1")] = 0.0
    stories: Annotated[int, _means("Stories of the site that are here")] = 0
    trouble: Annotated[str, _means("What is wrong; empty if nothing is")] = ""
    age_s: Annotated[float, _means("Seconds since the hub process told this")] = 0.0
