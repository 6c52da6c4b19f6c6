"""Who is in the site and who leads it, bound to the network.

==================  =====================================================  ============================
key                 payload (MessagePack)                                  when
==================  =====================================================  ============================
``open/hello/HUB``  ``Hello``; kept                                        once a second, and on changes
``open/bye/HUB``    ``Bye``; kept                                          at the end
``open/lead/HUB``   ``Claim``; kept                                        when it changes
``own/HUB``         ``Own`` of its stage                                   10 Hz, and at once on events
==================  =====================================================  ============================
"""

import logging
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from installation.hub.finding import Addresses
from installation.hub.mesh import MeshSubscription, SiteMesh, speaker
from installation.hub.options import HubOptions
from installation.hub.part import Surroundings
from installation.ipc.feeds.site import Own, Station
from installation.ipc.state_file import StateFile
from installation.logs import Refusals
from installation.site.members import AWAY, EPOCHS, HERE, REFUSED, UNHEARD, Bye, Hello, Member, Members
from installation.site.roles import Claim, Roles
from installation.values import Seconds

__all__ = ["STATE", "Membership", "unanswered"]

STATE: Final = "site"
"""Name of the state file."""
_HELLO: Final[Seconds] = 1.0
_OWN: Final[Seconds] = 0.1
_PATIENCE: Final[Seconds] = 15.0
"""So long others may take until they are heard for the first time."""
_TOLD: Final[Seconds] = 60.0
"""So long a message in another's name is told."""

Message = TypeVar("Message", Hello, Bye, Claim)

log = logging.getLogger(__name__)


