"""Blackout and panic of the lamps, and whether the stage, which darkens the picture, has taken them over."""

from collections.abc import Callable
from time import monotonic
from typing import Any, Final, Protocol

from installation.commands import COMMANDS, switched
from installation.keeper.light.wire import Wire
from installation.values import Scalar, Seconds

__all__ = ["Darkness"]

_ACKNOWLEDGE: Final[Seconds] = 0.5
_RELEASES_PANIC: Final = frozenset(one.name for one in COMMANDS.values() if one.ends_panic)


class Tell(Protocol):
    """Gives the stage a command; None if there is no stage to take it."""

    def __call__(self, verb: str, *arguments: Scalar) -> object: ...


class Darkness:
    """The lamps' side of blackout and panic, which hold beside a stage that hangs and over its restarts.

    Args:
        wire: Sends the lamps' light.
        tell: Gives the stage a command.
        hush: Silences the sound where the stage may not.
        held_by: Returns the signals whose routes hold a blackout, as the stage last said.
        blackout, panic: As the last run was left by a crash.
    """

    def __init__(
        self,
        wire: Wire,
        tell: Tell,
        hush: Callable[[], object],
        held_by: Callable[[], str],
        *,
        blackout: bool,
        panic: bool,
    ) -> None:
        self._wire, self._tell, self._hush, self._held_by = wire, tell, hush, held_by
        self._wire.blackout, self._wire.panic = blackout, panic
        self._stage_calm = panic
        self._panic_by: Seconds | None = None

    @property
    def panic(self) -> bool:
        """Whether a panic holds, on the picture or the lamps."""
        return self._wire.panic or self._stage_calm

    @property
    def begun(self) -> bool:
        """Whether a panic holds, or was asked for and is not acknowledged yet."""
        return self.panic or self._panic_by is not None

    def set_blackout(self, state: bool | str | None) -> dict[str, bool | str]:
        """Carry out ``blackout``; returns what its client is told."""
        on = self._wire.blackout = switched(state, self._wire.blackout)
        self._tell("blackout", on)
        if on:
            self._hush()
        held = "" if on else self._held_by()
        note = f"it stays dark: a route from {held} holds the blackout"
        return {"blackout": on, "note": note} if held else {"blackout": on}

    def set_panic(self, how: bool | str | None) -> dict[str, bool]:
        """Carry out ``panic``; returns what its client is told."""
        on = how is not False
        told = self._tell("panic", how if how is not None else True)
        if not on:
            self._panic_by, self._stage_calm, self._wire.panic = None, False, False
        else:
            self._panic_by = monotonic() + (_ACKNOWLEDGE if told is not None else 0.0)
        return {"panic": on}

    def overdue(self, now: Seconds) -> bool:
        """Return True once where the stage has not acknowledged a panic in time: then the lamps fade."""
        if self._panic_by is None or now <= self._panic_by:
            return False
        self._panic_by, self._wire.panic = None, True
        self._hush()
        return True

    def answered(self, verb: str, ok: bool) -> None:
        """Take in that the stage has carried out a command, or not."""
        if verb == "panic" and ok:
            self._panic_by = None
        elif verb in _RELEASES_PANIC and ok:
            self._wire.panic = False

    def heard(self, facts: dict[str, Any]) -> None:
        """Follow what a key at the stage has changed, on and off."""
        if "blackout" in facts:
            self._wire.blackout = bool(facts["blackout"])
        if "panic" in facts:
            self._stage_calm = self._wire.calm = bool(facts["panic"])
            if not self._stage_calm:
                self._panic_by, self._wire.panic = None, False

    def instruct(self) -> None:
        """Send blackout and panic to a new stage: a crash must not end them."""
        if self._wire.blackout:
            self._tell("blackout", "on")
        if self.panic:
            self._tell("panic", "hard")
