"""Shockwaves: fronts that travel through picture and lamps from where people disagree most.

Speeds are in picture heights (H) per second, positions in fractions of the picture, x to the right, y up. A
front with energy 0 is inactive.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from installation import portable_math
from installation.neuro.parameters import MOST_SHOCKS
from installation.neuro.people import AT_X, AT_Y
from installation.show.interface import ShockSpec
from installation.values import Seconds

__all__ = ["LIFE", "Front", "Shocks", "disagreement"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LIFE: Final[Seconds] = 6.0
"""Lifetime of a front: at 0.8 H/s it has travelled 4.8 H."""
OLDEST: Final[Seconds] = 10.0
_FADE: Final[Seconds] = 3.0
"""Duration of the fade-out at the end of a front's life."""
_CLEAR: Final = 0.2
"""Minimum distance of an origin from the centre of the picture, as a fraction of the picture."""
_NEIGHBOUR: Final = 0.25
"""Distance, as a fraction of the room, at which a difference between two people counts half."""


@dataclass(slots=True)
class Front:
    """One front; ``age`` in seconds, ``energy`` 0..1 at the current age."""

    x: float = 0.5
    y: float = 0.5
    age: Seconds = OLDEST
    energy: float = 0.0
    speed: float = 0.8
    strength: float = 0.0


class Shocks:
    """The newest four fronts. A new one replaces the oldest; the others keep their slots.

    Attributes:
        fronts: All four.
        resting: True when no front is active or pending: nothing changes with time.
    """

    def __init__(self) -> None:
        self.fronts = [Front() for _ in range(MOST_SHOCKS)]
        self._next = 0
        self._waiting: list[tuple[Seconds, Front]] = []
        self.resting = False
        self._table: Floats | None = None

    def send(self, spec: ShockSpec, origin: tuple[float, float]) -> None:
        """Emit fronts from one origin: the first in the next frame, the others after their delays."""
        self.resting = False
        self._waiting = [
            (place * spec.apart, Front(*origin, 0.0, 0.0, spec.speed, strength))
            for place, strength in enumerate(spec.energy)
        ]

    def calm(self) -> None:
        """Remove all fronts."""
        self._waiting = []
        self._table = None
        for front in self.fronts:
            front.age, front.energy, front.strength = OLDEST, 0.0, 0.0

    def advance(self, dt: Seconds) -> None:
        """Advance active fronts and start the pending ones that are due."""
        if self.resting:
            return
        self._table = None
        for front in self.fronts:
            front.age = min(front.age + dt, OLDEST)
        due = [(wait - dt, front) for wait, front in self._waiting]
        self._waiting = [(wait, front) for wait, front in due if wait > 0.0]
        for wait, front in due:
            if wait <= 0.0:
                front.age = -wait
                self.fronts[self._next] = front
                self._next = (self._next + 1) % MOST_SHOCKS
        for front in self.fronts:
            left = min(max((LIFE - front.age) / _FADE, 0.0), 1.0)
            front.energy = front.strength * left * left * (3.0 - 2.0 * left)
        self.resting = not self._waiting and all(front.age >= OLDEST for front in self.fronts)

    def table(self) -> Floats:
        """Return ``(4, 5)`` x, y, age, energy and speed of each front; read-only."""
        if self._table is None:
            self._table = np.array([[one.x, one.y, one.age, one.energy, one.speed] for one in self.fronts])
            self._table.flags.writeable = False
        return self._table


def disagreement(
    values: Floats, present: Flags, arousal: Floats, phase: Floats, chance: float
) -> tuple[float, float]:
    """Return a position between the two neighbours who differ most, never the centre of the picture.

    The difference of two people is half the sum of the difference of their arousals and (1 - cos) / 2 of the
    difference of their breath phases, weighted down with distance. With one person it is their position; with
    nobody it is random.

    Args:
        values: ``(40, 6)`` readings.
        present: ``(40,)`` true for the people present.
        arousal: ``(40,)``, NaN where unknown.
        phase: ``(40,)`` turns, NaN where unknown.
        chance: Random number 0..1 for the direction where there is none.
    """
    placed = np.flatnonzero(present & np.isfinite(values[:, AT_X]) & np.isfinite(values[:, AT_Y]))
    if not len(placed):
        return _aside(0.5, 0.5, chance)
    x, y = values[placed, AT_X], values[placed, AT_Y]
    if len(placed) == 1:
        return _aside(float(x[0]), float(y[0]), chance)
    excited = np.nan_to_num(arousal[placed])
    turns = phase[placed]
    apart = 0.5 - 0.5 * portable_math.cos_turns(turns[:, np.newaxis] - turns[np.newaxis, :])
    differ = 0.5 * np.abs(excited[:, np.newaxis] - excited[np.newaxis, :]) + 0.5 * np.nan_to_num(apart)
    dx, dy = x[:, np.newaxis] - x[np.newaxis, :], y[:, np.newaxis] - y[np.newaxis, :]
    near = 1.0 / (1.0 + (dx * dx + dy * dy) / (_NEIGHBOUR * _NEIGHBOUR))
    weight = np.triu(differ * near + 1e-9 * near, 1)
    first, second = divmod(int(np.argmax(weight)), len(placed))
    return _aside(float(x[first] + x[second]) / 2, float(y[first] + y[second]) / 2, chance)


def _aside(x: float, y: float, chance: float) -> tuple[float, float]:
    """Move a position away from the centre of the picture, radially."""
    dx, dy = x - 0.5, y - 0.5
    distance = math.sqrt(dx * dx + dy * dy)
    if distance >= _CLEAR:
        return x, y
    if distance < 1e-6:
        turn = np.array([chance])
        dx, dy, distance = (
            float(portable_math.cos_turns(turn)[0]),
            float(portable_math.sin_turns(turn)[0]),
            1.0,
        )
    return 0.5 + dx / distance * _CLEAR, 0.5 + dy / distance * _CLEAR
