"""Who is a member of the site: the same program, the same show, one hub of each name.

Each hub tells every other who it is (``Hello``), and judges for itself by the same rules, so that two hubs
refuse each other or neither does. Nothing is heard of one that is refused: no hub joins by halves.

A connection that stands says little: a machine that hangs keeps it for seconds. So a member is here while its
connection stands and words of it come.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from installation.values import Seconds

__all__ = [
    "AWAY",
    "EPOCHS",
    "HERE",
    "LEFT",
    "PROTOCOL",
    "REFUSED",
    "SILENCE",
    "UNHEARD",
    "Bye",
    "Hello",
    "Member",
    "Members",
]

PROTOCOL: Final = 3
"""Changes when hubs of one version cannot understand those of another."""
EPOCHS: Final = 2**53
"""No epoch is above this; what says so is no message of ours. Each leader takes the next one."""
HERE, AWAY, LEFT, REFUSED = "here", "away", "left", "refused"
UNHEARD: Final = "unheard"
"""State of a hub that the venue lists and that was never heard."""
SILENCE: Final[Seconds] = 2.5
"""Without a word for so long a hub is away, though its connection stands."""
_ALIKE: Final[Seconds] = 2.0
"""Hubs of one name that started within this are told apart by their run."""
_MOST: Final = 1024
"""Runs that are remembered; the one that was heard longest ago is forgotten first."""


class Hello(msgspec.Struct, frozen=True, kw_only=True):
    """Who a hub is.

    Attributes:
        hub: Its name.
        run: Differs for every start of its process.
        protocol: ``PROTOCOL``.
        version: Of its program.
        show: Name of the show that it plays.
        age: Seconds since it came to the site's network.
        lead: How much it should lead, 0..100.
        follows: Name of the hub that leads it; empty if none does.
        epoch: The highest that it ever heard of, so that one that has lost its disk claims a higher one.
        listens: Addresses at which others may connect to it.
    """

    hub: str
    run: str
    protocol: int = PROTOCOL
    version: str = ""
    show: str = ""
    age: Seconds = 0.0
    lead: int = 0
    follows: str = ""
    epoch: int = 0
    listens: tuple[str, ...] = ()


class Bye(msgspec.Struct, frozen=True):
    """A hub leaves on purpose."""

    hub: str
    run: str


@dataclass(slots=True)
class Member:
    """One run of a hub, as it is known here.

    Attributes:
        hello: What it said of itself.
        since: Monotonic second since which it is in the network.
        heard: When the last word of it came.
        present: Whether a connection to it stands.
        greeted: Whether it has said who it is since then; what it said before is old.
        left: Whether it said goodbye.
        why: Why it is refused; empty if it is not.
    """

    hello: Hello
    since: Seconds
    heard: Seconds
    present: bool = False
    greeted: bool = True
    left: bool = False
    why: str = ""

    def state(self, now: Seconds) -> str:
        """Return ``here``, ``away``, ``left`` or ``refused``."""
        if self.left:
            return LEFT
        if not self.alive(now):
            return AWAY
        return REFUSED if self.why else HERE

    def alive(self, now: Seconds) -> bool:
        """Return whether it is reached at all."""
        return self.present and self.greeted and not self.left and now - self.heard <= SILENCE


class Members:
    """Judges hubs by what they say of themselves.

    Args:
        hub: Name of this hub.
        run: Its run.
        now: Monotonic seconds: when it came to the network.

    Attributes:
        hello: What this hub says of itself; nobody is a member before it knows its show.
    """

    def __init__(self, hub: str, run: str, now: Seconds) -> None:
        self.hello = Hello(hub=hub, run=run)
        self._since = now
        self._runs: dict[str, Member] = {}

    def take_hello(self, hello: Hello, now: Seconds) -> None:
        """Take what a hub says of itself."""
        member = self._runs.get(hello.run)
        if member is None:
            if len(self._runs) >= _MOST:
                del self._runs[min(self._runs, key=lambda run: self._runs[run].heard)]
            self._runs[hello.run] = Member(hello, now - hello.age, now)
        else:
            member.hello, member.heard, member.greeted = hello, now, True

    def take_word(self, run: str, now: Seconds) -> None:
        """Note that anything came from a run."""
        if run in self._runs:
            self._runs[run].heard = now

    def take_bye(self, bye: Bye) -> None:
        """Note that a hub leaves."""
        if bye.run in self._runs:
            self._runs[bye.run].left = True

    def advance(self, present: Mapping[str, str], now: Seconds) -> frozenset[str]:
        """Judge all, and return the runs that are heard.

        Args:
            present: Name by run, of connections that stand.
            now: Monotonic seconds.
        """
        for run, member in self._runs.items():
            if member.present and run not in present:
                member.greeted = False
            member.present = run in present
        named: dict[str, Member] = {}
        me = Member(self.hello, self._since, now, present=True)
        for member in (me, *self._runs.values()):
            first = named.get(member.hello.hub)
            if member.alive(now) and (first is None or _before(member, first)):
                named[member.hello.hub] = member
        own = named[self.hello.hub]
        self.why = "" if own is me else f"another machine of the site is called {self.hello.hub}, too"
        for member in self._runs.values():
            member.why = self._judge(member, named, now)
        return frozenset(run for run, member in self._runs.items() if not member.why)

    why = ""
    """Why this hub itself is refused by the others; empty if it is not."""

    def _judge(self, member: Member, named: Mapping[str, Member], now: Seconds) -> str:
        """Return why a hub is refused; empty if it is not."""
        mine, its = self.hello, member.hello
        if its.protocol != mine.protocol or its.version != mine.version:
            theirs, ours = f"{its.version} (protocol {its.protocol})", f"{mine.version} ({mine.protocol})"
            return f"it runs version {theirs}, this hub {ours}"
        if not mine.show or its.show != mine.show:
            return f'it plays "{its.show}", this hub "{mine.show}"'
        if self.why:
            return self.why
        first = named.get(its.hub)
        if first is not None and first is not member and member.alive(now):
            return f"another machine is called {its.hub}, too"
        return ""

    def all(self, now: Seconds) -> dict[str, Member]:
        """Return the run that counts of each other hub, by name: one that is here, or that was heard last."""
        found: dict[str, Member] = {}
        order = {HERE: 0, REFUSED: 1, AWAY: 2, LEFT: 2}
        for member in sorted(self._runs.values(), key=lambda one: (order[one.state(now)], -one.heard)):
            found.setdefault(member.hello.hub, member)
        return found

    def here(self, now: Seconds) -> dict[str, Hello]:
        """Return what the members that are here said of themselves, by name, this one included."""
        found = {self.hello.hub: self.hello}
        for name, member in self.all(now).items():
            if member.state(now) == HERE:
                found[name] = member.hello
        return found


def _before(one: Member, other: Member) -> bool:
    """Return whether one hub of a name has it before the other: who was there first."""
    if abs(one.since - other.since) > _ALIKE:
        return one.since < other.since
    return one.hello.run < other.hello.run
