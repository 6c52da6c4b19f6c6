"""Who leads the site: the member of the highest preference, fenced by an epoch.

A hub claims to lead with an epoch that is above all that it ever heard of. Of several claims that of the
highest epoch counts, with one exception: a hub that is alone does not displace a leader that is followed. The
other takes a higher epoch then. So a lamp whose cable was cut does not take the site over when it comes back.

Whoever sees a claim that is above its own stops leading at once. What an old epoch says is ignored. A leader
that has lost its disk hears from the others which epochs there were. Only members are heard.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from installation.site.members import EPOCHS, Hello
from installation.values import Seconds

__all__ = ["HUB", "LEADER", "STANDBY", "Claim", "Roles"]

LEADER, STANDBY, HUB = "leader", "standby", "hub"
_START: Final[Seconds] = 2.0
"""Time to hear of others before a hub leads."""
_TAKEOVER: Final[Seconds] = 1.0
"""Time without a leader before the next one leads; it may have been restarted only."""
_RETURN: Final[Seconds] = 10.0
"""Time that all have to be here undisturbed before a leader hands over to one of higher preference."""
_MOST: Final = 1024
"""Claims that are remembered."""


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A hub leads.

    Attributes:
        hub: Its name.
        run: Its run.
        epoch: Counted upward over all leaders of the site.
        leads: False once it has stepped down.
        followed: Whether another hub follows it.
    """

    hub: str
    run: str
    epoch: int
    leads: bool = True
    followed: bool = False


@dataclass(frozen=True, slots=True)
class _Rank:
    """Order of claims; see the module."""

    followed: bool
    epoch: int
    lead: int
    name: str

    def above(self, other: "_Rank") -> bool:
        mine, its = (self.followed, self.epoch, self.lead), (other.followed, other.epoch, other.lead)
        return mine > its or (mine == its and self.name < other.name)


