"""The site as readings: what the hub process tells, for the inbox."""

from collections.abc import Callable, Iterator
from typing import Final

from installation.ipc.feeds.site import View
from installation.player.station import ROLE
from installation.player.surroundings import HOLDING
from installation.values import Address, Reading, Scalar, Seconds

__all__ = ["HERE", "SOURCE", "ViewReadings"]

SOURCE: Final = "site"
HERE: Final = "here"
_AGAIN: Final[Seconds] = 1.0
"""What has not changed is said again after so long, so that it does not grow stale."""

_SIGNALS: Final[tuple[tuple[Address, Callable[[View], float]], ...]] = (
    ("/site/hubs", lambda view: float(sum(one.state not in ("refused", "unheard") for one in view.stations))),
    ("/site/here", lambda view: float(sum(one.state == HERE for one in view.stations))),
    ("/site/leading", lambda view: float(view.role == "leader")),
)
"""Signals of the site."""


class ViewReadings:
    """Compares each view with the one before.

    Args:
        go_delay: Seconds that a GO waits for hubs that follow.
    """

    def __init__(self, go_delay: Seconds) -> None:
        self._go_delay = go_delay
        self._said: dict[Address, tuple[Scalar, ...]] = {}
        self._all_at: Seconds = float("-inf")

    def of(self, view: View, now: Seconds) -> list[Reading]:
        """Return what is different from the last view, and from time to time everything."""
        everything = now - self._all_at >= _AGAIN
        if everything:
            self._all_at = now
        made = []
        for address, values in (*_said(view), _role(view, self._go_delay)):
            if everything or self._said.get(address) != values:
                self._said[address] = values
                made.append(Reading(address, values, now, SOURCE))
        return made


_SHARED: Final[tuple[tuple[Address, Callable[[View], float]], ...]] = (
    ("/site/share", lambda view: view.share),
    ("/site/lumens", lambda view: view.lumens),
    ("/site/gini", lambda view: view.gini if view.budget >= 0.0 else -1.0),
    ("/site/jain", lambda view: view.jain if view.budget >= 0.0 else -1.0),
)
"""Signals of a budget; not said where there is none, and then the last share holds."""


def _said(view: View) -> Iterator[tuple[Address, tuple[Scalar, ...]]]:
    for address, value in _SIGNALS:
        yield address, (value(view),)
    for address, value in _SHARED:
        if value(view) >= 0.0:
            yield address, (value(view),)
    for one in view.stations:
        yield f"/hub/{one.name}/here", (float(one.state == HERE),)
        if one.share >= 0.0:
            yield f"/hub/{one.name}/share", (one.share,)
    held = (one.name for one in view.stations if one.pad and one.state == HERE and one.name != view.hub)
    yield HOLDING, tuple(sorted(held))


def _role(view: View, go_delay: Seconds) -> tuple[Address, tuple[Scalar, ...]]:
    """Say whether we lead others, and so wait for them, or follow."""
    here = {one.name for one in view.stations if one.state == HERE}
    leads = view.role == "leader" and len(here) > 1
    return ROLE, (go_delay if leads else 0.0, float(view.leader != view.hub and view.leader in here))
