"""What the hub process tells the keeper: kept for ``photophore site`` and ``status``, also without a stage.

The outputs of lamps hear whether this hub leads the site. They fall back by themselves when nothing is heard
any more, so that a machine whose hub process is dead does not fight with the one that leads now.
"""

from collections.abc import Callable, Iterable, Sequence
from time import monotonic
from typing import Any, Final

import msgspec

from installation.contract import Adapter, LightOutput
from installation.errors import PhotophoreError
from installation.ipc.feeds.site import Station, View
from installation.status import SiteStatus
from installation.values import Seconds

__all__ = ["SiteNote"]

_SILENT: Final[Seconds] = 3.0
"""Without news for so long the hub process is away."""
_STALE: Final[Seconds] = 2.0
"""What it said is called old after so long; it tells twice a second."""
_NO_SITE: Final = "this show is no part of a site; add [site] to its venue (docs/site.md)"


class SiteNote:
    """Keeps what was told last.

    Args:
        outputs: Returns the adapters that send light.
        wanted: Whether the venue has a site.
    """

    def __init__(self, outputs: Callable[[], Iterable[Adapter]], *, wanted: bool) -> None:
        self._outputs, self._wanted = outputs, wanted
        self._view: View | None = None
        self._at: Seconds = float("-inf")

    def take(self, parts: Sequence[object]) -> dict[str, bool]:
        """Take a view, JSON in several texts. Raises PhotophoreError for anything else."""
        try:
            self._view = msgspec.json.decode("".join(map(str, parts)).encode(), type=View)
        except (msgspec.DecodeError, UnicodeError) as error:
            message = f"this is no view of a site: {error}"
            raise PhotophoreError(message) from error
        self._at = monotonic()
        for one in self._outputs():
            if isinstance(one, LightOutput):
                one.take_role(leads=self._view.role == "leader", now=self._at)
        return {"taken": True}

    def tell(self) -> dict[str, Any]:
        """Return the view as plain values, with its age, and whether the hub process is silent since.

        Raises PhotophoreError without a site.
        """
        if self._view is None:
            raise PhotophoreError("the hub process has not told anything yet" if self._wanted else _NO_SITE)
        age = round(monotonic() - self._at, 3)
        return {**msgspec.to_builtins(self._view), "age_s": age, "stale": age > _STALE}

    def status(self) -> SiteStatus | None:
        """Return the part of ``status``; None without a site."""
        view = self._view
        if view is None:
            return SiteStatus(name="", hub="", role="away", trouble=_AWAY) if self._wanted else None
        age = monotonic() - self._at
        gone = age > _SILENT
        return SiteStatus(
            name=view.site, hub=view.hub, role="away" if gone else view.role, leader=view.leader,
            epoch=view.epoch, here=_named(view, "here"), away=_named(view, "away"),
            refused=_named(view, "refused"), order=round(view.order, 4), stories=view.stories,
            error_ms=round(1000.0 * view.error, 3) if view.error >= 0.0 else -1.0,
            trouble=_AWAY if gone else view.trouble, age_s=round(age, 3),
        )  # fmt: skip


_AWAY: Final = "the hub process is silent"


def _named(view: View, state: str) -> tuple[str, ...]:
    stations: tuple[Station, ...] = view.stations
    return tuple(one.name for one in stations if one.state == state)