class Roles:
    """Decides who leads.

    Args:
        hub: Name of this hub.
        run: Its run.
        epoch: The highest that was ever heard of; kept over restarts by the caller.
        now: Monotonic seconds.

    Attributes:
        epoch: The highest that was ever heard of.
        leader: Name of the leader; empty while there is none.
        term: Epoch of the leader.
    """

    def __init__(self, hub: str, run: str, epoch: int, now: Seconds) -> None:
        self._hub, self._run = hub, run
        self.epoch = epoch
        self.leader = ""
        self.term = 0
        self._mine: Claim | None = None
        self._claims: dict[str, Claim] = {}
        """By run, oldest first."""
        self._runs: dict[str, str] = {}
        """Of the members that were here last, by name."""
        self._began = now
        self._without: Seconds | None = None
        self._company: frozenset[str] = frozenset()
        self._settled: Seconds = now

    @property
    def leads(self) -> bool:
        """Whether this hub leads."""
        return self._mine is not None

    def take(self, claim: Claim) -> None:
        """Take a claim of another hub; it counts once that run is a member."""
        if claim.hub == self._hub or not 0 <= claim.epoch <= EPOCHS:
            return
        self._claims.pop(claim.run, None)
        self._claims[claim.run] = claim
        if len(self._claims) > _MOST:
            absent = [run for run in self._claims if run not in self._runs.values()]
            del self._claims[(absent or list(self._claims))[0]]
        if not claim.leads and claim.hub == self.leader and self._runs.get(claim.hub) == claim.run:
            self._without = float("-inf")  # it hands over

    def left(self, hub: str, run: str) -> None:
        """Note that a hub left on purpose: nobody waits for it."""
        claim = self._claims.get(run)
        if claim is not None and claim.hub == hub:
            del self._claims[run]
            if hub == self.leader and self._runs.get(hub) == run:
                self._without = float("-inf")

    def advance(self, here: Mapping[str, Hello], now: Seconds) -> Claim | None:
        """Decide; return a claim of ours that is to be told, or None.

        Args:
            here: Members that are here, this one included.
            now: Monotonic seconds.
        """
        if self._company != here.keys():
            self._company, self._settled = frozenset(here), now
        before = self._mine
        near = self._near(here)
        others = {name: claim for name, claim in near.items() if claim.leads}
        top = self._top(others, here)
        if top is None:
            self._alone(here, now)
        else:
            self._without = None
            self._meet(others[top], here)
        if self._yields(here, now):
            self._mine = None
        if self._mine is not None and (
            any(one.epoch >= self._mine.epoch for one in near.values())
            # Claims come before what only is known of them, unless somebody has just come.
            or (self.epoch > self._mine.epoch and now - self._settled >= _TAKEOVER)
        ):
            self._claim(followed=self._mine.followed)  # epochs never fall, for nobody
        if self._mine is not None:
            followed = self._is_followed(here)
            if followed != self._mine.followed:
                self._mine = msgspec.structs.replace(self._mine, followed=followed)
            self.leader, self.term = self._hub, self._mine.epoch
        elif top is not None:
            self.leader, self.term = top, others[top].epoch
        else:
            self.leader = ""
        if self._mine is None and before is not None:
            return msgspec.structs.replace(before, leads=False)
        return self._mine if self._mine != before else None

    def _near(self, here: Mapping[str, Hello]) -> dict[str, Claim]:
        """Return the claims of members by name, and note the epochs that members tell."""
        self._runs = {name: hello.run for name, hello in here.items()}
        claims = {name: self._claims.get(run) for name, run in self._runs.items() if name != self._hub}
        near = {name: claim for name, claim in claims.items() if claim is not None and claim.hub == name}
        told = [claim.epoch for claim in near.values()] + [hello.epoch for hello in here.values()]
        self.epoch = max([self.epoch, *(one for one in told if one <= EPOCHS)])
        return near

    def _alone(self, here: Mapping[str, Hello], now: Seconds) -> None:
        """Nobody else leads."""
        if self._mine is not None:
            return
        if self._without is None:
            self._without = now
        if now - self._began < _START or now - self._without < _TAKEOVER:
            return
        first = min(here, key=lambda name: (-here[name].lead, name))
        if first == self._hub and here[first].lead:
            self._claim(followed=self._is_followed(here))

    def _meet(self, other: Claim, here: Mapping[str, Hello]) -> None:
        """Another hub leads, too, or alone."""
        mine = self._mine
        if mine is not None and self._rank(other, here).above(self._rank(mine, here)):
            self._mine = None

    def _yields(self, here: Mapping[str, Hello], now: Seconds) -> bool:
        """Return whether this hub leads, and hands over to one that should lead more."""
        most = max(one.lead for one in here.values())
        return self.leads and most > here[self._hub].lead and now - self._settled >= _RETURN

    def _is_followed(self, here: Mapping[str, Hello]) -> bool:
        """Return whether another member says that this hub leads it."""
        return any(one.follows == self._hub for name, one in here.items() if name != self._hub)

    def _claim(self, *, followed: bool) -> None:
        self.epoch += 1
        self._mine = Claim(hub=self._hub, run=self._run, epoch=self.epoch, followed=followed)

    def _top(self, claims: Mapping[str, Claim], here: Mapping[str, Hello]) -> str | None:
        best: str | None = None
        for name, claim in claims.items():
            if best is None or self._rank(claim, here).above(self._rank(claims[best], here)):
                best = name
        return best

    @staticmethod
    def _rank(claim: Claim, here: Mapping[str, Hello]) -> _Rank:
        return _Rank(claim.followed, claim.epoch, here[claim.hub].lead, claim.hub)

    def role(self, here: Mapping[str, Hello]) -> str:
        """Return ``leader``, ``standby`` (the next to lead) or ``hub``."""
        if self.leads:
            return LEADER
        rest = [name for name in here if name != self.leader and here[name].lead]
        nearest = min(rest, key=lambda name: (-here[name].lead, name), default="")
        return STANDBY if self.leader and nearest == self._hub else HUB
