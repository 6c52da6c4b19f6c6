"""Those who watch a running show, and the names of what it has: who is told what, and what can be asked for.

What came in is told as it came. What the program makes of it, signals and parameters, is told when it has
changed, ten times a second at most, and only to those who name it: a loop changes some number in every frame.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from installation import osc
from installation.errors import AddressError, OscError, nearest
from installation.neuro.parameters import CHANNELS, SIGNALS
from installation.neuro.room import FEWEST
from installation.osc.pattern import is_pattern
from installation.player.inbox import Entry
from installation.player.player import Player
from installation.player.readback import LAMPS, SOUND
from installation.signal.check import BUILT_IN, OPEN
from installation.status import AdapterStatus
from installation.values import Address, Reading, Seconds

__all__ = ["Subscriptions", "out_of_order", "private", "unknown", "value_of"]

_PER_FRAME: Final = 64
"""Lines that one watcher is told in one frame; the rest are counted."""
_PERIOD: Final[Seconds] = 0.1
_OWN: Final = frozenset({"picture", "lamps", "sound"})
"""What the program says of itself in every frame; told to those only who ask for more than everything."""
_COMING: Final = tuple(one for one in OPEN if one not in ("/person/", "/answer/"))
"""Below these a signal may come to be; of people not even that is told."""
_BELOW: Final = 4
"""So many names below an address are named."""


def value_of(
    player: Player, address: Address, base: bool, adapters: Iterable[AdapterStatus] = ()
) -> list[float]:
    """What a parameter or a signal has now. Raises AddressError with what is meant, or near, or missing.

    Args:
        player: Whose.
        address: Of what.
        base: Whether a parameter's base is wanted, not what routes make of it.
        adapters: How the inputs are: one that is down is why nothing has arrived.
    """
    down = out_of_order(address, adapters)
    if address in player.tree.parameters():
        return list(player.tree.get_base(address) if base else player.tree.get_shown(address))
    value = _signal_value(player, address, down)
    if base:
        message = f"{address} is a signal; only parameters have a base"
        raise AddressError(message)
    return [value]


def _signal_value(player: Player, address: Address, down: str) -> float:
    """A signal's value, also where no route of the show listens to it. Raises AddressError.

    ``down`` is why nothing can arrive there; empty where it can.
    """
    if address in (LAMPS, SOUND) and player.signals.index(address) is None and player.light is not None:
        return player.lamp_readings.power(player.light) if address == LAMPS else 0.0
    public = player.signals.names()
    may_come = address in BUILT_IN or any(address.startswith(one) and address != one for one in _COMING)
    hidden = private(player, address)
    if address not in public and (hidden or not may_come or player.signals.index(address) is not None):
        reason = f"{address} has no value: {down}" if down else ""
        raise AddressError(hidden or reason or unknown(player, address, public))
    value = player.signals.get(address)
    if value is None:
        message = f"{address} has no value yet: {down or 'nothing has arrived there'}"
        raise AddressError(message)
    return value


def out_of_order(address: Address, adapters: Iterable[AdapterStatus]) -> str:
    """Why nothing can arrive at an address: each adapter of its kind is down; empty if one is not.

    Args:
        address: What is asked for, or the beginning of it; ``/midi/...`` comes from adapters of kind midi.
        adapters: How the inputs are.
    """
    kind = address.strip("/").partition("/")[0]
    asked = [one for one in adapters if one.kind == kind]
    if not asked or any(one.state == "up" for one in asked):
        return ""
    return "; ".join(f"adapter {one.name} is {one.state}: {one.detail}" for one in asked)


def private(player: Player, address: Address) -> str:
    """That an address of the interface may not be told; empty for those that may, and for all others.

    Of any other private signal not even its name is told.
    """
    index, spec = player.signals.index(address), player.show.interface
    if index is None or spec is None or not player.signals.private[index]:
        return ""
    if not address.startswith(("/neuro/", "/answer/", f"{spec.people}/")):
        return ""
    return f"{address} is private now: what tells of fewer than {FEWEST} people stays in the program"


def unknown(player: Player, address: Address, public: Iterable[Address]) -> str:
    """That there is nothing of this name, and what there is instead."""
    known = [*player.tree.parameters(), *public]
    below = sorted(one for one in known if one.startswith(address.rstrip("/") + "/"))
    if below:
        more = f" and {len(below) - _BELOW} more" if len(below) > _BELOW else ""
        hint = f"below it are {', '.join(below[:_BELOW])}{more}"
    else:
        hint = nearest(
            address, known, "`photophore list parameters` and `photophore list signals` show them all"
        )
    return f"no parameter and no signal {address}; {hint}"


@dataclass(slots=True)
class _Watcher:
    """One who watches.

    Attributes:
        wanted: The beginning of an address, or an address pattern of OSC.
        told: What was told last, by address.
    """

    wanted: str
    told: dict[Address, tuple[float, ...]] = field(default_factory=dict)
    due: Seconds = -math.inf

    def wants(self, address: Address) -> bool:
        """Whether an address is what was asked for."""
        return osc.match(self.wanted, address) if is_pattern(self.wanted) else address.startswith(self.wanted)

    @property
    def wants_everything(self) -> bool:
        """True for a subscription without an address: everything that arrives."""
        return not self.wanted


class Subscriptions:
    """All who watch.

    Args:
        player: What they watch.
        adapters: Tells how the inputs are.
    """

    def __init__(self, player: Player, adapters: Callable[[], Iterable[AdapterStatus]] = lambda: ()) -> None:
        self._player = player
        self._adapters = adapters
        self._watchers: dict[int, _Watcher] = {}

    def begin(self, number: int, address: str) -> dict[str, Any]:
        """Take somebody in, by the number of the request; returns what is said first.

        A ``note`` is there where nothing of that name is to be seen yet, or nothing more can come. Raises
        AddressError for a pattern that OSC does not have.
        """
        watcher = _Watcher(address.rstrip("/"))
        try:
            watcher.wants("/")
        except OscError as error:
            raise AddressError(str(error)) from error
        self._watchers[number] = watcher
        note = out_of_order(address, self._adapters())
        if not note and not watcher.wants_everything and not self._values(watcher):
            note = self._note(watcher)
        return {"watching": address} | ({"note": note} if note else {})

    def end(self, number: int) -> None:
        """Somebody hung up."""
        self._watchers.pop(number, None)

    def tell(self, entries: Iterable[Entry]) -> Iterator[tuple[int, dict[str, Any]]]:
        """What each has to be told after a frame; private readings never.

        Args:
            entries: What came in at this frame.
        """
        if not self._watchers:
            return
        readings = [one for one in entries if isinstance(one, Reading) and not one.private]
        now = self._player.frame.time
        for number, watcher in self._watchers.items():
            lines = [_plain(one) for one in readings if self._wanted(watcher, one)]
            if not watcher.wants_everything and now >= watcher.due:
                watcher.due = now + _PERIOD
                lines += self._changed(watcher, {line["address"] for line in lines})
            if lines:
                kept = lines[-_PER_FRAME:]
                yield number, {"readings": kept, "left_out": len(lines) - len(kept)}

    @staticmethod
    def _wanted(watcher: _Watcher, reading: Reading) -> bool:
        if watcher.wants_everything:
            return reading.source not in _OWN
        return watcher.wants(reading.address) or watcher.wants(f"/osc{reading.address}")

    def _changed(self, watcher: _Watcher, arrived: set[Address]) -> list[dict[str, Any]]:
        """Signals and parameters that are not what was told last; what has just arrived is told already."""
        lines = []
        for address, (source, values) in self._values(watcher).items():
            if watcher.told.get(address) != values:
                watcher.told[address] = values
                heard = address in arrived or address.removeprefix("/osc") in arrived
                if not (heard and source == "signal"):
                    lines.append({"address": address, "values": list(values), "source": source})
        return lines

    def _values(self, watcher: _Watcher) -> dict[Address, tuple[str, tuple[float, ...]]]:
        """All that may be told of what is asked for: what it is, and its numbers."""
        player = self._player
        found: dict[Address, tuple[str, tuple[float, ...]]] = {}
        for address, value in player.signals.public().items():
            if watcher.wants(address):
                found[address] = "signal", (value,)
        shown = player.tree.shown()
        for address, parameter in player.tree.parameters().items():
            if watcher.wants(address):
                slot = player.tree.slot(address)
                found[address] = "parameter", tuple(shown[slot : slot + parameter.kind.components].tolist())
        return found

    def _note(self, watcher: _Watcher) -> str:
        signals, wanted = self._player.signals, watcher.wanted
        public = signals.names()
        silent = [address for address in public if watcher.wants(address)]
        kind = wanted.strip("/").partition("/")[0]
        heard = [f"{one.name} hears {one.detail}" for one in self._adapters() if one.kind == kind == "midi"]
        if silent or heard:
            more = f" and {len(silent) - 1} more" if len(silent) > 1 else ""
            place = f"at {silent[0]}{more}" if silent else f"below {wanted}"
            return "; ".join([f"nothing has arrived yet {place}", *heard])
        spec = self._player.show.interface
        people = [] if spec is None else [f"{spec.people}/1", "/answer/1", "/answer/lead"]
        of_people = (f"{one}/{channel}" for one in people for channel in CHANNELS)
        for address in (*SIGNALS, *of_people):
            hidden = private(self._player, address) if watcher.wants(address) else ""
            if hidden:
                return hidden
        return f"{unknown(self._player, wanted, public)}; what arrives there by OSC will be shown"


def _plain(reading: Reading) -> dict[str, Any]:
    return {"address": reading.address, "values": list(reading.values), "source": reading.source}
