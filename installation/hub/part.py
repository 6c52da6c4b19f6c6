"""What every part of the hub process is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from installation.ipc.bus import Bus
from installation.ipc.feeds.site import Own
from installation.site.clock import SiteClock
from installation.values import Seconds

__all__ = ["EACH", "Part", "Surroundings"]

EACH: Final = "each"
"""Key of a part's report for fields of ``Station``: by name of the hub, then by field."""


@dataclass(slots=True)
class Surroundings:
    """What the parts of the process share; those that know write it, the others read.

    Attributes:
        hub: Name of this station.
        folder: State folder of this hub.
        mesh: The site's network. A kept message (``put(keep=True)``) reaches every hub that joins later, and
            every hub after a partition has healed, also for patterns; it is not dropped on the way.
        local: The bus of this machine, to stage and panel.
        own: What the stage said last; None before it has said anything.
        others: What the stages of the other members said last, by name of the hub; ``at`` is the monotonic
            second at which it arrived here.
        members: Names of the hubs that are here, this one included.
        leader: Name of the leading hub; empty while there is none.
        epoch: Of the leader, counted upward.
        news: Set by a part when the stage is to see the view at once, and not with the next one that is due.
        site_time: Site time in seconds of a moment of this machine's monotonic clock; the identity until
            clocks are compared.
        local_time: The reverse.
        clock: What the site's time is made of; it outlives the network, so that time does not step.
        error: Bound of the error of ``site_time``, seconds; -1 while no time is agreed.
        endings: One for each thread that a part has started: tells it to end, and returns whether it has. The
            network is opened again when all have ended, so that nothing writes beside its successor.
        misname: Tells of a message of the first hub that says of itself to be of the second; who reads it has
            dropped it.
        anew: Why the network has to be opened again; empty where it has not.
        looked_for: Addresses at which the open network looks for other hubs.
        tried: Hubs and addresses for which the network was opened again; it outlives the network.
        leaving: Whether the process ends on purpose: goodbyes are said in ``close`` then, and not where the
            network is only opened again.
    """

    hub: str
    folder: Path
    mesh: Bus
    local: Bus
    own: Own | None = None
    others: dict[str, Own] = field(default_factory=dict)
    members: frozenset[str] = frozenset()
    leader: str = ""
    epoch: int = 0
    news: bool = False
    site_time: Callable[[Seconds], Seconds] = lambda local: local
    local_time: Callable[[Seconds], Seconds] = lambda site: site
    clock: SiteClock = field(default_factory=SiteClock)
    error: Seconds = -1.0
    endings: list[Callable[[], bool]] = field(default_factory=list)
    misname: Callable[[str, str], None] = lambda _sender, _name: None
    anew: str = ""
    looked_for: tuple[str, ...] = ()
    tried: set[tuple[str, str]] = field(default_factory=set)
    leaving: bool = False


class Part(Protocol):
    """One matter of the site. Parts do not know each other; they meet in ``Surroundings``."""

    def advance(self, now: Seconds) -> None:
        """Take what came from the mesh and the local bus, and send what is due; every 10 ms. Never waits.

        Args:
            now: Monotonic seconds.

        Raises PhotophoreError if a bus fails.
        """

    def report(self) -> dict[str, object]:
        """Return the fields of ``View`` that this part knows.

        Fields of ``Station`` stand under ``EACH`` by name of the hub, e.g. ``{"north": {"share": 12.0}}``.
        ``trouble`` of several parts is joined.
        """
        ...

    def close(self) -> None:
        """End it, saying goodbye where that matters. Never waits, except for that while ``leaving``."""
