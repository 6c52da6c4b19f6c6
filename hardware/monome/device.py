"""One grid or arc: its lights as OSC messages, its messages as readings.

Addresses and arguments: monome.org, "serialosc protocol". A grid takes its lights in quads of 8 by 8, a level
of 0 to 15 each, left to right and top to bottom; an arc takes 64 levels a ring, clockwise from the top.
"""

from collections.abc import Mapping, Sequence

from installation.contract import Scalar, Seconds, osc, surface

__all__ = ["LEVELS", "RING", "Device", "ring_levels"]

LEVELS = 15
"""Highest level of a light."""
RING = 64
"""Lights of a ring."""

_QUAD = 8
_WIDEST = 16
_STEPS = 63
_MIDDLE = 64
_SEVEN_BITS = 127
_TAIL = 4


def ring_levels(level: float) -> list[int]:
    """Return the lights of a ring for a level: dim from the bottom clockwise up to it, its end bright.

    Args:
        level: 0 to 1, a whole turn.
    """
    end = round(min(1.0, max(0.0, level)) * (RING - 1))
    found = [0] * RING
    for index in range(end + 1):
        found[(RING // 2 + index) % RING] = LEVELS if index == end else _TAIL
    return found


class Device:
    """One device that serialosc has told of.

    Args:
        name: Its serial number.
        kind: What serialosc calls it, e.g. ``monome 128``.
        port: Its UDP port.
        profile: Its profile.
        states: What each control shows, by name.
        prefix: Beginning of the addresses that we asked it to use, e.g. ``/photophore``.
    """

    def __init__(
        self,
        name: str,
        kind: str,
        port: int,
        profile: surface.Profile,
        states: Mapping[str, surface.Shown],
        prefix: str,
    ) -> None:
        self.name = name
        self.kind = kind
        self.port = port
        self.profile = profile
        self.seen: Seconds = 0.0
        self.lighting = surface.Lighting(profile, states, self._show)
        self._prefix = prefix
        self._keys = [[0] * _WIDEST for _ in range(_WIDEST)]
        self._changed: dict[tuple[int, int], None] = {}
        self._rings: dict[int, list[int]] = {}

    def greet(self, host: str, port: int) -> list[bytes]:
        """Return what makes the device send to us, under our prefix.

        Args:
            host: Numeric address at which we listen.
            port: Our UDP port.
        """
        return [
            osc.encode("/sys/port", port),
            osc.encode("/sys/host", host),
            osc.encode("/sys/prefix", self._prefix),
        ]

    def lights(self) -> list[bytes]:
        """Return what is to be sent so that the lights are as they should; nothing if nothing changed."""
        found = []
        for left, top in self._changed:
            rows = self._keys[top : top + _QUAD]
            levels = [level for row in rows for level in row[left : left + _QUAD]]
            found.append(osc.encode(f"{self._prefix}/grid/led/level/map", left, top, *levels))
        for number, ring in self._rings.items():
            found.append(osc.encode(f"{self._prefix}/ring/map", number, *ring))
        self._changed.clear()
        self._rings.clear()
        return found

    def reading(self, address: str, values: Sequence[Scalar]) -> tuple[str, float] | None:
        """Return name and value of what the device sends; None for what says nothing about a control.

        Keys are 1 while pressed, 0 when released. Steps of an arc are told as those of an encoder: 64 more
        than their number, divided by 127; at most 63 steps a message.

        Raises:
            ValueError: The arguments are not those of the message.
        """
        match address.removeprefix(self._prefix), [_whole(one) for one in values]:
            case "/grid/key", [x, y, down]:
                return f"key/{x}/{y}", float(down != 0)
            case "/enc/key", [number, down]:
                return f"key/{number}", float(down != 0)
            case "/enc/delta", [number, steps]:
                return f"delta/{number}", (_MIDDLE + min(_STEPS, max(-_STEPS, steps))) / _SEVEN_BITS
            case "/grid/key" | "/enc/key" | "/enc/delta", _:
                raise ValueError(f"{address} with {len(values)} arguments")
        return None

    def _show(self, control: surface.Control, state: surface.Shown | None) -> None:
        """Note a light; ``lights`` sends it."""
        kind, _, place = control.reading.partition("/")
        numbers = [int(part) for part in place.split("/")]
        if kind == "delta":
            self._rings[numbers[0]] = [0] * RING if state is None else ring_levels(state.level)
        elif len(numbers) == 2 and max(numbers) < _WIDEST:
            x, y = numbers
            level = 0 if state is None else round(state.level * LEVELS)
            if self._keys[y][x] != level:
                self._keys[y][x] = level
                self._changed[x // _QUAD * _QUAD, y // _QUAD * _QUAD] = None


def _whole(value: Scalar) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= abs(value) < 2**31:
        raise ValueError(f"{value!r} is no number of a key or of steps")
    return int(value)
