"""Contains a fault of one part of the hub process: it is told, and the other parts go on."""

import logging
from collections.abc import Callable
from typing import Final, TypeVar

from installation.errors import PhotophoreError
from installation.values import Seconds

__all__ = ["Containment"]

_TOLD: Final[Seconds] = 60.0
"""So long a fault is told after it happened last."""
_LONGEST: Final = 200

T = TypeVar("T")

log = logging.getLogger(__name__)


class Containment:
    """Runs what parts do."""

    def __init__(self) -> None:
        self._logged: set[tuple[str, str]] = set()
        self._last: dict[str, tuple[str, Seconds]] = {}

    def run(self, what: str, act: Callable[[], T], otherwise: T, now: Seconds) -> T:
        """Return the result of ``act``, or ``otherwise`` if it fails; each kind of fault is logged once.

        Args:
            what: Name of the part in messages.
            act: What it does.
            otherwise: Substitute for the result.
            now: Monotonic seconds.

        Raises PhotophoreError if ``act`` does: a bus has failed.
        """
        try:
            return act()
        except PhotophoreError:
            raise
        except Exception as error:
            kind = what, type(error).__name__
            if kind not in self._logged:
                self._logged.add(kind)
                log.exception("%s failed; the others go on", what)
            self._last[what] = f"{kind[1]}: {error}"[:_LONGEST], now
            return otherwise

    def troubles(self, now: Seconds) -> list[str]:
        """Return what has failed within the last minute, each in words."""
        return [
            f"{what} failed, a fault of the program ({error}); hub.log says where"
            for what, (error, at) in self._last.items()
            if now - at <= _TOLD
        ]
