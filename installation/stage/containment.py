"""What fails in one part of a frame stays there: it is told, and the last good goes on.

A boundary of the stage: an edit, an order, the bus, words on the picture, a whole frame. Any exception is
caught, logged with its traceback and counted for ``status``; the picture that was presented last stands
until the next frame works. Only frames that fail one after the other for ``PATIENCE`` seconds end the stage:
a fresh one, with a fresh context, is then the better try.
"""

import logging
from collections.abc import Callable
from typing import Final, TypeVar

from installation.errors import GraphicsError
from installation.status import ContainedStatus
from installation.values import Seconds

__all__ = ["PATIENCE", "Containment"]

PATIENCE: Final[Seconds] = 5.0
"""Frames may fail for so long before the stage gives itself up."""

_LONGEST: Final = 300

T = TypeVar("T")

log = logging.getLogger(__name__)


class Containment:
    """Runs parts of a frame."""

    def __init__(self) -> None:
        self._failures: dict[str, ContainedStatus] = {}
        self._failing: Seconds | None = None

    def run(self, what: str, act: Callable[[], T], otherwise: T) -> T:
        """What ``act`` returns, or ``otherwise`` where it fails.

        Args:
            what: The part, for people: "the bus".
            act: Does it.
            otherwise: What goes on in its place.
        """
        try:
            return act()
        except Exception as error:
            self._note(what, error)
            log.exception("%s failed; the show goes on", what)
            return otherwise

    def frame(self, act: Callable[[], T], now: Seconds) -> T | None:
        """What a whole frame gives; None where it fails.

        Raises GraphicsError at once, and anything else after ``PATIENCE`` of nothing but failures.
        """
        try:
            made = act()
        except GraphicsError:  # a lost context does not come back: another stage has another one
            raise
        except Exception as error:
            self._failing = now if self._failing is None else self._failing
            self._note("a frame", error)
            if now - self._failing > PATIENCE:
                raise
            log.exception("a frame failed; the last picture stands")
            return None
        self._failing = None
        return made

    def report(self) -> tuple[ContainedStatus, ...]:
        """What has failed since the start."""
        return tuple(self._failures.values())

    def _note(self, what: str, error: Exception) -> None:
        count = self._failures[what].count if what in self._failures else 0
        last = f"{type(error).__name__}: {error}"[:_LONGEST]
        self._failures[what] = ContainedStatus(part=what, count=count + 1, last=last)
