"""How much of our own output the ears may hear: the acoustic loop, which a show opens on purpose.

The show asks with ``/sound/loop``, which states, cues, routes and feedback edges move. Whatever it asks, the
gate closes at once in panic and blackout, and by itself when our own output in the microphones keeps growing,
or stays loud: then the loop feeds on itself. How loud the loop can be at all is bounded by the limiter of the
desk, which nothing passes by.
"""

import math
from typing import Final

from installation.values import Seconds

__all__ = ["LoopGate"]

_OPENS: Final = 2.0
"""Seconds from closed to open."""
_CLOSES: Final = 0.05
"""Seconds from open to closed."""
_AVERAGE: Final = 0.3
"""Seconds over which the level is averaged."""
_LOOK: Final = 0.5
"""Seconds between two looks at the level."""
_RISE: Final = 0.5
"""Decibels from look to look that count as growth."""
_GROWTHS: Final = ((3.0, 9.0), (6.0, 4.0))
"""Seconds of growth in a row, and by how many decibels, that close the gate: no bell rings up for so long."""
_FLOOR: Final = -55.0
"""Decibels below which growth does not count: a sound begins there, and the canceller learns of it."""
_LOUD: Final = -20.0
"""Decibels below full scale that our own output must not exceed in the microphones ..."""
_PATIENCE: Final = 2.0
"""... for so many seconds."""
_REST: Final = 20.0
"""Seconds that the gate stays closed after that; twice as long each time, up to ``_LONGEST_REST``."""
_LONGEST_REST: Final = 640.0
_CALM: Final = 120.0
"""Seconds open without growth after which the next rest is short again."""
_SILENCE: Final = 1e-5
"""Root mean square below which nothing is heard: -100 dB."""


class LoopGate:
    """The gate of the acoustic loop.

    Attributes:
        value: How far it is open, 0..1.
        held: Whether the guard holds it closed, whatever is asked.
        left: Seconds that it still does.
    """

    def __init__(self) -> None:
        self.value = 0.0
        self.held = False
        self._power: float | None = None
        self._rest: Seconds = _REST
        self.left: Seconds = 0.0
        self._since: Seconds = 0.0
        self._quiet: Seconds = 0.0
        self._loud: Seconds = 0.0
        self._growing: Seconds = 0.0
        self._start = self._last = 20.0 * math.log10(_SILENCE)

    def advance(self, asked: float, level: float, dt: Seconds, *, calm: bool = False) -> float:
        """Move by one block and return ``value``.

        Args:
            asked: What the show asks for, 0..1; anything else is held there, and no number is 0.
            level: Root mean square of our own output in the microphones; see ``Canceller.echo``.
            dt: Seconds since the last call.
            calm: Whether panic or a blackout is on: the gate closes.
        """
        asked = min(max(asked, 0.0), 1.0) if math.isfinite(asked) else 0.0
        self._watch(level if math.isfinite(level) else 1.0, dt)
        if self.held:
            self.left -= dt
            self.held = self.left > 0.0
        wanted = 0.0 if calm or self.held else asked
        if wanted > self.value:
            self.value = min(wanted, self.value + dt / _OPENS)
        else:
            self.value = max(wanted, self.value - dt / _CLOSES)
        return self.value

    def _watch(self, level: float, dt: Seconds) -> None:
        """Hold the gate closed if the loop feeds on itself."""
        power = min(level, 4.0) ** 2
        self._power = power if self._power is None else self._power
        self._power += (power - self._power) * min(1.0, dt / _AVERAGE)
        if self.value <= 0.0:
            self._since = self._growing = self._loud = 0.0
            return
        self._quiet += dt
        if self._quiet > _CALM:
            self._rest = _REST
        decibels = max(10.0 * math.log10(max(self._power, _SILENCE**2)), _FLOOR)
        self._loud = self._loud + dt if decibels > _LOUD else 0.0
        if self._since == 0.0:
            self._start = self._last = decibels
        self._since += dt
        if self._since >= _LOOK:
            self._since = dt
            if decibels - self._last >= _RISE:
                self._growing += _LOOK
            else:
                self._growing, self._start = 0.0, decibels
            self._last = decibels
        by = decibels - self._start
        grown = any(self._growing >= seconds and by >= least for seconds, least in _GROWTHS)
        if grown or self._loud >= _PATIENCE:
            self.held, self.left = True, self._rest
            self._rest = min(2 * self._rest, _LONGEST_REST)
            self._quiet = self._growing = self._loud = self._since = 0.0
