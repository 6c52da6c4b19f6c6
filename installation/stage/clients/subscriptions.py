"""Subscriptions to a running show: what each subscriber receives, and queries of signals and parameters.

Input is sent as it arrives. The program's own signals and parameters are sent when they have changed, at most
ten times per second, and only to subscribers that name them, since a loop changes some value in every frame.
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
from installation.player.inbox import MIDI_CLOCK, Entry
from installation.player.player import Player
from installation.player.readback import LAMPS, SOUND
from installation.signal.check import BUILT_IN, OPEN
from installation.status import AdapterStatus
from installation.values import Address, Reading, Seconds

__all__ = ["Subscriptions", "out_of_order", "private", "unknown", "value_of"]

_PER_FRAME: Final = 64
"""Most lines sent to one subscriber per frame; the rest are counted."""
_PERIOD: Final[Seconds] = 0.1
_OWN: Final = frozenset({"picture", "lamps", "sound", "clock"})
"""Sources that report in every frame; as MIDI clock, sent only to subscribers that name an address."""
_COMING: Final = tuple(one for one in OPEN if one not in ("/person/", "/answer/"))
"""Prefixes below which a signal may appear later; those of people are not disclosed."""
_BELOW: Final = 4
"""Most names below an address that a message lists."""


def value_of(
    player: Player, address: Address, base: bool, adapters: Iterable[AdapterStatus] = ()
) -> list[float]:
    """Return the present value of a parameter or a signal. Raises AddressError with the reason and a hint.

    Args:
        player: The running player.
        address: Address of the parameter or signal.
        base: Whether to return a parameter's base instead of its effective value.
        adapters: Status of the inputs: one that is down may be why nothing has arrived.
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
    """Return a signal's value, even if no route of the show uses it. Raises AddressError.

    ``down`` is the reason why nothing can arrive there; empty if something can.
    """
    if address == LAMPS and player.lamp_readings.private:
        message = f"{address} is private now: what is read of single people moves a lamp"
        raise AddressError(message)
    if address in (LAMPS, SOUND) and player.signals.index(address) is None and player.light is not None:
        return player.lamp_readings.power(player.light) if address == LAMPS else player.sound.level
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
    """Return why nothing can arrive at an address: all adapters of its kind are down; empty if one is not.

    Args:
        address: The address, or its beginning; ``/midi/...`` comes from adapters of kind midi.
        adapters: Status of the inputs.
    """
    kind = address.strip("/").partition("/")[0]
    asked = [one for one in adapters if one.kind == kind]
    if not asked or any(one.state == "up" for one in asked):
        return ""
    return "; ".join(f"adapter {one.name} is {one.state}: {one.detail}" for one in asked)


def private(player: Player, address: Address) -> str:
    """Return why an address of the interface is private; empty if it is public, or not of the interface.

    For any other private signal not even the name is disclosed.
    """
    index, spec = player.signals.index(address), player.show.interface
    if index is None or spec is None or not player.signals.private[index]:
        return ""
    if not address.startswith(("/neuro/", "/answer/", f"{spec.people}/")):
        return ""
    return f"{address} is private now: values of fewer than {FEWEST} people are not disclosed"


def unknown(player: Player, address: Address, public: Iterable[Address]) -> str:
    """Return the message for an unknown address, with suggestions."""
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
    """One subscriber.

    Attributes:
        wanted: The beginning of an address, or an OSC address pattern.
        told: Values last sent, by address.
        due: Monotonic seconds of the next update.
    """

    wanted: str
    told: dict[Address, tuple[float, ...]] = field(default_factory=dict)
    due: Seconds = -math.inf

    def wants(self, address: Address) -> bool:
        """Return whether an address matches the subscription."""
        return osc.match(self.wanted, address) if is_pattern(self.wanted) else address.startswith(self.wanted)

    def above(self, address: Address) -> bool:
        """Return whether the subscription is a pattern for something above an address."""
        parts = address.split("/")
        return is_pattern(self.wanted) and any(
            osc.match(self.wanted, "/".join(parts[:count])) for count in range(2, len(parts))
        )

    @property
    def wants_everything(self) -> bool:
        """True for a subscription without an address: everything that arrives."""
        return not self.wanted


class Subscriptions:
    """All subscriptions.

    Args:
        player: The running player.
        adapters: Returns the status of the inputs.
    """

    def __init__(self, player: Player, adapters: Callable[[], Iterable[AdapterStatus]] = lambda: ()) -> None:
        self._player = player
        self._adapters = adapters
        self._watchers: dict[int, _Watcher] = {}

    def begin(self, number: int, address: str) -> dict[str, Any]:
        """Add a subscriber, by the number of its request; returns the first answer.

        The answer has a ``note`` if nothing of that name exists yet, or nothing more can arrive. Raises
        AddressError for an invalid OSC pattern.
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
        """Remove a subscriber."""
        self._watchers.pop(number, None)

    def tell(self, entries: Iterable[Entry]) -> Iterator[tuple[int, dict[str, Any]]]:
        """Return what to send to each subscriber after a frame; private readings are left out.

        Args:
            entries: Input of this frame.
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
            return reading.source not in _OWN and reading.address != MIDI_CLOCK
        return watcher.wants(reading.address) or watcher.wants(f"/osc{reading.address}")

    def _changed(self, watcher: _Watcher, arrived: set[Address]) -> list[dict[str, Any]]:
        """Return signals and parameters that have changed since last sent, except those that just arrived."""
        lines = []
        for address, (source, values) in self._values(watcher).items():
            if watcher.told.get(address) != values:
                watcher.told[address] = values
                heard = address in arrived or address.removeprefix("/osc") in arrived
                if not (heard and source == "signal"):
                    lines.append({"address": address, "values": list(values), "source": source})
        return lines

    def _values(self, watcher: _Watcher) -> dict[Address, tuple[str, tuple[float, ...]]]:
        """Return everything public that matches the subscription, with its kind and values."""
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
            hidden = (
                private(self._player, address) if watcher.wants(address) or watcher.above(address) else ""
            )
            if hidden:
                return hidden
        if spec is not None and (wanted == spec.people or wanted.startswith(f"{spec.people}/")):
            return f"nothing is shown below {spec.people}: what is read of single people is private"
        return f"{unknown(self._player, wanted, public)}; what arrives there by OSC will be shown"


def _plain(reading: Reading) -> dict[str, Any]:
    return {"address": reading.address, "values": list(reading.values), "source": reading.source}
