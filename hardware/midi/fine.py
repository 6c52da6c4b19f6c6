"""Values finer than 7 bits: 14-bit control changes and NRPN, as one reading each.

Meaning: MIDI 1.0 Detailed Specification, "Control Change Messages". Control n from 0 to 31 is the high half
of a value whose low half is control n + 32; a high half alone sets the low one to 0. Controls 99 and 98
choose a non-registered parameter, 6 and 38 are the halves of its value; 101 and 100 choose a registered one,
which ends the choice, as does number 16383.

Only what was declared is read this way, because any controller may use control 33 or 98 as it likes. The
halves of what was declared make no reading of their own.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from installation.contract import Seconds

__all__ = ["PAIR", "FineValues"]

PAIR: Seconds = 0.005
"""How long a high half waits for its low one; a MIDI cable takes 1 ms for a message."""

_CONTROL_CHANGE = 0xB0
_LOW = 32
_DATA_HIGH, _DATA_LOW = 6, 38
_NRPN_LOW, _NRPN_HIGH, _RPN_LOW, _RPN_HIGH = 98, 99, 100, 101
_NONE = 0x3FFF
_MOST = 0x3FFF


@dataclass(slots=True)
class _Half:
    """A high half that waits for its low one."""

    name: str
    channel: int
    control: int
    high: int
    since: Seconds


class FineValues:
    """Reads the messages of one port.

    Args:
        declared: Readings below the controller's address: ``cc14/<n>``, ``nrpn/<n>``. Where they begin with a
            channel, as ``2/cc14/3``, only that channel counts.
    """

    def __init__(self, declared: Collection[str]) -> None:
        self._declared = frozenset(one for one in declared if "cc14/" in one or "nrpn/" in one)
        self._nrpn = any("nrpn/" in one for one in self._declared)
        self._chosen: dict[int, tuple[int, int]] = {}
        self._waiting: _Half | None = None

    def __bool__(self) -> bool:
        return bool(self._declared)

    @property
    def due(self) -> Seconds | None:
        """When a half that waits becomes a value of its own; None while none waits."""
        return None if self._waiting is None else self._waiting.since + PAIR

    def take(self, data: Sequence[int], now: Seconds) -> tuple[bool, list[tuple[str, float]]]:
        """Read one message.

        Args:
            data: A whole message.
            now: When it came.

        Returns:
            Whether the message was part of a fine value, and the readings that are complete, as name and
            value from 0 to 1.
        """
        if len(data) != 3 or data[0] & 0xF0 != _CONTROL_CHANGE:
            return False, list(self.flush(now, force=True))
        channel, control, value = data[0] & 0x0F, data[1], data[2]
        waiting = self._waiting
        if waiting is not None and (channel, control) == (waiting.channel, waiting.control + _LOW):
            self._waiting = None
            return True, [(waiting.name, (waiting.high << 7 | value) / _MOST)]
        found = list(self.flush(now, force=True))
        if self._nrpn and self._choose(channel, control, value):
            return True, found
        name = self._name(channel, control)
        if name:
            self._waiting = _Half(name, channel, control, value, now)
            return True, found
        # A low half alone says nothing: its high one is not known to be still what it was.
        return control >= _LOW and bool(self._name(channel, control - _LOW)), found

    def flush(self, now: Seconds, *, force: bool = False) -> Iterator[tuple[str, float]]:
        """Yield what has waited long enough for its low half, with a low half of 0."""
        waiting = self._waiting
        if waiting is not None and (force or now >= waiting.since + PAIR):
            self._waiting = None
            yield waiting.name, (waiting.high << 7) / _MOST

    def _choose(self, channel: int, control: int, value: int) -> bool:
        high, low = self._chosen.get(channel, (0x7F, 0x7F))
        if control == _NRPN_HIGH:
            self._chosen[channel] = value, low
        elif control == _NRPN_LOW:
            self._chosen[channel] = high, value
        elif control in (_RPN_LOW, _RPN_HIGH):
            self._chosen.pop(channel, None)
            return False
        else:
            return False
        return True

    def _name(self, channel: int, control: int) -> str:
        """Return the declared reading whose high half this control is; empty if there is none."""
        if not 0 <= control < _LOW:
            return ""
        names = [f"cc14/{control}"]
        high, low = self._chosen.get(channel, (0x7F, 0x7F))
        number = high << 7 | low
        if control == _DATA_HIGH and number != _NONE:
            names.insert(0, f"nrpn/{number}")
        for name in names:
            for one in (name, f"{channel + 1}/{name}"):
                if one in self._declared:
                    return one
        return ""
