"""The ledger of decisions: who was dimmed or brightened, and why, in words. The same on all hubs.

Each hub notes what becomes of itself, and hubs tell each other all of it; the ledger is the union, in order
of time, so every hub has the same once it has heard the others.
"""

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

import msgspec

from installation.values import Seconds

__all__ = ["KEPT", "OWN_KEPT", "Decision", "Ledger", "Noting", "Standing", "can_be", "words"]

KEPT: Final = 200
"""Decisions in the ledger; the oldest are forgotten."""
OWN_KEPT: Final = 60
"""Decisions of one hub that it tells the others."""
_STEP: Final = 0.05
"""Change of the level that is worth a word."""
_OWED: Final = 5.0
"""Difference of credit, seconds of an equal part, that counts as having had less."""
_REFORMED: Final = 0.05
"""Change of the reform that counts as its having been moved."""
_RESTS: Final = 2.0
"""Seconds for which a level stays where it is before it is noted."""
_LONGEST: Final = 10.0
"""A level that does not come to rest is noted after so many seconds."""
_PAUSE: Final = 10.0
"""Seconds between two notes of a hub; doubled each time that the next one comes soon after the last."""
_SOON: Final = 60.0
_LONGEST_PAUSE: Final = 640.0
_CAUSES: Final = 15.0
"""What moved between hubs so many seconds before a level changes counts as its cause."""
_LAST_DAY: Final = 4_102_444_800.0
"""Unix seconds of the year 2100: no clock is set later."""
_LONGEST_REASON: Final = 32
_LONGEST_CAUSE: Final = 128


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


