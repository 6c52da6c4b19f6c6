"""The ledger of decisions: who was dimmed or brightened, and why, in words. The same on all hubs.

Each hub notes what becomes of itself, and hubs tell each other all of it; the ledger is the union, in order
of time, so every hub has the same once it has heard the others.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

__all__ = ["KEPT", "OWN_KEPT", "Decision", "Ledger", "Noting", "words"]

KEPT: Final = 200
"""Decisions in the ledger; the oldest are forgotten."""
OWN_KEPT: Final = 60
"""Decisions of one hub that it tells the others."""
_STEP: Final = 0.05
"""Change of the level that is worth a word."""
_OWED: Final = 5.0
"""Difference of credit, seconds of an equal part, that counts as having had less."""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """One change of one hub's level.

    Attributes:
        at: Unix seconds.
        hub: Whose level it is.
        number: Counts its decisions.
        level: What it gets of what it asks for, 0..1.
        rises: Whether that is more than before.
        cause: The other hub that gained or gave most; empty if none did.
        reason: One of the keys in ``words``, or empty.
        unit: ``watts`` or ``lumens``.
    """

    at: float
    hub: str
    number: int
    level: float
    rises: bool
    cause: str = ""
    reason: str = "need"
    unit: str = "watts"


def words(one: Decision) -> str:
    """Return a decision in words, without its time."""
    level = round(100.0 * one.level)
    what = f"{one.hub} has all that it asks for" if level >= 100 else (
        f"{one.hub} {'rose' if one.rises else 'dimmed'} to {level} %"
    )  # fmt: skip
    unit = " for the light outside" if one.unit == "lumens" else ""
    why = {
        "credit": f"{one.cause} asked for more and had had less",
        "need": f"{one.cause} asked for more",
        "privilege": f"{one.cause} is privileged",
        "owed": f"it had had less than {one.cause}",
        "more": f"{one.cause} asks for less",
        "cut": f"{one.cause} is not reached, and what it has stays reserved",
        "gone": f"{one.cause} said goodbye or was released",
        "own": "it asks for more than its share",
    }.get(one.reason, "")
    return f"{what}{unit}: {why}" if why else f"{what}{unit}"


class Noting:
    """Notes what becomes of one hub.

    Args:
        hub: Its name.
        unit: ``watts`` or ``lumens``.
        first: Number of its first decision.
    """

    def __init__(self, hub: str, unit: str = "watts", first: int = 0) -> None:
        self._hub, self._unit = hub, unit
        self._number = first
        self._level = 1.0
        self._gave: dict[str, int] = {}
        self._began: float | None = None
        self.kept: list[Decision] = []

    def moved(self, flows: Mapping[str, int]) -> None:
        """Add what this hub gave to others since the last call, or got from them (negative)."""
        for name, amount in flows.items():
            self._gave[name] = self._gave.get(name, 0) + amount

    def look(
        self,
        at: float,
        level: float,
        owed: Mapping[str, float],
        *,
        cut: Iterable[str] = (),
        gone: Iterable[str] = (),
        reform: float = 1.0,
        settled: bool = True,
    ) -> Decision | None:
        """Return a decision if the level has changed by enough and come to rest.

        Args:
            at: Unix seconds.
            level: What it gets of what it asks for, 0..1.
            owed: Credit of all hubs, seconds of an equal part.
            cut: Hubs that are not reached.
            gone: Hubs that said goodbye or were released.
            reform: 0..1.
            settled: Whether nothing moves now; while something moves, a decision is noted every five seconds.
        """
        rises = level > self._level
        if abs(level - self._level) < _STEP:
            self._began = None
            return None
        self._began = at if self._began is None else self._began
        if not settled and at - self._began < 5.0:
            return None
        cause, reason = self._why(rises, owed, sorted(cut), reform)
        if rises and cause in set(gone):
            reason = "gone"
        made = Decision(
            at=round(at, 3), hub=self._hub, number=self._number, level=round(level, 3), rises=rises,
            cause=cause, reason=reason, unit=self._unit,
        )  # fmt: skip
        self._number += 1
        self._level, self._began = level, None
        self._gave.clear()
        self.kept = [*self.kept, made][-OWN_KEPT:]
        return made

    def _why(self, rises: bool, owed: Mapping[str, float], cut: list[str], reform: float) -> tuple[str, str]:
        flows = {name: amount for name, amount in self._gave.items() if name != self._hub and amount}
        wanted = {name: -amount if rises else amount for name, amount in flows.items()}
        cause = max(sorted(wanted), key=wanted.__getitem__, default="")
        if not cause or wanted[cause] <= 0:
            if rises:
                return "", ""
            return (cut[0], "cut") if cut else ("", "own")
        more = owed.get(cause, 0.0) - owed.get(self._hub, 0.0)
        if rises:
            return cause, "owed" if more < -_OWED else "more"
        if more > _OWED:
            return cause, "credit"
        return cause, "privilege" if reform < 0.5 else "need"


class Ledger:
    """All decisions of all hubs."""

    def __init__(self) -> None:
        self._of: dict[str, tuple[Decision, ...]] = {}
        self._all: tuple[Decision, ...] | None = ()

    def hear(self, hub: str, decisions: Iterable[Decision]) -> None:
        """Take what a hub has decided; it replaces what was known of that hub, unless that is newer."""
        known = {(one.hub, one.unit, one.number, one.at): one for one in self._of.get(hub, ())}
        known |= {(one.hub, one.unit, one.number, one.at): one for one in decisions}
        kept = sorted(known.values(), key=_place)[-OWN_KEPT:]
        if tuple(kept) != self._of.get(hub):
            self._of[hub], self._all = tuple(kept), None

    def decisions(self) -> tuple[Decision, ...]:
        """Return them, the newest last; at most ``KEPT``."""
        if self._all is None:
            self._all = tuple(sorted((one for part in self._of.values() for one in part), key=_place)[-KEPT:])
        return self._all


def _place(one: Decision) -> tuple[float, str, str, int]:
    return one.at, one.hub, one.unit, one.number
