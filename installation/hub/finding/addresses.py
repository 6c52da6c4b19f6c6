"""Addresses of other hubs that this hub has heard from them, besides those that its venue names.

Zenoh tells hubs of a common neighbour of each other, once, and looks again only for those that are named. So
hubs that all name one would not find each other after a cut while that one is switched off. Each hub tells
where it listens; the others keep that, and look there from the next time on that they open the network. Where
a hub that is missed answers there, and nobody looks for it, the network is opened again for that: once for
each address, until the hub was connected, since something else may answer there. With a router nobody looks.
"""

import ipaddress
import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Final

import msgspec

from installation.hub.options import HubOptions
from installation.hub.share.saver import Saver
from installation.ipc.ports import reaches
from installation.ipc.state_file import StateFile
from installation.values import Seconds

__all__ = ["Addresses", "known_addresses"]

_STATE: Final = "site-addresses"
_MOST_HUBS, _MOST_OF_ONE = 64, 4
_MISSED: Final[Seconds] = 8.0
"""A hub is missed for so long before it is looked for: Zenoh finds it by itself where somebody names it."""
_EACH: Final[Seconds] = 5.0
_PATIENCE: Final[Seconds] = 1.0


def known_addresses(options: HubOptions, folder: Path) -> tuple[str, ...]:
    """Return the addresses of other hubs that were heard before and that the venue does not name."""
    hubs = _kept(StateFile(folder, _STATE).load(), options)
    found = [one for listed in hubs.values() for one in listed]
    return tuple(dict.fromkeys(one for one in found if one not in options.connect))


def _kept(loaded: Mapping[str, object], options: HubOptions) -> dict[str, tuple[str, ...]]:
    """Return what was kept of the hubs of the venue; nothing where a router carries the site."""
    if options.router:
        return {}
    try:
        found = msgspec.convert(loaded.get("hubs", {}), dict[str, tuple[str, ...]])
    except msgspec.ValidationError:
        return {}  # of another version
    known = [(hub, listed) for hub, listed in found.items() if hub in options.hubs or not options.hubs]
    return {hub: _good(listed, options.listen, everywhere=True) for hub, listed in known[:_MOST_HUBS]}


class Addresses:
    """Where they listen.

    Args:
        options: Of this hub.
        folder: State folder.
        looked_for: Addresses at which the open network looks for hubs.
        answers: Whether somebody listens at a host and port within a time: empty, or why not.
        tried: Hubs and addresses for which the network was opened again, and that were not connected since;
            kept up to date here, and to be handed over to the next ones.
    """

    def __init__(
        self,
        options: HubOptions,
        folder: Path,
        looked_for: Collection[str],
        answers: Callable[[str, int, Seconds], str] = reaches,
        tried: set[tuple[str, str]] | None = None,
    ) -> None:
        self._options, self._looked_for, self._answers = options, frozenset(looked_for), answers
        self._tried = tried if tried is not None else set()
        self._saver = Saver(folder, _STATE)
        self._hubs = _kept(self._saver.loaded, options)
        self._learned = 0
        self._heard: dict[str, tuple[str, ...]] = {}
        self._missed: dict[str, Seconds] = {}
        self._due: Seconds = 0.0
        self._probe: threading.Thread | None = None
        self._there = ("", "")

    @property
    def told(self) -> tuple[str, ...]:
        """What this hub tells of itself; nothing where a router carries the site."""
        return () if self._options.router else self._options.listen

    def end(self) -> bool:
        """Have it write what is to be kept, and end; return whether it has. Never waits."""
        return self._saver.end()

    def learn(self, hub: str, listens: tuple[str, ...]) -> None:
        """Take what a member tells of itself, and keep what is new; never waits, not for the disk either."""
        if self._options.router or self._heard.get(hub) == listens:
            return
        self._heard[hub] = listens
        here = all(_is_loopback(one) for one in self._options.listen)
        good = _good(listens, self._options.listen, everywhere=here)
        known = hub in self._options.hubs or not self._options.hubs
        if not good or not known or self._hubs.get(hub) == good or hub == self._options.hub:
            return
        if hub in self._hubs or len(self._hubs) < _MOST_HUBS:
            self._hubs[hub] = good
            self._learned += 1
            kept = {one: list(listed) for one, listed in self._hubs.items()}
            self._saver.put(self._learned, {"hubs": kept})

    def advance(self, now: Seconds, present: Mapping[str, bool], *, free: bool) -> str:
        """Look for hubs that are missed; never waits.

        Args:
            now: Monotonic seconds.
            present: Whether a connection stands to each other hub that was ever heard or is in the venue.
            free: Whether the network may be opened again for it: nobody follows this hub.

        Returns:
            Why the network has to be opened again; empty where it has not.
        """
        self._tried -= {one for one in self._tried if present.get(one[0], False)}
        gone = {hub for hub, connected in present.items() if not connected and self._unnamed(hub)}
        self._missed = {hub: self._missed.get(hub, now) for hub in gone}
        (there, address), self._there = self._there, ("", "")
        if there in gone and free:
            self._tried.add((there, address))
            return f"{there} listens at {address}, and no hub here names it"
        long = sorted(hub for hub, since in self._missed.items() if now - since >= _MISSED)
        if long and free and now >= self._due and (self._probe is None or not self._probe.is_alive()):
            self._due = now + _EACH
            self._probe = threading.Thread(
                target=self._look, args=(self._untried(long),), name="looking for hubs", daemon=True
            )
            self._probe.start()
        return ""

    def _unnamed(self, hub: str) -> bool:
        listed = self._hubs.get(hub, ())
        return bool(self._untried([hub])) and self._looked_for.isdisjoint(listed)

    def _untried(self, hubs: Collection[str]) -> list[tuple[str, str]]:
        each = [(hub, one) for hub in hubs for one in self._hubs.get(hub, ())]
        return [one for one in each if one not in self._tried]

    def _look(self, untried: Collection[tuple[str, str]]) -> None:
        """In the thread: find one that answers."""
        for hub, one in untried:
            host, _, port = one.rpartition(":")
            if not self._answers(host.strip("[]"), int(port), _PATIENCE):
                self._there = hub, one
                return


def _good(listens: Iterable[str], own: Collection[str], *, everywhere: bool) -> tuple[str, ...]:
    """Return those at which another machine can be reached, without this hub's own.

    Args:
        listens: What was told.
        own: Where this hub listens.
        everywhere: Whether loopback addresses count, too.
    """
    found = []
    for one in list(listens)[:_MOST_OF_ONE]:
        host, _, port = one.rpartition(":")
        try:
            address, number = ipaddress.ip_address(host.strip("[]")), int(port)
        except ValueError:
            continue
        elsewhere = everywhere or not address.is_loopback
        somebody = elsewhere and one not in own
        if 0 < number < 65536 and somebody and not (address.is_unspecified or address.is_multicast):
            found.append(one)
    return tuple(found)


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address.rpartition(":")[0].strip("[]")).is_loopback
    except ValueError:
        return False