def can_be(one: Decision, hub: str, hubs: Collection[str]) -> bool:
    """Return whether a hub can have decided so of itself: a hub of the site, with numbers in range.

    The cause may be a hub that no venue lists: what has another name now keeps its part under the old one.

    Args:
        one: What was heard.
        hub: Who said it.
        hubs: Names of the hubs of the site.
    """
    return (
        one.hub == hub
        and hub in hubs
        and (one.cause in hubs or (len(one.cause) <= _LONGEST_CAUSE and one.cause.isprintable()))
        and 0.0 <= one.at <= _LAST_DAY
        and 0.0 <= one.level <= 1.0
        and len(one.reason) <= _LONGEST_REASON
        and one.unit in ("watts", "lumens")
    )


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
        "less": "it asks for less",
        "fairer": "the site divides more fairly",
        "unequal": "the site divides more by privilege",
    }.get(one.reason, "")
    return f"{what}{unit}: {why}" if why else f"{what}{unit}"


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How a hub stands at a moment, and how the others do.

    Attributes:
        share: What it may take, parts or any other unit.
        need: What it asks for, in the same unit.
        owed: Credit of all hubs by name, seconds of an equal part.
        privilege: Weight of all hubs by name.
        cut: Hubs that are not reached and have a part of the budget, sorted.
        gone: Hubs that said goodbye or were released.
        reform: Of the site, 0 by privilege .. 1 fairly.
        settled: Whether nothing moves between hubs now.
    """

    share: float
    need: float
    owed: Mapping[str, float] = {}
    privilege: Mapping[str, float] = {}
    cut: Sequence[str] = ()
    gone: Collection[str] = ()
    reform: float = 1.0
    settled: bool = True

    @property
    def level(self) -> float:
        """What it gets of what it asks for, 0..1."""
        return min(1.0, self.share / self.need) if self.need > 0 else 1.0


class Noting:
    """Notes what becomes of one hub: once its level has come to rest, and the less often the more it swings.

    Args:
        hub: Its name.
        unit: ``watts`` or ``lumens``.
        first: Number of its first decision.
    """

    def __init__(self, hub: str, unit: str = "watts", first: int = 0) -> None:
        self._hub, self._unit = hub, unit
        self._number = first
        self._moves: deque[tuple[Seconds, Mapping[str, int]]] = deque(maxlen=1024)
        self._told = Standing(share=1.0, need=1.0)
        self._level = 1.0
        self._reforms: deque[tuple[Seconds, float]] = deque(maxlen=1024)
        self._began: Seconds | None = None
        self._rest: tuple[Seconds, float] = 0.0, 1.0
        self._told_at: Seconds | None = None
        self._pause = _PAUSE
        self.kept: list[Decision] = []

    def moved(self, clock: Seconds, flows: Mapping[str, int]) -> None:
        """Add what this hub gave to others since the last call, or got from them (negative).

        Args:
            clock: Monotonic seconds.
            flows: By name.
        """
        if flows:
            self._moves.append((clock, flows))
        while self._began is None and self._moves and clock - self._moves[0][0] > _CAUSES:
            self._moves.popleft()

    def look(self, unix: float, clock: Seconds, now: Standing) -> Decision | None:
        """Return a decision if the level has changed by enough and come to rest.

        Args:
            unix: Of a decision's time.
            clock: Monotonic seconds: the time of day may be set.
            now: How it stands.
        """
        level = now.level
        self._reform(clock, now.reform)
        if abs(level - self._level) < _STEP:
            self._began = None
            self._told = now  # what it asks for may have changed, and its share with it
            return None
        self._began = clock if self._began is None else self._began
        if not now.settled or abs(level - self._rest[1]) >= _STEP:
            self._rest = clock, level
        rests = clock - self._rest[0] >= _RESTS or clock - self._began >= _LONGEST
        if not rests or (self._told_at is not None and clock - self._told_at < self._pause):
            return None
        rises = level > self._level
        cause, reason = self._why(now, rises=rises)
        made = Decision(
            at=round(unix, 3), hub=self._hub, number=self._number, level=round(level, 3),
            rises=rises, cause=cause, reason=reason, unit=self._unit,
        )  # fmt: skip
        soon = self._told_at is not None and clock - self._told_at < max(_SOON, 2.0 * self._pause)
        self._pause = min(2.0 * self._pause, _LONGEST_PAUSE) if soon else _PAUSE
        self._number += 1
        self._told, self._level, self._told_at, self._began = now, level, clock, None
        self._moves.clear()
        self.kept = [*self.kept, made][-OWN_KEPT:]
        return made

    def _reform(self, clock: Seconds, reform: float) -> None:
        """Remember how the reform was moved lately."""
        if not self._reforms or self._reforms[-1][1] != reform:
            self._reforms.append((clock, reform))
        while self._began is None and len(self._reforms) > 1 and clock - self._reforms[1][0] > _CAUSES:
            self._reforms.popleft()

    def _why(self, now: Standing, *, rises: bool) -> tuple[str, str]:
        """Return who caused it, and why: whichever explains more of the change, the share or what it asks."""
        told, reform = self._told, self._reforms[0][1]
        had, has = min(told.share, told.need), min(now.share, now.need)
        other = self._other(rises=rises)
        needs = now.need - told.need
        if rises and needs < 0.0 and has - had < -0.5 * needs:
            return "", "less"
        if not rises and needs > 0.0 and had - has <= 0.5 * needs:
            return (now.cut[0], "cut") if now.cut else ("", "own")
        if not other:
            if rises:
                return "", ""
            return (now.cut[0], "cut") if now.cut else ("", "own")
        if rises and other in now.gone:
            return other, "gone"
        if abs(now.reform - reform) > _REFORMED:
            return "", "fairer" if now.reform > reform else "unequal"
        return other, self._of(other, now, rises=rises)

    def _other(self, *, rises: bool) -> str:
        """Return the hub that gave most, or got most; empty if none did."""
        sums: dict[str, int] = {}
        for _, flows in self._moves:
            for name, amount in flows.items():
                sums[name] = sums.get(name, 0) + (-amount if rises else amount)
        sums.pop(self._hub, None)
        found = max(sorted(sums), key=sums.__getitem__, default="")
        return found if found and sums[found] > 0 else ""

    def _of(self, other: str, now: Standing, *, rises: bool) -> str:
        """Return why another hub gave or got."""
        more = now.owed.get(other, 0.0) - now.owed.get(self._hub, 0.0)
        weight = now.privilege.get(other, 1.0), now.privilege.get(self._hub, 1.0)
        if rises:
            return "owed" if more < -_OWED else "more"
        if more > _OWED:
            return "credit"
        return "privilege" if now.reform < 0.5 and weight[0] > weight[1] else "need"


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