class Membership:
    """Lets members in, keeps others out, and leads where this hub should.

    Args:
        around: Gets members, leader and epoch, and what the others' stages say.
        options: Of this hub.
    """

    def __init__(self, around: Surroundings, options: HubOptions) -> None:
        if not isinstance(around.mesh, SiteMesh):
            raise TypeError("membership is of a site's network")
        self._around, self._options, self._mesh = around, options, around.mesh
        self._mesh.admit(frozenset())
        around.misname = self._mesh.misname
        self._memory = _Epoch(around.folder)
        self._addresses = Addresses(options, around.folder, around.looked_for, tried=around.tried)
        around.endings.append(self._addresses.end)
        self._members: Members | None = None
        self._roles: Roles | None = None
        subscribe = self._mesh.subscribe
        self._hellos = subscribe("open/hello/*", kept=True)
        self._byes = subscribe("open/bye/*", kept=True)
        self._claims = subscribe("open/lead/*", kept=True)
        self._owns = subscribe("own/*", capacity=1024)
        self._hello_at: Seconds = float("-inf")
        self._own: Own | None = None
        self._own_at: Seconds = float("-inf")
        self._since: Seconds = 0.0
        self._told: dict[str, str] = {}
        self._leader = ""
        self._now: Seconds = 0.0
        self._refusals = Refusals("stages of other hubs")
        self._misnamed: dict[tuple[str, str], Seconds] = {}

    def advance(self, now: Seconds) -> None:
        """See ``Part``."""
        self._now = now
        if self._members is None or self._roles is None:
            hub, run, self._since = self._around.hub, self._mesh.run, now
            self._members = Members(hub, run, now)
            self._roles = Roles(hub, run, self._memory.epoch, now)
        members, roles = self._members, self._roles
        present = self._mesh.runs
        for hello in self._read(self._hellos, Hello):
            members.take_hello(hello, now)
        for run in self._mesh.heard:
            members.take_word(run, now)
        self._mesh.heard.clear()
        for bye in self._read(self._byes, Bye):
            members.take_bye(bye)
            roles.left(bye.hub, bye.run)
        for claim in self._read(self._claims, Claim):
            roles.take(claim)
        self._hear_owns(now)
        self._note_misnamed(now)
        self._mesh.admit(members.advance(present, now))
        self._lead(members, roles, now)
        self._find(members, roles, now)
        self._say(members, now)

    def _lead(self, members: Members, roles: Roles, now: Seconds) -> None:
        around = self._around
        here = members.here(now)
        claim = roles.advance(here, now)
        self._memory.keep(roles.epoch)
        if claim is not None:
            self._mesh.put(f"open/lead/{around.hub}", msgspec.msgpack.encode(claim), keep=True)
        around.members = frozenset(here)
        around.leader, around.epoch = roles.leader, roles.term
        if roles.leader != self._leader:
            self._leader = roles.leader
            around.news = True
            who = "this hub" if roles.leads else roles.leader
            log.info("%s", f"{who} leads the site (epoch {roles.term})" if who else "nobody leads the site")
        for name, member in members.all(now).items():
            state = member.state(now)
            if state != HERE:
                around.others.pop(name, None)
            if self._told.get(name) != state:
                self._told[name] = state
                around.news = True
                note = _note(member, now)
                log.info("hub %s: %s%s", name, state, f" ({note})" if note else "")

    def _find(self, members: Members, roles: Roles, now: Seconds) -> None:
        """Keep where members listen, and look for hubs that nobody here names."""
        around = self._around
        for name, hello in members.here(now).items():
            self._addresses.learn(name, hello.listens)
        present = {name: member.present for name, member in members.all(now).items() if not member.left}
        alone = len(around.members) < 2
        around.anew = self._addresses.advance(
            now, present, free=alone or (bool(around.leader) and not roles.leads)
        )

    def _say(self, members: Members, now: Seconds) -> None:
        """Say who this hub is, and what its stage does."""
        around, own = self._around, self._around.own
        if own is None:
            return  # nobody knows its show yet
        hello = Hello(
            hub=around.hub, run=self._mesh.run, version=self._options.version, show=own.show,
            lead=self._options.lead, follows=around.leader, epoch=self._memory.epoch,
            listens=self._addresses.told,
        )  # fmt: skip
        if hello != members.hello or now >= self._hello_at + _HELLO:
            members.hello, self._hello_at = hello, now
            aged = msgspec.structs.replace(hello, age=now - self._since)
            self._mesh.put(f"open/hello/{around.hub}", msgspec.msgpack.encode(aged), keep=True)
        passed = now - self._own_at
        new = own is not self._own and (self._own is None or passed >= _OWN or own.events != self._own.events)
        if new or passed >= _HELLO:
            self._own, self._own_at = own, now
            aged_own = msgspec.structs.replace(own, age=max(0.0, now - own.at))
            self._mesh.put(f"own/{around.hub}", msgspec.msgpack.encode(aged_own))

    def _hear_owns(self, now: Seconds) -> None:
        for key, payload in self._owns.drain():
            name = key.partition("/")[2]
            try:
                own = msgspec.msgpack.decode(payload, type=Own)
            except msgspec.DecodeError as error:
                self._refusals.note("what a stage says that cannot be read", f"{name}: {error}")
                continue
            if not all(math.isfinite(one) for one in msgspec.structs.astuple(own) if isinstance(one, float)):
                self._refusals.note("what a stage says with numbers that are none", name)
                continue
            before = self._around.others.get(name)
            self._around.news |= before is None or before.events != own.events
            self._around.others[name] = msgspec.structs.replace(own, at=now)

    def _read(self, subscription: MeshSubscription, kind: type[Message]) -> list[Message]:
        """Return the messages since the last call that their senders say of themselves.

        What cannot be read is left out and logged.
        """
        found: list[Message] = []
        for run, key, payload in subscription.messages():
            try:
                said = msgspec.msgpack.decode(payload, type=kind)
            except msgspec.DecodeError as error:
                log.warning("a message of another hub (%s) cannot be read: %s", key, error)
                continue
            if (said.hub, said.run) == (speaker(key), run):
                found.append(said)
            else:
                self._mesh.misname(speaker(key), said.hub)
        return found

    def _note_misnamed(self, now: Seconds) -> None:
        """Tell of messages that were sent in another's name."""
        for pair, count in self._mesh.misnamed.items():
            self._misnamed[pair] = now
            self._refusals.note("a message in another's name", " as ".join(pair), count=count)
        self._mesh.misnamed.clear()
        self._misnamed = {pair: at for pair, at in self._misnamed.items() if now - at <= _TOLD}

    def report(self) -> dict[str, object]:
        """See ``Part``."""
        members, roles, around = self._members, self._roles, self._around
        if members is None or roles is None:
            return {}
        now = self._now
        mine = Station(name=around.hub, version=self._options.version, note=members.why)
        stations = [_with(mine, around.own, now)]
        if members.why:
            stations = [msgspec.structs.replace(stations[0], state=REFUSED)]
        for name, member in members.all(now).items():
            if name == around.hub:
                continue
            station = Station(
                name=name, state=member.state(now), note=_note(member, now), version=member.hello.version,
                lag=max(0.0, now - member.heard),
            )  # fmt: skip
            stations.append(_with(station, around.others.get(name), now))
        heard = {one.name for one in stations}
        stations += [
            Station(name=name, state=UNHEARD, note="it was never heard")
            for name in self._options.hubs
            if name not in heard
        ]
        role = roles.role(members.here(now))
        silence = unanswered(self._options, [one.state for one in stations[1:]], now - self._since)
        troubles = [one for one in (members.why, self._memory.trouble, silence) if one]
        troubles += [
            f"a message of {sender} in the name of {name or 'nobody'} is not heard (docs/site.md, security)"
            for sender, name in sorted(self._misnamed)
        ]
        stations.sort(key=lambda one: one.name)
        return {
            "role": role, "leader": roles.leader, "epoch": roles.term, "stations": tuple(stations),
            "trouble": "; ".join(troubles),
        }  # fmt: skip

    def close(self) -> None:
        """See ``Part``: say goodbye, so that nobody waits for this hub."""
        if not self._around.leaving:
            return
        bye = Bye(self._around.hub, self._mesh.run)
        self._mesh.put(f"open/bye/{self._around.hub}", msgspec.msgpack.encode(bye), keep=True)


