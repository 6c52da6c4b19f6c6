"""Contains failures in one part of a frame: they are reported, and the show goes on.

A boundary of the stage, for an edit, a command, the bus, the text on the picture or a whole frame. Any
exception is caught, logged with its traceback and counted for ``status``; the last presented picture remains
until a frame succeeds. Only an uninterrupted series of failed frames of ``PATIENCE`` seconds ends the stage:
a new stage, with a new context, then has the better chance.
"""

import logging
from collections.abc import Callable
from typing import Final, TypeVar

from installation.errors import GraphicsError
from installation.status import ContainedStatus
from installation.values import Seconds

__all__ = ["PATIENCE", "Containment"]

PATIENCE: Final[Seconds] = 5.0
"""Seconds of nothing but failing frames after which the stage ends."""

_LONGEST: Final = 300

T = TypeVar("T")

log = logging.getLogger(__name__)


class Containment:
    """Runs parts of a frame."""

    def __init__(self) -> None:
        self._failures: dict[str, ContainedStatus] = {}
        self._failing: Seconds | None = None

    def run(self, what: str, act: Callable[[], T], otherwise: T) -> T:
        """Return the result of ``act``, or ``otherwise`` if it fails.

        Args:
            what: Name of the part in messages, e.g. "the bus".
            act: The part.
            otherwise: Substitute for the result.
        """
        try:
            return act()
        except Exception as error:
            self._note(what, error)
            log.exception("%s failed; the show goes on", what)
            return otherwise

    def frame(self, act: Callable[[], T], now: Seconds) -> T | None:
        """Return the result of a whole frame; None if it fails.

        Raises GraphicsError at once, and any other exception after ``PATIENCE`` seconds of failing frames.
        """
        try:
            made = act()
        except GraphicsError:  # a lost context does not come back; a new stage creates a new one
            raise
        except Exception as error:
            self._failing = now if self._failing is None else self._failing
            self._note("a frame", error)
            if now - self._failing > PATIENCE:
                raise
            log.exception("a frame failed; the last picture remains")
            return None
        self._failing = None
        return made

    def report(self) -> tuple[ContainedStatus, ...]:
        """Return what has failed since the start."""
        return tuple(self._failures.values())

    def _note(self, what: str, error: Exception) -> None:
        count = self._failures[what].count if what in self._failures else 0
        last = f"{type(error).__name__}: {error}"[:_LONGEST]
        self._failures[what] = ContainedStatus(part=what, count=count + 1, last=last)