def unanswered(options: HubOptions, others: Sequence[str], age: Seconds) -> str:
    """Return what to look at where this hub is to connect to others and hears none; else an empty text.

    A hub with another site's name, without certificates or with wrong ones is not heard at all.

    Args:
        options: Of this hub.
        others: State of every other hub that was ever heard.
        age: Seconds since this one entered the network.
    """
    given = ", ".join(options.router or options.connect)
    if not given or age < _PATIENCE or any(one in (HERE, REFUSED) for one in others):
        return ""
    return f"no hub answers at {given}: look at cables, addresses, the site's name and the certificates"


class _Epoch:
    """The highest epoch that was ever heard of, kept in the state folder."""

    def __init__(self, folder: Path) -> None:
        self._file = StateFile(folder, STATE)
        found = self._file.load().get("epoch", 0)
        self.epoch = found if isinstance(found, int) and 0 <= found <= EPOCHS else 0

    @property
    def trouble(self) -> str:
        """Why it cannot be kept; empty if it can."""
        return self._file.trouble

    def keep(self, epoch: int) -> None:
        """Keep it before anybody hears of it."""
        if epoch != self.epoch:
            self.epoch = epoch
            self._file.save({"epoch": epoch})


def _note(member: Member, now: Seconds) -> str:
    state = member.state(now)
    if state == REFUSED:
        return member.why
    if state == AWAY:
        return "it does not answer" if member.present else "its connection is lost"
    return ""


def _with(station: Station, own: Own | None, now: Seconds) -> Station:
    """Return a station with what its stage says, and how old that is."""
    if own is None:
        return station
    return msgspec.structs.replace(
        station, cue=own.cue, pad=own.pad, people=own.people, level=own.level, demand=own.demand,
        cap=own.cap, flashing=own.flashing, leaving=own.leaving, coming=own.coming,
        age=round(own.age + max(0.0, now - own.at), 3),
    )  # fmt: skip
